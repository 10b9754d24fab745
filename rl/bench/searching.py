"""Lets a searcher search: as the product does, or by itself as the papers measure."""

import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from eda.errors import ToolError
from eda.flow import PLAIN
from eda.qor import Qor
from rl.bench.protocol import Protocol
from rl.bench.scripts import START, references
from rl.bench.tracker import Start, Tracker, TrackingJournal
from rl.clock import Clock
from rl.driver import Budget, drive
from rl.evaluation import evaluate
from rl.prepare import Prepared
from rl.scripts import BASELINE
from rl.search import Search, guidance
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem


@dataclass(frozen=True)
class Searched:
    """A search that ended.

    Attributes:
        tracker: what it found.
        before: cost of the start circuit, if it could be measured.
        reference: cost of resyn2, if it could be measured.
        began: `time.perf_counter()` when the searcher began.
        ended: the same when it was done.
    """

    tracker: Tracker
    before: Qor | None
    reference: Qor | None
    began: float
    ended: float


def search_as_product(
    protocol: Protocol, ready: Prepared, workdir: Path, started: float
) -> Searched:
    """What `eda-rl search` does, fixed scripts and time kept for the proof included.

    Args:
        protocol: with the budget.
        ready: the design; its settings name the searcher.
        workdir: folder for the journal.
        started: `time.perf_counter()` when a user would have started it.
    """
    start, tracker = Start(), Tracker(ready.objective, scripts_count=True)
    clock = Clock(protocol.time_limit, started, ready.start.ands)
    journal = TrackingJournal(workdir / "events.jsonl", tracker)
    with closing(journal):
        search = Search(ready, jobs=protocol.jobs, clock=clock, journal=journal, observer=start)
        scripts = search.run().scripts
    ended = time.perf_counter()
    began = ended if start.at is None else start.at
    return Searched(tracker, scripts.get(START), scripts.get(BASELINE), began, ended)


def search_alone(protocol: Protocol, ready: Prepared) -> Searched:
    """The searcher by itself: it knows no fixed script, and maps in one way only.

    Raises:
        ToolError: resyn2 cannot be measured, so that there is nothing to improve on.
    """
    known = references(ready, None)
    baseline = known[BASELINE].qor
    if baseline is None:
        raise ToolError(f"{BASELINE} could not be measured: {known[BASELINE].failure}")
    settings, tracker = ready.settings, Tracker(ready.objective, scripts_count=False)

    def reward(qor: Qor) -> float:
        return ready.objective.reward(baseline, qor)

    plain = replace(ready, table=replace(ready.table, endings=(PLAIN,)))
    problem = Problem(
        start=ready.start.sha256,
        table=plain.table,
        length=settings.recipe_length,
        reward=reward,
        seed=settings.seed,
        ands=ready.start.ands,
        guidance=guidance(plain, baseline, reward),
    )
    began = time.perf_counter()
    course = drive(
        SEARCHERS[settings.searcher](problem),
        lambda _, proposal: evaluate(ready.synthesizer, ready.start, proposal, ready.flow),
        _budget(protocol, began),
        jobs=protocol.jobs,
        lag=settings.usual_lag,
        stop=ready.synthesizer.stop,
    )
    with closing(course):
        for told in course:
            tracker.add(told.outcome)
    return Searched(tracker, known[START].qor, baseline, began, time.perf_counter())


def _budget(protocol: Protocol, began: float) -> Budget:
    limit = protocol.time_limit
    if limit is None:
        return Budget(protocol.budget)
    return Budget(protocol.budget, lambda: began + limit - time.perf_counter())
