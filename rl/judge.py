"""Chooses which of several candidate circuits is worth a mapping, and in which way."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from eda.flow import Ending
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe

LEAST_KNOWN = 12
_RIDGE = 6.0
_MOST = 0.99  # a reward


@dataclass(frozen=True)
class Responses:
    """How other designs took to recipes and to endings.

    Attributes:
        recipes: commands of each one's moves.
        offered: the moves themselves where they may be used, in the same order.
        worth: what these are worth on each design, whatever they end in, `bent`, of shape
            (designs, recipes).
        endings: what the table's endings add to that, of shape (designs, endings); NaN where
            nothing is known of one.
    """

    recipes: tuple[tuple[str, ...], ...]
    offered: tuple[tuple[Move, ...] | None, ...]
    worth: npt.NDArray[np.float64]
    endings: npt.NDArray[np.float64]


class Guidance(Protocol):
    """What was learned from other designs, about this one; see `rl.guide.guide.Guide`."""

    @property
    def alpha(self) -> float:
        """How far it is to be trusted, 0 to 1."""

    def openings(self, within: float) -> list[Recipe]:
        """Recipes of designs so near to begin with, the most promising ones first."""

    def portfolio(self, reward: Callable[[Qor], float]) -> Responses | None:
        """How designs took to the recipes that were tried on many, by that figure of merit."""

    def predict(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float32]:
        """Rewards that circuits of such features are expected to have, for each ending."""

    def prior(self, row: Sequence[float], last: int | None) -> npt.NDArray[np.float32]:
        """How likely each move is to be the next one of a good recipe."""


def bent(reward: float) -> float:
    """A reward on a scale on which equal steps are equal shares of the cost that is left."""
    return -math.log1p(-min(_MOST, max(-1.0, reward)))


@dataclass(frozen=True)
class Regression:
    """Ridge regression from figures to a reward.

    Attributes:
        centre: mean of each figure over the training data.
        weights: of each figure's distance from its mean.
        offset: the mean reward.
    """

    centre: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    offset: float

    def rate(self, figures: Sequence[float]) -> float:
        """The predicted reward."""
        return self.offset + float((np.asarray(figures) - self.centre) @ self.weights)


def fit(rows: Sequence[Sequence[float]], rewards: Sequence[float]) -> Regression | None:
    """The regression of `rewards` on `rows`; None where there are too few to tell.

    Args:
        rows: of shape (n, figures).
        rewards: of shape (n,).
    """
    if len(rewards) < LEAST_KNOWN:
        return None
    table = np.asarray(rows, dtype=np.float64)
    centre = table.mean(axis=0)
    # A figure that hardly varies says nothing: its noise is not to be scaled up.
    scale = np.maximum(table.std(axis=0), 1e-3)
    scaled = (table - centre) / scale
    target = np.asarray(rewards, dtype=np.float64)
    gram = scaled.T @ scaled + _RIDGE * np.eye(table.shape[1])
    weights = np.linalg.solve(gram, scaled.T @ (target - target.mean()))
    return Regression(centre, weights / scale, float(target.mean()))


@dataclass(frozen=True)
class Candidate:
    """A circuit that a recipe reaches.

    Attributes:
        sha256: the circuit's hash.
        ending: the recipe's.
        features: the circuit's.
    """

    sha256: str
    ending: Ending
    features: Sequence[float]


class Rater(Protocol):
    """Predicts rewards."""

    def rate(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
        """Predicted rewards of circuits of such features, of shape (n, endings or 1)."""


@dataclass(frozen=True)
class Judge:
    """What is known when a proposal is made; frozen, so that jobs and timing change nothing.

    Attributes:
        rater: rates candidates; None: the first new one is chosen.
        told: what was measured, circuit's hash and ending's group, with its number in order.
        count: entries of `told` from this number on were not known yet.
        endings: those that the rater tells apart, in its order; where there are none, each
            candidate keeps its own and is rated by its features alone.
        free: whether a candidate's ending may be replaced by any of `endings`.
    """

    rater: Rater | None
    told: Mapping[tuple[str, str], int]
    count: int
    endings: tuple[Ending, ...] = ()
    free: bool = False

    def new(self, sha256: str, ending: Ending) -> bool:
        """Whether that circuit was not measured yet with any ending of that one's group."""
        number = self.told.get((sha256, ending.group))
        return number is None or number >= self.count

    def choose(self, candidates: Sequence[Candidate]) -> tuple[int, Ending]:
        """The index of the best candidate and its ending: new ones first, then by the rating."""
        ratings = None
        if self.rater is not None:
            ratings = self.rater.rate([candidate.features for candidate in candidates])
        best = (False, float("-inf"))
        chosen = (0, candidates[0].ending)
        for index, candidate in enumerate(candidates):
            for ending in self.endings if self.free else (candidate.ending,):
                column = self.endings.index(ending) if self.endings else 0
                rating = 0.0 if ratings is None else float(ratings[index, column])
                rank = (self.new(candidate.sha256, ending), rating)
                if rank > best:
                    best, chosen = rank, (index, ending)
        return chosen
