"""Axes: from figures to places in a picture, and what stands beside them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rl.bench.plot import Tick, nice

_LABEL_ROOM = 0.04  # of the width, on each side of the figures


@dataclass(frozen=True)
class Scale:
    """A linear axis between two places.

    Attributes:
        low: figure at `start`.
        high: figure at `end`.
        ticks: figures that are marked.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, figure: float) -> float:
        """Where a figure is."""
        return self.start + (figure - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def marks(self) -> tuple[Tick, ...]:
        """The ticks, where they are and as they read."""
        return tuple(Tick(self.at(tick), f"{tick:,.6g}") for tick in self.ticks)


def scale(figures: Sequence[float], start: float, end: float) -> Scale:
    """An axis that all of the figures fit on, with ticks at round ones."""
    known = [figure for figure in figures if math.isfinite(figure)] or [0.0, 1.0]
    room = _LABEL_ROOM * ((max(known) - min(known)) or abs(max(known)) or 1.0)
    low, high = min(known) - room, max(known) + room
    ticks = [tick for tick in nice(low, high)[2] if low <= tick <= high]
    return Scale(low, high, start, end, tuple(ticks))
