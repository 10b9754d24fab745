"""The searchers, by the names that `--searcher` knows."""

from collections.abc import Callable

from rl.searchers.base import Problem, Searcher
from rl.searchers.greedy import GreedySearch
from rl.searchers.mcts import TreeSearch
from rl.searchers.random_search import RandomSearch

SEARCHERS: dict[str, Callable[[Problem], Searcher]] = {
    "mcts": TreeSearch,
    "random": RandomSearch,
    "greedy": GreedySearch,
}
DEFAULT = "mcts"
