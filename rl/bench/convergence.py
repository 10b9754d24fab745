"""Best figure so far against evaluations and against seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rl.bench.rows import Kind, Row
from rl.bench.statistics import geometric_mean
from rl.bench.summary import BEST_SCRIPT, LibrarySummary
from rl.rowfile import latest

POINTS = 160
LINEAR_UP_TO = 200.0


class Axis(Enum):
    """What progress is drawn against; the value is its place in a row's trace."""

    EVALUATIONS = 0
    SECONDS = 1


@dataclass(frozen=True)
class Curve:
    """A searcher's course: (x, geometric mean over the designs of the ratio to resyn2)."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Level:
    """A baseline, which has no course: the same mean over the same designs."""

    name: str
    ratio: float


@dataclass(frozen=True)
class Convergence:
    """One picture.

    Attributes:
        axis: of x.
        log: whether x is logarithmic.
        designs: how many designs all curves have in common; only these are in it.
        curves: of the searchers.
        levels: of the best script, and of `&deepsyn`, where all of these designs have it.
    """

    axis: Axis
    log: bool
    designs: int
    curves: tuple[Curve, ...]
    levels: tuple[Level, ...]


def convergence(library: LibrarySummary, rows: Sequence[Row], axis: Axis) -> Convergence | None:
    """The picture of a library; None where there is nothing to draw."""
    own = [
        row
        for row in latest(rows)
        if row.liberty == library.label
        and row.kind is Kind.SEARCHER
        and row.trace
        and row.reference
        and row.best is not None
        and row.best.holds
    ]
    names = list(dict.fromkeys(row.contender for row in own))
    by = {name: {row.design for row in own if row.contender == name} for name in names}
    common = set.intersection(*by.values()) if by else set()
    if not common:
        return None
    own = [row for row in own if row.design in common]
    last = max(row.trace[-1][axis.value] for row in own)
    log = last > LINEAR_UP_TO
    xs = _grid(max(last, 1.0) if axis is Axis.EVALUATIONS else last, axis, log=log)
    curves = [
        Curve(name, tuple((x, _mean([r for r in own if r.contender == name], x, axis)) for x in xs))
        for name in names
    ]
    return Convergence(axis, log, len(common), tuple(curves), _levels(library, common))


def _grid(last: float, axis: Axis, *, log: bool) -> list[float]:
    if axis is Axis.EVALUATIONS and last <= POINTS:
        return [float(x) for x in range(int(last) + 1)]
    if not log:
        return [last * step / POINTS for step in range(POINTS + 1)]
    first = 1.0 if axis is Axis.EVALUATIONS else last / 1000
    return [first * (last / first) ** (step / POINTS) for step in range(POINTS + 1)]


def _mean(rows: Sequence[Row], x: float, axis: Axis) -> float:
    by_design: dict[str, list[float]] = {}
    for row in rows:
        by_design.setdefault(row.design, []).append(_ratio(row, x, axis))
    means = [geometric_mean(ratios) for ratios in by_design.values()]
    return geometric_mean([mean for mean in means if mean is not None]) or 0.0


def _ratio(row: Row, x: float, axis: Axis) -> float:
    """The best so far at `x`; before anything was found, the circuit as it came."""
    value = row.before if row.before is not None else row.trace[0][2]
    for point in row.trace:
        if point[axis.value] > x:
            break
        value = point[2]
    return value / (row.reference or value or 1.0)


def _levels(library: LibrarySummary, designs: set[str]) -> tuple[Level, ...]:
    lines = [line for line in library.lines if line.design in designs]
    levels = []
    deepsyn = [
        name
        for name in library.others
        if name in library.totals and library.totals[name].kind is Kind.DEEPSYN
    ]
    for name in (BEST_SCRIPT, *deepsyn):
        ratios = [line.scores[name].ratio for line in lines if name in line.scores]
        ratio = geometric_mean(ratios)
        if ratio is not None and len(ratios) == len(lines):
            levels.append(Level(name, ratio))
    return tuple(levels)
