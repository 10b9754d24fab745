"""Where things are in a convergence picture, for the templates to draw."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rl.bench.convergence import Axis, Convergence

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 52, 150, 14, 42
COLOURS = 6
LABEL_GAP = 15.0
# What counts is below resyn2's line: of the way down to it only the end is drawn.
HEADROOM = 1.1


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Drawn:
    """A line and its label: `style` is its class, `label_y` where the label stands."""

    name: str
    style: str
    path: str
    label_y: float
    value: str


@dataclass(frozen=True)
class Picture:
    """A picture in a box of WIDTH by HEIGHT."""

    title: str
    x_title: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Drawn, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def picture(course: Convergence, label: str) -> Picture:
    """Lay out a picture.

    Args:
        course: what is drawn.
        label: of the library.
    """
    xs = [x for curve in course.curves for x, _ in curve.points]
    ys = [y for curve in course.curves for _, y in curve.points]
    ys += [level.ratio for level in course.levels]
    low_x, high_x = min(xs), max(xs)
    ends = [curve.points[-1][1] for curve in course.curves] + [lv.ratio for lv in course.levels]
    low_y, high_y, y_ticks = nice(min(ys), min(max(ys), HEADROOM * max(1.0, *ends)))

    def at_x(x: float) -> float:
        if course.log:
            share = math.log(x / low_x) / (math.log(high_x / low_x) or 1.0)
        else:
            share = (x - low_x) / ((high_x - low_x) or 1.0)
        return LEFT + share * (WIDTH - RIGHT - LEFT)

    def at_y(y: float) -> float:
        return TOP + (high_y - y) / (high_y - low_y) * (HEIGHT - BOTTOM - TOP)

    lines = [
        (level.name, f"level level{number}", [(low_x, level.ratio), (high_x, level.ratio)])
        for number, level in enumerate(course.levels)
    ] + [
        (curve.name, f"curve colour{number % COLOURS}", list(curve.points))
        for number, curve in enumerate(course.curves)
    ]
    labels = _spread_labels([at_y(points[-1][1]) for _, _, points in lines])
    unit = "evaluations" if course.axis is Axis.EVALUATIONS else "seconds"
    x_ticks = log_ticks(low_x, high_x) if course.log else nice(low_x, high_x)[2]
    return Picture(
        title=f"{label}: best so far against {unit}",
        x_title=unit,
        x_ticks=tuple(Tick(at_x(x), f"{x:g}") for x in x_ticks if low_x <= x <= high_x),
        y_ticks=tuple(Tick(at_y(y), f"{y:.2f}") for y in y_ticks),
        lines=tuple(
            Drawn(
                name,
                style,
                _path([(at_x(x), at_y(y)) for x, y in points if y <= high_y]),
                label_y,
                f"{points[-1][1]:.3f}",
            )
            for (name, style, points), label_y in zip(lines, labels, strict=True)
        ),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Steps: the best so far holds until the next is found."""
    entered = points[0][0] > LEFT  # from above the picture
    words = [f"M{points[0][0]:.1f} {TOP if entered else points[0][1]:.1f}"]
    height = TOP if entered else points[0][1]
    for x, y in points:
        if y != height:
            words.append(f"H{x:.1f}V{y:.1f}")
            height = y
    words.append(f"H{points[-1][0]:.1f}")
    return "".join(words)


def nice(low: float, high: float) -> tuple[float, float, list[float]]:
    """Bounds and ticks of a linear axis: steps of 1, 2 or 5 times a power of ten."""
    width = (high - low) or abs(high) or 1.0
    raw = width / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = [round(number * step, 10) for number in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def log_ticks(low: float, high: float) -> list[float]:
    """Round numbers from `low` to `high`, for a logarithmic axis."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 3) if math.log10(high / low) < 3.5 else (1,)
    return [float(f"{factor}e{power}") for power in powers for factor in factors]


def _spread_labels(wanted: Sequence[float]) -> list[float]:
    """Move labels apart, as little as it takes, keeping their order."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = list(wanted)
    for before, index in itertools.pairwise(order):
        placed[index] = max(placed[index], placed[before] + LABEL_GAP)
    floor = float(HEIGHT - BOTTOM)
    for index in reversed(order):
        placed[index] = min(placed[index], floor)
        floor = placed[index] - LABEL_GAP
    return placed
