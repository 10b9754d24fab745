"""The course of each search as TensorBoard reads it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError
from rl.bench.convergence import Axis
from rl.extras import load
from rl.report.courses import trace
from rl.report.source import Entry, Source
from rl.runfolder import disk_errors

BEST, AREA, DELAY = "best so far, ratio to the baseline", "area", "delay"


@dataclass(frozen=True)
class Measured:
    """A figure of a search.

    Attributes:
        what: `BEST`, `AREA` or `DELAY`.
        step: evaluations before it.
        seconds: since the search began; of the best so far it is the step.
        value: the figure.
    """

    what: str
    step: int
    seconds: float
    value: float


def course(entry: Entry) -> Iterator[Measured]:
    """Best so far at each improvement, then area and delay of each evaluation."""
    for step, ratio in trace(entry, Axis.EVALUATIONS):
        yield Measured(BEST, int(step), step, ratio)
    for number, event in enumerate(e for e in entry.events if e["phase"] != "script"):
        if event["qor"] is not None:
            yield Measured(AREA, number, event["elapsed_s"], event["qor"]["area"])
            yield Measured(DELAY, number, event["elapsed_s"], event["qor"]["delay"])


def write_tensorboard(source: Source, folder: Path) -> list[Path]:
    """Write a log for each search: best so far, and area and delay of each evaluation.

    Args:
        source: what the report is about.
        folder: new; a log has a folder of its own in it.

    Raises:
        InputError: the folder is there and not empty.
        ToolError: TensorBoard is not installed, or a file cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty: name another folder for the logs")
    written = []
    for number, entry in enumerate(source.searches):
        chosen = [entry.name, entry.choices.get("searcher"), f"seed{entry.choices.get('seed')}"]
        name = "-".join(str(part) for part in [*chosen, number])
        path = folder / "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
        with disk_errors(path):
            _write(entry, path)
        written.append(path)
    return written


def _write(entry: Entry, path: Path) -> None:
    protocol = load("tensorboard.compat.proto.event_pb2", "learn")
    summaries = load("tensorboard.compat.proto.summary_pb2", "learn")
    writers = load("tensorboard.summary.writer.event_file_writer", "learn")
    writer: Any = writers.EventFileWriter(str(path))

    try:
        for one in course(entry):
            value = summaries.Summary.Value(tag=one.what, simple_value=one.value)
            summary = summaries.Summary(value=[value])
            writer.add_event(protocol.Event(wall_time=one.seconds, step=one.step, summary=summary))
        writer.close()
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
