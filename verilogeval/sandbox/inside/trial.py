"""Tries whether the isolation that a machine claims to have really holds."""

import os
import socket
from collections.abc import Callable, Sequence

from . import kernel
from .steps import Step


def broken(confine: Sequence[Step], *, files: bool, calls: bool) -> str:
    """Confine a child and let it do what it must not.

    Args:
        confine: what takes the child's rights.
        files: whether it must find no files.
        calls: whether network and other processes must be out of its reach.

    Returns:
        What was possible, or what failed on the way; "" where everything held.
    """
    read, write = os.pipe2(os.O_CLOEXEC)
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, _attempt(confine, files=files, calls=calls).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answers:
        answer = answers.read().decode()
    os.waitpid(pid, 0)
    return "" if answer == "held" else answer or "the trial died"


def _attempt(confine: Sequence[Step], *, files: bool, calls: bool) -> str:
    for step in confine:
        if step.function(*step.arguments) == -1:
            return str(step.failure(kernel.last_errno()))
    attempts: list[tuple[str, Callable[[], object]]] = []
    if files:
        attempts += [("read a file", _read), ("list a folder", lambda: os.listdir("/"))]  # noqa: PTH208
    if calls:
        attempts += [("open a socket", socket.socket), ("fork", _fork), ("send signals", _signal)]
    for what, attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        return f"a program can still {what}"
    return "held"


def _read() -> None:
    os.open(__file__, os.O_RDONLY | os.O_CLOEXEC)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal() -> None:
    os.kill(os.getppid(), 0)
