"""One run from the worker's side: its output, its food, its folder."""

import select
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from eda.errors import ToolError
from verilogeval.sandbox import disk
from verilogeval.sandbox.feeding import Feed
from verilogeval.sandbox.inside.request import KILL, Request
from verilogeval.sandbox.launchers import Launcher
from verilogeval.sandbox.values import Ended

#: How often the folder's size is looked at.
_WATCH_S = 0.05
#: How often it is looked whether the program has opened what it is fed.
_WAIT_S = 0.001
#: How much later than the run's own limit its launcher must have answered.
_LATE_S = 30.0


class Session:
    """A run while it lasts.

    Attributes:
        output: what came on stdout and on stderr.
        killed: why it was killed from here, None where it was not.
    """

    def __init__(self, request: Request, *, output_bytes: int, feed: Feed | None) -> None:
        self.output = (bytearray(), bytearray())
        self.killed: Ended | None = None
        self._request = request
        self._room = output_bytes
        self._feed = feed
        self._folder = Path(request.folder)
        self._sources: dict[int, tuple[socket.socket, bytearray]] = {}

    def perform(self, launcher: Launcher, keep_fds: Sequence[int]) -> bytes:
        """Do the run.

        Returns:
            The launcher's answer.

        Raises:
            ToolError: the launcher died or does not answer.
        """
        before = disk.used(self._folder) if self._request.writable else 0
        with ExitStack() as stack:
            theirs = []
            for kept in self.output:
                # A socket, not a pipe: a pipe could be opened again by way of /proc/self/fd, to
                # read what has been written.
                ours, other = socket.socketpair()
                stack.enter_context(ours)
                theirs.append(stack.enter_context(other))
                self._sources[ours.fileno()] = (ours, kept)
            fed = self._feed.fds if self._feed else []
            fds = [*(other.fileno() for other in theirs), *keep_fds, *fed]
            launcher.send(self._request.encode(), fds)
            for other in theirs:
                other.close()
            answer = self._follow(launcher, before)
            self._drain()
        self._look_at_folder(before)
        return answer

    def _follow(self, launcher: Launcher, before: int) -> bytes:
        late = time.monotonic() + self._request.wall_s + _LATE_S
        control = launcher.control.fileno()
        poll = select.poll()
        for fd in (control, *self._sources):
            poll.register(fd, select.POLLIN)
        eating: int | None = None
        told = False
        look = time.monotonic() + _WATCH_S
        while True:
            food = self._feed.writable() if self._feed else None
            if food is not None and eating is None:
                poll.register(food, select.POLLOUT)
                eating = food
            pause = _WAIT_S if self._feed and self._feed.waiting else _WATCH_S
            for fd, _ in poll.poll(1000 * pause):
                if fd == control:
                    return launcher.receive()
                if fd == eating and self._feed:
                    self._feed.write()
                    if self._feed.writable() is None:
                        poll.unregister(fd)
                elif self._read(fd):
                    poll.unregister(fd)
                    del self._sources[fd]
            now = time.monotonic()
            if now >= look:
                self._look_at_folder(before)
                look = now + _WATCH_S
            if self.killed and not told:
                launcher.send(KILL, [])
                told = True
            if now >= late:
                raise ToolError("the sandbox's launcher does not answer")

    def _read(self, fd: int) -> bool:
        """Read once; whether that was the end."""
        source, kept = self._sources[fd]
        try:
            data = source.recv(1 << 16)
        except ConnectionResetError:
            return True
        kept += data[: self._room]
        if len(data) > self._room:
            self.killed = self.killed or Ended.OUTPUT
        self._room = max(0, self._room - len(data))
        return not data

    def _drain(self) -> None:
        """Read what a run that is over has left."""
        for fd, (source, _) in self._sources.items():
            source.setblocking(False)
            try:
                while self.killed is None and not self._read(fd):
                    pass
            except BlockingIOError:
                continue

    def _look_at_folder(self, before: int) -> None:
        if not self._request.writable or self.killed is not None:
            return
        if disk.used(self._folder) - before > self._request.file_bytes:
            self.killed = Ended.FILE
