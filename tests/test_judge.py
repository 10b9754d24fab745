"""Choosing what to map: features of AIGs, the regression on them, preferences that fade."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from conftest import adder_aig, multiplier_aig
from hypothesis import given
from hypothesis import strategies as st

from eda.circuit import Circuit
from eda.flow import DCH, PLAIN, Ending
from eda.frontend.build import AigBuilder
from rl.features import FIGURES, features
from rl.judge import LEAST_KNOWN, Candidate, Judge, fit
from rl.searchers.preferences import Preferences

ROW = (0.0,) * len(FIGURES)


def named(circuit: Circuit) -> dict[str, float]:
    """The figures themselves: features are logarithms of one more."""
    return {name: math.expm1(x) for name, x in zip(FIGURES, features(circuit), strict=False)}


def test_features_of_a_chain_by_hand() -> None:
    """(a & b) & !c, and a & b also as an output: two ANDs, the first with two fan-outs."""
    build = AigBuilder()
    a, b, c = (build.variable() for _ in range(3))
    inner = build.conjunction(a, b)
    outer = build.conjunction(inner, c ^ 1)
    found = named(Circuit(build.encode([a, b, c], [outer, inner])))
    assert found["ands"] == pytest.approx(2)
    assert found["levels"] == pytest.approx(2)
    # The second AND waits for the first, which drives two: one level and half of one for that.
    assert found["loaded delay"] == pytest.approx(2.5)
    assert found["mean loaded delay"] == pytest.approx((2.5 + 1) / 2)
    assert found["nodes with several fan-outs"] == pytest.approx(1)
    assert found["inverted fan-ins"] == pytest.approx(1)
    assert found["largest fan-out"] == pytest.approx(2)


def test_features_are_finite_and_agree_with_the_circuit() -> None:
    wires = AigBuilder()
    inputs = [wires.variable() for _ in range(2)]
    for data in (adder_aig(8), multiplier_aig(4), wires.encode(inputs, inputs)):
        circuit = Circuit(data)
        found = named(circuit)
        assert all(math.isfinite(value) for value in features(circuit))
        assert found["ands"] == pytest.approx(circuit.ands)
        assert found["levels"] == pytest.approx(circuit.levels)


@given(st.integers(0, 2**32), st.lists(st.floats(-3, 3), min_size=7, max_size=7))
def test_a_linear_truth_is_found_again(seed: int, truth: list[float]) -> None:
    rows = np.random.default_rng(seed).normal(size=(300, len(FIGURES)))
    regression = fit(rows.tolist(), (rows @ np.array(truth) - 0.3).tolist())
    assert regression is not None
    better, worse = np.array(truth), -np.array(truth)
    if np.abs(truth).max() > 0.01:
        assert regression.rate(better.tolist()) > regression.rate(worse.tolist())


def test_too_little_is_known_to_tell() -> None:
    assert fit([ROW] * (LEAST_KNOWN - 1), [0.0] * (LEAST_KNOWN - 1)) is None
    constant = fit([ROW] * LEAST_KNOWN, [0.5] * LEAST_KNOWN)
    assert constant is not None
    assert constant.rate(ROW) == 0.5


@dataclass(frozen=True)
class ByFirst:
    """Rates by the first figure; an ending adds its number."""

    endings: int = 1

    def rate(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
        return np.array([[row[0] + ending for ending in range(self.endings)] for row in rows])


def chosen(judge: Judge, *candidates: tuple[str, Ending, Sequence[float]]) -> int:
    return judge.choose([Candidate(*each) for each in candidates])[0]


def test_new_circuits_come_before_better_rated_ones() -> None:
    good, bad = (9.0, *ROW[1:]), (1.0, *ROW[1:])
    judge = Judge(ByFirst(), {("known", "map"): 0, ("later", "map"): 1}, 1)
    assert chosen(judge, ("known", PLAIN, good), ("new", PLAIN, bad)) == 1
    assert chosen(judge, ("new", PLAIN, bad), ("newer", PLAIN, good)) == 1
    assert chosen(judge, ("known", PLAIN, bad), ("known", PLAIN, good)) == 1
    # The same circuit mapped otherwise is new, and so is what was told after the proposal.
    assert chosen(judge, ("known", PLAIN, good), ("known", DCH, bad)) == 1
    assert chosen(judge, ("known", PLAIN, good), ("later", PLAIN, bad)) == 1


def test_without_a_rating_the_first_new_one_is_chosen() -> None:
    judge = Judge(None, {("a", "map"): 0}, 1)
    assert chosen(judge, ("a", PLAIN, ROW), ("b", PLAIN, ROW), ("c", PLAIN, ROW)) == 1


def test_a_free_judge_chooses_the_ending_too() -> None:
    candidates = [Candidate("a", PLAIN, (1.0,)), Candidate("b", PLAIN, (1.5,))]
    bound = Judge(ByFirst(2), {}, 0, (PLAIN, DCH))
    assert bound.choose(candidates) == (1, PLAIN)
    free = Judge(ByFirst(2), {}, 0, (PLAIN, DCH), free=True)
    assert free.choose(candidates) == (1, DCH)
    told = Judge(ByFirst(2), {("b", "dch; map"): 0}, 1, (PLAIN, DCH), free=True)
    assert told.choose(candidates) == (0, DCH)


def drawn(preferences: Preferences, count: int) -> Counter[int]:
    rng = random.Random(5)
    return Counter(preferences.draw(rng) for _ in range(count))


def test_at_first_the_weights_decide() -> None:
    counts = drawn(Preferences([1.0, 3.0]), 4000)
    assert counts[1] / counts[0] == pytest.approx(3, rel=0.15)


def test_what_pays_is_drawn_more_and_nothing_is_ruled_out() -> None:
    preferences = Preferences([1.0] * 4)
    for _ in range(40):
        for option in range(4):
            preferences.learn(option, won=option == 2)
    counts = drawn(preferences, 4000)
    assert counts.most_common(1)[0][0] == 2
    assert min(counts.values()) > 0


def test_what_stopped_paying_is_drawn_less() -> None:
    preferences = Preferences([1.0, 1.0])
    for _ in range(30):
        preferences.learn(0, won=True)
    first, second = preferences.worths((0, 1))
    assert first > second
    for _ in range(600):
        preferences.learn(0, won=False)
    first, second = preferences.worths((0, 1))
    assert first < second


def test_only_what_is_allowed_is_drawn() -> None:
    preferences, rng = Preferences([1.0] * 5), random.Random(1)
    assert {preferences.draw(rng, [1, 3]) for _ in range(200)} == {1, 3}
