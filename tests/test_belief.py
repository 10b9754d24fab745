"""What a search believes of endings, and of recipes that were tried on other designs."""

import random
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda.flow import Ending, Flow, FlowKind
from eda.move import SLOW
from eda.recipe import Recipe
from rl.endings import WIDE
from rl.judge import Responses, bent
from rl.searchers.belief import Belief, expected_improvement
from rl.searchers.timing import slow_alone
from rl.table import PAPER

ENDINGS = Flow().endings(WIDE)
EVERY = range(len(ENDINGS))
SCRIPTS = [-0.2, 0.0, 0.1, 0.15]
MOVES = PAPER.moves
# Two kinds of designs: what the one likes the other does not.
LIKES = np.array([[0.5, 0.4, -0.5, 0.0]] * 4 + [[-0.5, 0.0, 0.5, 0.4]] * 4)


def alike(_: Recipe) -> float:
    return 1.0


def for_area(ending: Ending) -> bool:
    return "-a" in ending.mapper.split()


def responses(likes: np.ndarray = LIKES, *, endings: int = len(ENDINGS)) -> Responses:
    values = likes + np.random.default_rng(0).normal(0, 0.02, likes.shape)
    count = likes.shape[1]
    return Responses(
        recipes=tuple((move.commands,) for move in MOVES[:count]),
        offered=tuple((move,) for move in MOVES[:count]),
        worth=values,
        endings=np.zeros((len(values), endings)),
    )


def mean_draw(belief: Belief, count: int = 400) -> np.ndarray:
    rng = random.Random(0)
    return np.mean([belief.draw(rng) for _ in range(count)], axis=0)


def test_what_one_ending_shows_is_expected_of_those_that_map_alike() -> None:
    belief = Belief(ENDINGS, SCRIPTS, None, 10)
    small = next(at for at, ending in enumerate(ENDINGS) if for_area(ending))
    for _ in range(3):
        belief.compared(small, 0.5, 0, 0.1)
    worth = mean_draw(belief)
    others = [at for at, ending in enumerate(ENDINGS) if for_area(ending) and at != small]
    quick = [at for at, ending in enumerate(ENDINGS) if not for_area(ending)]
    assert worth[small] == max(worth)
    assert min(worth[others]) > max(worth[quick])


def test_a_circuit_and_its_child_say_less_than_one_circuit() -> None:
    worths = []
    for child in (True, False):
        belief = Belief(ENDINGS, SCRIPTS, None, 10)
        belief.compared(3, 0.5, 0, 0.1, child=child)
        worth = mean_draw(belief)
        worths.append(worth[3] - worth[0])
    assert 0 < worths[0] < worths[1] < bent(0.5) - bent(0.1)


def test_the_same_ending_on_parent_and_child_says_nothing_of_endings() -> None:
    belief = Belief(ENDINGS, SCRIPTS, None, 10)
    before = mean_draw(belief)
    belief.compared(3, 0.5, 3, 0.1, child=True)
    assert (mean_draw(belief) == before).all()


@pytest.mark.parametrize(("shown", "liked"), [(0.4, 1), (-0.6, 3)])
def test_a_result_tells_which_designs_this_one_is_like(shown: float, liked: int) -> None:
    belief = Belief(ENDINGS[:1], SCRIPTS, responses(endings=1), 10)
    belief.measured(MOVES[:1], 0, shown)
    belief.ended(MOVES[2:3])
    recipe = belief.propose(0.0, [0], alike)
    assert recipe is not None
    assert recipe.moves == MOVES[liked : liked + 1]


def test_a_recipe_ends_as_the_design_likes_best() -> None:
    belief = Belief(ENDINGS, SCRIPTS, responses(), 10)
    for _ in range(5):
        belief.compared(7, 0.6, 0, 0.1)
    recipe = belief.propose(0.0, EVERY, alike)
    assert recipe is not None
    assert recipe.ending == ENDINGS[7]


def test_an_ending_that_other_designs_liked_is_expected_to_do_well_here() -> None:
    known = responses()
    liked = np.zeros_like(known.endings)
    liked[:, 5] = 0.3
    belief = Belief(ENDINGS, SCRIPTS, replace(known, endings=liked), 10)
    recipe = belief.propose(0.0, EVERY, alike)
    assert recipe is not None
    assert recipe.ending == ENDINGS[5]


def test_of_endings_that_no_other_design_had_this_one_tells() -> None:
    known = responses()
    new = 4
    unknown = np.where(np.arange(len(ENDINGS)) == new, np.nan, known.endings)
    belief = Belief(ENDINGS, SCRIPTS, replace(known, endings=unknown), 10)
    for _ in range(5):
        belief.compared(new, 0.6, 0, 0.1)
    recipe = belief.propose(0.0, EVERY, alike)
    assert recipe is not None
    assert recipe.ending == ENDINGS[new]


