"""What is expected of recipes on the design at hand, from whatever was measured on it.

A result is taken for the sum of what the moves and what the ending are worth on the design, and
noise. Both are a draw from a multivariate normal, which every result conditions. Which ending suits
a design differs much more between designs than between the circuits that a search makes of one, and
endings that map or size alike are worth alike. How moves and endings covary is known where the same
recipes were tried on many designs: those that respond alike are alike, whatever their figures say.
"""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from eda.flow import Ending, Target
from eda.move import Move, commands_of
from eda.recipe import Recipe
from rl.judge import Responses, bent

# Variances of what endings are worth, where rewards vary by `_USUAL` between fixed scripts: of what
# those with the same mapper have in common, and so on. From 111 training designs, ASAP7, `sized`.
_MAPPER, _AREA, _CHOICES, _OWN = 0.010, 0.005, 0.002, 0.002
# The same of improving the mapped network.
_REWORK = 0.005
# What improving LUTs is worth before anything shows it: it never makes more of them, and on
# training circuits saves five to fifteen percent.
_FEWER_LUTS = 0.06
_USUAL = 0.16
# Deviation of a circuit's result from the sum; of two endings' difference on one circuit, and on a
# circuit and its child, from that of what they are worth.
_NOISE, _SAME, _CHILD = 0.10, 0.13, 0.16
# How much circuits differ of which nothing is known.
_CIRCUITS = 0.14
# What suits the next circuit otherwise than those before.
_NEXT = 0.06
_LEAST_UNIT = 0.05
# How much of the covariance of two columns is not believed, as it comes of few designs.
_SHRINKAGE = 0.1
#: Moves from which less is expected are not worth an evaluation.
_LEAST_GAIN = 1e-3

Floats = npt.NDArray[np.float64]


class Belief:
    """See the module. What things are worth is `bent`: see `rl.judge.bent`.

    Args:
        endings: of the table.
        rewards: of fixed scripts, which tell how much rewards vary at all.
        responses: of recipes that were tried on other designs.
        length: the most moves in a recipe that is proposed.
    """

    def __init__(
        self,
        endings: Sequence[Ending],
        rewards: Sequence[float],
        responses: Responses | None,
        length: int,
    ) -> None:
        self._endings = tuple(endings)
        spread = float(np.std([bent(each) for each in rewards])) if len(rewards) > 1 else _USUAL
        self._unit = max(_LEAST_UNIT, spread / _USUAL)
        tried = () if responses is None else responses.recipes
        # The columns: endings, what circuits have in common that were not tried, those that were.
        self._common = len(self._endings)
        self._columns = {recipe: self._common + 1 + at for at, recipe in enumerate(tried)}
        self._mean, self._covariance = _prior(self._endings, self._unit, responses)
        self._open: dict[int, tuple[Move, ...]] = {}
        self._waiting: dict[int, int] = {}
        if responses is not None:
            for recipe, moves in zip(tried, responses.offered, strict=True):
                if moves is not None and len(moves) <= length:
                    self._open[self._columns[recipe]] = moves

    def knows(self, moves: Sequence[Move]) -> bool:
        """Whether a recipe of these moves was tried on other designs."""
        return _key(moves) in self._columns

    def measured(self, moves: Sequence[Move], ending: int, reward: float) -> None:
        """Take in what came of a recipe."""
        column = self._columns.get(_key(moves), self._common)
        noise = self._unit * _NOISE
        if column == self._common:
            noise = self._unit * math.hypot(_NOISE, _CIRCUITS)
        self.ended(moves)
        self._learn({ending: 1.0, column: 1.0}, bent(reward), noise)

    def compared(
        self, ending: int, reward: float, other: int, other_reward: float, *, child: bool = False
    ) -> None:
        """Take in one circuit's results with two endings, or those of a circuit and its child."""
        if ending != other:
            difference = bent(reward) - bent(other_reward)
            noise = self._unit * (_CHILD if child else _SAME)
            self._learn({ending: 1.0, other: -1.0}, difference, noise)

    def ended(self, moves: Sequence[Move]) -> None:
        """A recipe of these moves is no longer to be proposed or waited for."""
        column = self._columns.get(_key(moves))
        if column is not None:
            self._open.pop(column, None)
            self._waiting.pop(column, None)

    def give_up(self, commands: str) -> None:
        """No recipe with a move of these commands is to be proposed any more."""
        self._open = {
            column: moves
            for column, moves in self._open.items()
            if commands not in commands_of(moves)
        }

    def draw(self, rng: random.Random) -> list[float]:
        """What each ending may be worth on the next circuit beside the others."""
        count = self._common
        normal = np.array([rng.gauss(0.0, 1.0) for _ in range(2 * count)])
        covariance = self._covariance[:count, :count] + 1e-9 * np.eye(count)
        drawn = self._mean[:count] + np.linalg.cholesky(covariance) @ normal[:count]
        drawn += self._unit * _NEXT * normal[count:]
        return [float(each) for each in drawn]

    def propose(
        self, best: float, usable: Sequence[int], cost: Callable[[Recipe], float]
    ) -> Recipe | None:
        """The tried moves, with an ending, of the greatest expected improvement for their cost.

        Each is proposed once. What is on the way counts as if it came as expected.

        Args:
            best: the best reward so far.
            usable: indices of the endings that it may end in.
            cost: of a recipe, in whatever unit; infinite: it is not to be proposed.

        Returns: None where there is none, or little is expected of all.
        """
        if not self._open:
            return None
        covariance, noise, usable = self._covariance, self._unit * _NOISE, list(usable)
        for column, ending in self._waiting.items():
            covariance = _conditioned(covariance, {ending: 1.0, column: 1.0}, noise)[1]
        columns, offered = list(self._open), list(self._open.values())
        above = self._mean[columns][:, None] + self._mean[usable][None, :] - bent(best)
        variances = np.diag(covariance)
        spread = variances[columns][:, None] + variances[usable][None, :]
        spread = spread + 2 * covariance[np.ix_(columns, usable)] + noise**2
        gains = expected_improvement(above, np.sqrt(spread))
        endings = [self._endings[each] for each in usable]
        costs = [[cost(Recipe(moves, each)) for each in endings] for moves in offered]
        worths = gains / costs
        at, chosen = map(int, np.unravel_index(worths.argmax(), gains.shape))
        if gains[at, chosen] < _LEAST_GAIN or not worths[at, chosen]:
            return None
        ending = usable[chosen]
        self._waiting[columns[at]] = ending
        return Recipe(self._open.pop(columns[at]), self._endings[ending])

    def _learn(self, row: dict[int, float], result: float, noise: float) -> None:
        gain, self._covariance = _conditioned(self._covariance, row, noise)
        expected = sum(weight * self._mean[column] for column, weight in row.items())
        self._mean = self._mean + gain * (result - expected)


