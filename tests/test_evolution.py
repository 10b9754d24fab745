"""What the default searcher breeds from, and what it spends on it."""

import itertools
from dataclasses import replace
from typing import NoReturn

import numpy as np
import pytest
from test_searchers import MOVES, PROBLEM, toy

from eda.flow import DCH, PLAIN, Ending, Flow, FlowKind
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from rl.evaluation import Outcome
from rl.judge import Responses
from rl.searchers.base import Problem
from rl.searchers.evolution import Evolution
from rl.searchers.member import Member
from rl.searchers.rebuilding import Rebuilding
from rl.searchers.tuning import Settings
from rl.table import FULL, Table

A, B, C, D, *_ = MOVES
BREED = Settings(
    openings=0, ending_share=0.0, change_share=0.0, cross_share=0.0, regrow_share=0.0, fresh=0,
    candidates=3,
)  # fmt: skip
OPENING = replace(BREED, openings=2)
GOOD, POOR = (B, A, B, A), (D,)
SIZED = FULL.for_flow(Flow(FlowKind.SIZED))


def script(moves: tuple[Move, ...], reward: float, ands: int, ending: Ending = PLAIN) -> Outcome:
    """What came of a recipe that has a reward and a size of its own."""
    return replace(toy(Recipe(moves, ending)), qor=Qor(100 * (1 - reward), 1.0, 1, ands, 1))


def bred(problem: Problem, settings: Settings, count: int) -> list[tuple[Recipe, ...]]:
    """What is proposed where whatever is tried arrives at `GOOD` again."""
    searcher = Evolution(problem, settings)
    found = []
    for number in range(count):
        found.append(searcher.ask().recipes)
        searcher.tell(number, toy(Recipe(GOOD)))
    return found


def test_nothing_is_bred_far_below_the_best() -> None:
    known = (toy(Recipe(GOOD)), toy(Recipe(POOR)))
    problem = replace(PROBLEM, known=known, length=12)
    near = bred(problem, replace(BREED, reach=0.05), 40)
    assert all(recipe.moves[:4] == GOOD for recipe in itertools.chain(*near))
    far = bred(problem, replace(BREED, reach=2.0), 40)
    assert any(recipe.moves[:1] == POOR for recipe in itertools.chain(*far))


