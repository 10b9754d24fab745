"""Moves that fail on a design, by their deadline or otherwise, and are given up."""

from collections.abc import Sequence

from eda.move import Move
from rl.evaluation import Outcome


class Patience:
    """Counts failures. A slow move has one chance: each time it fails it takes long.

    Args:
        moves: of the table.
        chances: how often another move may fail.
    """

    def __init__(self, moves: Sequence[Move], chances: int) -> None:
        self._left = {move.commands: 1 if move.slow else chances for move in moves}

    def learn(self, outcome: Outcome) -> list[str]:
        """Take in what failed; returns the commands of moves that are given up for it."""
        failed = [commands for commands in outcome.broken if commands in self._left]
        for commands in failed:
            self._left[commands] -= 1
        return [commands for commands in failed if self._left[commands] <= 0]

    def allows(self, move: Move) -> bool:
        """Whether the move is still to be used."""
        return self._left[move.commands] > 0
