"""The leaderboard: one HTML file that needs nothing else, not even a script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verilogeval.ppa.rows import CostRow
from verilogeval.report import view
from verilogeval.report.leaderboard import Entry, csv_text
from verilogeval.report.page import render, write_page
from verilogeval.report.view import Rate
from verilogeval.statistics import KS, Estimate

STYLES = ("base.css", "leaderboard.css")
#: The scatter reaches from a quarter of the reference's area and delay to four times.
_OCTAVES = 2.0


@dataclass(frozen=True)
class Point:
    """A sample in the scatter: its place in percent of the axes, and what it is."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Line:
    """A run in the table, and its scatter; `outside`: samples with no place in it."""

    entry: Entry
    rates: tuple[Rate, ...]
    proven: str
    proofs: str
    best: tuple[str, ...]
    cost: str
    slices: tuple[view.Slice, ...]
    points: tuple[Point, ...]
    outside: int


def write_leaderboard(entries: Sequence[Entry], out: Path) -> tuple[Path, Path]:
    """Write the HTML page and, beside it, the CSV file; returns both paths.

    Raises:
        ToolError: a file cannot be written.
    """
    page = render(
        "leaderboard.html",
        styles=STYLES,
        scripts=(),
        dataset=entries[0].run.summary.dataset,
        ks=KS,
        lines=[_line(entry) for entry in entries],
        proved=any(entry.proofs for entry in entries),
        measured=any(entry.costs for entry in entries),
        priced=any(entry.tokens or entry.cost is not None for entry in entries),
    )
    write_page(out, page)
    table = out.with_suffix(".csv")
    write_page(table, csv_text(entries))
    return out, table


def _line(entry: Entry) -> Line:
    points = [_point(row) for row in entry.costs]
    inside = [point for point in points if point is not None]
    counts = entry.proofs_by_verdict
    return Line(
        entry=entry,
        rates=tuple(_rate(k, entry.pass_at[k]) for k in KS),
        proven="" if entry.proven is None else f"{entry.proven:.1%}",
        proofs=", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()),
        best=tuple(f"{best['ratio']:.3f}" if (best := entry.best[str(k)]) else "" for k in KS),
        cost=_cost(entry),
        slices=tuple(view.slices(entry.run.summary.verdicts)),
        points=tuple(inside),
        outside=len(points) - len(inside),
    )


def _rate(k: int, found: Estimate | None) -> Rate:
    if found is None:
        return Rate(f"pass@{k}", None, None, "")
    interval = found.interval and (100 * found.interval[0], 100 * found.interval[1])
    return Rate(f"pass@{k}", 100 * found.value, interval, "")


def _cost(entry: Entry) -> str:
    parts = [f"{sum(entry.tokens):,} tokens"] if entry.tokens else []
    parts += [f"{entry.cost:.2f}"] if entry.cost is not None else []
    return ", ".join(parts)


def _point(row: CostRow) -> Point | None:
    """A sample's place by its area and delay over its reference's, on logarithmic axes."""
    sample, reference = row.compared.sample, row.compared.reference
    if sample is None or reference is None or not reference.area or not reference.delay:
        return None
    area, delay = sample.area / reference.area, sample.delay / reference.delay
    if not area or not delay:
        return None
    places = [50 + 50 * math.log2(ratio) / _OCTAVES for ratio in (area, delay)]
    if not all(0 <= place <= 100 for place in places):
        return None
    name = f"{row.task_id} sample {row.sample}: area x{area:.2f}, delay x{delay:.2f}"
    return Point(places[0], 100 - places[1], name)
