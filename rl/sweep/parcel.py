"""What travels with a task to another machine, and back.

A worker uses its own file where it has the same at the same place, and sends back the task's
folder: no file system need be shared. Folders of includes and datasets do not travel.
"""

import hashlib
import io
import socket
import tarfile
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eda.errors import InputError
from rl.runfolder import RunFolder, disk_errors
from rl.sweep.perform import Done, Order, perform
from rl.sweep.task import Task

_IGNORED = (".lock", ".reserve")


@dataclass(frozen=True)
class Sent:
    """A file that a task needs: where the sweep has it, and its content."""

    path: Path
    data: bytes


@dataclass(frozen=True)
class Returned:
    """What a worker sends back; `packed` is the task's folder as a compressed tar."""

    done: Done
    worker: str
    packed: bytes


def _inputs(task: Task) -> list[Path]:
    """The files that a task reads, folders not among them."""
    if task.search is not None:
        library = Path(task.search.liberty)
        return [*task.search.files, *[library] * library.is_file()]
    if task.scoring is None:
        return []
    named = [task.scoring.samples, Path(task.scoring.dataset)]
    return [path for path in named if path.is_file()]


def sent(task: Task) -> list[Sent]:
    """The files that a worker needs for a task.

    Raises:
        InputError: one is not there any more.
    """
    try:
        return [Sent(path, path.read_bytes()) for path in _inputs(task)]
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from error


def work(order: Order, given: Sequence[Sent]) -> Returned:
    """A task on the machine that Ray chose."""
    with tempfile.TemporaryDirectory(prefix="eda-rl-") as scratch:
        folder = Path(scratch) / "task"
        here = {one.path: _placed(one, Path(scratch) / str(n)) for n, one in enumerate(given)}
        never = threading.Event()
        done = perform(replace(order, task=_moved(order.task, here)), folder, never.is_set)
        return Returned(done, socket.gethostname(), _packed(folder))


def _placed(one: Sent, aside: Path) -> Path:
    """Where a file is on this machine: in its place where it is the same, else set aside."""
    try:
        same = hashlib.sha256(one.path.read_bytes()).digest() == hashlib.sha256(one.data).digest()
    except OSError:
        same = False
    if same:
        return one.path
    aside.mkdir()
    path = aside / one.path.name
    path.write_bytes(one.data)
    return path


def _moved(task: Task, here: dict[Path, Path]) -> Task:
    """The task with its files where this machine has them."""

    def named(spec: str) -> str:
        return str(here.get(Path(spec), spec))

    if task.search is not None:
        files = tuple(here[path] for path in task.search.files)
        told: dict[str, Any] = {"files": files, "liberty": named(task.search.liberty)}
        return task.model_copy(update={"search": task.search.model_copy(update=told)})
    if task.scoring is None:
        return task
    samples = here.get(task.scoring.samples, task.scoring.samples)
    given: dict[str, Any] = {"samples": samples, "dataset": named(task.scoring.dataset)}
    return task.model_copy(update={"scoring": task.scoring.model_copy(update=given)})


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in _IGNORED:
                tar.add(path, str(path.relative_to(folder)))
    return buffer.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Write a folder that came back.

    Raises:
        ToolError: the disk is full.
    """
    with disk_errors(folder), tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        folder.mkdir(parents=True, exist_ok=True)
        for member in tar.getmembers():
            path = folder / member.name
            source = tar.extractfile(member)
            if source is None or ".." in Path(member.name).parts or Path(member.name).is_absolute():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read())


def at_home(task: Task, done: Done, folder: Path) -> Done:
    """The result with the names that files have on this machine."""
    at = RunFolder(folder)
    at.write("task.json", task.model_dump_json(indent=2) + "\n")
    if task.search is None:
        own: dict[str, Any] = {"results": str(folder / "results.jsonl")}
    else:
        at.write("settings.json", task.search.model_dump_json(indent=2) + "\n")
        files = [str(path) for path in task.search.files]
        own = {"design": files[0], "files": files, "run_dir": str(folder)}
    return done if done.result is None else replace(done, result={**done.result, **own})
