"""How much slow moves may do where evaluations are counted."""

import math
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import adder_aig
from test_searchers import MOVES, PROBLEM, judged, toy
from test_verifier import searched

from eda.flow import DCH, PLAIN
from eda.move import SLOW, SLOWEST
from eda.recipe import Recipe
from rl.clock import Clock
from rl.evaluation import Proposal
from rl.journal import Journal
from rl.search import Search
from rl.searchers import SEARCHERS
from rl.searchers.allowance import Allowance
from rl.searchers.base import Problem
from rl.searchers.derived import Derived
from rl.searchers.evolution import Evolution
from rl.searchers.random_search import RandomSearch
from rl.show import Silent
from rl.table import FULL, Table

A, B, _, D, *_ = MOVES
LONG, LONGER = replace(MOVES[4], cost_class=SLOW), replace(MOVES[5], cost_class=SLOWEST)
# The best script leaves 400 ANDs of 1000; an evaluation pays for 100.
MEASURED = toy(Recipe((D,)))
assert MEASURED.qor is not None
SCRIPT = replace(MEASURED, qor=replace(MEASURED.qor, nodes=400))
COUNTED = replace(
    PROBLEM,
    table=Table("slow", (A, B, D, LONG, LONGER), (PLAIN, DCH)),
    ands=1000,
    known=(SCRIPT,),
    evaluations=20,
)


def new_slow_steps(proposals: list[Proposal]) -> set[tuple[str, ...]]:
    """Where a slow move is proposed after moves that it was not proposed after before."""
    return {
        tuple(move.commands for move in recipe.moves[: at + 1])
        for proposal in proposals
        for recipe in proposal.recipes
        for at, move in enumerate(recipe.moves)
        if move.slow
    }


def proposed(problem: Problem, count: int) -> list[Proposal]:
    searcher, proposals = Evolution(problem), []
    for number in range(count):
        proposals.append(searcher.ask())
        searcher.tell(number, judged(proposals[-1]))
    return proposals


def test_a_slow_move_counts_by_the_size_that_it_works_on_and_by_its_class() -> None:
    allowance = Allowance(replace(COUNTED, evaluations=30), Derived(COUNTED.start))  # 3000
    assert allowance.covers((LONGER,))
    assert not allowance.covers((LONGER, LONG))
    assert allowance.covers((A, LONGER, B, LONGER, LONG))
    assert allowance.keep(Recipe((LONG, A, LONG))).moves == (LONG, A, LONG)  # 1600 are left
    assert allowance.keep(Recipe((B, LONGER, LONG, LONGER, D))).moves == (B, LONGER, LONG, D)
    assert allowance.spent
    assert allowance.keep(Recipe((A, LONG, B))).moves == (A, B)


def test_what_was_derived_before_counts_no_more_by_whatever_moves_it_is_reached() -> None:
    derived = Derived(COUNTED.start)
    allowance = Allowance(replace(COUNTED, evaluations=4), derived)
    recipe = Recipe((A, MOVES[2], LONG))  # the second of them fails: see `toy`
    assert allowance.keep(recipe) == recipe
    assert allowance.spent
    assert allowance.covers(recipe.moves)
    assert not allowance.covers((A, LONG))
    derived.learn(toy(recipe))
    assert allowance.covers((A, LONG))
    assert not allowance.covers((B, LONG))


def test_it_tells_which_moves_lead_to_circuits_that_are_not_known() -> None:
    derived = Derived(COUNTED.start)
    derived.learn(toy(Recipe((A, MOVES[2], B))))  # the second of them fails: see `toy`
    assert derived.unknown((A, B, D, A)) == [D, A]
    assert derived.unknown((B, A, B)) == [B, A, B]


def test_nothing_is_counted_where_the_budget_is_time() -> None:
    allowance = Allowance(replace(COUNTED, evaluations=math.inf), Derived(COUNTED.start))
    for place in MOVES * 10:
        assert allowance.keep(Recipe((place, LONGER))).moves == (place, LONGER)
    assert not allowance.spent


@pytest.mark.parametrize("evaluations", [3, 20, 100])
def test_an_evolution_proposes_slow_moves_as_far_as_its_budget_pays_for_them(
    evaluations: int,
) -> None:
    table = replace(COUNTED.table, moves=(A, B, LONG))
    problem = replace(COUNTED, table=table, evaluations=evaluations, length=12)
    proposals = proposed(problem, evaluations)
    assert len(new_slow_steps(proposals)) <= 100 * evaluations / 400
    assert all(recipe.moves for proposal in proposals[1:] for recipe in proposal.recipes)
    if evaluations == 100:
        assert len(new_slow_steps(proposals)) > 15


@pytest.mark.parametrize("name", sorted(set(SEARCHERS) - {"evolution"}))
def test_others_use_slow_moves_on_small_circuits_only(name: str) -> None:
    problem = replace(COUNTED, table=FULL, length=20)

    def bounds(evaluations: float) -> dict[str, int]:
        searcher, found = SEARCHERS[name](replace(problem, evaluations=evaluations)), {}
        for _ in range(100):
            asked = searcher.ask()
            assert asked is not None
            found.update(
                (move.name, move.max_ands)
                for recipe in asked.recipes
                for move in recipe.moves
                if move.slow
            )
        return found

    usual = {move.name: move.max_ands for move in FULL.moves}
    assert all(usual[move] == ands for move, ands in bounds(math.inf).items())
    assert set(bounds(20).values()) <= {200}


@pytest.mark.parametrize(
    ("options", "evaluations"),
    [
        ({"budget": 6}, [6.0]),
        ({"time_limit": 20.0}, [math.inf]),
        ({"budget": 10, "objective": "pareto"}, [2.0] * 5),
    ],
)
def test_a_search_tells_its_searchers_how_many_evaluations_they_have(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, object],
    evaluations: list[float],
) -> None:
    told: list[float] = []

    class Quiet(RandomSearch):
        def __init__(self, problem: Problem) -> None:
            super().__init__(problem)
            told.append(problem.evaluations)

        def ask(self) -> None:
            """Nothing is proposed: the search ends."""

    monkeypatch.setitem(SEARCHERS, "random", Quiet)
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(4))
    options = {**options, "table": "paper", "searcher": "random"}
    with searched(path, tmp_path / "cache", tmp_path, **options) as ready:
        clock = Clock(ready.settings.time_limit, time.perf_counter(), ready.start.ands)
        with closing(Journal(tmp_path / "events.jsonl")) as journal:
            Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent()).run()
    assert told == evaluations
