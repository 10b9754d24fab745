"""The fixed scripts as a searcher: proposes each once."""

from collections.abc import Sequence

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal


class FixedScripts:
    """Proposes the given recipes in their order, each once."""

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self._waiting = list(reversed(recipes))

    def ask(self) -> Proposal | None:
        """See `Searcher.ask`."""
        return Proposal((self._waiting.pop(),)) if self._waiting else None

    def tell(self, outcome: Outcome) -> None:
        """Nothing is learned."""