def test_what_was_never_measured_tells_nothing_of_endings(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[float] = []
    monkeypatch.setattr(
        "rl.searchers.belief.Belief.compared",
        lambda *of, child=False: compared.append(of[-1]),  # noqa: ARG005 - as it is called
    )
    searcher = Evolution(PROBLEM, BREED)
    for number in range(6):
        recipe = searcher.ask().recipes[0]
        searcher.tell(number, toy(recipe))
    assert -1.0 not in compared


def test_of_a_proposals_candidates_one_at_most_has_a_new_move_of_the_slowest_kind() -> None:
    slow = tuple(replace(move, cost_class=3) for move in MOVES[2:])
    table = Table("slow", (A, B, *slow))
    problem = replace(PROBLEM, table=table, known=(toy(Recipe(GOOD)),), length=12)
    proposals = bred(problem, BREED, 80)[len(slow) :]
    drawn = [
        sum(move in slow for recipe in recipes for move in recipe.moves[len(GOOD) :])
        for recipes in proposals
    ]
    assert max(drawn) == 1


def test_what_rebuilds_is_tried_first_and_the_slowest_of_it_before_the_rest() -> None:
    table = Table(
        "some", (A, replace(B, cost_class=2), replace(C, cost_class=3), D), PROBLEM.table.endings
    )
    searcher = Evolution(replace(PROBLEM, table=table), BREED)
    first = [searcher.ask().recipes for _ in range(3)]
    assert [[move.name for move in recipes[0].moves] for recipes in first[:2]] == [["c"], ["b"]]
    assert len(first[2]) == BREED.candidates  # it breeds already


def test_what_the_scripts_have_measured_or_is_too_large_is_not_tried_again() -> None:
    moves = tuple(replace(move, cost_class=2) for move in (A, B, C))
    table = Table("some", (moves[0], moves[1], replace(moves[2], max_ands=10)), (PLAIN, DCH))
    known = (script((B,), 0.0, 100), script((B,), 0.05, 100, DCH))
    searcher = Evolution(replace(PROBLEM, table=table, known=known, ands=100), OPENING)
    first = searcher.ask().recipes[0]
    assert first.moves == (moves[0],)
    searcher.tell(0, toy(first))
    assert len(searcher.ask().recipes) == BREED.candidates  # it breeds already


@pytest.mark.parametrize(("seconds", "timed"), [(5.0, True), (5.0, False), (0.1, True)])
def test_structural_choices_come_later_where_there_is_time_for_few_evaluations(
    seconds: float, timed: bool
) -> None:
    table = Table("some", (A, B), (PLAIN, DCH))
    known = (replace(toy(Recipe((D,))), wall_s=seconds),)
    opened = set()
    for seed in range(20):
        problem = replace(PROBLEM, table=table, known=known, timed=timed, seed=seed)
        first = Evolution(problem, replace(BREED, openings=1)).ask().recipes[0]
        opened.add(first == Recipe((D,), DCH))
    assert opened == ({False} if timed and seconds > 1 else {True, False})


@pytest.mark.parametrize("room", [2.5, 50.0])
def test_where_few_evaluations_fit_the_best_circuit_is_mapped_otherwise_and_simply(
    room: float,
) -> None:
    problem = replace(PROBLEM, table=SIZED, known=(toy(Recipe((D,))),), timed=True, room=room)
    searchers = [Evolution(replace(problem, seed=seed), OPENING) for seed in range(10)]
    first = [searcher.ask() for searcher in searchers]
    simple = [
        each.recipes[0].moves == (D,)
        and not (ending := each.recipes[0].ending).prepare
        and not (ending.rework or ending.after or each.sizing)
        for each in first
    ]
    assert all(simple) if room < 8 else not any(simple)


def test_what_only_scripts_are_made_of_is_bred_from_under_a_time_limit() -> None:
    known = (toy(Recipe((Move("script", "script"), B, A, B, A))),)
    problem = replace(PROBLEM, known=known, timed=True, length=12)
    searcher = Evolution(problem, replace(BREED, change_share=1.0))
    changed = set()
    for number in range(40):
        moves = searcher.ask().recipes[0].moves
        changed.add(moves[1:] != known[0].proposed.moves[1:] and moves[0].name)
        searcher.tell(number, known[0])
    assert "script" in changed


def test_children_that_would_take_long_are_bred_rarely() -> None:
    slow = replace(B, cost_class=3)
    known = replace(toy(Recipe((slow,) * 3)), wall_s=1.0, steps_s=(9.0,) * 3)
    problem = replace(PROBLEM, table=Table("some", (A, slow, D), (PLAIN,)), length=12)

    def long(*, timed: bool) -> int:
        """How many of some children have slow moves whose circuits are not known."""
        settings = replace(BREED, change_share=1.0, candidates=1)
        searcher, found = Evolution(replace(problem, timed=timed), settings), 0
        for number in range(200):
            moves = searcher.ask().recipes[0].moves
            leading = len(list(itertools.takewhile(slow.__eq__, moves[:3])))
            found += slow in moves[leading:]
            searcher.tell(number, known)
        return found

    assert 2 * long(timed=True) < long(timed=False)


class Told:
    """Guidance that knows recipes, which did well on other designs with structural choices."""

    alpha = 1.0

    def openings(self, _: float) -> list[Recipe]:
        return []

    def portfolio(self, _: object) -> Responses:
        moves = tuple((move,) for move in MOVES[:3])
        worth = np.random.default_rng(0).normal(0.5, 0.1, (9, len(moves)))
        chosen = np.array([0.3 * bool(ending.prepare) for ending in SIZED.endings])
        return Responses(
            tuple((move.commands,) for move in MOVES[:3]), moves, worth, np.tile(chosen, (9, 1))
        )

    def predict(self, rows: object) -> NoReturn:
        raise NotImplementedError

    def prior(self, row: object, last: object) -> NoReturn:
        raise NotImplementedError


@pytest.mark.parametrize("room", [2.5, 50.0])
def test_where_few_evaluations_fit_known_recipes_are_mapped_simply(room: float) -> None:
    problem = replace(
        PROBLEM, table=SIZED, known=(toy(Recipe((D,))),), timed=True, room=room, guidance=Told()
    )
    searcher = Evolution(problem, replace(BREED, tried=8, networks=False))
    known = [
        proposal.recipes[0] for proposal in (searcher.ask() for _ in range(8)) if proposal.described
    ]
    assert known
    simple = [not (recipe.ending.prepare or recipe.ending.rework) for recipe in known]
    assert all(simple) if room < 8 else not any(simple)


def test_where_few_evaluations_fit_no_more_than_two_are_against_what_is_expected() -> None:
    problem = replace(PROBLEM, table=SIZED, known=(toy(Recipe((D,))),), timed=True, room=2.5)
    searcher = Evolution(problem, replace(BREED, openings=8))
    otherwise = []
    for number in range(8):
        recipe = searcher.ask().recipes[0]
        otherwise.append(recipe.moves == (D,))
        # Whatever it tries comes out far worse than what was there.
        searcher.tell(number, replace(toy(recipe), qor=Qor(1e4, 1.0, 1, 1, 1)))
    assert otherwise[:2] == [True, True]
    assert not all(otherwise)


def rebuilt(reward: float) -> tuple[Evolution, Recipe]:
    """A search that begins with a move that rebuilds, which has come to `reward`."""
    table = Table("some", (A, replace(B, cost_class=2), D), (PLAIN, DCH))
    known = (toy(Recipe((D,))),)
    searcher = Evolution(replace(PROBLEM, table=table, known=known, length=3), BREED)
    recipe = searcher.ask().recipes[0]
    searcher.tell(0, replace(toy(recipe), qor=Qor(100 * (1 - reward), 1.0, 1, 1, 1)))
    return searcher, recipe


def test_what_rebuilds_and_pays_is_repeated_on_what_it_made_until_it_no_longer_does() -> None:
    searcher, recipe = rebuilt(0.1)
    again = searcher.ask().recipes
    assert [each.moves for each in again] == [recipe.moves * 2]
    searcher.tell(1, replace(toy(again[0]), qor=Qor(80.0, 1.0, 1, 1, 1)))
    third = searcher.ask().recipes
    assert [each.moves for each in third] == [recipe.moves * 3]
    searcher.tell(2, replace(toy(third[0]), qor=Qor(60.0, 1.0, 1, 1, 1)))
    assert len(searcher.ask().recipes) == BREED.candidates  # the length is reached


def test_the_slowest_move_of_a_recipe_that_pays_is_repeated_on_its_circuit_once() -> None:
    moves = (replace(C, cost_class=3), replace(B, cost_class=2), D)
    searcher = Evolution(replace(PROBLEM, known=(toy(Recipe((D,))),)), BREED)
    searcher.ask()
    searcher.tell(0, replace(toy(Recipe(moves)), qor=Qor(80.0, 1.0, 1, 1, 1)))
    again = searcher.ask().recipes
    assert [each.moves for each in again] == [(*moves, moves[0])]
    searcher.tell(1, toy(again[0]))
    searcher.ask()
    searcher.tell(2, replace(toy(Recipe(moves, DCH)), qor=Qor(60.0, 1.0, 1, 1, 1)))
    assert len(searcher.ask().recipes) == BREED.candidates


def test_what_rebuilds_and_hardly_pays_is_not_repeated() -> None:
    searcher, _ = rebuilt(0.01)
    assert len(searcher.ask().recipes) == BREED.candidates


@pytest.mark.parametrize(
    ("ands", "reward", "goes_on"), [(99, 0.2, True), (100, 0.2, False), (90, 0.195, False)]
)
def test_what_rebuilds_is_repeated_as_long_as_the_circuit_shrinks_and_costs_no_more(
    ands: int, reward: float, *, goes_on: bool
) -> None:
    table = Table("some", (A, replace(B, cost_class=2), D), (PLAIN, DCH))
    known = (toy(Recipe((D,))),)
    searcher = Evolution(replace(PROBLEM, table=table, known=known), BREED)
    first = searcher.ask().recipes[0]
    searcher.tell(0, script(first.moves, 0.2, 100))
    again = searcher.ask().recipes[0]
    searcher.tell(1, script(again.moves, reward, ands))
    assert (searcher.ask().recipes[0].moves == first.moves * 3) == goes_on


@pytest.mark.parametrize(("ands", "outgrown"), [(29, True), (30, False)])
def test_where_the_best_circuit_is_far_smaller_than_the_first_it_is_that_one_that_is_rebuilt(
    ands: int, *, outgrown: bool
) -> None:
    table = Table("some", (A, replace(B, cost_class=2), D), (PLAIN, DCH))
    known = (script((D,), 0.0, ands),)
    searcher = Evolution(replace(PROBLEM, table=table, known=known, ands=100), BREED)
    assert [move.name for move in searcher.ask().recipes[0].moves] == ["d", "b"][not outgrown :]


@pytest.mark.parametrize(("ands", "outgrown"), [(29, True), (30, False)])
def test_where_the_best_circuit_is_far_smaller_than_the_first_known_recipes_are_left_out(
    ands: int, *, outgrown: bool
) -> None:
    known = (script((D,), 0.0, ands),)
    problem = replace(PROBLEM, table=SIZED, known=known, ands=100, guidance=Told())
    searcher = Evolution(problem, replace(BREED, tried=8, networks=False))
    proposed = {searcher.ask().recipes[0].moves for _ in range(3)}
    assert (proposed == {(move,) for move in MOVES[:3]}) == (not outgrown)


@pytest.mark.parametrize(("cost_class", "ands"), [(3, 10), (3, 11), (2, 10)])
def test_a_slow_move_that_the_best_scripts_circuit_is_small_enough_for_comes_first(
    cost_class: int, ands: int
) -> None:
    late = replace(B, cost_class=cost_class, max_ands=10)
    known = (script((A,), 0.1, 5), script((D,), 0.2, ands), script((), 0.0, 25))
    problem = replace(PROBLEM, table=Table("some", (A, late, D), (PLAIN,)), ands=25, known=known)
    first = Evolution(problem, BREED).ask().recipes
    assert ([(D, late)] == [each.moves for each in first]) == (ands == 10 and cost_class == 3)


@pytest.mark.parametrize("ands", [10, 11])
def test_what_the_first_circuit_was_too_large_for_is_tried_when_the_best_one_is_small_enough(
    ands: int,
) -> None:
    late = replace(B, cost_class=3, max_ands=10)
    problem = replace(PROBLEM, table=Table("some", (A, late, D), (PLAIN,)), ands=25)
    searcher = Evolution(replace(problem, known=(script((D,), 0.1, 25),)), BREED)
    first = searcher.ask().recipes
    assert len(first) == BREED.candidates
    best = replace(toy(first[0]), qor=Qor(1.0, 1.0, 1, ands, 1))
    searcher.tell(0, best)
    second = searcher.ask().recipes
    assert ([(*best.proposed.moves, late)] == [each.moves for each in second]) == (ands == 10)
    searcher.tell(1, toy(second[0]))
    assert len(searcher.ask().recipes) == BREED.candidates  # it breeds again


def test_what_a_circuit_is_small_enough_for_is_tried_on_the_best_one_that_is() -> None:
    late = replace(B, cost_class=3, max_ands=10)
    rebuilding = Rebuilding(replace(PROBLEM, table=Table("some", (A, late), (PLAIN,)), ands=25))
    small, large, best = (Member((D,), ands, rewards={0: 0.1}) for ands in (10, 11, 9))
    rebuilding.begin(large)
    assert rebuilding.next(best) is None
    rebuilding.begin(small)
    assert rebuilding.next(large) is None
    assert rebuilding.next(best) == (best, late)
    assert rebuilding.next(best) is None
