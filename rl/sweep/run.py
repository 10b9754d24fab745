"""From a sweep's folder to its rows: what is left is run, what ends is kept."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eda.errors import EdaError, ToolError
from rl.interrupt import uninterrupted
from rl.rowfile import RowFile, latest
from rl.sweep.artifacts import is_url, upload
from rl.sweep.executor import Executor, Finished
from rl.sweep.folder import SweepFolder, row_of
from rl.sweep.perform import Order
from rl.sweep.rows import Row
from rl.sweep.spec import Sweep
from rl.sweep.task import Task


@dataclass(frozen=True)
class Conduct:
    """How a sweep is run.

    Attributes:
        sweep: its file.
        tasks: of it, the longest first.
        folder: where everything goes.
        keep: is given each row that ended: writes it to the store.
        cache_dir: where searches cache, or None: each machine's own place.
        retry: whether tasks that failed are run once more.
    """

    sweep: Sweep
    tasks: Sequence[Task]
    folder: SweepFolder
    keep: Callable[[Row], None]
    cache_dir: Path | None
    retry: bool

    def left(self, rows: Sequence[Row]) -> list[Task]:
        """The tasks that are to be run."""
        done = {row.key for row in latest(rows) if not (self.retry and row.status == "failed")}
        return [task for task in self.tasks if task.key not in done]

    def order(self, task: Task) -> Order:
        """A task as executors take it."""
        memory = self.sweep.task_memory
        return Order(
            task=task,
            jobs=self.sweep.task_jobs,
            deadline=self.sweep.deadline,
            memory=None if memory is None else memory << 20,
            retries=self.sweep.retries,
            cache=self.sweep.cache,
            cache_dir=self.cache_dir,
        )

    def place(self, task: Task) -> Path:
        """A task's folder while it is run."""
        artifacts = self.sweep.artifacts
        if artifacts is None or is_url(artifacts):
            return self.folder.task(task)
        return Path(artifacts).absolute() / task.id

    def run(self, rows: RowFile[Row], executor: Executor) -> Iterator[Row]:
        """Run what is left, yielding each row once it is kept.

        Raises:
            ToolError: a row cannot be written, or no task can be run any more.
        """
        orders = [self.order(task) for task in self.left(rows.rows)]
        with closing(executor.run(orders, self.place)) as ended:
            for finished in ended:
                with uninterrupted():
                    row = self._row(finished)
                    rows.add(row)
                    self.keep(row)
                    self._clear(row, finished.order.task)
                yield row

    def _row(self, finished: Finished) -> Row:
        task, done = finished.order.task, finished.done
        artifacts, error = str(self.place(task)), done.error
        if self.sweep.artifacts is not None and is_url(self.sweep.artifacts):
            try:
                artifacts = upload(self.place(task), self.sweep.artifacts, task.id)
            except EdaError as problem:
                error = error or str(problem)
        return row_of(
            task,
            artifacts=artifacts,
            worker=finished.worker,
            status="done" if error is None else "failed",
            verified=done.verified,
            error=error,
            attempts=done.attempts,
            wall_s=done.wall_s,
            result=done.result,
        )

    def _clear(self, row: Row, task: Task) -> None:
        """Remove a folder that was carried elsewhere."""
        if is_url(row.artifacts):
            try:
                shutil.rmtree(self.place(task))
            except OSError as error:
                raise ToolError(f"{self.place(task)}: {error.strerror}") from error
