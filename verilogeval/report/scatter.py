"""Area and delay of samples against their references, as places in a square."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from verilogeval.ppa.rows import CostRow
from verilogeval.report.text import visible

#: Doublings that the axes reach at least, and at most, to either side of the reference.
_LEAST, _MOST = 2, 6


@dataclass(frozen=True)
class Tick:
    """A mark of both axes: its place from the left and from below, in percent."""

    at: float
    text: str


@dataclass(frozen=True)
class Point:
    """A sample: its place from the left and from above, in percent, and what it is."""

    x: float
    y: float
    label: str
    task_id: str


@dataclass(frozen=True)
class Scatter:
    """The picture; `outside`: how many samples have no place in it."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    outside: int


def octaves(rows: Iterable[CostRow]) -> int:
    """How many doublings axes need to reach to either side, so that all rows that can be fit."""
    logs = [abs(math.log2(ratio)) for row in rows for ratio in _ratios(row) or ()]
    return min(_MOST, max([_LEAST, *map(math.ceil, logs)]))


def scatter(rows: Iterable[CostRow], reach: int) -> Scatter:
    """The picture, on logarithmic axes.

    Args:
        rows: the samples.
        reach: doublings to either side of the reference; see `octaves`.
    """
    points = [_point(row, reach) for row in rows]
    inside = tuple(point for point in points if point is not None)
    step = 1 if reach <= 3 else 2
    ticks = tuple(
        Tick(_place(2.0**power, reach), f"{2**power}" if power >= 0 else f"1/{2**-power}")
        for power in range(-reach // step * step, reach + 1, step)
        if abs(power) <= reach
    )
    return Scatter(inside, ticks, len(points) - len(inside))


def _point(row: CostRow, reach: int) -> Point | None:
    ratios = _ratios(row)
    if ratios is None:
        return None
    area, delay = ratios
    x, y = (_place(ratio, reach) for ratio in ratios)
    if not (0 <= x <= 100 and 0 <= y <= 100):
        return None
    name = f"{visible(row.task_id)} sample {row.sample}: area x{area:.2f}, delay x{delay:.2f}"
    return Point(x, 100 - y, name, visible(row.task_id))


def _place(ratio: float, reach: int) -> float:
    return 50 + 50 * math.log2(ratio) / reach


def _ratios(row: CostRow) -> tuple[float, float] | None:
    """Area and delay over the reference's; None where one of them is missing or 0."""
    area, delay = row.compared.area_ratio, row.compared.delay_ratio
    return (area, delay) if area and delay else None
