"""What training makes of records."""

from dataclasses import replace

import numpy as np
import pytest

from rl.features import NAMES
from rl.guide.retrieval import trust
from rl.learn.archive import Evaluation, Record
from rl.learn.fit import Settings, Shape, fit, transfer_matrix
from rl.learn.library import best_recipes, needed
from rl.learn.trusting import Trial, fitted, rank_correlation


def record(name: str, seed: int) -> Record:
    rng = np.random.default_rng(seed)
    start = tuple(rng.normal(size=len(NAMES)).tolist())
    evaluations = []
    for number in range(30):
        moves = tuple(int(move) for move in rng.integers(0, 7, 3))
        states = tuple(
            tuple((np.array(start) + rng.normal(size=len(NAMES)) / 5).tolist()) for _ in moves
        )
        # What a circuit costs is the first figure's change.
        cost = states[-1][0] - start[0]
        evaluations.append(
            Evaluation(moves, number % 2, states, cost, cost / 2, number if number < 4 else None)
        )
    return Record(name, start, tuple(evaluations))


def test_training_finds_a_truth_and_is_the_same_for_a_seed() -> None:
    records = [record(f"d{number}", number) for number in range(8)]
    shape = Shape(moves=7, endings=2)
    settings = Settings(values=1, hidden=32, epochs=(60, 2, 2), dropout=0.0)
    losses: dict[tuple[str, int], float] = {}
    first, _ = fit(records, shape, settings, lambda *told: losses.update({told[:2]: told[2]}))
    again, _ = fit(records, shape, settings, lambda *_: None)
    assert all((first[name] == again[name]).all() for name in first)
    assert losses["value0", 60] < losses["value0", 1] / 5
    assert {name for name, _ in losses} == {"value0", "policy", "embedding"}


def test_a_transfer_matrix_holds_what_was_tried() -> None:
    one = record("one", 1)
    matrix = transfer_matrix([one, replace(one, evaluations=one.evaluations[:2])])
    assert matrix.shape == (2, 4)
    assert np.isnan(matrix).tolist() == [[False] * 4, [False, False, True, True]]
    assert matrix[0, 1] == pytest.approx(max(-1, one.evaluations[1].reward), rel=1e-5)


def test_recipes_are_kept_without_moves_that_changed_nothing() -> None:
    start, other = (0.0,) * len(NAMES), (1.0,) * len(NAMES)
    useless = Evaluation((1, 2, 3), 0, (start, other, other), -1.0, 0.0)
    script = Evaluation(None, 0, (other,), -2.0, 0.0)
    worse = Evaluation((4,), 1, (other,), -0.5, 0.0)
    assert needed(useless, start) == (2,)
    found = best_recipes(Record("d", start, (worse, script, useless)), 5)
    assert [(moves, ending) for moves, ending, _ in found] == [((2,), 0), ((4,), 1)]


def test_trust_is_fitted_to_where_models_are_good() -> None:
    near = [Trial(f"near{n}", 0.1 + n / 100, 0.6) for n in range(10)]
    far = [Trial(f"far{n}", 0.8 + n / 100, 0.0) for n in range(10)]
    temperature, threshold = fitted(near + far)
    assert trust(0.1, temperature, threshold) > 0.8
    assert trust(0.9, temperature, threshold) < 0.2
    flat, _ = fitted([replace(trial, correlation=0.5) for trial in near + far])
    assert flat < temperature
    assert rank_correlation(np.arange(5.0), np.arange(5.0) ** 3) == pytest.approx(1)
    assert rank_correlation(np.zeros(5), np.arange(5.0)) == 0.0
