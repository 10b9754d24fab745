"""Rows of searchers."""

import time

from eda.qor import Qor
from rl.bench.cell import Cell, claimed
from rl.bench.claim import check
from rl.bench.rows import Claimed, Kind, Row
from rl.bench.searching import Searched, search_alone, search_as_product
from rl.findings import Candidate
from rl.prepare import Prepared
from rl.scripts import SCRIPTS


def searcher_row(cell: Cell, searcher: str, seed: int) -> Row:
    """Search, and check what was found.

    Seconds count from where a user's would, the start of reading, where the fixed scripts are
    candidates; else from where the searcher began.

    Raises:
        EdaError: the design cannot be searched.
    """
    protocol, started = cell.protocol, time.perf_counter()
    with cell.prepared(searcher=searcher, seed=seed) as (ready, workdir):
        if protocol.scripts_count:
            searched = search_as_product(protocol, ready, workdir, started)
        else:
            searched = search_alone(protocol, ready)
        ready.synthesizer.stop()
        tracker = searched.tracker
        found = _checked(ready, tracker.found, searched.reference)
        best = found
        if tracker.best is not tracker.found:
            best = _checked(ready, tracker.best, searched.reference)
        claims = [claim for claim in (best, found) if claim is not None]
        problems = [claim.problem for claim in claims if claim.problem is not None]
        return cell.row(
            searcher,
            Kind.SEARCHER,
            seed,
            ready,
            before=_value(ready, searched.before),
            reference=_value(ready, searched.reference),
            best=best,
            found=found,
            verified=best is not None and all(claim.holds for claim in claims),
            replayed=best is not None and all(claim.replayed for claim in claims),
            evaluations=tracker.evaluations,
            wall_s=round(searched.ended - started, 3),
            search_s=round(searched.ended - searched.began, 3),
            trace=_trace(searched, started if protocol.scripts_count else searched.began),
            error=problems[0] if problems else None if best else "nothing was found",
        )


def _trace(searched: Searched, zero: float) -> tuple[tuple[int, float, float], ...]:
    tracker = searched.tracker
    points = [(number, round(at - zero, 3), value) for number, at, value in tracker.trace]
    if points:
        points.append((tracker.evaluations, round(searched.ended - zero, 3), points[-1][2]))
    return tuple(points)


def _checked(ready: Prepared, candidate: Candidate | None, reference: Qor | None) -> Claimed | None:
    if candidate is None:
        return None
    checked = check(ready, candidate)
    proposed = candidate.outcome.proposed
    return claimed(
        ready,
        candidate.qor,
        reference,
        recipe=checked.recipe,
        script=next((script.name for script in SCRIPTS if script.recipe == proposed), None),
        equivalence=checked.equivalence,
        replayed=checked.replayed,
        problem=checked.problem,
    )


def _value(ready: Prepared, qor: Qor | None) -> float | None:
    return None if qor is None else ready.objective.value(qor)
