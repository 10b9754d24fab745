"""A worker's launchers: started once, used for one run after another."""

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from eda.errors import ToolError
from verilogeval.sandbox.inside.request import LONGEST
from verilogeval.sandbox.isolation import Isolation

_MAIN = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from inside.launcher import main; "
    "main(int(sys.argv[2]), sys.argv[3])"
)
_FOLDER = Path(__file__).resolve().parent
_START_S = 60.0
_END_S = 10.0


class Launcher:
    """The process from which runs are started (`inside.launcher`)."""

    def __init__(self, bubblewrap: str) -> None:
        """Start it.

        Args:
            bubblewrap: path of Bubblewrap, to be used where Landlock is missing, or "".

        Raises:
            ToolError: it does not start, or the isolation that it should give does not hold.
        """
        if sys.platform != "linux":
            raise ToolError("programs can be isolated on Linux only")
        self.control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        try:
            with other:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-I", "-S", "-X", "utf8", "-c", _MAIN),
                        *(str(_FOLDER), str(other.fileno()), bubblewrap),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    cwd="/",
                    env=kept,
                    pass_fds=[other.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            self.control.close()
            raise ToolError(f"cannot start Python for the sandbox: {error}") from error
        try:
            self.isolation = self._hear_introduction()
        except BaseException:
            self.close()
            raise

    def _hear_introduction(self) -> Isolation:
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        if not poll.poll(1000 * _START_S):
            raise ToolError(f"the sandbox did not start within {_START_S:g} s")
        said = json.loads(self.receive())
        if said["broken"]:
            raise ToolError(f"the sandbox does not hold: {said['broken']}")
        return Isolation(
            namespaces=tuple(sorted(said["namespaces"])),
            landlock=said["landlock"],
            seccomp=said["seccomp"],
            bubblewrap=said["bubblewrap"],
        )

    def receive(self) -> bytes:
        """Its next message.

        Raises:
            ToolError: it has died.
        """
        try:
            message = self.control.recv(1 << 16)
        except ConnectionResetError:
            message = b""
        if message:
            return message
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        last = self._process.stderr.read().decode("utf-8", "replace").strip().splitlines()[-1:]
        self.close()
        raise ToolError(f"the sandbox's launcher died{': ' + last[0] if last else ''}")

    def send(self, message: bytes, fds: list[int]) -> None:
        """Send a message with file descriptors.

        Raises:
            ToolError: the message is too long, or the launcher has died.
        """
        if len(message) > LONGEST:
            raise ToolError(f"arguments and environment of a run exceed {LONGEST} bytes")
        try:
            socket.send_fds(self.control, [message], fds)
        except OSError as error:
            raise ToolError(f"cannot hand the run to its launcher: {error.strerror}") from error

    def close(self) -> None:
        """End it and whatever it runs."""
        self.control.close()
        if self._process.stderr is not None:
            self._process.stderr.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Let go of the launcher of another process, of which this one is a fork."""
        self.control.close()
        self._process.returncode = 0  # not ours to wait for


class Launchers:
    """Launchers by need: as many as there are runs at the same time."""

    def __init__(self) -> None:
        self._idle: list[Launcher] = []
        self._all: list[Launcher] = []
        self._lock = threading.Lock()
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    @contextlib.contextmanager
    def borrowed(self, start: Callable[[], Launcher]) -> Iterator[Launcher]:
        """An idle launcher, or a new one; ended where the block raises.

        Raises:
            ToolError: there is none and none starts.
        """
        with self._lock:
            launcher = self._idle.pop() if self._idle else None
        if launcher is None:
            launcher = start()
            with self._lock:
                self._all.append(launcher)
        try:
            yield launcher
        except BaseException:
            with self._lock:
                self._all.remove(launcher)
            launcher.close()
            raise
        with self._lock:
            self._idle.append(launcher)

    def close(self) -> None:
        """End those that are idle."""
        with self._lock:
            ended, self._idle = self._idle, []
            self._all = [launcher for launcher in self._all if launcher not in ended]
        for launcher in ended:
            launcher.close()

    def _forget(self) -> None:
        for launcher in self._all:
            launcher.forget()
        self._idle, self._all, self._lock = [], [], threading.Lock()
