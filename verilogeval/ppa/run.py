"""The passing samples of a run, each distinct source measured once, several at a time."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from contextvars import copy_context
from pathlib import Path
from typing import Any

from eda.process import ended_together
from rl.rowfile import RowFile
from rl.runfolder import RunFolder
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.icarus.compile import learn_compiler
from verilogeval.ppa.best import best_at
from verilogeval.ppa.measure import Meter
from verilogeval.ppa.rows import NAME, CostRow, cost_row, read_costs
from verilogeval.ppa.settings import CostSettings
from verilogeval.ppa.values import Compared
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.scoring.build import Builder
from verilogeval.scoring.plan import Plan
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Row
from verilogeval.verdict import Verdict


def measure_run(
    plan: Plan,
    rows: list[Row],
    folder: Path,
    settings: JudgeSettings,
    costs: CostSettings,
    *,
    jobs: int,
    on_row: Callable[[CostRow], None] = lambda _: None,
) -> tuple[list[CostRow], dict[str, Any]]:
    """Measure every passing sample that has no ratio yet under the same settings.

    Args:
        plan: of the run.
        rows: its results.
        folder: the run folder, where `ppa.jsonl` is and goes on.
        settings: how the samples were judged.
        costs: how circuits are measured.
        jobs: how many at once.
        on_row: told of each new row.

    Returns: the rows of all, and their part of the summary.

    Raises:
        InputError: there is no such library, or a line of `ppa.jsonl` is broken.
        ToolError: a tool is missing, or the figures cannot be written.
    """
    passing = {(r.task_id, r.sample): r for r in rows if r.verdict is Verdict.PASS}
    with Meter(costs, jobs) as meter:
        found = _known(folder, passing, meter.key)
        todo: dict[str, list[Row]] = {}
        for place in passing.keys() - {row.key for row in found}:
            todo.setdefault(passing[place].hash, []).append(passing[place])
        sources = _Sources(meter, settings)

        def take(key: str, compared: Compared) -> None:
            for row in todo[key]:
                found.append(cost_row(row.task_id, row.sample, key, meter.key, compared))
                file.add(found[-1])
                on_row(found[-1])

        with closing(RowFile(folder / NAME, CostRow)) as file:
            _each(plan, sorted(todo), sources.compare, take, jobs=jobs, stop=meter.stop)
        library = meter.library.name
    found.sort(key=lambda row: row.key)
    told = {
        "library": library,
        "flow": costs.flow.value,
        "search": costs.evaluations,
        "seed": costs.seed if costs.evaluations else None,
        "optimised": costs.optimised,
    }
    return found, {**told, **summary_of(found, rows)}


def _known(folder: Path, passing: dict[tuple[str, int], Row], settings: str) -> list[CostRow]:
    """The rows that still hold; others are taken out of the file, so that it never mixes two."""
    path = folder / NAME
    before = read_costs(path)
    kept = [
        row
        for row in before
        if row.settings == settings
        and row.ratio is not None
        and row.key in passing
        and passing[row.key].hash == row.hash
    ]
    if len(kept) < len(before):
        RunFolder(folder).write(NAME, "".join(row.model_dump_json() + "\n" for row in kept))
    return kept


def _each(
    plan: Plan,
    keys: Iterable[str],
    compare: Callable[[Problem, str], Compared],
    take: Callable[[str, Compared], None],
    *,
    jobs: int,
    stop: Callable[[], None],
) -> None:
    """Compare each distinct sample with its reference; when interrupted, end what is under way."""
    with ThreadPoolExecutor(jobs) as executor, ended_together():
        futures = {
            executor.submit(
                copy_context().run, compare, plan.work[key].problem, plan.work[key].source
            ): key
            for key in keys
        }
        try:
            for future in as_completed(futures):
                take(futures[future], future.result())
        except BaseException:
            stop()
            executor.shutdown(wait=False, cancel_futures=True)
            raise


class _Sources:
    """Measures samples as Icarus sees them, so that macros mean the same to both."""

    def __init__(self, meter: Meter, settings: JudgeSettings) -> None:
        self._meter = meter
        self._builder = Builder(
            learn_compiler(settings.icarus), settings.scratch, settings.compile_limits
        )

    def compare(self, problem: Problem, source: str) -> Compared:
        if not problem.golden or isinstance(problem.cocotb, HarnessJudge):
            return Compared(None, None, "the problem has no reference of one module")
        try:
            ours, theirs = (self._plain(text) for text in (source, problem.golden))
        except UncleanError as error:
            return Compared(None, None, error.reason)
        return self._meter.compare(ours, theirs, problem.top)

    def _plain(self, source: str) -> str:
        return clean(self._builder.preprocess(source).text)


def summary_of(found: list[CostRow], rows: list[Row]) -> dict[str, Any]:
    """How many samples have a ratio, the expected best one among k, and why others have none."""
    ratios: dict[str, list[float]] = {}
    reasons: dict[str, str] = {}
    for row in found:
        if row.ratio is None:
            reasons[f"{row.task_id}#{row.sample}"] = row.reason
        else:
            ratios.setdefault(row.task_id, []).append(row.ratio)
    counts: dict[str, int] = {}
    for judged in rows:
        if judged.verdict is not Verdict.TOOL_ERROR:
            counts[judged.task_id] = counts.get(judged.task_id, 0) + 1
    return {
        "measured": sum(map(len, ratios.values())),
        "best_adp_at": best_at(ratios, counts),
        "no_ratio": dict(sorted(reasons.items())),
    }
