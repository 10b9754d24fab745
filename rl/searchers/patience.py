"""Moves that fail on a design, by their deadline or otherwise, and are given up."""

import math
from collections.abc import Callable, Sequence

from eda.move import Move
from eda.recipe import Recipe
from rl.evaluation import Outcome


class Patience:
    """Counts failures. A slow move has one chance: each time it fails it takes long.

    Args:
        moves: of the table.
        chances: how often another move may fail.
    """

    def __init__(self, moves: Sequence[Move], chances: int) -> None:
        self._left = {move.commands: 1 if move.slow else chances for move in moves}

    def learn(self, outcome: Outcome) -> None:
        """Take in what failed."""
        for commands in outcome.broken:
            if commands in self._left:
                self._left[commands] -= 1

    def with_move(self, move: Move) -> bool:
        """Whether the move is still to be used."""
        return self._left[move.commands] > 0

    def priced(self, cost: Callable[[Recipe], float]) -> Callable[[Recipe], float]:
        """The same cost, infinite for a recipe with a move that is given up."""

        def found(recipe: Recipe) -> float:
            return cost(recipe) if all(map(self.with_move, recipe.moves)) else math.inf

        return found
