"""What every searcher is: something that proposes recipes and is told what came of them."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eda.qor import Qor
from rl.evaluation import Outcome, Proposal, Sizing
from rl.judge import Guidance
from rl.table import Table


@dataclass(frozen=True)
class Problem:
    """What a searcher knows before its first proposal.

    Attributes:
        start: hash of the circuit that the search starts from.
        table: the moves that it may use, those hopeless on the circuit's size left out.
        length: the most moves a recipe may have.
        reward: figure of merit of a cost, larger is better, at least -1; 0 is the baseline.
        seed: source of all the searcher's randomness.
        ands: size of that circuit.
        timed: the budget is time, not a number of evaluations.
        evaluations: of the budget; infinite where that is time, or nothing is to depend on it.
        room: for about so many evaluations there is time.
        known: what was measured before the search began, such as the fixed scripts.
        guidance: what was learned from other designs, or None.
    """

    start: str
    table: Table
    length: int
    reward: Callable[[Qor], float]
    seed: int
    ands: int
    timed: bool = False
    evaluations: float = math.inf
    room: float = math.inf
    known: tuple[Outcome, ...] = ()
    guidance: Guidance | None = None

    @property
    def sizing(self) -> Sizing | None:
        """How a mapped network is sized beside its ending's own way, if the table has others."""
        return Sizing(self.table.sizings, self.reward) if self.table.sizings else None

    def rng(self) -> random.Random:
        """A generator that depends on the seed alone."""
        return random.Random(self.seed)  # noqa: S311 - a search, not a secret


class Searcher(Protocol):
    """Proposes recipes.

    What a searcher proposes may depend on what it was told, in which order, and on its seed, and on
    nothing else.
    """

    def ask(self) -> Proposal | None:
        """The next proposal, or None: wait for what is under way, or there is nothing left."""

    def tell(self, number: int, outcome: Outcome) -> None:
        """Take in what came of a proposal; `number` counts proposals from 0."""


def value(problem: Problem, outcome: Outcome) -> float:
    """The reward of an outcome; -1 where nothing could be measured."""
    return -1.0 if outcome.qor is None else problem.reward(outcome.qor)
