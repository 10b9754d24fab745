"""Which moves and endings an evolution draws: what pays, does not fail and is worth its time."""

import random
from collections.abc import Sequence

from eda.move import Move
from rl.evaluation import Outcome
from rl.judge import Guidance
from rl.searchers.allowance import Allowance
from rl.searchers.base import Problem
from rl.searchers.derived import Derived
from rl.searchers.member import Member, Origin
from rl.searchers.patience import Patience
from rl.searchers.preferences import Preferences
from rl.searchers.timing import Timing

# How likely a move is tried at first, by its cost class: what takes long must pay more often.
_APPEAL = {1: 1.0, 2: 0.5, 3: 0.2, 4: 0.2}


class Drawing:
    """See the module.

    Args:
        problem: what is searched.
        rng: the searcher's.
        patience: a move that failed so often is not drawn again.
        guidance: a prior of moves, where there is one.

    Attributes:
        index: of each move, by its commands.
        derived: which circuits are known.
        allowance: how much slow moves may still do.
    """

    def __init__(
        self, problem: Problem, rng: random.Random, patience: int, guidance: Guidance | None
    ) -> None:
        self._moves, self._endings = problem.table.moves, problem.table.endings
        self._rng, self._guidance = rng, guidance
        self.index = {move.commands: index for index, move in enumerate(self._moves)}
        self._liked = Preferences([_APPEAL[move.cost_class] for move in self._moves])
        self._patience = Patience(self._moves, self._endings, patience)
        self._timing = Timing(self.index) if problem.timed else None
        self.derived = Derived(problem.start)
        self.allowance = Allowance(problem, self.derived)
        self._slow = True

    def begin(self) -> None:
        """The next draws are for another proposal."""
        self._slow = not self.allowance.spent

    def draw(self, count: int, parent: Member) -> tuple[int, ...]:
        """Indices of new moves for a child of `parent`."""
        every = range(len(self._moves))
        usable = [at for at in every if self._patience.allows(self._moves[at])] or list(every)
        guidance = self._guidance if parent.features else None
        last = self.index.get(parent.moves[-1].commands) if parent.moves else None
        drawn: list[int] = []
        for _ in range(count):
            now = self._affordable(usable)
            weights = self._worths(now)
            if guidance is not None:
                likely = guidance.prior(parent.features, last)
                weights = [
                    weight * float(likely[index]) ** guidance.alpha
                    for index, weight in zip(now, weights, strict=True)
                ]
            last = self._rng.choices(now, weights)[0]
            drawn.append(last)
            self._slow = self._slow and not self._moves[last].slow
        return tuple(drawn)

    def of(self, indices: Sequence[int]) -> tuple[Move, ...]:
        """The moves of those indices."""
        return tuple(self._moves[index] for index in indices)

    @property
    def endings(self) -> Sequence[int]:
        """The endings that are still to be used at all."""
        return self._patience.endings

    def endings_now(self) -> Sequence[int]:
        """The endings that a circuit may be mapped with now, the slower the more rarely."""
        usable = self._patience.endings
        if self._timing is None:
            return usable
        return self._timing.allowed(self._endings, usable, self._rng)

    def in_time(self, moves: Sequence[Move]) -> bool:
        """Whether a recipe is worth its time now, the longer it takes the more rarely."""
        if self._timing is None:
            return True
        unknown = (self.index.get(move.commands) for move in self.derived.unknown(moves))
        # What scripts alone are made of is in no table.
        return self._rng.random() < self._timing.share(*(at for at in unknown if at is not None))

    def learn(self, outcome: Outcome) -> list[str]:
        """Take in times and failures; returns the commands of moves that are given up."""
        if self._timing is not None:
            self._timing.learn(outcome)
        return self._patience.learn(outcome)

    def credit(self, origin: Origin, outcome: Outcome, *, won: bool) -> None:
        """Take in whether the fresh moves of the candidate that was measured paid."""
        if not outcome.features:
            return
        for new in origin.fresh:
            tail = self.of(new)
            if new and outcome.proposed.moves[-len(tail) :] == tail:
                for index in set(new):
                    self._liked.learn(index, won=won)
                break

    def _worths(self, moves: Sequence[int]) -> list[float]:
        worths = self._liked.worths(moves)
        if self._timing is None:
            return worths
        shares = map(self._timing.share, moves)
        return [worth * share for worth, share in zip(worths, shares, strict=True)]

    def _affordable(self, usable: list[int]) -> list[int]:
        """One slow move for all candidates of a proposal is enough."""
        if self._slow:
            return usable
        quick = [index for index in usable if not self._moves[index].slow]
        return quick or usable
