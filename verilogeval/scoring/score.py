"""Scoring a file of samples: judges what is not judged yet and appends each verdict as it comes."""

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from eda.errors import ToolError
from verilogeval.problem import Problem
from verilogeval.scoring.messages import Draw, Drawing, Judged, JudgeSource, Prepare
from verilogeval.scoring.plan import Plan, Work
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.prepared_cache import PreparedCache
from verilogeval.scoring.store import Row, Store, row_of
from verilogeval.verdict import Judgement, Verdict

#: Preparing a problem goes before all samples, as nobody knows yet how slow they are.
_FIRST = 1e9


@dataclass
class Scoring:
    """One run: what is there, what is to do, and whom to ask.

    `on_row` is told of each new row.
    """

    plan: Plan
    store: Store
    pool: Pool
    cache: PreparedCache
    official: bool = False
    on_row: Callable[[Row], None] = lambda _: None
    prepared: dict[str, Prepared] = field(default_factory=dict)
    reused: int = 0

    def run(self, earlier: list[Row]) -> list[Row]:
        """Judge everything that `earlier` does not hold; returns the rows of all samples.

        Raises:
            ToolError: the results cannot be written.
        """
        rows = self._standing(earlier)
        self.reused = len(rows)
        done = {(row.task_id, row.sample) for row in rows}
        todo = [
            work
            for work in self.plan.work.values()
            if any((sample.task_id, sample.sample) not in done for sample in work.samples)
        ]
        for work, judged in self._judged(todo):
            new = [
                row_of(sample, judged.judgement, judged.wall_s, work.key)
                for sample in work.samples
                if (sample.task_id, sample.sample) not in done
            ]
            self.store.keep(f"sources/{work.key}.sv", work.source)
            if judged.judgement.verdict is not Verdict.PASS:
                self.store.keep(f"logs/{work.key}.txt", judged.judgement.log)
            self.store.append(new)
            for row in new:
                self.on_row(row)
            rows += new
        return rows

    def draw(self, rows: list[Row]) -> dict[str, str]:
        """Keep a waveform of each problem's first mismatch; tells which could not be drawn."""
        wanted: dict[str, tuple[Row, int]] = {}
        for row in rows:
            at = row.first_mismatch.time if row.first_mismatch else None
            if row.verdict is Verdict.MISMATCH and at is not None:
                wanted.setdefault(row.task_id, (row, at))
        futures = {}
        for task_id, (row, at) in wanted.items():
            work = self.plan.work[row.hash]
            prepared = self.prepared.get(task_id) or self.cache.get(work.problem)
            if prepared and prepared.template:
                request = Draw(work.problem, prepared, work.source, at)
                futures[row.hash] = task_id, self.pool.submit(request)
        failures = {}
        for key, (task_id, future) in futures.items():
            drawing: Drawing = future.result()
            if drawing.failure:
                failures[task_id] = drawing.failure
            else:
                self.store.keep(f"waves/{key}.json", drawing.wave)
        return failures

    def _standing(self, earlier: list[Row]) -> list[Row]:
        """The rows that stand: right hash, one for each sample, and no failure of a tool."""
        keys = {
            (sample.task_id, sample.sample): work.key
            for work in self.plan.work.values()
            for sample in work.samples
        }
        standing = {}
        for row in earlier:
            place = (row.task_id, row.sample)
            if keys.get(place) == row.hash and row.verdict is not Verdict.TOOL_ERROR:
                standing[place] = row
        return list(standing.values())

    def _judged(self, todo: list[Work]) -> Iterator[tuple[Work, Judged]]:
        """Findings as they come; the slowest problems are begun first."""
        by_problem: dict[str, list[Work]] = {}
        for work in todo:
            by_problem.setdefault(work.problem.task_id, []).append(work)
        answers: queue.SimpleQueue[tuple[Any, Future[Any]]] = queue.SimpleQueue()
        waiting = 0
        for group in by_problem.values():
            problem = group[0].problem
            prepared = Prepared() if self.official else self.cache.get(problem)
            if prepared is not None:
                waiting += self._submit(group, prepared, answers)
            else:
                request = Prepare(problem)
                urgency = _FIRST + len(problem.testbench.testbench if problem.testbench else "")
                self.pool.submit(request, urgency).add_done_callback(_to(answers, problem))
                waiting += 1
        while waiting:
            asked, future = answers.get()
            waiting -= 1
            if isinstance(asked, Problem):
                prepared = _prepared(future)
                if not prepared.failure:
                    self.cache.put(asked, prepared)
                waiting += self._submit(by_problem[asked.task_id], prepared, answers)
            else:
                yield asked, _judged(future)

    def _submit(
        self,
        group: list[Work],
        prepared: Prepared,
        answers: "queue.SimpleQueue[tuple[Any, Future[Any]]]",
    ) -> int:
        self.prepared[group[0].problem.task_id] = prepared
        for work in group:
            request = JudgeSource(work.problem, prepared, work.source)
            self.pool.submit(request, prepared.wall_s).add_done_callback(_to(answers, work))
        return len(group)


def _to(
    answers: "queue.SimpleQueue[tuple[Any, Future[Any]]]", asked: Any
) -> Callable[["Future[Any]"], None]:
    return lambda future: answers.put((asked, future))


def _prepared(future: "Future[Any]") -> Prepared:
    try:
        prepared: Prepared = future.result()
    except ToolError as error:
        return Prepared(failure=str(error))
    return prepared


def _judged(future: "Future[Any]") -> Judged:
    try:
        judged: Judged = future.result()
    except ToolError as error:
        return Judged(Judgement(Verdict.TOOL_ERROR, "", message=str(error), log=str(error)), 0.0)
    return judged
