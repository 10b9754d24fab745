"""Recipes that did well: those that are tried on every design, and those that a model keeps."""

from collections.abc import Sequence

import numpy as np

from eda.move import commands_of
from eda.recipe import Recipe
from rl.guide.model import KEPT_RECIPES, KnownDesign, KnownRecipe, TriedRecipe
from rl.guide.network import Array
from rl.learn.archive import Evaluation, Record
from rl.learn.effects import effects
from rl.learn.fit import scales
from rl.scripts import SCRIPTS
from rl.table import Table


def needed(each: Evaluation, start: tuple[float, ...]) -> tuple[int, ...]:
    """The moves of an evaluation that changed the circuit, so far as its features tell."""
    kept, before = [], start
    for move, after in zip(each.moves or (), each.states, strict=True):
        if after != before:
            kept.append(move)
        before = after
    return tuple(kept)


def best_recipes(record: Record, count: int) -> list[tuple[tuple[int, ...], int, float]]:
    """Moves, ending and reward of a design's best recipes, best first, none with equal moves."""
    ranked = sorted(
        (each for each in record.evaluations if each.moves), key=lambda each: -each.reward
    )
    found: dict[tuple[int, ...], tuple[int, float]] = {}
    for each in ranked:
        moves = needed(each, record.start)
        if moves and len(found) < count:
            found.setdefault(moves, (each.ending, each.reward))
    return [(moves, ending, reward) for moves, (ending, reward) in found.items()]


def shared_recipes(
    records: Sequence[Record], table: Table, count: int, known: Sequence[Recipe] = ()
) -> list[Recipe]:
    """Recipes that are worth trying on every design.

    Moves that rebuild a circuit, each by itself under the three endings after the plain one; then
    the best recipes of designs that are as unlike as can be: one of each, then the second ones. The
    first design is the one nearest to the mean; each further one is the farthest from those before.

    Args:
        records: what an archive holds.
        table: what its moves and endings are indices of.
        count: how many recipes are wanted, if there are so many.
        known: recipes that are kept, and come first.
    """
    found = scales(records)
    places = (np.array([record.start for record in records]) - found.centre) / found.scale
    order = [int(np.linalg.norm(places, axis=1).argmin())]
    nearest = np.linalg.norm(places - places[order[0]], axis=1)
    while len(order) < len(records):
        nearest[order[-1]] = -1.0
        order.append(int(nearest.argmax()))
        away = np.linalg.norm(places - places[order[-1]], axis=1)
        nearest = np.where(nearest < 0, nearest, np.minimum(nearest, away))
    recipes = dict.fromkeys(known)
    heavy = [move for move in table.moves if move.rebuilds]
    openers = [Recipe((move,), ending) for ending in table.endings[1:4] for move in heavy]
    recipes |= dict.fromkeys(openers[: max(0, count - len(recipes))])
    ranked = [best_recipes(records[number], count) for number in order]
    for rank in range(max(map(len, ranked))):
        for best in ranked:
            if rank < len(best) and len(recipes) < count:
                moves, ending, _ = best[rank]
                chosen = tuple(table.moves[move] for move in moves)
                recipes[Recipe(chosen, table.endings[ending])] = None
    return list(recipes)


def as_tried(recipe: Recipe) -> TriedRecipe:
    """A recipe as a checkpoint has it."""
    return TriedRecipe(moves=tuple(commands_of(recipe.moves)), ending=recipe.ending.name)


def responses(
    records: Sequence[Record], shared: Sequence[Recipe], names: Sequence[str]
) -> tuple[tuple[TriedRecipe, ...], Array, Array]:
    """What the designs' costs were after the fixed scripts, and after the shared recipes.

    Designs on which a twentieth of these failed or were not tried are left out; what else is
    missing is as after the baseline.

    Args:
        records: what an archive holds.
        shared: the recipes that were tried on every design.
        names: of the endings that a search with the model has.

    Returns: the recipes, the scripts first; logarithms of area and delay by the baseline's, of
        shape (designs, 2, recipes); and what each ending adds to these, of shape (designs, 2,
        endings).
    """
    scripts = [script for script in SCRIPTS if script.recipe.ending.name in names]
    columns: dict[str | int, int] = {script.name: at for at, script in enumerate(scripts)}
    columns |= {number: len(scripts) + number for number in range(len(shared))}
    rows, kept = [], []
    for record in records:
        row = np.full((2, len(columns)), np.nan, dtype=np.float32)
        for each in record.evaluations:
            key = each.script if each.transferred is None else each.transferred
            if key is not None and key in columns:
                row[:, columns[key]] = each.area, each.delay
        if np.isnan(row[0]).sum() * 20 <= len(columns):
            rows.append(np.nan_to_num(row))
            kept.append(record)
    tried = [script.recipe for script in scripts] + list(shared)
    measured = np.array(rows, dtype=np.float32).reshape(-1, 2, len(columns))
    endings = [names.index(recipe.ending.name) for recipe in tried]
    return tuple(map(as_tried, tried)), measured, effects(kept, measured, endings, len(names))


def known_designs(records: Sequence[Record]) -> tuple[KnownDesign, ...]:
    """What a model keeps of each design."""
    return tuple(
        KnownDesign(
            name=record.name,
            recipes=tuple(
                KnownRecipe(moves=moves, ending=ending, reward=round(reward, 6))
                for moves, ending, reward in best_recipes(record, KEPT_RECIPES)
            ),
        )
        for record in records
    )
