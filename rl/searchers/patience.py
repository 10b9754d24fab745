"""Moves and endings that fail on a design, by their deadline or otherwise, and are given up."""

from collections.abc import Sequence

from eda.flow import Ending
from eda.move import Move
from rl.evaluation import Outcome


class Patience:
    """Counts failures. A slow move has one chance: each time it fails it takes long.

    Args:
        moves: of the table.
        endings: of the table; the first is never given up.
        chances: how often another move or an ending may fail.
    """

    def __init__(self, moves: Sequence[Move], endings: Sequence[Ending], chances: int) -> None:
        self._left = {move.commands: 1 if move.slow else chances for move in moves}
        self._groups = [ending.group for ending in endings]
        self._endings_left = dict.fromkeys(self._groups, chances)

    def learn(self, outcome: Outcome) -> list[str]:
        """Take in what failed; returns the commands of moves that are given up for it."""
        group = outcome.proposed.ending.group
        if outcome.qor is None and group in self._endings_left:
            self._endings_left[group] -= 1
        failed = [commands for commands in outcome.broken if commands in self._left]
        for commands in failed:
            self._left[commands] -= 1
        return [commands for commands in failed if self._left[commands] <= 0]

    def allows(self, move: Move) -> bool:
        """Whether the move is still to be used."""
        return self._left[move.commands] > 0

    @property
    def endings(self) -> list[int]:
        """Indices of the endings that are still to be used."""
        left = self._endings_left
        return [at for at, group in enumerate(self._groups) if not at or left[group] > 0]
