"""Fronts of area and delay: what nothing else is as good as in both and better in one."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from eda.qor import Qor


class Measured(Protocol):
    """Something that has a cost."""

    @property
    def qor(self) -> Qor:
        """The cost."""


_M = TypeVar("_M", bound=Measured)

#: Exponents of the area in the figures that a search for a front minimises, of the delay 2 less
#: that: the area-delay product first, then both ends, where a little of the other breaks ties.
_AREA_WEIGHTS = (1.0, 1.98, 0.02, 1.5, 0.5)


def rewards(baseline: Qor) -> tuple[Callable[[Qor], float], ...]:
    """What a cost is worth in each of the directions that a front is searched in.

    Each is the fraction of the baseline's area^w delay^(2-w) that is saved, -1 at the least.
    """

    def reward(weight: float) -> Callable[[Qor], float]:
        def saved(qor: Qor) -> float:
            if baseline.adp <= 0:
                return 0.0
            area, delay = qor.area / baseline.area, qor.delay / baseline.delay
            return max(-1.0, 1.0 - math.pow(area, weight) * math.pow(delay, 2 - weight))

        return saved

    return tuple(reward(weight) for weight in _AREA_WEIGHTS)


def pareto(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Those that no other is as good as in both and better in one, the smallest x first."""
    front: list[tuple[float, float]] = []
    for x, y in sorted(set(points)):
        if not front or y < front[-1][1]:
            front.append((x, y))
    return front


def hypervolume(points: Iterable[tuple[float, float]], worst: tuple[float, float]) -> float:
    """The share of the rectangle from 0 to `worst` that points dominate."""
    covered, height = 0.0, worst[1]
    for x, y in pareto(points):
        if x < worst[0] and y < height:
            covered += (worst[0] - x) * (height - y)
            height = y
    area = worst[0] * worst[1]
    return covered / area if area > 0 else 0.0


def joined(front: Sequence[_M], candidate: _M) -> list[_M]:
    """A front, smallest area first, after another candidate; of equals the first stays."""
    qor = candidate.qor
    if any(other.qor.area <= qor.area and other.qor.delay <= qor.delay for other in front):
        return list(front)
    kept = [o for o in front if o.qor.area < qor.area or o.qor.delay < qor.delay]
    return sorted([*kept, candidate], key=lambda other: other.qor.area)


def thinned(front: Sequence[_M], most: int) -> list[_M]:
    """At most so many of a front, at least both ends: those that dominate most together."""
    kept = list(front)
    while len(kept) > max(most, 2):
        # What a point adds is the rectangle between its neighbours on the front.
        gains = [
            (kept[at + 1].qor.area - kept[at].qor.area)
            * (kept[at - 1].qor.delay - kept[at].qor.delay)
            for at in range(1, len(kept) - 1)
        ]
        del kept[1 + gains.index(min(gains))]
    return kept
