"""Adds a folder of a search or of a sweep to a store."""

from pathlib import Path

from pydantic import ValidationError

from eda.errors import InputError
from rl.rowfile import latest, read_rows
from rl.store.database import Database
from rl.store.ingest import Writer
from rl.store.record import of_folder, of_row
from rl.sweep import artifacts
from rl.sweep.folder import RECORD, SweepFolder
from rl.sweep.rows import Row
from rl.sweep.task import Task


def add_folder(database: Database, path: Path) -> int:
    """Write the runs in a folder; returns how many there were.

    Raises:
        InputError: it is the folder of no search or sweep.
        ToolError: the database does not answer.
    """
    writer = Writer(database)
    if not (path / RECORD).exists():
        writer.add(of_folder(path))
        return 1
    folder = SweepFolder(path.absolute())
    record = folder.record()
    rows = latest(read_rows(folder.rows, Row)[0])
    for row in rows:
        task = task_of(row)
        uid = f"{record.id}:{row.key}"
        read = _reader(row)
        writer.add(of_row(row, record.name, uid, task, read))
    return len(rows)


def task_of(row: Row) -> Task | None:
    """The task that a row is of, from its folder; None where the task left none.

    Raises:
        InputError: `task.json` is damaged.
    """
    text = artifacts.read(row.artifacts, "task.json")
    if text is None:
        return None
    try:
        return Task.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{row.artifacts}/task.json is damaged") from error


def _reader(row: Row) -> artifacts.Reader:
    return lambda name: artifacts.read(row.artifacts, name)
