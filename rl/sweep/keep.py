"""Carries a sweep's rows to the store, and sees to it that a store that is away costs nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eda.errors import EdaError
from rl.store.database import Database
from rl.store.ingest import Writer
from rl.store.record import of_row
from rl.sweep import artifacts
from rl.sweep.rows import Row
from rl.sweep.task import Task


@dataclass
class Keeper:
    """Writes rows to a store; those that it could not write are written at the end.

    Attributes:
        database: the store's.
        sweep: name of the sweep.
        sweep_id: what makes it this sweep and no other.
        tasks: of the sweep, by key.
        warn: told once when the store does not answer.
        problem: why rows are missing in the store, if any are.
    """

    database: Database
    sweep: str
    sweep_id: str
    tasks: dict[str, Task]
    warn: Callable[[str], None]
    problem: EdaError | None = None
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self._writer = Writer(self.database)

    def add(self, row: Row) -> None:
        """Write a row, unless the store was found not to answer."""
        if self.problem is not None:
            return
        try:
            self._write(row)
        except EdaError as error:
            self.problem = error
            self.warn(f"{error}; rows are kept in the sweep's folder and written later")

    def catch_up(self, rows: Sequence[Row]) -> None:
        """Write those of the rows that are not in the store as they are in the folder.

        Raises:
            EdaError: the store does not answer.
        """
        there = self._writer.known(self._uid(row) for row in rows)
        for row in rows:
            if there.get(self._uid(row)) != row.at:
                self._write(row)
        self.problem = None

    def _write(self, row: Row) -> None:
        task = self.tasks.get(row.key)

        def read(name: str) -> bytes | None:
            return artifacts.read(row.artifacts, name)

        self._writer.add(of_row(row, self.sweep, self._uid(row), task, read))

    def _uid(self, row: Row) -> str:
        return f"{self.sweep_id}:{row.key}"
