"""How designs responded to the recipes that were tried on many of them, for one objective."""

from collections.abc import Callable

import numpy as np

from eda.move import commands_of
from eda.qor import Qor
from rl.endings import numbers
from rl.guide.merit import rewards
from rl.guide.model import Model
from rl.judge import Responses, bent
from rl.table import Table

_bent = np.vectorize(bent, otypes=[np.float64])


def responses(
    model: Model, table: Table, baseline: Qor, reward: Callable[[Qor], float]
) -> Responses:
    """What the recipes of a model's card were worth, without what their endings were.

    Args:
        model: what was learned; at least two designs' responses.
        table: the moves and endings that may be used. Moves of other names are left out of recipes.
        baseline: cost of the baseline.
        reward: figure of merit of a cost.
    """
    number = {name: at for at, name in enumerate(model.card.endings)}
    endings = [number[tried.ending] for tried in model.card.tried]
    results = _bent(rewards(np.exp(model.responses.astype(np.float64)), baseline, reward))
    worth = _bent(rewards(np.exp(model.effects.astype(np.float64)), baseline, reward))
    of_moves: dict[tuple[str, ...], list[int]] = {}
    offered = {}
    for at, tried in enumerate(model.card.tried):
        recipe = table.recipe(tried.moves, table.endings[0].name)
        moves = None if recipe is None else recipe.moves
        key = tried.moves if moves is None else tuple(commands_of(moves))
        of_moves.setdefault(key, []).append(at)
        offered[key] = moves
    found = (results - worth[:, endings]).T
    known = numbers(model.card.endings)
    columns = [known.get(ending.group) for ending in table.endings]
    unknown = np.full(len(worth), np.nan)
    return Responses(
        recipes=tuple(of_moves),
        offered=tuple(offered.values()),
        worth=np.array([found[each].mean(axis=0) for each in of_moves.values()]).T,
        endings=np.array([unknown if at is None else worth[:, at] for at in columns]).T,
    )
