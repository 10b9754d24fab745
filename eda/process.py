"""Runs one external program to its end, under a deadline and a memory limit."""

import contextlib
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from eda.errors import ToolCrash, ToolError, ToolTimeout


@dataclass(frozen=True)
class Completed:
    """What a finished program left: exit status (negative: killed by that signal) and its text.

    `output` is stdout and stderr in the order in which they were written.
    """

    returncode: int
    output: str


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group that `process` leads, and wait for the process itself."""
    with contextlib.suppress(ProcessLookupError):  # it ended before the signal came
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class ToolScope:
    """The tools that a block of code runs, to be ended together.

    Args:
        outer: a scope whose end is the end of these tools, too.
    """

    def __init__(self, outer: "ToolScope | None" = None) -> None:
        self._outer = outer
        self._live: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Take in a process that was just started.

        Raises:
            ToolCrash: the scope, or one around it, was ended; so is the process.
        """
        with self._lock:
            self._live.add(process)
            ended = self._ended
        if ended:
            kill_group(process)
            raise ToolCrash("interrupted")
        if self._outer is not None:
            self._outer.add(process)

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """Let go of a process that ended."""
        with self._lock:
            self._live.discard(process)
        if self._outer is not None:
            self._outer.remove(process)

    def end(self) -> None:
        """Kill what runs, and whatever is started from now on."""
        with self._lock:
            self._ended = True
            for process in self._live:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)


_OUTSIDE = ToolScope()  # never ended
_SCOPE: ContextVar[ToolScope] = ContextVar("_SCOPE", default=_OUTSIDE)


def current_scope() -> ToolScope:
    """The scope that a process started now belongs to."""
    return _SCOPE.get()


@contextlib.contextmanager
def within(scope: ToolScope) -> Iterator[None]:
    """Tools that are started in the block belong to `scope`, for whoever holds it to end."""
    token = _SCOPE.set(scope)
    try:
        yield
    finally:
        _SCOPE.reset(token)


@contextlib.contextmanager
def ended_together() -> Iterator[ToolScope]:
    """When the block is left by an exception, end all tools that were started in it.

    Those of other threads, too, where the thread was started with `copy_context().run`. What it
    gives ends them earlier.
    """
    scope = ToolScope(current_scope())
    with within(scope):
        try:
            yield scope
        except BaseException:
            scope.end()
            raise


def run_tool(
    argv: Sequence[str],
    *,
    time_limit: float,
    memory_limit: int | None = None,
    cpu_limit: int | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Completed:
    """Run `argv` in a process group of its own with no standard input.

    Args:
        argv: program and arguments; no shell is involved.
        time_limit: seconds of wall time before the whole group is killed.
        memory_limit: bytes of address space, or None for no limit.
        cpu_limit: seconds of processor time after which the kernel kills the program itself, even
            where whoever waits for it was killed; None: never.
        cwd: working directory.
        env: the whole environment, or None to inherit.

    Raises:
        ToolError: the program cannot be started.
        ToolTimeout: the deadline passed.
    """
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"cannot start {argv[0]}: {error.strerror}") from error
    scope = current_scope()
    try:
        scope.add(process)
        if memory_limit is not None:
            limit_memory(process.pid, memory_limit)
        if cpu_limit is not None:
            limit_cpu(process.pid, cpu_limit)
        output, _ = process.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired as error:
        raise ToolTimeout(f"{Path(argv[0]).name} did not finish within {time_limit:g} s") from error
    finally:
        if process.returncode is None:
            kill_group(process)
        scope.remove(process)
    return Completed(process.returncode, output.decode("utf-8", "replace"))


def limit_memory(pid: int, limit: int) -> None:
    """Bound the address space of a running process to `limit` bytes; it leaves no core file."""
    _lower(pid, resource.RLIMIT_AS, limit)
    _lower(pid, resource.RLIMIT_CORE, 0)


def limit_cpu(pid: int, seconds: int) -> None:
    """Let the kernel kill a running process after `seconds` of processor time since its start.

    May be called again with a later time.
    """
    _lower(pid, resource.RLIMIT_CPU, seconds)


def _lower(pid: int, kind: int, limit: int) -> None:
    """Set a soft limit, within the hard one that the process has."""
    with contextlib.suppress(ProcessLookupError):  # it ended; its exit status tells the story
        hard = resource.prlimit(pid, kind)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.prlimit(pid, kind, (soft, hard))
