"""Moves that rebuild a circuit from the ground up: which come first, and which later on."""

from collections import deque
from collections.abc import Sequence

from eda.move import Move
from rl.searchers.base import Problem
from rl.searchers.member import Member

# What the cost must be of the best one before for a move to have paid.
_PAID = 0.98
# So much may be left of a circuit where it costs no more than before.
_SMALLER = 0.99


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
    above all; so may one that has made it smaller and no worse, even where it is not the best. One
    that the first circuit was too large for may suit the best one some day.
    """

    def __init__(self, problem: Problem) -> None:
        heavy = [move for move in problem.table.moves if move.rebuilds]
        self._late = [move for move in heavy if problem.ands > move.max_ands]
        self._seen: set[Member] = set()
        self._again: deque[tuple[Member, Move]] = deque()
        self._suited: list[Move] = []

    def begin(self, best: Member) -> None:
        """Take in the best circuit known so far: slow moves that it is small enough for come first.

        Args:
            best: the circuit.
        """
        self._suit([move for move in self._late if move.slow and best.nodes <= move.max_ands])

    def learn(self, member: Member, parent: Member | None, reward: float, before: float) -> None:
        """Take in what came of a circuit.

        Args:
            member: the circuit.
            parent: what it was made of, if that was measured.
            reward: what it came to now.
            before: the best reward before it.
        """
        rebuilt = [move for move in reversed(member.moves) if move.rebuilds]
        if rebuilt and member not in self._seen and _pays(member, parent, reward, before):
            self._seen.add(member)
            # A shorter way to the circuit, by other moves, may be found meanwhile.
            self._again.append((member, max(rebuilt, key=lambda move: move.cost_class)))
        if reward > before:
            self._suit([move for move in self._late if member.nodes <= move.max_ands])

    def next(self, best: Member | None) -> tuple[Member, Move] | None:
        """A circuit and the move that is to rebuild it; each is told once.

        Args:
            best: the best circuit now.
        """
        if self._again:
            return self._again.popleft()
        if best is not None:
            for move in self._suited:
                if best.nodes <= move.max_ands:
                    self._suited.remove(move)
                    return best, move
        return None

    def _suit(self, moves: Sequence[Move]) -> None:
        self._late = [move for move in self._late if move not in moves]
        self._suited.extend(moves)


def _pays(member: Member, parent: Member | None, reward: float, before: float) -> bool:
    """Whether the moves to a circuit were worth it: see `Rebuilding`."""
    if 1 - reward < _PAID * (1 - before):
        return True
    if parent is None or not member.moves[-1].rebuilds:
        return False
    return member.nodes <= _SMALLER * parent.nodes and reward >= parent.reward
