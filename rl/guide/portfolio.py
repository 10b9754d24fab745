"""Recipes that were tried on many designs, in the order that suits the one at hand."""

from collections.abc import Callable

import numpy as np

from eda.qor import Qor
from eda.recipe import Recipe
from rl.guide.model import Model
from rl.guide.responses import Belief
from rl.table import Table

#: A recipe from which less is expected is not worth an evaluation.
_LEAST_GAIN = 1e-3


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
        moves = {move.commands: move for move in table.moves}
        endings = {ending.name: ending for ending in table.endings}
        self._numbers: dict[tuple[tuple[str, ...], str], int] = {}
        self._recipes: dict[int, Recipe] = {}
        for number, tried in enumerate(model.card.tried):
            commands = tuple(each for each in tried.moves if each in moves)
            script = not commands and bool(tried.moves)
            key = (tried.moves if script else commands, tried.ending)
            if key in self._numbers:
                continue
            self._numbers[key] = number
            if commands and tried.ending in endings:
                chosen = tuple(moves[each] for each in commands)
                self._recipes[number] = Recipe(chosen, endings[tried.ending])
        self._best = -1.0
        self._belief = Belief(
            np.array(
                [
                    [
                        reward(
                            Qor(
                                baseline.area * area,
                                baseline.delay * delay,
                                0,
                                baseline.nodes,
                                baseline.levels,
                            )
                        )
                        for area, delay in zip(*np.exp(row.astype(np.float64)), strict=True)
                    ]
                    for row in model.responses
                ]
            )
        )

    def learn(self, recipe: Recipe, reward: float) -> None:
        """Take in what came of any recipe as it was proposed, -1 where nothing did."""
        self._best = max(self._best, reward)
        commands = tuple(move.commands for move in recipe.moves)
        number = self._numbers.get((commands, recipe.ending.name))
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
