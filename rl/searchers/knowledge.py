"""What a searcher has been told, in the form that judges its next candidates."""

from collections import deque

from rl.evaluation import Outcome
from rl.judge import Judge, fit

TRAINED_ON = 400


class Knowledge:
    """Every measurement's circuit, and a regression on the latest ones.

    Args:
        start: hash of the circuit that the search starts from.
    """

    def __init__(self, start: str) -> None:
        self._start = start
        self._told: dict[tuple[str, str], int] = {}
        self._examples: deque[tuple[tuple[float, ...], float]] = deque(maxlen=TRAINED_ON)

    def learn(self, outcome: Outcome, reward: float) -> None:
        """Take in a measurement."""
        state = outcome.states[-1] if outcome.states else self._start
        self._told.setdefault((state, outcome.proposed.ending.name), len(self._told))
        if outcome.features and outcome.qor is not None:
            self._examples.append((outcome.features, reward))

    def judge(self) -> Judge:
        """A judge that knows what is known now, and never more."""
        rows = [row for row, _ in self._examples]
        rewards = [reward for _, reward in self._examples]
        return Judge(fit(rows, rewards), self._told, len(self._told))
