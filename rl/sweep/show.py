"""What a person sees of a sweep."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from rl.listing import listing
from rl.sweep.executor import Executor
from rl.sweep.rows import Row
from rl.sweep.task import Task

_FEW = 12
_NOTHING = "-"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


class Progress:
    """How far a sweep is, in words.

    Args:
        tasks: those to be run.
        rows: those that are there already; they tell how far estimates are off.
        every: all tasks of the sweep.
    """

    def __init__(self, tasks: Sequence[Task], rows: Sequence[Row], every: Sequence[Task]) -> None:
        self._left = {task.key: task.seconds for task in tasks}
        self._seconds = {task.key: task.seconds for task in every}
        self._total, self._done = len(every), len(every) - len(tasks)
        self._failed = 0
        self._expected = self._taken = 0.0
        self.began = time.monotonic()
        for row in rows:
            self._learn(row)

    def add(self, row: Row) -> None:
        """Take in a row."""
        self._left.pop(row.key, None)
        self._done += 1
        self._failed += row.status == "failed"
        self._learn(row)

    def seconds_left(self, jobs: int) -> float:
        """About how long it still takes."""
        longest = max(self._left.values(), default=0.0)
        return self.factor * max(longest, sum(self._left.values()) / jobs)

    @property
    def factor(self) -> float:
        """Real seconds for each estimated one."""
        return self._taken / self._expected if self._expected > 0 else 1.0

    def line(self, executor: Executor) -> str:
        """One line."""
        left = duration(self.seconds_left(executor.jobs))
        failed = f", {self._failed} failed" if self._failed else ""
        return (
            f"{self._done}/{self._total} done, {executor.running} running{failed}, "
            f"about {left} left"
        )

    def _learn(self, row: Row) -> None:
        if row.status == "done" and row.key in self._seconds:
            self._expected += self._seconds[row.key]
            self._taken += row.wall_s


def row_line(row: Row, progress: Progress, executor: Executor) -> str:
    """What a row says, where no terminal shows the progress."""
    return f"{progress.line(executor)}: {row.name} ({_chosen(row.choices)}): {_outcome(row)}"


def _outcome(row: Row) -> str:
    if row.error is not None:
        return f"FAILED: {row.error}"
    gain = improvement(row)
    return f"{gain} in {row.wall_s:.1f} s"


def improvement(row: Row) -> str:
    """What was gained, in percent of the baseline; of a scoring its pass@1."""
    result = row.result or {}
    if result.get("improvement") is not None and result.get("baseline"):
        return f"{-100 * result['improvement']:+.1f} % vs {result['baseline']['name']}"
    rate = (result.get("pass_at") or {}).get("1")
    return _NOTHING if rate is None else f"pass@1 {100 * rate:.1f} %"


def _chosen(choices: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in choices.items() if value is not None)


def matrix_table(tasks: Sequence[Task], jobs: int) -> list[Table | str]:
    """What `--dry-run` shows."""
    grid = listing("what", "values")
    names = list(dict.fromkeys(task.name for task in tasks))
    grid.add_row("designs and samples", _list(names))
    for axis in dict.fromkeys(name for task in tasks for name in task.choices):
        values = dict.fromkeys(task.choices[axis] for task in tasks if axis in task.choices)
        grid.add_row(axis, _list([str(value) for value in values if value is not None] or ["-"]))
    longest = listing("the longest tasks", "ANDs", "about")
    for task in tasks[:_FEW]:
        size = f"{task.ands:,}" if task.ands else _NOTHING
        words = f"{task.name} ({_chosen(task.choices)})"
        longest.add_row(escape(words), size, duration(task.seconds))
    counts = Counter(task.kind.value for task in tasks)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    whole = duration(estimate(tasks, jobs))
    return [grid, longest, f"{len(tasks)} tasks ({kinds}); about {whole} with {jobs} jobs"]


def estimate(tasks: Sequence[Task], jobs: int) -> float:
    """Seconds that the tasks take, begun in their order as jobs become free."""
    free = [0.0] * max(1, jobs)
    for task in tasks:
        first = min(range(len(free)), key=free.__getitem__)
        free[first] += task.seconds
    return max(free)


def _list(values: Sequence[str]) -> str:
    shown = ", ".join(escape(value) for value in values[:_FEW])
    return shown if len(values) <= _FEW else f"{shown} and {len(values) - _FEW} more"


def rows_table(rows: Sequence[Row]) -> Table:
    """The rows, those that failed last."""
    axes = _told_apart(rows)
    grid = listing("name", *axes)
    for name in ("result", "seconds"):
        grid.add_column(name, justify="right", no_wrap=True)
    for row in sorted(rows, key=lambda row: (row.status == "failed", row.name)):
        chosen = [_NOTHING if row.choices.get(a) is None else str(row.choices[a]) for a in axes]
        outcome = "failed" if row.error is not None else improvement(row)
        style = "red" if row.error is not None else None
        grid.add_row(escape(row.name), *chosen, outcome, f"{row.wall_s:.1f}", style=style)
    return grid


def _told_apart(rows: Sequence[Row]) -> list[str]:
    """The choices that are not the same in all rows that have them."""
    values: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.choices.items():
            values.setdefault(name, set()).add(str(value))
    return [name for name, several in values.items() if len(several) > 1]
