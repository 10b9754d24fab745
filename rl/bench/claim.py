"""Checks a claim: replayed in a plain ABC process, its circuit and its netlist proven."""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from eda.circuit import Circuit
from eda.equivalence import Equivalence, check_equivalence
from eda.errors import ToolError
from eda.netlist import NetlistMismatch
from eda.qor import Qor
from eda.recipe import Recipe
from eda.replay import Replayed, replay
from rl.clock import Clock
from rl.evaluation import shortened
from rl.findings import Candidate
from rl.finish import PROOF_TIME_LIMIT, prove_netlist, replay_exactly
from rl.prepare import Prepared
from rl.runfolder import RunFolder


@dataclass(frozen=True)
class Checked:
    """What became of a claim.

    Attributes:
        recipe: as it was replayed, without moves that failed or changed nothing.
        replayed: whether the plain process came to the same circuit and cost.
        equivalence: the proofs' answer; None where they came to none.
        problem: what went wrong.
    """

    recipe: Recipe
    replayed: bool
    equivalence: str | None
    problem: str | None


def check(ready: Prepared, candidate: Candidate) -> Checked:
    """Replay a candidate's recipe and prove what it makes of the design."""
    recipe = shortened(candidate.outcome, ready.start.sha256)
    try:
        replayed = replay_exactly(ready, candidate, PROOF_TIME_LIMIT)
    except ToolError as error:
        return Checked(recipe, False, None, f"not replayed: {error}")
    return _prove(ready, recipe, replayed)


def check_circuit(ready: Prepared, circuit: Circuit, ending: Recipe, qor: Qor) -> Checked:
    """Measure a circuit of which there is no recipe again, in a plain process, and prove it.

    Args:
        ready: the design.
        circuit: what is claimed to be equivalent to it.
        ending: a recipe without moves: how it was mapped.
        qor: what it is claimed to cost.
    """
    library = ready.abc_library if ready.flow.needs_library else None
    try:
        again = replay(ready.abc, circuit, ending, ready.flow, library, time_limit=PROOF_TIME_LIMIT)
    except ToolError as error:
        return Checked(ending, False, None, f"not measured again: {error}")
    if again.qor != qor or again.circuit.sha256 != circuit.sha256:
        return Checked(ending, False, None, f"a plain ABC process measures {again.qor}, not {qor}")
    return _prove(ready, ending, again)


def _prove(ready: Prepared, recipe: Recipe, replayed: Replayed) -> Checked:
    clock = Clock(None, time.perf_counter(), ready.start.ands)
    try:
        answer = check_equivalence(
            ready.abc, ready.design.core, replayed.circuit.data, time_limit=PROOF_TIME_LIMIT
        )
        if answer is Equivalence.EQUIVALENT:
            with TemporaryDirectory(prefix="eda-rl-") as name:
                folder = Path(name)
                _, netlist = prove_netlist(ready, replayed, RunFolder(folder), folder, clock)
                answer = answer if netlist is None else netlist
    except (ToolError, NetlistMismatch) as error:
        return Checked(recipe, True, None, f"not proven: {error}")
    proven = answer is Equivalence.EQUIVALENT
    return Checked(recipe, True, answer.value, None if proven else f"not proven: {answer.value}")
