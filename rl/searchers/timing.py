"""How long moves take on the circuits of a search whose budget is time."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eda.flow import Ending
from eda.move import Move
from eda.recipe import Recipe
from rl.evaluation import Outcome
from rl.table import Table

#: A move may take as long as so many evaluations before it is drawn less.
_PATIENCE = 2.0
_FADE = 0.8
#: What takes less was most likely known before.
_LEAST_S = 1e-3
#: How long a move takes by its cost class, if a mapping takes 1: means over five circuits; the
#: slowest take from 7 to 100, those on large two-level logic most.
_MAPPINGS = {1: 0.15, 2: 1.5, 3: 12.0, 4: 25.0}
#: The same of improving a mapped network.
_REWORK = 3.0
#: A slow move is used where all sessions together have room for so many mappings: then it leaves
#: enough of their time, even where it takes long.
_ROOM = {3: 120.0, 4: 1280.0}


class Timing:
    """Means that fade of what moves and evaluations were seen to take, in seconds.

    Args:
        index: of each move, by its commands.
    """

    def __init__(self, index: Mapping[str, int]) -> None:
        self._index = index
        self._moves: dict[int, float] = {}
        self._endings: dict[str, float] = {}
        self._evaluation = 0.0

    def learn(self, outcome: Outcome) -> None:
        """Take in what an evaluation took."""
        self._evaluation = _mean(self._evaluation, outcome.wall_s)
        for move, seconds in zip(outcome.proposed.moves, outcome.steps_s, strict=False):
            index = self._index.get(move.commands)
            if index is not None and seconds > _LEAST_S:
                self._moves[index] = _mean(self._moves.get(index, 0.0), seconds)
        if len(outcome.steps_s) > len(outcome.proposed.moves):
            group = outcome.proposed.ending.group
            self._endings[group] = _mean(self._endings.get(group, 0.0), outcome.steps_s[-1])

    def ending_share(self, ending: Ending) -> float:
        """How often an ending is worth its time where it seems to be the best, 1 at the most."""
        took = self._endings.get(ending.group, 0.0)
        usual = sorted(self._endings.values())[len(self._endings) // 2] if self._endings else 0.0
        return _share(took, _PATIENCE * usual)

    def allowed(
        self, endings: Sequence[Ending], usable: Sequence[int], rng: random.Random
    ) -> list[int]:
        """Indices of usable endings that are worth their time now, at least the first one's."""
        drawn = [at for at in usable if rng.random() < self.ending_share(endings[at])]
        return drawn or list(usable[:1])

    def share(self, *moves: int) -> float:
        """How much of its usual weight a move, or several together, keep, 1 at the most."""
        took = sum(self._moves.get(move, 0.0) for move in moves)
        allowed = _PATIENCE * self._evaluation
        return _share(took, allowed)


def fitting(table: Table, ands: int, mapping_s: float, sessions_s: float) -> Table:
    """The table with slow moves kept to circuits that are small enough for the time limit.

    Args:
        table: the moves.
        ands: size of the circuit that the search starts from.
        mapping_s: seconds that a mapping of it takes.
        sessions_s: seconds that the sessions have together.
    """

    def kept(move: Move) -> Move:
        room = _ROOM.get(move.cost_class, 0.0) * mapping_s
        if room <= sessions_s:
            return move
        return replace(move, max_ands=min(move.max_ands, int(ands * sessions_s / room)))

    return replace(table, moves=tuple(kept(move) for move in table.moves))


def _mean(mean: float, value: float) -> float:
    return value if mean == 0.0 else _FADE * mean + (1 - _FADE) * value


def _share(took: float, allowed: float) -> float:
    return 1.0 if took <= allowed or allowed == 0.0 else allowed / took


def burden(recipe: Recipe) -> float:
    """By how much the improvement that a recipe promises counts less for the time that it takes.

    It is the root of how many mappings take about as long. What promises most leads on, whatever it
    takes; where there is time for a thousand evaluations, little of it is to go into a few.
    """
    moves = sum(_MAPPINGS[move.cost_class] for move in recipe.moves)
    return math.sqrt(1.0 + moves + (_REWORK if recipe.ending.rework else 0.0))


def slow_alone(recipe: Recipe, ands: int) -> float:
    """The same where only a single slow move counts that suits a circuit of this size."""
    move = recipe.moves[0]
    alone = len(recipe.moves) == 1 and move.slow and ands <= move.max_ands
    return 1.0 if alone else math.inf
