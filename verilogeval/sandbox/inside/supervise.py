"""Follows one run to its end, and sees that nothing of it is left."""

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence

from .messages import receive
from .request import KILL, Failure
from .starts import Starts
from .steps import Step, failure


class WorkerGone(Exception):
    """The worker closed its connection: it died or gave up."""


class Ending:
    """How a run ended.

    Attributes:
        by: "itself", "wall" (the time was up) or "request" (of the worker).
        status: exit status, negative where a signal ended it.
        wall_s: seconds from its start.
        cpu_s: seconds of processor time, of all its processes.
        peak_memory_bytes: of its biggest process.
    """

    __slots__ = ("by", "cpu_s", "peak_memory_bytes", "status", "wall_s")

    def __init__(
        self, *, by: str, status: int, wall_s: float, cpu_s: float, peak_memory_bytes: int
    ) -> None:
        self.by = by
        self.status = status
        self.wall_s = wall_s
        self.cpu_s = cpu_s
        self.peak_memory_bytes = peak_memory_bytes

    def encode(self) -> bytes:
        """The ending as bytes."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}).encode()


class Bell:
    """Rings (is readable) when a child has ended; works on kernels without pidfds."""

    def __init__(self) -> None:
        self.fd, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)

    def silence(self) -> None:
        """Forget what has rung."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.fd, 512):
                pass


class Supervisor:
    """One run: its process, and where news of it come from."""

    def __init__(
        self,
        pid: int,
        steps: Sequence[Step],
        *,
        status: socket.socket,
        control: socket.socket,
        bell: Bell,
    ) -> None:
        """Args: `steps` are what the process takes to become the program."""
        self._pid = pid
        self._steps = steps
        self._status = status
        self._control = control
        self._poll = select.poll()
        self._sources: dict[int, Callable[[], None]] = {}
        self._add(control.fileno(), self._obey)
        self._add(bell.fd, bell.silence)
        self._becoming = True  # it has not said yet whether it became the program
        self._starts: Starts | None = None
        self._by = "itself"
        self._failure: Failure | None = None

    def _add(self, fd: int, source: Callable[[], None]) -> None:
        self._sources[fd] = source
        self._poll.register(fd, select.POLLIN)

    def answer_starts(self, *, clone: int, threads: int, processes: int) -> None:
        """Let it start so many threads and processes; its filter must ask (`starts`).

        Args:
            clone: the number of clone(2).
            threads: how many, in all.
            processes: how many, in all.
        """

        def listen() -> None:
            self._poll.unregister(self._status.fileno())
            listener = self._hear()
            if listener is not None:
                self._starts = Starts(listener, clone=clone, threads=threads, processes=processes)
                self._add(listener, self._answer)

        self._add(self._status.fileno(), listen)

    def follow(self, wall_s: float) -> Ending:
        """Wait for the run's end, and bring it about after `wall_s` seconds.

        Raises:
            Failure: it could not become the program.
            WorkerGone: nobody wants to know any more.
        """
        began = time.monotonic()
        try:
            while not self._has_ended():
                left = began + wall_s - time.monotonic()
                if left <= 0:
                    self._kill("wall")
                    left = wall_s
                for fd, _ in self._poll.poll(max(1, 1000 * left)):
                    self._sources[fd]()
            while self._becoming:
                late = self._hear()
                if late is not None:
                    os.close(late)
        finally:
            ending = self._bury(began)
            self._sources.clear()  # they refer to this object; garbage is not collected here
        if self._failure is not None:
            raise self._failure
        return ending

    def _answer(self) -> None:
        if self._starts is not None and not self._starts.answer():
            self._poll.unregister(self._starts.fd)

    def _has_ended(self) -> bool:
        # It stays a zombie, so that its number, which is its group's, is not given to others.
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._pid, options) is not None

    def _hear(self) -> int | None:
        """Read the status socket: a listener, a failure, or its end once the program runs."""
        message, fds = receive(self._status, 256, 1)
        if fds:
            return fds[0]
        if message:
            self._failure = failure(self._steps, message)
        else:
            self._becoming = False
        return None

    def _obey(self) -> None:
        if not self._control.recv(len(KILL)):
            raise WorkerGone
        self._kill("request")

    def _kill(self, by: str) -> None:
        if self._by == "itself":
            self._by = by
        self._kill_group()

    def _kill_group(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # it has not made its group yet
            os.killpg(self._pid, signal.SIGKILL)

    def _bury(self, began: float) -> Ending:
        """Kill what is left of the run and wait for all of it."""
        self._kill_group()
        _, status, usage = os.wait4(self._pid, 0)
        wall_s = time.monotonic() - began
        kill_descendants()
        if self._starts is not None:
            self._starts.close()
        return Ending(
            by=self._by,
            status=os.waitstatus_to_exitcode(status),
            wall_s=wall_s,
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_memory_bytes=usage.ru_maxrss * 1024,
        )


def kill_descendants() -> None:
    """Kill every process that stems from this one.

    Orphans become children of this process: it is the first of its namespace, or a subreaper.
    """
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        if os.getpid() == 1:  # the first of its own namespace: "all" is what it started
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            for pid in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        os.waitpid(-1, 0)


def _children() -> list[int]:
    with open("/proc/thread-self/children") as file:  # noqa: PTH123 - pathlib is dear to import
        return [int(word) for word in file.read().split()]
