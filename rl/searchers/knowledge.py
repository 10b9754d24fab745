"""What a searcher has been told, in the form that judges its next candidates."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eda.flow import Ending
from rl.evaluation import Outcome
from rl.features import FIGURES
from rl.judge import Guidance, Judge, Regression, fit

TRAINED_ON = 400


@dataclass(frozen=True)
class _ByFigures:
    """A regression on a circuit's figures, whatever its ending."""

    regression: Regression

    def rate(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
        """See `rl.judge.Rater`."""
        return np.array([[self.regression.rate(row[: len(FIGURES)])] for row in rows])


@dataclass(frozen=True)
class _Guided:
    """What was learned elsewhere, as far as it is trusted, and what is missing from it here.

    Attributes:
        guidance: predicts.
        endings: how many there are.
        missing: regression of what the measured rewards had beyond the trusted prediction, on
            figures and ending; None as long as little is known.
    """

    guidance: Guidance
    endings: int
    missing: Regression | None

    def rate(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
        """See `rl.judge.Rater`."""
        ratings = self.guidance.alpha * self.guidance.predict(rows).astype(np.float64)
        if self.missing is not None:
            ratings += [
                [self.missing.rate(_figures(row, e, self.endings)) for e in range(self.endings)]
                for row in rows
            ]
        return ratings


def _figures(row: Sequence[float], ending: int, endings: int) -> list[float]:
    return [*row[: len(FIGURES)], *(float(ending == other) for other in range(endings))]


class Knowledge:
    """Every measurement's circuit, and what predicts the next ones.

    Args:
        start: hash of the circuit that the search starts from.
        endings: those of the table.
        guidance: what was learned from other designs, if anything.
    """

    def __init__(
        self, start: str, endings: Sequence[Ending], guidance: Guidance | None = None
    ) -> None:
        self._start, self._guidance = start, guidance
        self._endings = tuple(endings)
        self._groups = [ending.group for ending in endings]
        self._told: dict[tuple[str, str], int] = {}
        self._examples: deque[tuple[list[float], float]] = deque(maxlen=TRAINED_ON)

    def learn(self, outcome: Outcome, reward: float) -> None:
        """Take in a measurement."""
        state = outcome.states[-1] if outcome.states else self._start
        group = outcome.proposed.ending.group
        self._told.setdefault((state, group), len(self._told))
        if not outcome.features or outcome.qor is None:
            return
        if self._guidance is None:
            self._examples.append((list(outcome.features[: len(FIGURES)]), reward))
        elif group in self._groups:
            ending = self._groups.index(group)
            expected = float(self._guidance.predict([outcome.features])[0, ending])
            figures = _figures(outcome.features, ending, len(self._endings))
            self._examples.append((figures, reward - self._guidance.alpha * expected))

    def judge(self, *, free: bool = False) -> Judge:
        """A judge that knows what is known now, and never more.

        Args:
            free: whether it may choose the ending, too; only what was learned elsewhere can.
        """
        rows = [row for row, _ in self._examples]
        regression = fit(rows, [reward for _, reward in self._examples])
        if self._guidance is None:
            rater = None if regression is None else _ByFigures(regression)
            return Judge(rater, self._told, len(self._told))
        guided = _Guided(self._guidance, len(self._endings), regression)
        return Judge(guided, self._told, len(self._told), self._endings, free)
