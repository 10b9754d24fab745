"""What the default searcher breeds from, and what it spends on it."""

import itertools
from dataclasses import replace

from test_searchers import MOVES, PROBLEM, toy

from eda.recipe import Recipe
from rl.searchers.base import Problem
from rl.searchers.evolution import Evolution
from rl.searchers.tuning import Settings
from rl.table import Table

A, B, C, D, *_ = MOVES
BREED = Settings(
    openings=0, ending_share=0.0, change_share=0.0, cross_share=0.0, regrow_share=0.0, fresh=0,
    candidates=3,
)  # fmt: skip
GOOD, POOR = (B, A, B, A), (D,)


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
    searcher = Evolution(replace(PROBLEM, table=table), replace(BREED, openings=2))
    first = [searcher.ask().recipes[0] for _ in range(4)]
    assert [[move.name for move in recipe.moves] for recipe in first[:2]] == [["c"], ["b"]]
    assert {recipe.ending for recipe in first[2:]} == set(table.endings)
