"""The leaderboard: one HTML file that needs nothing else, not even a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verilogeval.report import view
from verilogeval.report.leaderboard import Entry, csv_text
from verilogeval.report.page import render, write_page
from verilogeval.report.scatter import Scatter, octaves, scatter
from verilogeval.report.view import Rate
from verilogeval.statistics import KS, Estimate

STYLES = ("base.css", "leaderboard.css")


@dataclass(frozen=True)
class Line:
    """A run in the table, and its scatter."""

    entry: Entry
    rates: tuple[Rate, ...]
    proven: str
    proofs: str
    best: tuple[str, ...]
    cost: str
    slices: tuple[view.Slice, ...]
    scatter: Scatter


def write_leaderboard(entries: Sequence[Entry], out: Path) -> tuple[Path, Path]:
    """Write the HTML page and, beside it, the CSV file; returns both paths.

    Raises:
        ToolError: a file cannot be written.
    """
    reach = octaves(row for entry in entries for row in entry.costs)
    page = render(
        "leaderboard.html",
        styles=STYLES,
        scripts=(),
        dataset=entries[0].run.summary.dataset,
        ks=KS,
        lines=[_line(entry, reach) for entry in entries],
        proved=any(entry.proofs for entry in entries),
        measured=any(entry.costs for entry in entries),
        unlike=len({row.settings for entry in entries for row in entry.costs}) > 1,
        priced=any(entry.tokens or entry.cost is not None for entry in entries),
    )
    write_page(out, page)
    table = out.with_suffix(".csv")
    write_page(table, csv_text(entries))
    return out, table


def _line(entry: Entry, reach: int) -> Line:
    counts = entry.proofs_by_verdict
    return Line(
        entry=entry,
        rates=tuple(_rate(k, entry.pass_at[k]) for k in KS),
        proven="" if entry.proven is None else f"{entry.proven:.1%}",
        proofs=", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()),
        best=tuple(f"{best['ratio']:.3f}" if (best := entry.best[str(k)]) else "" for k in KS),
        cost=_cost(entry),
        slices=view.slices(entry.run.summary.verdicts, view.NAMES),
        scatter=scatter(entry.costs, reach),
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
