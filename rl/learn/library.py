"""Recipes that did well: those that are tried on every design, and those that a model keeps."""

from collections.abc import Sequence

import numpy as np

from eda.recipe import Recipe
from rl.guide.model import KEPT_RECIPES, KnownDesign, KnownRecipe
from rl.learn.archive import Evaluation, Record
from rl.learn.fit import scales
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


def shared_recipes(records: Sequence[Record], table: Table, count: int) -> list[Recipe]:
    """The best recipes of designs that are as unlike as can be, one of each.

    The first is the design nearest to the mean; each further one is the farthest from those
    chosen before.
    """
    found = scales(records)
    places = (np.array([record.start for record in records]) - found.centre) / found.scale
    distance = np.linalg.norm(places, axis=1)
    chosen = [int(distance.argmin())]
    nearest = np.linalg.norm(places - places[chosen[0]], axis=1)
    while len(chosen) < min(count, len(records)):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.linalg.norm(places - places[chosen[-1]], axis=1))
    recipes: dict[Recipe, None] = {}
    for number in chosen:
        for moves, ending, _ in best_recipes(records[number], 1):
            recipe = Recipe(tuple(table.moves[move] for move in moves), table.endings[ending])
            recipes[recipe] = None
    return list(recipes)


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
