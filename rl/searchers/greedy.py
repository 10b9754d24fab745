"""Greedy search: try every move, take the best, go on from there."""

from collections import deque

from eda.recipe import Recipe
from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Problem, value


class GreedySearch:
    """Steepest descent, one move at a time.

    A step that finds nothing better, or a recipe of full length, ends the descent; the next
    one starts after a random move.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rng = problem.rng()
        self._prefix = Recipe()
        self._reached = float("-inf")
        self._waiting: deque[Recipe] = deque()
        self._under_way = 0
        self._best: tuple[float, Recipe] = (float("-inf"), Recipe())
        self._open_level()

    def ask(self) -> Proposal | None:
        """See `Searcher.ask`."""
        if not self._waiting:
            return None
        self._under_way += 1
        return Proposal((self._waiting.popleft(),), sizing=self._problem.sizing)

    def tell(self, number: int, outcome: Outcome) -> None:
        """See `Searcher.tell`."""
        del number  # a level ends when all of it is in
        self._under_way -= 1
        reward = value(self._problem, outcome)
        if reward > self._best[0]:
            self._best = (reward, outcome.proposed)
        if not self._waiting and not self._under_way:
            self._close_level()

    def _open_level(self) -> None:
        self._best = (float("-inf"), self._prefix)
        self._waiting.extend(
            Recipe((*self._prefix.moves, move), ending)
            for move in self._problem.table.moves
            for ending in self._problem.table.endings
        )

    def _close_level(self) -> None:
        reward, recipe = self._best
        if reward > self._reached and len(recipe.moves) < self._problem.length:
            self._reached, self._prefix = reward, Recipe(recipe.moves)
        elif self._problem.length == 1:
            return  # every recipe has been tried
        else:
            depth = self._rng.randint(1, max(1, self._problem.length // 2))
            moves = [self._rng.choice(self._problem.table.moves) for _ in range(depth)]
            self._reached, self._prefix = float("-inf"), Recipe(tuple(moves))
        self._open_level()
