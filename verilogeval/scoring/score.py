"""Scoring a file of samples: judges what is not judged yet and appends each verdict as it comes."""

from collections.abc import Callable
from dataclasses import dataclass

from verilogeval.scoring.asking import Asking
from verilogeval.scoring.messages import Draw, Drawing
from verilogeval.scoring.plan import Plan
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.prepared_cache import PreparedCache
from verilogeval.scoring.store import Row, Store, row_of
from verilogeval.verdict import Verdict


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
    reused: int = 0

    def __post_init__(self) -> None:
        self._asking = Asking(self.pool, self.cache, official=self.official)

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
        for work, judged in self._asking.findings(todo):
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
            prepared = self._asking.prepared.get(task_id) or self.cache.get(work.problem)
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
