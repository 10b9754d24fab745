"""Makes the rows of a comparison, one step after the other."""

import statistics
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from eda.errors import EdaError, InputError
from eda.flow import Flow
from eda.objective import Objective
from rl.bench.cell import Cell, Library
from rl.bench.deepsyn import deepsyn_rows
from rl.bench.plan import Contest, Step, steps
from rl.bench.protocol import Protocol
from rl.bench.rows import Kind, Row
from rl.bench.scripts import script_rows
from rl.bench.searcher import searcher_row
from rl.rowfile import RowFile, latest
from rl.settings import Settings
from rl.suites import SuiteDesign


@dataclass(frozen=True)
class Comparison:
    """Everything that decides which rows are made, and how.

    Attributes:
        kept: folder for the circuits of `&deepsyn`.
        retry: whether rows with an error are made once more.
        warn: is shown warnings.
    """

    protocol: Protocol
    contest: Contest
    designs: tuple[SuiteDesign, ...]
    libraries: tuple[Library, ...]
    cache_dir: Path
    abc: Path | None
    code: str
    kept: Path
    retry: bool
    warn: Callable[[str], None]

    @property
    def flow(self) -> Flow:
        """How circuits are mapped and measured."""
        kind = Settings.model_construct(flow=self.protocol.flow).flow_kind
        return Objective(self.protocol.objective).flow(kind, self.protocol.lut)

    def left(self, rows: RowFile[Row]) -> list[Step]:
        """The steps whose rows are not all there."""
        done = {row.key for row in latest(rows.rows) if not (self.retry and row.error)}
        return list(steps(self.designs, self.libraries, self.contest, self.flow, done))

    def make(self, step: Step, rows: RowFile[Row]) -> Generator[Row, None, None]:
        """Make the rows of a step, keeping each as it comes.

        What a contender cannot do becomes a row that says why.
        """
        waiting = dict.fromkeys(step.contenders)
        try:
            with closing(self._rows(step, rows)) as made:
                for row in made:
                    del waiting[row.contender]
                    rows.add(row)
                    yield row
        except EdaError as error:
            reason = " ".join(str(error).split())
            for name in waiting:
                failed = self._cell(step).row(name, step.kind, step.seed, None, error=reason)
                rows.add(failed)
                yield failed

    def _rows(self, step: Step, rows: RowFile[Row]) -> Generator[Row, None, None]:
        cell = self._cell(step)
        if step.kind is Kind.SCRIPT:
            yield from script_rows(cell, step.contenders)
        elif step.kind is Kind.SEARCHER:
            yield searcher_row(cell, step.contenders[0], step.seed)
        else:
            seconds = self.protocol.time_limit or self._searchers_s(step, rows)
            yield from deepsyn_rows(
                cell, step.seed, seconds=seconds, wanted=step.contenders, kept=self.kept
            )

    def _searchers_s(self, step: Step, rows: RowFile[Row]) -> float:
        """The median of the seconds that searchers took on the same design and library."""
        taken = [
            row.wall_s if self.protocol.scripts_count else row.search_s
            for row in latest(rows.rows)
            if row.kind is Kind.SEARCHER
            and row.best is not None
            and (row.design, row.liberty) == (step.design.name, step.library.label)
        ]
        if not taken:
            raise InputError("no searcher ended, so there is no time to give to &deepsyn")
        return statistics.median(taken)

    def _cell(self, step: Step) -> Cell:
        return Cell(
            protocol=self.protocol,
            design=step.design,
            library=step.library,
            cache_dir=self.cache_dir,
            abc=self.abc,
            code=self.code,
            warn=self.warn,
        )