def test_what_makes_fewer_luts_is_expected_to_be_better_before_anything_shows_it() -> None:
    endings = Flow(FlowKind.LUT).endings(WIDE)
    worth = mean_draw(Belief(endings, SCRIPTS, None, 10))
    improved = [bool(ending.rework) for ending in endings]
    assert min(worth[improved]) > max(worth[np.invert(improved)])


def test_what_costs_much_must_promise_more() -> None:
    def cost(recipe: Recipe) -> float:
        return 1000.0 if recipe.moves == MOVES[1:2] else 1.0

    for costs, chosen in ((alike, 1), (cost, 3)):
        belief = Belief(ENDINGS[:1], SCRIPTS, responses(endings=1), 10)
        belief.measured(MOVES[:1], 0, 0.4)
        belief.ended(MOVES[2:3])
        recipe = belief.propose(-0.4, [0], costs)
        assert recipe is not None
        assert recipe.moves == MOVES[chosen : chosen + 1]


def test_of_moves_that_take_long_one_alone_can_be_asked_for() -> None:
    slow = replace(MOVES[3], cost_class=SLOW, max_ands=9)
    known = responses(endings=1)
    known = replace(known, offered=(*known.offered[:2], (slow, MOVES[0]), (slow,)))
    belief = Belief(ENDINGS[:1], SCRIPTS, known, 10)
    assert belief.propose(-0.5, [0], partial(slow_alone, ands=10)) is None
    recipe = belief.propose(-0.5, [0], partial(slow_alone, ands=9))
    assert recipe is not None
    assert recipe.moves == (slow,)
    assert belief.propose(-0.5, [0], partial(slow_alone, ands=9)) is None
    assert belief.propose(-0.5, [0], alike) is not None


def test_recipes_with_a_move_that_is_given_up_are_not_proposed_and_others_still_are() -> None:
    known = responses(endings=1)
    known = replace(known, offered=((MOVES[0], MOVES[2]), *known.offered[1:]))
    belief = Belief(ENDINGS[:1], SCRIPTS, known, 10)
    belief.give_up(MOVES[2].commands)
    proposed = []
    while (recipe := belief.propose(-0.95, [0], alike)) is not None:
        proposed.append(recipe.moves)
    assert set(proposed) == {(MOVES[1],), (MOVES[3],)}


def test_a_recipe_ends_only_as_it_may() -> None:
    belief = Belief(ENDINGS, SCRIPTS, responses(), 10)
    best = belief.propose(-0.5, EVERY, alike)
    assert best is not None
    others = [at for at, ending in enumerate(ENDINGS) if ending != best.ending]
    for usable in (others, others[3:4]):
        recipe = Belief(ENDINGS, SCRIPTS, responses(), 10).propose(-0.5, usable, alike)
        assert recipe is not None
        assert recipe.ending in [ENDINGS[at] for at in usable]


def test_every_recipe_is_proposed_once_and_none_that_is_too_long() -> None:
    long = responses()
    long = replace(long, offered=(MOVES, *long.offered[1:]))
    belief = Belief(ENDINGS, SCRIPTS, long, len(MOVES) - 1)
    belief.measured(MOVES[1:2], 0, 0.1)
    proposed = [belief.propose(-1.0, EVERY, alike) for _ in range(3)]
    assert {recipe.moves for recipe in proposed if recipe} == {MOVES[2:3], MOVES[3:4]}
    assert proposed[2] is None


def test_what_cannot_gain_is_not_proposed() -> None:
    belief = Belief(ENDINGS[:1], SCRIPTS, responses(endings=1), 10)
    assert belief.propose(0.98, [0], alike) is None


def test_without_other_designs_nothing_is_proposed() -> None:
    assert Belief(ENDINGS, SCRIPTS, None, 10).propose(-1.0, EVERY, alike) is None


def test_an_expected_improvement_is_that_of_a_normal_variable() -> None:
    above, spread = np.array([[-0.3, 0.1]]), np.array([[0.2, 0.5]])
    drawn = above + spread * np.random.default_rng(1).normal(size=(1_000_000, 2))
    expected = np.maximum(0, drawn).mean(axis=0)
    assert expected_improvement(above, spread)[0] == pytest.approx(expected, rel=0.01)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 14), st.floats(-1, 1)), max_size=30),
    st.integers(0, 2**32),
)
def test_whatever_comes_draws_are_finite(results: list[tuple[int, int, float]], seed: int) -> None:
    belief = Belief(ENDINGS, SCRIPTS, responses(), 10)
    for number, ending, reward in results:
        if number < len(MOVES):
            belief.measured(MOVES[number : number + 1], ending, reward)
        else:
            belief.compared(ending, reward, 0, 0.1, child=number == 9)
    assert np.isfinite(belief.draw(random.Random(seed))).all()
    recipe = belief.propose(0.1, EVERY, alike)
    assert recipe is None or recipe.ending in ENDINGS
