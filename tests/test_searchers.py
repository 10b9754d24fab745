"""What every searcher must do, whatever it is; each one has to pass all of this."""

import random
from dataclasses import replace

import pytest
from conftest import adder_aig

from eda.circuit import Circuit
from eda.flow import DCH, DCH_FAST, PLAIN, Ending
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal
from rl.features import NAMES
from rl.judge import Candidate
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem, Searcher, value
from rl.searchers.fixed import FixedScripts
from rl.searchers.timing import Timing
from rl.table import FULL, Table

MOVES = tuple(Move(name, name) for name in "abcdefgh")
PROBLEM = Problem(
    start="0" * 64,
    table=Table("toy", MOVES, (PLAIN, DCH)),
    length=6,
    reward=lambda qor: 1 - qor.area / 100,
    seed=3,
    ands=0,
)


def toy(recipe: Recipe) -> Outcome:
    """A world in which `a` after `b` saves area, `c` fails, and order decides the state."""
    text, area, states = "", 100.0, []
    for move in recipe.moves:
        if move.name == "a" and text.endswith("b"):
            area -= 8
        if move.name != "c":
            text += move.name
        states.append(text)
    area -= 5 * (recipe.ending is DCH)
    qor = None if text.count("h") > 2 else Qor(area, 1.0, 1, 1, 1)
    failed = "c" if any(move.name == "c" for move in recipe.moves) else None
    return Outcome(recipe, recipe, tuple(states), qor, failed, 0.0)


def judged(proposal: Proposal) -> Outcome:
    """Evaluate as the engine does: all candidates are reached, one is measured."""
    outcomes = [toy(recipe) for recipe in proposal.recipes]
    circuits = [(o.states[-1] if o.states else PROBLEM.start) for o in outcomes]
    rows = [(len(c) / 10, *[0.0] * (len(NAMES) - 1)) for c in circuits]
    if proposal.judge is None:
        return replace(outcomes[0], features=rows[0] if proposal.described else ())
    chosen, ending = proposal.judge.choose(
        [
            Candidate(circuit, outcome.proposed.ending, row)
            for circuit, outcome, row in zip(circuits, outcomes, rows, strict=True)
        ]
    )
    return replace(toy(replace(outcomes[chosen].proposed, ending=ending)), features=rows[chosen])


def run(searcher: Searcher, count: int, lag: int = 1) -> list[Recipe]:
    """Ask and tell as the driver does; the recipes that were measured."""
    asked: list[Recipe] = []
    waiting: list[tuple[int, Outcome]] = []
    while len(asked) < count:
        proposal = searcher.ask() if len(waiting) < lag else None
        if proposal is not None:
            assert (proposal.judge is None) == (len(proposal.recipes) == 1)
            waiting.append((len(asked), judged(proposal)))
            asked.append(waiting[-1][1].proposed)
        elif waiting:
            searcher.tell(*waiting.pop(0))
        else:
            break
    for number, outcome in waiting:
        searcher.tell(number, outcome)
    return asked


def best(recipes: list[Recipe]) -> float:
    return max(value(PROBLEM, toy(recipe)) for recipe in recipes)


@pytest.fixture(params=sorted(SEARCHERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("lag", [1, 3, 8])
def test_the_same_seed_proposes_the_same(name: str, lag: int) -> None:
    runs = [run(SEARCHERS[name](PROBLEM), 150, lag) for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) == 150


def test_another_seed_proposes_something_else(name: str) -> None:
    """After the first sweep over all moves, which is the same for a greedy search."""
    runs = [run(SEARCHERS[name](replace(PROBLEM, seed=seed)), 400) for seed in (1, 2)]
    assert runs[0] != runs[1]


def test_global_randomness_is_not_used(name: str) -> None:
    random.seed(1)
    first = run(SEARCHERS[name](PROBLEM), 100)
    random.seed(2)
    assert run(SEARCHERS[name](PROBLEM), 100) == first


@pytest.mark.parametrize("length", [1, 2, 6])
def test_proposals_stay_within_the_problem(name: str, length: int) -> None:
    problem = replace(PROBLEM, length=length)
    for recipe in run(SEARCHERS[name](problem), 200, lag=4):
        assert len(recipe.moves) <= length
        assert set(recipe.moves) <= set(problem.table.moves)
        assert recipe.ending in problem.table.endings


def test_every_move_is_tried(name: str) -> None:
    endings = FULL.endings[:4]
    problem = replace(PROBLEM, table=Table("full", FULL.moves, endings), length=10)
    proposed = run(SEARCHERS[name](problem), 800)
    assert {move for recipe in proposed for move in recipe.moves} == set(FULL.moves)
    assert {recipe.ending for recipe in proposed} == set(endings)


def test_a_table_of_one_move_is_enough(name: str) -> None:
    problem = replace(PROBLEM, table=Table("one", MOVES[:1]))
    assert len(run(SEARCHERS[name](problem), 30)) == 30


def test_nothing_measurable_ends_nothing(name: str) -> None:
    searcher = SEARCHERS[name](PROBLEM)
    for number in range(100):
        proposal = searcher.ask()
        assert proposal is not None
        outcome = judged(proposal)
        searcher.tell(number, replace(outcome, qor=None, failure="it always fails"))


def test_the_best_of_many_is_better_than_the_best_of_few(name: str) -> None:
    found = run(SEARCHERS[name](PROBLEM), 400)
    assert best(found) >= best(found[:20]) > 0


def test_tree_search_beats_random_where_there_is_something_to_learn() -> None:
    def mean(which: str) -> float:
        problems = [replace(PROBLEM, seed=seed) for seed in range(12)]
        return sum(best(run(SEARCHERS[which](p), 200, lag=4)) for p in problems) / len(problems)

    assert mean("mcts") > mean("random")


def test_greedy_of_one_move_ends_when_all_are_tried() -> None:
    found = run(SEARCHERS["greedy"](replace(PROBLEM, length=1)), 100)
    assert len(found) == len(PROBLEM.table.moves) * len(PROBLEM.table.endings)


def test_moves_that_need_truth_tables_are_for_few_inputs() -> None:
    few, many = Circuit(adder_aig(8)), Circuit(adder_aig(9))
    assert (few.inputs, many.inputs) == (16, 18)
    offered = [{move.name for move in FULL.offered(circuit)} for circuit in (few, many)]
    assert "rewire -I 100" in offered[0]
    assert not any(name.startswith("rewire -I") for name in offered[1])


def test_endings_that_take_long_are_chosen_less_often() -> None:
    timing = Timing({})
    for ending, seconds in ((PLAIN, 0.1), (DCH, 1.0), (DCH_FAST, 0.1)):
        outcome = toy(Recipe((), ending))
        timing.learn(replace(outcome, steps_s=(seconds,)))
    assert timing.ending_share(PLAIN) == 1.0
    assert timing.ending_share(DCH) == pytest.approx(0.2)
    assert timing.ending_share(Ending("new")) == 1.0


def test_moves_that_take_long_together_are_drawn_less_often() -> None:
    timing = Timing({"a": 0, "b": 1})
    timing.learn(replace(toy(Recipe(MOVES[:2])), wall_s=2.0, steps_s=(3.0, 5.0, 0.1)))
    assert [timing.share(0), timing.share(1), timing.share(2)] == [1.0, 0.8, 1.0]
    assert timing.share(0, 1) == timing.share(1, 2, 0) == 0.5
    assert timing.share() == 1.0


def test_fixed_scripts_are_proposed_once_each() -> None:
    recipes = [Recipe((move,)) for move in MOVES]
    assert run(FixedScripts(recipes), 100) == recipes
