"""The passing samples of a run, each distinct source measured once, several at a time."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from eda.flow import FlowKind
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.icarus.compile import learn_compiler
from verilogeval.ppa.best import best_at
from verilogeval.ppa.measure import Meter
from verilogeval.ppa.values import Compared, Figures
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.scoring.build import Builder
from verilogeval.scoring.plan import Plan
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Row
from verilogeval.verdict import Verdict

NAME = "ppa.jsonl"


@dataclass(frozen=True)
class CostRow:
    """A sample's figures; `hash` is that of its line in `results.jsonl`."""

    task_id: str
    sample: int
    hash: str
    compared: Compared

    def line(self) -> str:
        """The row as JSON, with the line's end."""
        return (
            json.dumps(
                {
                    "task_id": self.task_id,
                    "sample": self.sample,
                    "hash": self.hash,
                    "ratio": self.compared.ratio,
                    "figures": self.compared.sample and asdict(self.compared.sample),
                    "reference": self.compared.reference and asdict(self.compared.reference),
                    "reason": self.compared.why,
                }
            )
            + "\n"
        )


def read_costs(path: Path) -> list[CostRow]:
    """The rows of a `ppa.jsonl`; none where there is no such file.

    Raises:
        InputError: it cannot be read, or a line is broken.
    """
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            value = json.loads(line)
            pair = [value[n] and Figures(**value[n]) for n in ("figures", "reference")]
            compared = Compared(pair[0], pair[1], value["reason"])
            found.append(CostRow(value["task_id"], value["sample"], value["hash"], compared))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"{path}:{number}: not a line of figures: {error}") from error
    return found


def measure_run(
    plan: Plan,
    rows: list[Row],
    folder: Path,
    settings: JudgeSettings,
    *,
    liberty: str | None,
    kind: FlowKind,
    jobs: int,
    on_row: Callable[[CostRow], None] = lambda _: None,
) -> tuple[list[CostRow], dict[str, Any]]:
    """Measure every passing sample; writes `ppa.jsonl` anew.

    Args:
        plan: of the run.
        rows: its results.
        folder: the run folder.
        settings: how the samples were judged.
        liberty: the library, None for the generic one.
        kind: the flow.
        jobs: how many at once.
        on_row: told of each row.

    Returns: the rows, and their part of the summary.

    Raises:
        InputError: there is no such library.
        ToolError: a tool is missing, or the figures cannot be written.
    """
    passing: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict is Verdict.PASS:
            passing.setdefault(row.hash, []).append(row)
    found: list[CostRow] = []
    with Meter(liberty, kind, jobs) as meter:
        sources = _Sources(meter, settings)
        for key, compared in _each(plan, list(passing), sources.compare, jobs):
            for row in passing[key]:
                found.append(CostRow(row.task_id, row.sample, key, compared))
                on_row(found[-1])
        library = meter.library.name
    found.sort(key=lambda row: (row.task_id, row.sample))
    try:
        (folder / NAME).write_text("".join(row.line() for row in found), "utf-8")
    except OSError as error:
        raise ToolError(f"{folder / NAME}: cannot be written: {error.strerror}") from error
    return found, {"library": library, "flow": kind.value, **summary_of(found, rows)}


def _each(
    plan: Plan, keys: list[str], compare: Callable[[Problem, str], Compared], jobs: int
) -> Iterator[tuple[str, Compared]]:
    with ThreadPoolExecutor(jobs) as executor:
        futures = {
            executor.submit(
                copy_context().run, compare, plan.work[key].problem, plan.work[key].source
            ): key
            for key in keys
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            executor.shutdown(cancel_futures=True)


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
        ratio = row.compared.ratio
        if ratio is None:
            reasons[f"{row.task_id}#{row.sample}"] = row.compared.why
        else:
            ratios.setdefault(row.task_id, []).append(ratio)
    counts: dict[str, int] = {}
    for judged in rows:
        if judged.verdict is not Verdict.TOOL_ERROR:
            counts[judged.task_id] = counts.get(judged.task_id, 0) + 1
    return {
        "measured": sum(map(len, ratios.values())),
        "best_adp_at": best_at(ratios, counts),
        "no_ratio": dict(sorted(reasons.items())),
    }
