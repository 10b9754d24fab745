"""The course of one search, small."""

from collections.abc import Sequence
from dataclasses import dataclass

from rl.bench.convergence import Axis
from rl.bench.plot import Tick
from rl.report.scale import scale

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 220, 52, 14, 12, 44


@dataclass(frozen=True)
class Lines:
    """The picture: the best so far, and the best fixed script's level."""

    title: str
    x_title: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    path: str
    level: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def lines(points: Sequence[tuple[float, float]], level: float | None, axis: Axis) -> Lines:
    """Lay out the course of a search.

    Args:
        points: (x, ratio to the baseline) at each improvement and at the end.
        level: ratio of the best fixed script.
        axis: what x is.
    """
    unit = "evaluations" if axis is Axis.EVALUATIONS else "seconds"
    levels = [] if level is None else [level]
    x = scale([0.0, *(at for at, _ in points)], LEFT, WIDTH - RIGHT)
    y = scale([*(ratio for _, ratio in points), *levels, 1.0], HEIGHT - BOTTOM, TOP)
    words = [f"M{x.at(points[0][0]):.1f} {y.at(points[0][1]):.1f}"]
    for at, ratio in points[1:]:
        words.append(f"H{x.at(at):.1f}V{y.at(ratio):.1f}")
    return Lines(
        title=f"Best so far, ratio to the baseline, against {unit}",
        x_title=unit,
        x_ticks=x.marks,
        y_ticks=y.marks,
        path="".join(words),
        level=None if level is None else y.at(level),
    )
