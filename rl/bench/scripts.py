"""Rows of the fixed scripts."""

import time
from collections.abc import Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace

from eda.flow import Flow
from eda.process import ended_together
from eda.qor import Qor
from eda.synthesizer import MoveFailedError
from rl.bench.cell import Cell, claimed
from rl.bench.claim import check
from rl.bench.rows import Kind, Row
from rl.evaluation import Outcome
from rl.findings import Candidate
from rl.prepare import Prepared
from rl.scripts import BASELINE, SCRIPTS, Script

START = "none"


def offered(flow: Flow) -> tuple[Script, ...]:
    """The fixed scripts that make a difference under `flow`."""
    endings = flow.endings(tuple(dict.fromkeys(script.recipe.ending for script in SCRIPTS)))
    return tuple(script for script in SCRIPTS if script.recipe.ending in endings)


def references(ready: Prepared, time_limit: float | None) -> dict[str, Outcome]:
    """What resyn2 and the start circuit cost: what every row is compared with."""
    return {
        script.name: _measure(ready, script, time_limit)
        for script in SCRIPTS
        if script.name in (BASELINE, START)
    }


def script_rows(cell: Cell, wanted: Collection[str]) -> Generator[Row, None, None]:
    """Measure and check each wanted script, several at once."""
    limit = cell.protocol.time_limit
    with cell.prepared() as (ready, _):
        known = references(ready, limit)

        def make(script: Script) -> Row:
            outcome = known.get(script.name) or _measure(ready, script, limit)
            return _row(cell, ready, script, outcome, known)

        scripts = [script for script in offered(ready.flow) if script.name in wanted]
        with ThreadPoolExecutor(cell.protocol.jobs) as executor, ended_together():
            futures = [executor.submit(copy_context().run, make, script) for script in scripts]
            try:
                for future in futures:
                    yield future.result()
            except BaseException:
                for future in futures:
                    future.cancel()
                ready.synthesizer.stop()
                raise


def _measure(ready: Prepared, script: Script, time_limit: float | None) -> Outcome:
    """Run a script and measure what it makes; it must end within `time_limit` seconds."""
    started, circuit = time.perf_counter(), ready.start
    states, qor, failure = [], None, None
    try:
        with ready.synthesizer.worker() as worker:
            for move in script.recipe.moves:
                deadline = min(move.deadline_s, time_limit or move.deadline_s)
                circuit = worker.apply(circuit, replace(move, deadline_s=deadline))
                states.append(circuit.sha256)
            qor = worker.cost(circuit, ready.flow, script.recipe.ending)
    except MoveFailedError as error:
        failure = str(error)
    wall_s = time.perf_counter() - started
    return Outcome(script.recipe, script.recipe, tuple(states), qor, failure, wall_s)


def value_of(ready: Prepared, outcome: Outcome) -> float | None:
    """The objective's figure of an outcome, if it has one."""
    return None if outcome.qor is None else ready.objective.value(outcome.qor)


def _row(
    cell: Cell, ready: Prepared, script: Script, outcome: Outcome, known: dict[str, Outcome]
) -> Row:
    facts = {
        "before": value_of(ready, known[START]),
        "reference": value_of(ready, known[BASELINE]),
        "wall_s": round(outcome.wall_s, 3),
    }
    limit = cell.protocol.time_limit
    error = outcome.failure
    if error is None and limit is not None and outcome.wall_s > limit:
        error = f"took {outcome.wall_s:.1f} s, more than the {limit:g} s that there are"
    if error is not None or outcome.qor is None:
        error = error or "nothing was measured"
        return cell.row(script.name, Kind.SCRIPT, 0, ready, error=error, **facts)
    qor: Qor = outcome.qor
    checked = check(ready, Candidate(outcome, qor, script.name))
    best = claimed(
        ready,
        qor,
        known[BASELINE].qor,
        recipe=checked.recipe,
        script=script.name,
        equivalence=checked.equivalence,
        replayed=checked.replayed,
        problem=checked.problem,
    )
    return cell.row(
        script.name,
        Kind.SCRIPT,
        0,
        ready,
        best=best,
        verified=best.holds,
        replayed=best.replayed,
        error=checked.problem,
        **facts,
    )
