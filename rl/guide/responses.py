"""How a design takes to recipes, from how other designs took to the same ones.

What the known designs' costs were after the same recipes is taken for draws from a multivariate
normal. Each result on the design at hand, those of the fixed scripts among them, conditions it; the
next recipe is the one with the greatest expected improvement. Designs that respond alike are alike,
whatever their figures say.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: How much of the covariance of two recipes is not believed, as it comes of few designs.
_SHRINKAGE = 0.1
#: Deviation of a result, of -log(1 - reward), that says nothing of any other.
_NOISE = 0.1
_MOST = 0.99  # a reward

Floats = npt.NDArray[np.float64]


class Belief:
    """What is expected of each recipe on one design.

    Args:
        rewards: of each known design after each recipe, of shape (designs, recipes); at least two
            designs.
    """

    def __init__(self, rewards: Floats) -> None:
        values = _bent(rewards)
        self._mean = values.mean(axis=0)
        found = np.cov(values, rowvar=False).reshape(len(self._mean), -1)
        own = np.diag(np.diag(found))
        self._covariance = (1 - _SHRINKAGE) * found + _SHRINKAGE * own
        self._seen: dict[int, float | None] = {}

    def expect(self, recipe: int) -> None:
        """Its result is on the way: nothing of it is known, but it is not to be chosen again."""
        self._seen.setdefault(recipe, None)

    def learn(self, recipe: int, reward: float) -> None:
        """Take in a result."""
        self._seen[recipe] = float(_bent(np.array(reward)))

    def choose(
        self, among: Sequence[int], best: float, costs: Sequence[float]
    ) -> tuple[int, float]:
        """The recipe of the greatest expected improvement for its cost, and that improvement.

        A result on the way counts as if it were as expected.

        Args:
            among: recipes of which none is expected or known; at least one.
            best: the best reward so far.
            costs: of each, in whatever unit.
        """
        known = [recipe for recipe, value in self._seen.items() if value is not None]
        values = np.array([self._seen[recipe] for recipe in known], dtype=np.float64)
        rest = list(among)
        weights, _ = self._weights(rest, known)
        mean = self._mean[rest] + weights.T @ (values - self._mean[known])
        weights, between = self._weights(rest, list(self._seen))
        variance = np.diag(self._covariance)[rest] - (weights * between).sum(axis=0)
        spread = np.sqrt(np.maximum(variance, 1e-12))
        top = float(_bent(np.array(best)))
        gains = np.array(
            [_improvement(m - top, s) for m, s in zip(mean, spread, strict=True)], dtype=np.float64
        )
        chosen = int((gains / np.array(costs)).argmax())
        return rest[chosen], float(gains[chosen])

    def _weights(self, rest: list[int], known: list[int]) -> tuple[Floats, Floats]:
        """How each known result counts for each other recipe, and their covariances."""
        between = self._covariance[np.ix_(known, rest)]
        among = self._covariance[np.ix_(known, known)] + _NOISE**2 * np.eye(len(known))
        return np.asarray(np.linalg.solve(among, between), dtype=np.float64), between


def _bent(rewards: Floats) -> Floats:
    """Rewards on a scale on which equal steps are equal shares of the cost that is left."""
    found: Floats = -np.log1p(-np.minimum(rewards, _MOST))
    return found


def _improvement(above: float, spread: float) -> float:
    """The mean of what a normal variable has above 0; its own mean is `above`."""
    z = above / spread
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return max(0.0, above * (1 + math.erf(z / math.sqrt(2))) / 2 + spread * density)
