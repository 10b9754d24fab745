"""How much slow moves may do in a search whose budget is a number of evaluations.

Such a budget is to stand for a time, and a slow move takes as long as hundreds of evaluations. By
numbers only, so that a search's answer does not depend on the machine.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from eda.move import SLOW, SLOWEST, Move
from eda.recipe import Recipe
from rl.searchers.base import Problem
from rl.searchers.derived import Derived
from rl.table import Table

# What a slow move does to a circuit, in ANDs of it: the slowest take some three times as long.
_WORK = {SLOW: 1.0, SLOWEST: 3.0}
# So much may be done for each evaluation of the budget.
_ANDS = 100.0
# A searcher that draws whole recipes has a slow move in most: on circuits up to so many ANDs.
_DRAWN_ANDS = 200


def modest(table: Table) -> Table:
    """The table for a searcher that counts no slow moves: kept to circuits that are small."""
    moves = tuple(
        replace(move, max_ands=min(move.max_ands, _DRAWN_ANDS)) if move.slow else move
        for move in table.moves
    )
    return replace(table, moves=moves)


@dataclass(frozen=True)
class _Kept:
    """What is kept of a recipe, what is left then, and where its slow moves are new."""

    moves: tuple[Move, ...]
    left: float
    new: tuple[Hashable, ...]


class Allowance:
    """What is left of it; boundless where the budget is time.

    A move counts once on a circuit, or on what is to come of the same moves on the same circuit: it
    is derived once.

    Args:
        problem: what is searched.
        derived: what is known of its circuits.
    """

    def __init__(self, problem: Problem, derived: Derived) -> None:
        self._left = _ANDS * problem.evaluations
        nodes = [outcome.qor.nodes for outcome in problem.known if outcome.qor]
        self._first, self._later = problem.ands, min([problem.ands, *nodes])
        self._derived = derived
        self._counted: set[Hashable] = set()

    @property
    def spent(self) -> bool:
        """Whether too little is left for any slow move."""
        return self._left < self._later * min(_WORK.values())

    def covers(self, moves: Sequence[Move]) -> bool:
        """Whether enough is left for all slow moves of a recipe."""
        return self._kept(moves).moves == tuple(moves)

    def burden(self, recipe: Recipe) -> float:
        """By how much what a recipe promises counts less: not at all, or all of it."""
        return 1.0 if self.covers(recipe.moves) else math.inf

    def keep(self, recipe: Recipe) -> Recipe:
        """The recipe without slow moves for which too little is left; the others are counted."""
        kept = self._kept(recipe.moves)
        self._left = kept.left
        self._counted.update(kept.new)
        return replace(recipe, moves=kept.moves)

    def _kept(self, moves: Sequence[Move]) -> _Kept:
        kept: list[Move] = []
        new: list[Hashable] = []
        left = self._left
        place: Hashable = self._derived.start
        for move in moves:
            step, target = self._derived.follow(place, move)
            known = self._derived.knows(step) or step in self._counted
            if move.slow and not known:
                work = _WORK[move.cost_class] * (self._first if not kept else self._later)
                if work > left:
                    continue
                left -= work
                new.append(step)
            place = target
            kept.append(move)
        return _Kept(tuple(kept), left, tuple(new))
