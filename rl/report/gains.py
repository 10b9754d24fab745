"""What each design gained against its baseline, a line for each, a dot for each run."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rl.bench.plot import Tick
from rl.report.scale import scale
from rl.report.source import Entry

_MOST = 60
LEFT, WIDTH, STEP, TOP, BOTTOM, RIGHT = 190, 720, 20, 10, 34, 70


@dataclass(frozen=True)
class Bar:
    """A design under one objective and library: its mean, and each of its runs."""

    label: str
    y: float
    x: float
    mean: str
    dots: tuple[float, ...]


@dataclass(frozen=True)
class Gains:
    """The picture; `left_out` says how many designs it does not show."""

    width: int
    height: int
    zero: float
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    top: int
    bottom: int
    left_out: int
    title: str = "Saved against the baseline, percent"


def gains(entries: Sequence[Entry]) -> Gains | None:
    """The picture, the best first; None where nothing was gained or lost."""
    groups: dict[str, list[float]] = {}
    several = _several(entries)
    for entry in entries:
        if entry.gain is not None:
            groups.setdefault(_label(entry, several), []).append(100 * entry.gain)
    if not groups:
        return None
    ranked = sorted(groups.items(), key=lambda item: -statistics.mean(item[1]))
    shown = ranked[:_MOST]
    axis = scale([0.0, *(gain for _, found in shown for gain in found)], LEFT, WIDTH - RIGHT)
    bars = tuple(
        Bar(
            label,
            TOP + STEP * (number + 0.5),
            axis.at(statistics.mean(found)),
            f"{statistics.mean(found):.1f} %",
            tuple(axis.at(gain) for gain in found) if len(found) > 1 else (),
        )
        for number, (label, found) in enumerate(shown)
    )
    bottom = TOP + STEP * len(shown)
    return Gains(
        WIDTH, bottom + BOTTOM, axis.at(0.0), bars, axis.marks, TOP, bottom,
        len(ranked) - len(shown),
    )  # fmt: skip


def _several(entries: Sequence[Entry]) -> list[str]:
    """The choices, seeds and searchers apart, that are not the same everywhere."""
    names = ("liberty", "objective", "flow", "table", "searcher")
    return [name for name in names if len({str(e.choices.get(name)) for e in entries}) > 1]


def _label(entry: Entry, several: Sequence[str]) -> str:
    return " ".join([entry.name, *(str(entry.choices.get(name)) for name in several)])
