"""Moves that rebuild a circuit from the ground up: which come first, and which once more."""

from collections import deque
from collections.abc import Sequence

from eda.move import Move
from rl.searchers.base import Problem
from rl.searchers.member import Member

# By how much the cost must be below the best one before.
_PAID = 0.98


def rebuilders(problem: Problem) -> list[Move]:
    """Those that are to be tried alone, what takes longest first.

    Left out is what the scripts have measured, and what the circuit is too large for.
    """
    measured = {each.commands for outcome in problem.known for each in outcome.proposed.moves}
    heavy = [
        move
        for move in problem.table.moves
        if move.rebuilds and problem.ands <= move.max_ands and move.commands not in measured
    ]
    return sorted(heavy, key=lambda move: -move.cost_class)


class Repeats:
    """A move that rebuilds a circuit and paid may pay again on what it made.

    Args:
        moves: of the table.
        length: the most moves that a recipe has.
    """

    def __init__(self, moves: Sequence[Move], length: int) -> None:
        self._moves = {move.commands: move for move in moves if move.rebuilds}
        self._length = length
        self._open: deque[tuple[Member, Move]] = deque()

    def learn(self, member: Member, reward: float, before: float) -> None:
        """Take in a circuit's reward, and the best one before it."""
        paid = 1 - reward < _PAID * (1 - before)
        last = self._moves.get(member.moves[-1].commands) if member.moves else None
        if paid and last is not None and len(member.moves) < self._length:
            # A shorter way to the circuit, which ends otherwise, may be found meanwhile.
            self._open.append((member, last))

    def next(self) -> tuple[Member, Move] | None:
        """A circuit, and the move that led there and is to be repeated; each is told once."""
        return self._open.popleft() if self._open else None
