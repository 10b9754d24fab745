"""Several searches in turn, each with a reward of its own, that share what they find."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Searcher


@runtime_checkable
class Sharing(Protocol):
    """A searcher that can use what another one found."""

    @property
    def opening(self) -> bool:
        """Whether its next proposals are those that every search begins with."""

    def learn(self, outcome: Outcome) -> None:
        """Take in what came of another searcher's proposal."""


class Directions:
    """Asks its searchers in turn; what all begin with is proposed by the first alone.

    Args:
        searchers: one for each reward.
    """

    def __init__(self, searchers: Sequence[Searcher]) -> None:
        self._searchers = list(searchers)
        self._asked = [0] * len(self._searchers)
        self._owners: dict[int, tuple[int, int]] = {}
        self._turn = self._number = 0

    def ask(self) -> Proposal | None:
        """See `Searcher.ask`."""
        first = self._searchers[0]
        if isinstance(first, Sharing) and first.opening:
            return self._from(0)
        for _ in self._searchers:
            turn = self._turn
            self._turn = (turn + 1) % len(self._searchers)
            proposal = self._from(turn)
            if proposal is not None:
                return proposal
        return None

    def tell(self, number: int, outcome: Outcome) -> None:
        """See `Searcher.tell`."""
        owner, own_number = self._owners.pop(number)
        self._searchers[owner].tell(own_number, outcome)
        for index, other in enumerate(self._searchers):
            if index != owner and isinstance(other, Sharing):
                other.learn(outcome)

    def _from(self, index: int) -> Proposal | None:
        proposal = self._searchers[index].ask()
        if proposal is not None:
            self._owners[self._number] = (index, self._asked[index])
            self._asked[index] += 1
            self._number += 1
        return proposal
