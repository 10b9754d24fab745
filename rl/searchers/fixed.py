"""The fixed scripts as a searcher: proposes each once."""

from collections.abc import Sequence

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal


class FixedScripts:
    """Proposes the given recipes in their order, each once.

    Args:
        recipes: what to propose.
        described: whether the features of what they reach are wanted.
    """

    def __init__(self, recipes: Sequence[Recipe], *, described: bool = False) -> None:
        self._waiting, self._described = list(reversed(recipes)), described

    def ask(self) -> Proposal | None:
        """See `Searcher.ask`."""
        if not self._waiting:
            return None
        return Proposal((self._waiting.pop(),), described=self._described)

    def tell(self, number: int, outcome: Outcome) -> None:
        """Nothing is learned."""
