"""The searchers, by the names that `--searcher` knows."""

import math
from collections.abc import Callable
from dataclasses import replace

from rl.searchers.allowance import modest
from rl.searchers.base import Problem, Searcher
from rl.searchers.evolution import Evolution
from rl.searchers.greedy import GreedySearch
from rl.searchers.mcts import TreeSearch
from rl.searchers.random_search import RandomSearch

Begin = Callable[[Problem], Searcher]


def _modestly(searcher: Begin) -> Begin:
    """The searcher with slow moves for small circuits only, where evaluations are counted."""

    def begin(problem: Problem) -> Searcher:
        counted = not math.isinf(problem.evaluations)
        return searcher(replace(problem, table=modest(problem.table)) if counted else problem)

    return begin


SEARCHERS: dict[str, Begin] = {
    "evolution": Evolution,
    "mcts": _modestly(TreeSearch),
    "random": _modestly(RandomSearch),
    "greedy": _modestly(GreedySearch),
}
DEFAULT = "evolution"

# The most moves in a recipe that suit a searcher: one draws whole recipes, another goes on where
# an earlier one ended.
_LENGTHS = {"evolution": 60}


def usual_length(searcher: str) -> int:
    """The most moves in a recipe where the user names no number."""
    return _LENGTHS.get(searcher, 10)
