"""Recipes that were tried on many designs, as a search with a model is told of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint import card, tensors

from eda.errors import InputError
from eda.qor import Qor
from rl.endings import WIDE
from rl.features import NAMES
from rl.guide.model import Model, TriedRecipe, load_model, save_model
from rl.guide.portfolio import responses
from rl.judge import Responses, bent
from rl.table import PAPER

BASELINE = Qor(100.0, 10.0, 0, 50, 5)
MOVES = [move.commands for move in PAPER.moves]
ENDINGS = ("plain", "dch")
SCRIPT = ("a script; of several",)
TRIED = (
    TriedRecipe(moves=SCRIPT, ending=ENDINGS[0]),
    TriedRecipe(moves=(MOVES[0], MOVES[1]), ending=ENDINGS[0]),
    TriedRecipe(moves=(MOVES[0], "unknown", MOVES[1]), ending=ENDINGS[1]),
    TriedRecipe(moves=(MOVES[3],), ending=ENDINGS[1]),
)


def model(
    tmp_path: Path, measured: Any, effects: Any, tried: tuple[TriedRecipe, ...] = TRIED
) -> Model:
    path = tmp_path / "m.safetensors"
    given = {
        "responses": measured,
        "effects": effects,
        "value0.0.weight": np.zeros((2 * len(ENDINGS), 2 * len(NAMES))),
        "value0.0.bias": np.zeros(2 * len(ENDINGS)),
    }
    arrays = {name: np.array(each, dtype=np.float32) for name, each in given.items()}
    save_model(path, card(endings=ENDINGS, tried=tried), tensors() | arrays)
    return load_model(path)


def told(tmp_path: Path, measured: Any, effects: Any) -> Responses:
    def reward(qor: Qor) -> float:
        return 1 - qor.area * qor.delay / 1000

    return responses(model(tmp_path, measured, effects), PAPER, BASELINE, reward)


def some(seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(-0.2, 0.1, (9, 2, len(TRIED)))


def none() -> Any:
    return np.zeros((9, 2, len(ENDINGS)))


def test_recipes_of_equal_moves_are_one_and_what_is_not_offered_is_left_out(tmp_path: Path) -> None:
    measured = some()
    found = told(tmp_path, measured, none())
    assert found.recipes == (SCRIPT, (MOVES[0], MOVES[1]), (MOVES[3],))
    assert found.offered == (None, PAPER.moves[:2], PAPER.moves[3:4])
    worth = -measured.sum(axis=1)
    expected = np.stack([worth[:, 0], worth[:, 1:3].mean(axis=1), worth[:, 3]], axis=1)
    assert found.worth == pytest.approx(expected, abs=1e-5)


def test_what_an_ending_adds_is_not_the_moves_merit(tmp_path: Path) -> None:
    effects = none()
    effects[:, 0, 1] = -0.3
    plain = told(tmp_path, some(), none())
    beside = told(tmp_path, some(), effects)
    assert beside.worth[:, 0] == pytest.approx(plain.worth[:, 0])
    assert beside.worth[:, 2] == pytest.approx(plain.worth[:, 2] - 0.3, abs=1e-5)
    assert beside.endings == pytest.approx(0.0)


def test_what_endings_add_is_told_and_of_those_the_model_has_not_nothing(tmp_path: Path) -> None:
    effects = none()
    effects[:, 0, 1] = -0.3
    table = replace(PAPER, endings=WIDE[:3])
    found = responses(
        model(tmp_path, some(), effects), table, BASELINE, lambda qor: 1 - qor.adp / 1000
    )
    assert found.endings[:, :2] == pytest.approx(np.tile([0.0, 0.3], (9, 1)), abs=1e-5)
    assert np.isnan(found.endings[:, 2]).all()


def test_worths_are_on_the_bent_scale(tmp_path: Path) -> None:
    halved = np.zeros((9, 2, len(TRIED)))
    halved[:, 0, 3] = np.log(0.5)
    assert told(tmp_path, halved, none()).worth[:, 2] == pytest.approx(bent(0.5), abs=1e-5)


@pytest.mark.parametrize("shape", [(9, 2, 3), (9, 1, 4), (9, 2, 4)])
def test_responses_that_do_not_fit_are_refused(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="responses do not fit"):
        model(tmp_path, np.full(shape, np.inf if shape == (9, 2, 4) else 0.0), none())


@pytest.mark.parametrize("shape", [(8, 2, 2), (9, 2, 3), (9, 2, 2)])
def test_effects_that_do_not_fit_are_refused(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="effects do not fit"):
        model(tmp_path, some(), np.full(shape, np.nan if shape == (9, 2, 2) else 0.0))


def test_a_recipe_of_an_ending_that_is_not_there_is_refused(tmp_path: Path) -> None:
    tried = (*TRIED[:3], TriedRecipe(moves=SCRIPT, ending="another"))
    with pytest.raises(InputError, match="ends in 'another'"):
        model(tmp_path, some(), none(), tried)
