"""Which circuits are worth the move once more that led to them."""

from collections import deque
from collections.abc import Sequence

from eda.move import Move
from rl.searchers.member import Member

# By how much the cost must be below the best one before.
_PAID = 0.98


class Repeats:
    """A move that rebuilds a circuit and paid may pay again on what it made.

    Args:
        moves: of the table.
        length: the most moves that a recipe has.
    """

    def __init__(self, moves: Sequence[Move], length: int) -> None:
        self._rebuild = {move.commands for move in moves if move.cost_class > 1}
        self._length = length
        self._open: deque[Member] = deque()

    def learn(self, member: Member, reward: float, before: float) -> None:
        """Take in a circuit's reward, and the best one before it."""
        paid = 1 - reward < _PAID * (1 - before)
        last = member.moves[-1].commands if member.moves else None
        if paid and last in self._rebuild and len(member.moves) < self._length:
            self._open.append(member)

    def next(self) -> Member | None:
        """A circuit whose last move is to be repeated; each is told once."""
        return self._open.popleft() if self._open else None
