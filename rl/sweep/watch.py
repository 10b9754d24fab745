"""Holds a process, and all that it starts, to a deadline and a memory limit."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

GRACE_S = 30.0  # to write down what was found
_LOOK_S = 0.2


class Ended(Enum):
    """How a process came to its end."""

    BY_ITSELF = "by itself"
    STOPPED = "stopped"
    DEADLINE = "deadline"
    MEMORY = "memory"


@dataclass(frozen=True)
class Bounds:
    """What a process may take.

    Attributes:
        seconds: of wall time.
        memory: bytes that it and all its descendants hold, or None.
    """

    seconds: float
    memory: int | None


def watch(
    process: subprocess.Popen[bytes], bounds: Bounds, stopped: Callable[[], bool]
) -> tuple[Ended, int]:
    """Wait for a process that leads a session of its own; end it where it goes too far.

    At the deadline, and when `stopped` says so, it is asked to end (SIGTERM) and has GRACE_S to do
    so; for memory it is killed at once.

    Returns:
        How it ended, and its exit status, negative where a signal killed it.
    """
    until = time.monotonic() + bounds.seconds
    how = Ended.BY_ITSELF
    try:
        while process.poll() is None:
            if stopped():
                how = Ended.STOPPED
            elif time.monotonic() > until:
                how = Ended.DEADLINE
            elif bounds.memory is not None and memory_of(process.pid) > bounds.memory:
                how = Ended.MEMORY
            if how is not Ended.BY_ITSELF:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
        if how in (Ended.STOPPED, Ended.DEADLINE):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
    finally:
        if process.poll() is None:
            kill_tree(process)
    return how, process.returncode


def descendants(pid: int) -> list[int]:
    """The process and all that stem from it, parents first."""
    found = [pid]
    for one in found:
        for thread in _numbers(Path(f"/proc/{one}/task")):
            with contextlib.suppress(OSError):  # it ended meanwhile
                children = Path(f"/proc/{one}/task/{thread}/children").read_text()
                found += [int(child) for child in children.split()]
    return found


def memory_of(pid: int) -> int:
    """Bytes that a process and all that stem from it hold in memory."""
    pages = 0
    for one in descendants(pid):
        with contextlib.suppress(OSError, IndexError):
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that stem from it."""
    for pid in descendants(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _numbers(folder: Path) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.isdigit()]  # noqa: PTH208 - /proc
    except OSError:
        return []