def _prior(
    endings: Sequence[Ending], unit: float, responses: Responses | None
) -> tuple[Floats, Floats]:
    """Mean and covariance of the columns before anything was measured."""
    count = len(endings)
    tried = 0 if responses is None else len(responses.recipes)
    mean = np.zeros(count + 1 + tried)
    for at, ending in enumerate(endings):
        if ending.rework and ending.target is Target.LUTS:
            mean[at] = _FEWER_LUTS
    covariance = np.zeros((len(mean), len(mean)))
    if responses is not None:
        known = ~np.isnan(responses.endings).any(axis=0)
        columns = np.concatenate([np.flatnonzero(known), count + 1 + np.arange(tried)])
        worth = np.hstack([responses.endings[:, known], responses.worth])
        mean[columns] = worth.mean(axis=0)
        found = np.cov(worth, rowvar=False)
        own = np.diag(np.diag(found))
        covariance[np.ix_(columns, columns)] = (1 - _SHRINKAGE) * found + _SHRINKAGE * own
    # With another library endings may be worth more or less than what is known of them.
    shared = np.array([[_shared(one, other) for other in endings] for one in endings])
    covariance[:count, :count] += unit**2 * shared
    covariance[count, count] = unit**2
    return mean, covariance


def _conditioned(covariance: Floats, row: dict[int, float], noise: float) -> tuple[Floats, Floats]:
    """How much of a surprise each column takes, and the covariance after it."""
    columns, weights = list(row), np.array(list(row.values()))
    between = covariance[:, columns] @ weights
    gain = between / (float(weights @ between[columns]) + noise**2)
    return gain, covariance - np.outer(gain, between)


_erf = np.vectorize(math.erf, otypes=[np.float64])


def expected_improvement(above: Floats, spread: Floats) -> Floats:
    """The mean of what normal variables have above 0; their own means are `above`."""
    z = above / spread
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    found: Floats = np.maximum(0.0, above * (1 + _erf(z / math.sqrt(2))) / 2 + spread * density)
    return found


def _key(moves: Sequence[Move]) -> tuple[str, ...]:
    return tuple(commands_of(moves))


def _shared(one: Ending, other: Ending) -> float:
    """Covariance of what two endings are worth."""
    mappers = [ending.mapper or "map" for ending in (one, other)]
    for_area = ["-a" in mapper.split() for mapper in mappers]
    return (
        _MAPPER * (mappers[0] == mappers[1])
        + _AREA * (for_area[0] == for_area[1])
        + _CHOICES * (bool(one.prepare) == bool(other.prepare))
        + _REWORK * (one.rework == other.rework)
        + _OWN * (one == other)
    )
