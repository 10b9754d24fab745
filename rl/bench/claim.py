"""Checks a claim: replayed exactly in a plain ABC process, and proven equivalent."""

from dataclasses import dataclass

from eda.circuit import Circuit
from eda.equivalence import check_equivalence
from eda.errors import ToolError
from eda.qor import Qor
from eda.recipe import Recipe
from eda.replay import replay
from rl.evaluation import shortened
from rl.findings import Candidate
from rl.finish import PROOF_TIME_LIMIT, replay_exactly
from rl.prepare import Prepared


@dataclass(frozen=True)
class Checked:
    """What became of a claim.

    Attributes:
        recipe: as it was replayed, without moves that failed or changed nothing.
        replayed: whether the plain process came to the same circuit and cost.
        equivalence: the proof's answer; None where it came to none.
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
    return _prove(ready, recipe, replayed.circuit)


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
    return _prove(ready, ending, circuit)


def _prove(ready: Prepared, recipe: Recipe, circuit: Circuit) -> Checked:
    try:
        answer = check_equivalence(
            ready.abc, ready.design.core, circuit.data, time_limit=PROOF_TIME_LIMIT
        )
    except ToolError as error:
        return Checked(recipe, True, None, f"not proven: {error}")
    proven = answer.value == "EQUIVALENT"
    return Checked(recipe, True, answer.value, None if proven else f"not proven: {answer.value}")
