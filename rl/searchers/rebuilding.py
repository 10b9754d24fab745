"""Moves that rebuild a circuit from the ground up: which come first, and which later on."""

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


class Rebuilding:
    """Moves that are to rebuild what the search has made.

    One that rebuilt a circuit and paid may pay again on what came of it, the slowest of a recipe
    above all. One that the first circuit was too large for may suit the best one some day.
    """

    def __init__(self, problem: Problem) -> None:
        heavy = [move for move in problem.table.moves if move.rebuilds]
        self._late = [move for move in heavy if problem.ands > move.max_ands]
        self._length = problem.length
        self._again: set[Member] = set()
        self._open: deque[tuple[Member, Move]] = deque()

    def begin(self, member: Member, ands: int) -> None:
        """Take in the best circuit known so far: slow moves that it is small enough for come first.

        Args:
            member: the circuit.
            ands: its size.
        """
        self._enqueue(member, [move for move in self._late if move.slow and ands <= move.max_ands])

    def learn(self, member: Member, ands: int, reward: float, before: float) -> None:
        """Take in what came of a circuit.

        Args:
            member: the circuit.
            ands: its size.
            reward: what it came to now.
            before: the best reward before it.
        """
        if len(member.moves) >= self._length or reward <= before:
            return
        rebuilt = [move for move in reversed(member.moves) if move.rebuilds]
        if rebuilt and 1 - reward < _PAID * (1 - before) and member not in self._again:
            self._again.add(member)
            # A shorter way to the circuit, by other moves, may be found meanwhile.
            self._open.append((member, max(rebuilt, key=lambda move: move.cost_class)))
        self._enqueue(member, [move for move in self._late if ands <= move.max_ands])

    def _enqueue(self, member: Member, suited: Sequence[Move]) -> None:
        self._late = [move for move in self._late if move not in suited]
        self._open.extend((member, move) for move in suited)

    def next(self) -> tuple[Member, Move] | None:
        """A circuit and the move that is to rebuild it; each is told once."""
        return self._open.popleft() if self._open else None
