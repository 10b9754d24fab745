"""Runs one task: the command that a user would type, in a process of its own."""

import contextlib
import errno
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eda.errors import ToolError
from rl.runfolder import RunFolder, disk_errors
from rl.sweep.task import Kind, Task
from rl.sweep.watch import Bounds, Ended, watch

LOG = "log.txt"
_RESULTS = {Kind.SEARCH: "result.json", Kind.VERILOGEVAL: "summary.json"}
_LOCK_PATIENCE_S = 60.0
_LOG_TAIL = 4096


@dataclass(frozen=True)
class Order:
    """A task and how it is to be run.

    Attributes:
        jobs: ABC sessions or samples at work at once within it.
        deadline: seconds that each attempt may take.
        memory: bytes for all its processes, or None.
        retries: how often it is started again when its process was lost.
        cache: whether evaluations are cached.
        cache_dir: where; None: where the machine that runs it keeps them.
    """

    task: Task
    jobs: int
    deadline: float
    memory: int | None
    retries: int
    cache: bool
    cache_dir: Path | None


@dataclass(frozen=True)
class Done:
    """What came of a task; `error` is None where its result counts."""

    error: str | None
    verified: bool
    result: dict[str, Any] | None
    attempts: int
    wall_s: float


class TaskStopped(Exception):
    """The sweep was stopped while the task was under way; it can go on later."""


def perform(order: Order, path: Path, stopped: Callable[[], bool]) -> Done:
    """Run a task in its folder, going on with what an earlier attempt left there.

    Raises:
        TaskStopped: `stopped` said so.
        ToolError: the folder cannot be written, or the disk is full.
    """
    folder = _prepare(order.task, path)
    for attempt in range(1, order.retries + 2):
        _wait_for(path)
        done, lost = _attempt(order, folder, stopped)
        done = replace(done, attempts=attempt)
        if not lost:
            return done
    times = f"{order.retries + 1} times" if order.retries else "once"
    return replace(done, error=f"{done.error}, {times}")


def _prepare(task: Task, path: Path) -> RunFolder:
    with disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    folder = RunFolder(path)
    if task.search is not None:
        folder.write("settings.json", task.search.model_dump_json(indent=2) + "\n")
    folder.write("task.json", task.model_dump_json(indent=2) + "\n")
    return folder


def _wait_for(path: Path) -> None:
    """Give a search time to end that a killed sweep has left in the folder."""
    until = time.monotonic() + _LOCK_PATIENCE_S
    with disk_errors(path):
        descriptor = os.open(path / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        while time.monotonic() < until:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.1)
            else:
                return
    finally:
        os.close(descriptor)


def _attempt(order: Order, folder: RunFolder, stopped: Callable[[], bool]) -> tuple[Done, bool]:
    """What came of one attempt, and whether its process was lost."""
    result = folder.path / _RESULTS[order.task.kind]
    began = time.perf_counter()
    with disk_errors(folder.path / LOG), (folder.path / LOG).open("ab") as log:
        result.unlink(missing_ok=True)
        start = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "rl.sweep.child", str(os.getpid()), *_arguments(order, folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            env=_environment(order),
        )
        how, status = watch(process, Bounds(order.deadline, order.memory), stopped)
    if how is Ended.STOPPED:
        raise TaskStopped
    found = _read(result)
    said = _last_line(folder.path / LOG, start)
    if status == ToolError.exit_status and said.endswith(os.strerror(errno.ENOSPC)):
        raise ToolError(said)  # no fault of the task's, and the next one would fare no better
    error, verified = _judged(order, how, status, found, said)
    wall_s = round(time.perf_counter() - began, 3)
    lost = how is Ended.BY_ITSELF and status < 0
    return Done(error, verified, None if error and not verified else found, 1, wall_s), lost


def _arguments(order: Order, folder: RunFolder) -> list[str]:
    jobs = ["--jobs", str(order.jobs), "--json", *["--no-cache"] * (not order.cache)]
    if order.task.scoring is not None:
        given = order.task.scoring.arguments()
        return ["verilogeval", "score", *given, "--out", str(folder.path), "--resume", *jobs]
    return ["search", "--resume", str(folder.path), *jobs]


def _environment(order: Order) -> dict[str, str]:
    own = {} if order.cache_dir is None else {"EDA_RL_CACHE": str(order.cache_dir)}
    return {**os.environ, **own}


def _judged(
    order: Order, how: Ended, status: int, found: dict[str, Any] | None, said: str
) -> tuple[str | None, bool]:
    """Why the task failed, or None, and whether what it found is proven."""
    ends = {
        Ended.DEADLINE: f"not done within its deadline of {order.deadline:g} s",
        Ended.MEMORY: f"took more than its {(order.memory or 0) >> 20} MiB of memory",
    }
    if how in ends or status < 0:
        return ends.get(how, f"its process was killed by signal {-status}"), False
    if found is None or status not in (0, 1, 3):
        return said or f"ended with status {status} and no result", False
    if order.task.kind is Kind.VERILOGEVAL:
        return (None, True) if status == 0 else ("a tool failed on some sample", False)
    if found.get("verified") is True:
        return None, True
    return said or f"not proven: {found.get('proof')}", False


def _read(path: Path) -> dict[str, Any] | None:
    with contextlib.suppress(OSError, ValueError):  # none, or cut off when its process was killed
        value = json.loads(path.read_bytes())
        return value if isinstance(value, dict) else None
    return None


def _last_line(log: Path, start: int) -> str:
    """The last thing that a process said, without the command's name."""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(start, size - _LOG_TAIL))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("eda-rl: ").removeprefix("Error: ") if lines else ""
