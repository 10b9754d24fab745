"""Random search: the baseline that every other searcher has to beat."""

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Problem


class RandomSearch:
    """Recipes of full length, each move and the ending drawn uniformly."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rng = problem.rng()

    def ask(self) -> Proposal:
        """See `Searcher.ask`."""
        table = self._problem.table
        moves = tuple(self._rng.choice(table.moves) for _ in range(self._problem.length))
        recipe = Recipe(moves, self._rng.choice(table.endings))
        return Proposal((recipe,), sizing=self._problem.sizing)

    def tell(self, number: int, outcome: Outcome) -> None:
        """Nothing is learned."""
