"""`rows.jsonl`: what was made, a validated row a line, kept as it comes and read back."""

import os
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from eda.errors import InputError
from rl.runfolder import disk_errors

AnyRow = TypeVar("AnyRow", bound=BaseModel)


class _Keyed(Protocol):
    @property
    def key(self) -> Hashable:
        """What a row is about."""


AnyKeyed = TypeVar("AnyKeyed", bound=_Keyed)


class RowFile(Generic[AnyRow]):
    """Appends rows, each on the disk before the work goes on.

    Args:
        path: the file. A last line that was cut off is dropped.
        kind: the rows' class.
    """

    def __init__(self, path: Path, kind: type[AnyRow]) -> None:
        self._path = path
        self.rows, complete = read_rows(path, kind)
        with disk_errors(path):
            # Unbuffered: what a full disk did not take must not follow when the file is closed.
            self._file = path.open("ab", buffering=0)
            self._file.truncate(complete)

    def add(self, row: AnyRow) -> None:
        """Append a row.

        Raises:
            ToolError: the disk is full; the rows before are whole.
        """
        at, line = self._path.stat().st_size, f"{row.model_dump_json()}\n".encode()
        try:
            with disk_errors(self._path):
                left = line
                while left:
                    left = left[self._file.write(left) :]
                os.fsync(self._file.fileno())
        except KeyboardInterrupt:
            # A row that is whole was seen by others, and stays.
            if self._path.stat().st_size < at + len(line):
                os.truncate(self._path, at)
            raise
        except BaseException:
            os.truncate(self._path, at)
            raise
        self.rows.append(row)

    def close(self) -> None:
        """Let go of the file."""
        with disk_errors(self._path):
            self._file.close()


def read_rows(path: Path, kind: type[AnyRow]) -> tuple[list[AnyRow], int]:
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
            rows.append(kind.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{path}:{number}: not a row: {where}: {first['msg']}") from error
    return rows, complete


def latest(rows: Iterable[AnyKeyed]) -> list[AnyKeyed]:
    """The last row of each key, in the order in which the keys came first."""
    return list({row.key: row for row in rows}.values())
