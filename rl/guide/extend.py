"""Adds finished searches to the designs that a checkpoint knows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from eda import aiger
from eda.circuit import Circuit
from eda.errors import InputError
from rl.endings import group_of, numbers
from rl.features import features
from rl.guide.model import (
    KEPT_RECIPES,
    Card,
    KnownDesign,
    KnownRecipe,
    Model,
    load_model,
    save_model,
)
from rl.journal import read_events
from rl.suites import unlearnable


@dataclass(frozen=True)
class Found:
    """What was found out about a design.

    Attributes:
        name: of the design.
        start: the circuit that its searches began with.
        recipes: the best ones, of which the model knows every move and the ending.
    """

    name: str
    start: Circuit
    recipes: tuple[KnownRecipe, ...]


@dataclass(frozen=True)
class Extended:
    """What came of it.

    Attributes:
        added: the designs that were added.
        left_out: names of others, with the reason.
    """

    added: list[KnownDesign]
    left_out: list[tuple[str, str]]


class LeftOutError(Exception):
    """Why a design is not taken."""


def extend(source: Path, runs: Sequence[Path], target: Path, *, held_out: bool = False) -> Extended:
    """Write `source` with the designs of `runs` to `target`; a design known by name is replaced.

    The networks stay as they are: the new designs count for retrieval and for trust. Circuits that
    are held out for testing are left out, by their names.

    Args:
        source: a checkpoint.
        runs: run folders of `eda-rl search`.
        target: the checkpoint to write; may be `source`.
        held_out: take those circuits, too.

    Raises:
        InputError: a folder holds no finished run, or one with another table or flow; or every
            design is left out.
    """
    model = load_model(source)
    found: list[Found] = []
    left_out: list[tuple[str, str]] = []
    for run in runs:
        try:
            found.append(_design(run, model.card, held_out=held_out))
        except LeftOutError as error:
            left_out.append((str(run), str(error)))
    if not found:
        raise InputError("; ".join(f"{run}: {reason}" for run, reason in left_out))
    return Extended(write_extended(source, model, found, target), left_out)


def write_extended(
    source: Path, model: Model, found: Iterable[Found], target: Path
) -> list[KnownDesign]:
    """Write a checkpoint, `source`, read as `model`, with more designs to `target`.

    Returns: what was added.
    """
    tensors, card = load_file(source), model.card
    known = {design.name: row for design, row in zip(card.designs, model.designs, strict=True)}
    designs = {design.name: design for design in card.designs}
    added = []
    for one in found:
        design = KnownDesign(name=one.name, recipes=one.recipes)
        designs[design.name] = design
        known[design.name] = model.embed(np.array(features(one.start), dtype=np.float32))
        added.append(design)
    changed = Card(**{**card.__dict__, "designs": tuple(designs.values())})
    tensors["designs"] = np.stack([known[name] for name in designs]).astype(np.float32)
    save_model(target, changed, tensors)
    return added


def _design(run: Path, card: Card, *, held_out: bool) -> Found:
    try:
        result = json.loads((run / "result.json").read_text("utf-8"))
        start = Circuit(aiger.strip((run / "input.aig").read_bytes()))
    except (OSError, ValueError) as error:
        raise InputError(f"{run}: not the folder of a finished search: {error}") from error
    for name in (result["design"], result["top"]):
        if not held_out and (reason := unlearnable(name)):
            raise LeftOutError(f"{name}: {reason}; --held-out takes it all the same")
    if (result["table"], result["flow"]) != (card.table, card.flow):
        raise InputError(
            f"{run}: a search with table {result['table']} and flow {result['flow']}; the model "
            f"is for table {card.table} and flow {card.flow}"
        )
    baseline = result["baseline"]["area"] * result["baseline"]["delay"]
    recipes = known_recipes(read_events(run / "events.jsonl")[0], card, start.sha256, baseline)
    return Found(result["top"], start, best_of(recipes))


def known_recipes(
    events: Iterable[dict[str, Any]], card: Card, start: str, baseline: float
) -> list[KnownRecipe]:
    """The recipes of a journal of which a model knows every move and the ending.

    Args:
        events: evaluations, as `events.jsonl` has them.
        card: the model's.
        start: the circuit that the search began with, as the events' states spell it.
        baseline: its area-delay product after the baseline.
    """
    found, known = [], numbers(card.endings)
    for event in events:
        qor = event.get("qor")
        if event.get("event") != "evaluation" or not qor:
            continue
        ending = known.get(group_of(event["ending"]))
        if ending is None:
            continue
        before, moves = start, []
        for commands, state in zip(event["moves"], event["states"], strict=True):
            if state != before:
                moves.append(commands)
            before = state
        if not moves or any(commands not in card.moves for commands in moves):
            continue
        recipe = KnownRecipe(
            moves=tuple(card.moves.index(commands) for commands in moves),
            ending=ending,
            reward=round(1 - qor["area"] * qor["delay"] / baseline, 6),
        )
        found.append(recipe)
    return found


def best_of(recipes: Iterable[KnownRecipe]) -> tuple[KnownRecipe, ...]:
    """The best recipes, each sequence of moves once."""
    found: dict[tuple[int, ...], KnownRecipe] = {}
    for recipe in recipes:
        other = found.get(recipe.moves)
        if other is None or recipe.reward > other.reward:
            found[recipe.moves] = recipe
    return tuple(sorted(found.values(), key=lambda recipe: -recipe.reward)[:KEPT_RECIPES])
