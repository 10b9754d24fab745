"""The searchers, by the names that `--searcher` knows."""

from collections.abc import Callable

from rl.searchers.base import Problem, Searcher
from rl.searchers.evolution import Evolution
from rl.searchers.greedy import GreedySearch
from rl.searchers.mcts import TreeSearch
from rl.searchers.random_search import RandomSearch

SEARCHERS: dict[str, Callable[[Problem], Searcher]] = {
    "evolution": Evolution,
    "mcts": TreeSearch,
    "random": RandomSearch,
    "greedy": GreedySearch,
}
DEFAULT = "evolution"

# The most moves in a recipe that suit a searcher: one draws whole recipes, another goes on where
# an earlier one ended.
_LENGTHS = {"evolution": 60}


def usual_length(searcher: str) -> int:
    """The most moves in a recipe where the user names no number."""
    return _LENGTHS.get(searcher, 10)
