"""Which circuits a search has derived, as its outcomes tell."""

from collections.abc import Hashable, Sequence

from eda.move import Move
from rl.evaluation import Outcome, walked


class Derived:
    """Follows recipes as far as their circuits are known.

    A place is a known circuit, or stands for what is to come of a step. A step is a move made in a
    place. Recipes that meet in a circuit have the same places and steps from there on.

    Args:
        start: hash of the circuit that the search begins with.

    Attributes:
        start: the same.
    """

    def __init__(self, start: str) -> None:
        self.start = start
        self._targets: dict[Hashable, str] = {}

    def learn(self, outcome: Outcome) -> None:
        """Take in which circuits an outcome's moves led to."""
        for step in walked(outcome, self.start):
            self._targets[step.source, step.move.commands] = step.target

    def follow(self, place: Hashable, move: Move) -> tuple[Hashable, Hashable]:
        """The step that a move makes from a place, and the place that it leads to."""
        step = (place, move.commands)
        return step, self._targets.get(step, step)

    def knows(self, step: Hashable) -> bool:
        """Whether it is known what came of a step."""
        return step in self._targets

    def unknown(self, moves: Sequence[Move]) -> list[Move]:
        """Those of a recipe's moves whose circuits are not known yet."""
        found: list[Move] = []
        place: Hashable = self.start
        for move in moves:
            step, place = self.follow(place, move)
            if not self.knows(step):
                found.append(move)
        return found
