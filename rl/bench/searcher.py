"""Rows of searchers."""

import time
from pathlib import Path
from typing import Any

from eda.qor import Qor
from rl.bench.cell import Cell, claimed
from rl.bench.claim import check
from rl.bench.recorder import Recorder, Start
from rl.bench.rows import Claimed, Kind, Row
from rl.bench.scripts import START
from rl.prepare import Prepared
from rl.scripts import BASELINE, SCRIPTS
from rl.search import Candidate, Clock, Findings, Search


def searcher_row(cell: Cell, searcher: str, seed: int) -> Row:
    """Search as `eda-rl search` does, time limit and all, and check what was found.

    Seconds count from where a user's would: from the start of reading where the fixed scripts
    are candidates, else from where the searcher began.

    Raises:
        EdaError: the design cannot be searched.
    """
    started = time.perf_counter()
    with cell.prepared(searcher=searcher, seed=seed) as (ready, workdir):
        recorder, start, findings = _search(cell, ready, workdir, started)
        ended = time.perf_counter()
        ready.synthesizer.stop()
        began = start.at or ended
        zero = started if cell.protocol.scripts_count else began
        reference = findings.scripts.get(BASELINE)
        found = _checked(ready, recorder.found, reference)
        best = found
        if recorder.best is not recorder.found:
            best = _checked(ready, recorder.best, reference)
        claims = [claim for claim in (best, found) if claim is not None]
        problems = [claim.problem for claim in claims if claim.problem is not None]
        return cell.row(
            searcher,
            Kind.SEARCHER,
            seed,
            ready,
            before=_value(ready, findings.scripts.get(START)),
            reference=_value(ready, reference),
            best=best,
            found=found,
            verified=best is not None and all(claim.holds for claim in claims),
            replayed=best is not None and all(claim.replayed for claim in claims),
            evaluations=recorder.evaluations,
            wall_s=round(ended - started, 3),
            search_s=round(ended - began, 3),
            trace=_trace(recorder, zero, ended),
            error=problems[0] if problems else None if best else "nothing was found",
        )


def _search(
    cell: Cell, ready: Prepared, workdir: Path, started: float
) -> tuple[Recorder, Start, Findings]:
    protocol, start = cell.protocol, Start()
    recorder = Recorder(
        workdir / "events.jsonl", ready.objective, scripts_count=protocol.scripts_count
    )
    clock = Clock(protocol.time_limit, started, ready.start.ands)
    search = Search(ready, jobs=protocol.jobs, clock=clock, journal=recorder, observer=start)
    try:
        findings = search.run()
    finally:
        recorder.close()
    return recorder, start, findings


def _trace(recorder: Recorder, zero: float, ended: float) -> tuple[tuple[int, float, float], ...]:
    points = [(n, round(at - zero, 3), value) for n, at, value in recorder.trace]
    if points:
        points.append((recorder.evaluations, round(ended - zero, 3), points[-1][2]))
    return tuple(points)


def _checked(ready: Prepared, candidate: Candidate | None, reference: Qor | None) -> Claimed | None:
    if candidate is None:
        return None
    checked = check(ready, candidate)
    given: dict[str, Any] = {
        "equivalence": checked.equivalence,
        "replayed": checked.replayed,
        "problem": checked.problem,
        "script": next((s.name for s in SCRIPTS if s.recipe == candidate.outcome.proposed), None),
    }
    return claimed(ready, candidate.qor, reference, recipe=checked.recipe, **given)


def _value(ready: Prepared, qor: Qor | None) -> float | None:
    return None if qor is None else ready.objective.value(qor)
