"""The fixed scripts as a searcher: proposes each once."""

from collections.abc import Callable, Sequence

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal


class FixedScripts:
    """Proposes the given recipes in their order, each once.

    Args:
        recipes: what to propose.
        described: whether the features of what they reach are wanted.
        affordable: whether there is time for another one after so many.
    """

    def __init__(
        self,
        recipes: Sequence[Recipe],
        *,
        described: bool = False,
        affordable: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._waiting, self._described = list(reversed(recipes)), described
        self._affordable, self._asked = affordable, 0

    def ask(self) -> Proposal | None:
        """See `Searcher.ask`."""
        if not self._waiting or not self._affordable(self._asked):
            return None
        self._asked += 1
        return Proposal((self._waiting.pop(),), described=self._described)

    def tell(self, number: int, outcome: Outcome) -> None:
        """Nothing is learned."""
