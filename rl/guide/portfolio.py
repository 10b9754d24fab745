"""Recipes that were tried on many designs, in the order that suits the one at hand."""

from collections.abc import Callable

import numpy as np

from eda.qor import Qor
from eda.recipe import Recipe
from rl.guide.merit import rewards
from rl.guide.model import Model
from rl.guide.responses import Belief
from rl.table import Table

#: A recipe from which less is expected is not worth an evaluation.
_LEAST_GAIN = 1e-3

_Key = tuple[tuple[str, ...], str]


class Portfolio:
    """Proposes the recipes of a model's card, each once.

    Args:
        model: what was learned.
        table: the moves and endings that may be used. Moves of other names are left out of recipes.
        baseline: cost of the baseline.
        reward: figure of merit of a cost.
    """

    def __init__(
        self, model: Model, table: Table, baseline: Qor, reward: Callable[[Qor], float]
    ) -> None:
        self._numbers: dict[_Key, int] = {}
        self._recipes: dict[int, Recipe] = {}
        for number, tried in enumerate(model.card.tried):
            recipe = table.recipe(tried.moves, tried.ending)
            key = (tried.moves, tried.ending) if recipe is None else _key(recipe)
            if key in self._numbers:
                continue
            self._numbers[key] = number
            if recipe is not None:
                self._recipes[number] = recipe
        self._best = -1.0
        costs = np.exp(model.responses.astype(np.float64))
        self._belief = Belief(rewards(costs, baseline, reward))

    def learn(self, recipe: Recipe, reward: float) -> None:
        """Take in what came of any recipe as it was proposed, -1 where nothing did."""
        self._best = max(self._best, reward)
        number = self._numbers.get(_key(recipe))
        if number is not None:
            self._belief.learn(number, reward)
            self._recipes.pop(number, None)

    def propose(self, cost: Callable[[Recipe], float]) -> Recipe | None:
        """The recipe from which most is expected for its cost; None: little is expected of all."""
        if not self._recipes:
            return None
        costs = [cost(recipe) for recipe in self._recipes.values()]
        number, gain = self._belief.choose(list(self._recipes), self._best, costs)
        if gain < _LEAST_GAIN:
            return None
        self._belief.expect(number)
        return self._recipes.pop(number)


def _key(recipe: Recipe) -> _Key:
    return tuple(move.commands for move in recipe.moves), recipe.ending.name
