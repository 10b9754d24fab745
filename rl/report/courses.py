"""Best so far against evaluations and seconds: each searcher's course, and the fixed scripts'."""

from collections.abc import Sequence

from rl.bench.convergence import Axis, Convergence, Curve, Level
from rl.bench.statistics import geometric_mean
from rl.report.source import Entry

_POINTS = 120
_LOG_ABOVE = 200.0
_SCRIPT = "script"


def courses(entries: Sequence[Entry], axis: Axis) -> Convergence | None:
    """The picture: geometric means over the searches of the ratio to their baseline.

    A searcher starts from the best of the fixed scripts that ran before it, as the product does.

    Returns:
        None where no search has a course.
    """
    traces = [(entry, trace(entry, axis)) for entry in entries if entry.error is None]
    traces = [(entry, points) for entry, points in traces if points]
    if not traces:
        return None
    last = max(points[-1][0] for _, points in traces)
    first = 0.0 if axis is Axis.EVALUATIONS else min(points[0][0] for _, points in traces)
    log = last > _LOG_ABOVE
    xs = _grid(max(first, 1.0) if log else first, max(last, first + 1), axis, log=log)
    names = list(dict.fromkeys(str(entry.choices.get("searcher")) for entry, _ in traces))
    curves = []
    for name in names:
        own = [points for entry, points in traces if str(entry.choices.get("searcher")) == name]
        means = ((x, geometric_mean([_at(points, x) for points in own]) or 0.0) for x in xs)
        curves.append(Curve(name, tuple(means)))
    designs = len({entry.name for entry, _ in traces})
    return Convergence(axis, log, designs, tuple(curves), _levels([e for e, _ in traces]))


def trace(entry: Entry, axis: Axis) -> list[tuple[float, float]]:
    """(x, ratio of the best so far to the baseline) at each improvement and at the end."""
    baseline = entry.baseline
    points: list[tuple[float, float]] = []
    if not baseline:
        return points
    best, done, seconds = None, 0, 0.0
    for event in entry.events:
        searched = event["phase"] != _SCRIPT
        done += searched
        seconds = max(seconds, float(event["elapsed_s"]))
        value = entry.value(event["qor"])
        if value is None or (best is not None and value >= best):
            continue
        best = value
        x = float(done) if axis is Axis.EVALUATIONS else seconds
        points.append((x, best / baseline))
    if best is not None:
        points.append((float(done) if axis is Axis.EVALUATIONS else seconds, best / baseline))
    return points


def _grid(first: float, last: float, axis: Axis, *, log: bool) -> list[float]:
    if axis is Axis.EVALUATIONS and not log and last <= _POINTS:
        return [float(x) for x in range(int(last) + 1)]
    share = [step / _POINTS for step in range(_POINTS + 1)]
    if log:
        return [first * (last / first) ** part for part in share]
    return [first + part * (last - first) for part in share]


def _at(points: Sequence[tuple[float, float]], x: float) -> float:
    """The best so far at `x`; the first one that is known, before."""
    value = points[0][1]
    for place, ratio in points:
        if place > x:
            break
        value = ratio
    return value


def _levels(entries: Sequence[Entry]) -> tuple[Level, ...]:
    """The best fixed script of each search."""
    ratios = []
    for entry in entries:
        values = [entry.value(script) for script in entry.result.get("scripts", [])]
        known = [value for value in values if value is not None]
        if known and entry.baseline:
            ratios.append(min(known) / entry.baseline)
    ratio = geometric_mean(ratios)
    return (
        (Level("best script", ratio),) if ratio is not None and len(ratios) == len(entries) else ()
    )
