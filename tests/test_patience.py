"""Which moves a search gives up on a design, and on which circuits slow ones are used in time."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import multiplier_aig
from test_searchers import MOVES, PROBLEM, toy

from eda.flow import DCH, DCH_FAST, PLAIN, Flow, FlowKind
from eda.move import SLOW, Move
from eda.recipe import Recipe
from eda.synthesizer import Synthesizer
from rl.evaluation import Proposal, evaluate
from rl.searchers.evolution import Evolution
from rl.searchers.patience import Patience
from rl.searchers.timing import fitting
from rl.searchers.tuning import Settings
from rl.table import FULL, Table

SWELL = Move("swell", "collapse; dsd; sop; fx -P 100000")
QUICK, LONG = MOVES[0], replace(MOVES[1], cost_class=SLOW)


def test_a_slow_move_has_one_chance_and_another_has_as_many_as_it_is_given() -> None:
    patience = Patience((QUICK, LONG), (PLAIN,), 2)
    failed = replace(toy(Recipe(())), broken=(QUICK.commands, LONG.commands, "unknown"))
    assert patience.learn(failed) == [LONG.commands]
    assert (patience.allows(QUICK), patience.allows(LONG)) == (True, False)
    assert QUICK.commands in patience.learn(failed)
    assert not patience.allows(QUICK)


def test_an_ending_that_failed_too_often_is_used_no_more_but_the_first() -> None:
    patience = Patience((QUICK,), (PLAIN, DCH, DCH_FAST), 2)
    for ending in (PLAIN, DCH, DCH_FAST):
        patience.learn(replace(toy(Recipe((), ending)), qor=None))
    assert patience.endings == [0, 1, 2]
    for ending in (PLAIN, DCH):
        patience.learn(replace(toy(Recipe((), ending)), qor=None))
    patience.learn(toy(Recipe((), DCH_FAST)))
    assert patience.endings == [0, 2]


def test_a_search_no_longer_maps_with_an_ending_that_fails() -> None:
    problem = replace(PROBLEM, table=Table("two", (QUICK,), (PLAIN, DCH)))
    searcher = Evolution(problem, Settings(openings=0, ending_share=0.5, fresh=0))
    endings = []
    for number in range(80):
        (*_, recipe) = searcher.ask().recipes
        endings.append(recipe.ending)
        outcome = toy(recipe)
        searcher.tell(number, replace(outcome, qor=None) if recipe.ending == DCH else outcome)
    assert endings.count(DCH) == 2


def test_what_failed_too_often_is_drawn_no_more_and_expected_of_no_recipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up: list[str] = []
    monkeypatch.setattr(
        "rl.searchers.belief.Belief.give_up", lambda _, commands: given_up.append(commands)
    )
    problem = replace(PROBLEM, table=Table("two", (QUICK, LONG), PROBLEM.table.endings))
    searcher = Evolution(problem, Settings(openings=0, ending_share=0.0, fresh=30))
    drawn = []
    for number in range(30):
        recipes = searcher.ask().recipes
        drawn.append({move for recipe in recipes for move in recipe.moves})
        searcher.tell(number, replace(toy(recipes[0]), broken=(LONG.commands,) * (number == 9)))
    assert LONG in set.union(*drawn[:9])
    assert LONG not in drawn[29]
    assert set(given_up) == {LONG.commands}


def test_a_slow_move_is_not_spent_on_a_circuit_that_has_swollen(
    make_synthesizer: Callable[..., Synthesizer],
) -> None:
    synthesizer = make_synthesizer(None)
    start = synthesizer.canonical(multiplier_aig(5))
    swollen = synthesizer.apply(start, SWELL)
    assert swollen.ands > 2 * start.ands
    slow = Move("slow", "dc2", cost_class=SLOW)
    recipe = Proposal((Recipe((SWELL, slow)),))
    outcome = evaluate(synthesizer, start, recipe, Flow(FlowKind.AIG))
    assert (outcome.recipe.moves, outcome.failure) == ((SWELL,), None)
    fresh = evaluate(synthesizer, swollen, Proposal((Recipe((slow,)),)), Flow(FlowKind.AIG))
    assert fresh.recipe.moves == (slow,)


@pytest.mark.parametrize("sessions_s", [10.0, 60.0, 1e5])
def test_slow_moves_are_kept_to_circuits_for_which_there_is_time(sessions_s: float) -> None:
    for before, after in zip(FULL.moves, fitting(FULL, 2000, 0.5, sessions_s).moves, strict=True):
        assert replace(after, max_ands=0) == replace(before, max_ands=0)
        if not before.slow or sessions_s == 1e5:
            assert after == before
        elif before.name == "&deepsyn -I 1 -J 10 -t":
            assert 0 < after.max_ands < before.max_ands
            # Half the mapping's time on a circuit of half the size: the bound is the same.
            assert after in fitting(FULL, 1000, 0.25, sessions_s).moves
