"""Hands a program the text that it must read once and nobody may read again."""

import contextlib
import errno
import os
from pathlib import Path
from typing import Protocol

from verilogeval.sandbox.values import FIRST_FD


class Feed(Protocol):
    """A text on its way to the program."""

    path: str
    fds: list[int]

    def writable(self) -> int | None:
        """The file descriptor to wait for, None while or once there is none."""

    def write(self) -> None:
        """Write what fits; lets go of the file descriptor at the end."""

    @property
    def waiting(self) -> bool:
        """Whether the program has yet to open it."""

    def close(self) -> None:
        """Let go of everything."""


class _Writer:
    """Writes a text piece by piece.

    The reading end stays open here, too, so that writing to a dead program raises no signal.
    """

    def __init__(self, data: bytes) -> None:
        self._left = memoryview(data)
        self._ends: tuple[int, int] | None = None  # reading, writing

    def writable(self) -> int | None:
        return self._ends[1] if self._ends else None

    def write(self) -> None:
        assert self._ends is not None  # noqa: S101 - asked for by `writable`
        with contextlib.suppress(BlockingIOError):
            self._left = self._left[os.write(self._ends[1], self._left[: 1 << 20]) :]
        if not self._left:
            self.close()

    def close(self) -> None:
        for fd in self._ends or ():
            os.close(fd)
        self._ends = None


class PipeFeed(_Writer):
    """Through a pipe that the program inherits.

    The program's path for it leads to what is left in the pipe. Once it has read to the end, which
    comes only when nobody can write any more, that is nothing.
    """

    waiting = False

    def __init__(self, data: bytes, place: int) -> None:
        """`place` is how many file descriptors are passed on before it."""
        super().__init__(data)
        self.path = f"/proc/self/fd/{FIRST_FD + place}"
        read, write = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(write, False)
        self._ends = (read, write)
        self.fds = [read]


class FifoFeed(_Writer):
    """Through a named pipe in the run's folder: needs no /proc, which Bubblewrap must not show.

    Its name is gone before the program can have read to the end.
    """

    def __init__(self, data: bytes, folder: Path) -> None:
        super().__init__(data)
        self.path = str(folder / "feed")
        self.fds: list[int] = []
        self.waiting = True
        os.mkfifo(self.path, 0o600)

    def writable(self) -> int | None:
        """As in `Feed`."""
        if self.waiting:
            try:
                write = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if error.errno == errno.ENXIO:  # nobody has opened it yet
                    return None
                raise
            read = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._ends = (read, write)
            self._unlink()
        return super().writable()

    def close(self) -> None:
        """As in `Feed`."""
        super().close()
        self._unlink()

    def _unlink(self) -> None:
        if self.waiting:
            self.waiting = False
            Path(self.path).unlink()
