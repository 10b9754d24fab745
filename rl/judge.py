"""Chooses which of several candidate circuits is worth a mapping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rl.features import NAMES

LEAST_KNOWN = 12
_RIDGE = 6.0


@dataclass(frozen=True)
class Regression:
    """Ridge regression from a circuit's features to its reward.

    Attributes:
        centre: mean of each feature over the training data.
        weights: of each feature's distance from its mean.
    """

    centre: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]

    def rate(self, features: Sequence[float]) -> float:
        """The predicted reward, up to a constant."""
        return float((np.asarray(features) - self.centre) @ self.weights)


def fit(features: Sequence[Sequence[float]], rewards: Sequence[float]) -> Regression | None:
    """The regression of `rewards` on `features`; None where there are too few to tell.

    Args:
        features: of shape (n, len(NAMES)).
        rewards: of shape (n,).
    """
    if len(rewards) < LEAST_KNOWN:
        return None
    table = np.asarray(features, dtype=np.float64)
    centre = table.mean(axis=0)
    # A feature that hardly varies says nothing: its noise is not to be scaled up.
    scale = np.maximum(table.std(axis=0), 1e-3)
    scaled = (table - centre) / scale
    target = np.asarray(rewards, dtype=np.float64)
    gram = scaled.T @ scaled + _RIDGE * np.eye(len(NAMES))
    weights = np.linalg.solve(gram, scaled.T @ (target - target.mean()))
    return Regression(centre, weights / scale)


@dataclass(frozen=True)
class Judge:
    """What is known when a proposal is made; frozen, so that jobs and timing change nothing.

    Attributes:
        regression: rates candidates; None: the first new one is chosen.
        told: what was measured, circuit's hash and ending's name, with its number in order.
        count: entries of `told` from this number on were not known yet.
    """

    regression: Regression | None
    told: Mapping[tuple[str, str], int]
    count: int

    def new(self, sha256: str, ending: str) -> bool:
        """Whether that circuit with that ending was not measured yet."""
        number = self.told.get((sha256, ending))
        return number is None or number >= self.count

    def choose(self, candidates: Sequence[tuple[str, str, Sequence[float]]]) -> int:
        """The index of the best candidate: new ones first, then by the regression.

        Args:
            candidates: circuit's hash, ending's name and features of each.
        """
        best, chosen = (False, float("-inf")), 0
        for index, (sha256, ending, features) in enumerate(candidates):
            rating = 0.0 if self.regression is None else self.regression.rate(features)
            rank = (self.new(sha256, ending), rating)
            if rank > best:
                best, chosen = rank, index
        return chosen
