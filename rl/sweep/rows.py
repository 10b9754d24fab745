"""What came of a sweep's tasks, a row each, and the file that keeps them."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError

from eda.errors import InputError
from rl.runfolder import disk_errors
from rl.sweep.task import Kind


class Row(BaseModel):
    """What came of one task.

    Attributes:
        key: the task's.
        id: the task's, its folder's name.
        choices: what tells it from its neighbours in the matrix.
        status: `done`, or `failed` where it came to no result that counts.
        verified: of a search: replayed exactly and proven equivalent; of a scoring: no tool failed.
        error: why it failed.
        attempts: how often its process was started.
        wall_s: seconds that the last attempt took.
        worker: the machine that ran it.
        artifacts: where its folder is.
        result: `result.json` of a search, `summary.json` of a scoring; None where there is none.
        at: when it ended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    id: str
    kind: Kind
    name: str
    suite: str
    held_out: bool
    choices: dict[str, Any]
    contents: dict[str, str]
    status: Literal["done", "failed"]
    verified: bool
    error: str | None
    attempts: int
    wall_s: float
    worker: str
    artifacts: str
    result: dict[str, Any] | None
    at: str


class RowFile:
    """`rows.jsonl`: each row is on the disk before the sweep goes on.

    Args:
        path: the file. A last line that was cut off is dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows, complete = read_rows(path)
        with disk_errors(path):
            self._file: TextIO = path.open("a", encoding="utf-8")
            self._file.truncate(complete)

    def add(self, row: Row) -> None:
        """Append a row.

        Raises:
            ToolError: the disk is full; the rows before are whole.
        """
        at = self._file.tell()
        try:
            with disk_errors(self._path):
                self._file.write(row.model_dump_json() + "\n")
                self._file.flush()
                os.fsync(self._file.fileno())
        except BaseException:
            os.truncate(self._path, at)
            raise
        self.rows.append(row)

    def close(self) -> None:
        """Let go of the file."""
        with disk_errors(self._path):
            self._file.close()


def read_rows(path: Path) -> tuple[list[Row], int]:
    """The complete rows of a file, and how many bytes they take; none without a file.

    Raises:
        InputError: a complete line is not a row.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    complete = data.rfind(b"\n") + 1
    rows = []
    for number, line in enumerate(data[:complete].splitlines(), 1):
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{path}:{number}: not a row: {where}: {first['msg']}") from error
    return rows, complete


def latest(rows: Iterable[Row]) -> list[Row]:
    """The last row of each task, in the order in which tasks ended first."""
    return list({row.key: row for row in rows}.values())
