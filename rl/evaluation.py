"""One evaluation: a recipe run on a circuit and measured."""

import time
from dataclasses import dataclass

from eda.circuit import Circuit
from eda.flow import Flow
from eda.qor import Qor
from eda.recipe import Recipe
from eda.synthesizer import MoveFailedError, Synthesizer


@dataclass(frozen=True)
class Outcome:
    """What came of one proposed recipe.

    Attributes:
        recipe: the moves that worked: what reaches the final circuit.
        proposed: the recipe as proposed, moves that were left out included.
        states: hash of the circuit after each proposed move; after one left out the
            circuit is what it was before.
        qor: the final circuit's cost, or None where it cannot be measured.
        failure: why something failed, if anything did.
        wall_s: seconds of wall time that it took.
    """

    recipe: Recipe
    proposed: Recipe
    states: tuple[str, ...]
    qor: Qor | None
    failure: str | None
    wall_s: float


def evaluate(synthesizer: Synthesizer, start: Circuit, recipe: Recipe, flow: Flow) -> Outcome:
    """Apply the moves of `recipe` in turn and measure the result.

    A move that fails on its circuit, or for which the circuit is too large, is left out; the
    rest goes on from there.
    """
    started = time.perf_counter()
    circuit, failure, qor = start, None, None
    states, worked = [], []
    with synthesizer.worker() as worker:
        for move in recipe.moves:
            try:
                if circuit.ands <= move.max_ands:
                    circuit = worker.apply(circuit, move)
                    worked.append(move)
            except MoveFailedError as error:
                failure = str(error)
            states.append(circuit.sha256)
        try:
            qor = worker.cost(circuit, flow, recipe.ending)
        except MoveFailedError as error:
            failure = str(error)
    effective = Recipe(tuple(worked), recipe.ending)
    wall_s = time.perf_counter() - started
    return Outcome(effective, recipe, tuple(states), qor, failure, wall_s)
