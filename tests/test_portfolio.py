"""Recipes that were tried on many designs, and which of them a design is expected to like."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint import ENDINGS, card, tensors
from hypothesis import given
from hypothesis import strategies as st

from eda.errors import InputError
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from rl.guide.model import Model, TriedRecipe, load_model, save_model
from rl.guide.portfolio import Portfolio
from rl.guide.responses import Belief
from rl.table import PAPER

BASELINE = Qor(100.0, 10.0, 0, 50, 5)
# Two kinds of designs: what the one likes the other does not.
LIKES = np.array([[0.5, 0.4, -0.5, 0.0]] * 4 + [[-0.5, 0.0, 0.5, 0.4]] * 4)


def alike(_: Recipe) -> float:
    return 1.0


def rewards() -> Any:
    return LIKES + np.random.default_rng(0).normal(0, 0.02, LIKES.shape)


@pytest.mark.parametrize(("shown", "liked"), [(0.5, 1), (-0.5, 3)])
def test_a_result_tells_which_designs_this_one_is_like(shown: float, liked: int) -> None:
    belief = Belief(rewards())
    belief.learn(0, shown)
    assert belief.choose([1, 3], 0.0, [1.0, 1.0])[0] == liked


def test_what_costs_much_must_promise_more() -> None:
    belief = Belief(rewards())
    belief.learn(0, 0.5)
    assert belief.choose([1, 3], 0.0, [1.0, 1.0])[0] == 1
    assert belief.choose([1, 3], -0.5, [100.0, 1.0])[0] == 3


def test_an_expected_improvement_is_that_of_a_normal_variable() -> None:
    values = np.array([[0.0], [0.2], [0.4]])
    bent = -np.log1p(-values[:, 0])
    mean, spread = bent.mean(), bent.std(ddof=1)
    drawn = np.random.default_rng(1).normal(mean, spread, 1_000_000)
    best = 0.3
    expected = np.maximum(0, drawn + math.log1p(-best)).mean()
    assert Belief(values).choose([0], best, [1.0])[1] == pytest.approx(expected, rel=0.01)


@given(st.lists(st.floats(-1, 0.9), min_size=4, max_size=4), st.floats(-1, 0.95))
def test_improvements_are_finite_and_never_negative(shown: list[float], best: float) -> None:
    belief = Belief(rewards())
    for recipe, reward in enumerate(shown[:2]):
        belief.learn(recipe, reward)
    belief.expect(2)
    recipe, gain = belief.choose([3], best, [1.0])
    assert recipe == 3
    assert 0 <= gain < math.inf


def model(tmp_path: Path, responses: Any = None) -> Model:
    rng = np.random.default_rng(2)
    moves = [move.commands for move in PAPER.moves]
    tried = (
        TriedRecipe(moves=("a script; of several",), ending=ENDINGS[0].name),
        TriedRecipe(moves=(moves[0], moves[1]), ending=ENDINGS[0].name),
        TriedRecipe(moves=(moves[0], "unknown", moves[1]), ending=ENDINGS[0].name),
        TriedRecipe(moves=(moves[2],), ending="unknown"),
        TriedRecipe(moves=(moves[3],), ending=ENDINGS[0].name),
    )
    if responses is None:
        responses = rng.normal(-0.2, 0.1, (9, 2, len(tried))).astype(np.float32)
    path = tmp_path / "m.safetensors"
    save_model(path, card(tried=tried), tensors() | {"responses": responses})
    return load_model(path)


def portfolio(tmp_path: Path, responses: Any = None) -> Portfolio:
    return Portfolio(
        model(tmp_path, responses), PAPER, BASELINE, lambda qor: 1 - qor.area * qor.delay / 1000
    )


def test_every_recipe_that_the_table_offers_is_proposed_once(tmp_path: Path) -> None:
    one = portfolio(tmp_path)
    proposed = [one.propose(alike), one.propose(alike), one.propose(alike)]
    moves = PAPER.moves
    assert proposed[2] is None
    assert {recipe.moves for recipe in proposed if recipe} == {moves[:2], moves[3:4]}


def test_what_was_measured_is_not_proposed_and_what_cannot_gain_neither(tmp_path: Path) -> None:
    one = portfolio(tmp_path)
    one.learn(Recipe(PAPER.moves[:2], ENDINGS[0]), 0.1)
    recipe = one.propose(alike)
    assert recipe is not None
    assert recipe.moves == PAPER.moves[3:4]
    same = np.random.default_rng(3).normal(-0.2, 0.001, (9, 2, 5)).astype(np.float32)
    other = portfolio(tmp_path, same)
    script = Move("a script", "a script; of several")
    other.learn(Recipe((script,), ENDINGS[0]), 0.98)
    assert other.propose(alike) is None


@pytest.mark.parametrize("shape", [(9, 2, 4), (9, 1, 5), (9, 2, 5)])
def test_responses_that_do_not_fit_are_refused(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="responses do not fit"):
        model(tmp_path, responses=np.full(shape, np.inf if shape == (9, 2, 5) else 0.0))
