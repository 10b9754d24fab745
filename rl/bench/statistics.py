"""Means that reports quote."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

SAME = 1e-9  # relative difference below which two figures are a tie


def geometric_mean(values: Sequence[float]) -> float | None:
    """The geometric mean; None for no values, 0 where one is 0."""
    if not values:
        return None
    if min(values) <= 0:
        return 0.0
    return math.exp(math.fsum(map(math.log, values)) / len(values))


@dataclass(frozen=True)
class Spread:
    """Mean and sample standard deviation (0 for a single value) of `count` values."""

    mean: float
    sd: float
    count: int


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and spread; None for no values."""
    if not values:
        return None
    sd = statistics.stdev(values) if len(values) > 1 else 0.0
    return Spread(statistics.mean(values), sd, len(values))


@dataclass(frozen=True)
class Wins:
    """On how many designs one is better, equal, or worse than another."""

    wins: int
    ties: int
    losses: int

    @property
    def count(self) -> int:
        """All together."""
        return self.wins + self.ties + self.losses

    @property
    def share(self) -> float | None:
        """Wins among all; None for none."""
        return self.wins / self.count if self.count else None


def wins(ratios: Sequence[float]) -> Wins:
    """Count ratios of two figures of which the smaller is the better: below 1 is a win."""
    better = sum(ratio < 1 - SAME for ratio in ratios)
    worse = sum(ratio > 1 + SAME for ratio in ratios)
    return Wins(better, len(ratios) - better - worse, worse)
