"""Area and delay, and which of what was found nothing else beats in both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rl.bench.plot import Tick
from rl.front import pareto
from rl.report.scale import Scale, scale
from rl.report.source import Entry

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 74, 14, 12, 44
_SCRIPT = "script"


@dataclass(frozen=True)
class Mark:
    """A dot with its label for who points at it; `style` is its class."""

    x: float
    y: float
    style: str
    label: str


@dataclass(frozen=True)
class Scatter:
    """The picture; `dots` is a path of all dots that have no label."""

    title: str
    x_title: str
    y_title: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dots: str
    front: str
    marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Found:
    """A point of the picture."""

    area: float
    delay: float
    label: str
    style: str


def of_sweep(entries: Sequence[Entry]) -> Scatter | None:
    """The best of each search, as ratios to its baseline."""
    found = [point for entry in entries if (point := _ratio(entry)) is not None]
    titles = ("area / baseline's", "delay / baseline's")
    return _picture(found, [], "Area and delay of the results", titles)


def of_search(entry: Entry) -> Scatter | None:
    """Everything that a search measured."""
    if str(entry.choices.get("objective")) in ("nodes", "levels"):
        return None
    dots, marks = [], []
    for event in entry.events:
        qor = event["qor"]
        if qor is None:
            continue
        if event["phase"] == _SCRIPT:
            marks.append(Found(qor["area"], qor["delay"], "fixed script", "script"))
        else:
            dots.append((float(qor["area"]), float(qor["delay"])))
    for row in entry.result.get("front", ()):
        marks.append(Found(row["area"], row["delay"], row["folder"], "result"))
    best = entry.result.get("best")
    if best:
        marks.append(Found(best["area"], best["delay"], "the result", "best"))
    luts = str(entry.choices.get("objective")) == "luts"
    titles = ("LUTs", "LUT levels") if luts else ("area", "delay, ps")
    return _picture(marks, dots, "Area and delay of all evaluations", titles)


def _ratio(entry: Entry) -> Found | None:
    best, base = entry.result.get("best"), entry.result.get("baseline")
    if entry.error is not None or not best or not base or not base["area"] or not base["delay"]:
        return None
    label = f"{entry.name}, {entry.choices.get('searcher')}, seed {entry.choices.get('seed')}"
    return Found(best["area"] / base["area"], best["delay"] / base["delay"], label, "result")


def _picture(
    found: Sequence[Found],
    dots: Sequence[tuple[float, float]],
    title: str,
    titles: tuple[str, str],
) -> Scatter | None:
    points = [*dots, *((one.area, one.delay) for one in found)]
    if not points:
        return None
    x = scale([area for area, _ in points], LEFT, WIDTH - RIGHT)
    y = scale([delay for _, delay in points], HEIGHT - BOTTOM, TOP)
    unlabelled = "".join(
        f"M{at_x:.1f} {at_y:.1f}h0" for at_x, at_y in dict.fromkeys(_places(dots, x, y))
    )
    return Scatter(
        title=title,
        x_title=titles[0],
        y_title=titles[1],
        x_ticks=x.marks,
        y_ticks=y.marks,
        dots=unlabelled,
        front=_front(pareto(points), x, y),
        marks=tuple(
            Mark(
                x.at(one.area),
                y.at(one.delay),
                one.style,
                f"{one.label}: {one.area:.6g}, {one.delay:.6g}",
            )
            for one in found
        ),
    )


def _places(
    dots: Sequence[tuple[float, float]], x: Scale, y: Scale
) -> Iterator[tuple[float, float]]:
    for area, delay in dots:
        yield round(x.at(area), 1), round(y.at(delay), 1)


def _front(points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> str:
    """Steps: between two of the front, only what is worse than both can be had."""
    words = [f"M{x.at(points[0][0]):.1f} {TOP}"]
    for area, delay in points:
        words.append(f"H{x.at(area):.1f}V{y.at(delay):.1f}")
    return "".join([*words, f"H{WIDTH - RIGHT}"])
