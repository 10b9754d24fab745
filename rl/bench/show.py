"""What the terminal and `--json` show of a comparison."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from rl.bench import view
from rl.bench.folder import BenchFolder, Record
from rl.bench.rows import Row
from rl.bench.summary import LibrarySummary, Line, Summary, Total


def progress_line(row: Row, number: int, total: int) -> str:
    """A row that was just made."""
    seed = f" seed {row.seed}" if row.kind.value != "script" else ""
    head = f"[{number}/{total}] {row.design}, {row.liberty}, {row.contender}{seed}: "
    if row.error is not None:
        return head + f"FAILED: {row.error}"
    gain = row.best.improvement if row.best is not None else None
    cut = "resyn2 has no figure" if gain is None else f"{100 * (0 - gain):+.1f} % vs resyn2"
    return head + f"{cut}, {row.wall_s:.1f} s"


def tables(record: Record, summary: Summary) -> Iterator[Table]:
    """For the terminal: one for each library."""
    figure = record.protocol.objective.value
    for library in summary.libraries:
        grid = view.main_table(library, summary.failed, figure)
        table = Table(
            title=library.label, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD
        )
        for number, name in enumerate(grid.headers):
            table.add_column(name, justify="right" if number else "left")
        for row in grid.rows:
            table.add_row(*(_text(entry) for entry in row))
        table.add_section()
        for row in grid.totals:
            table.add_row(*(_text(entry) for entry in row))
        yield table


def _text(entry: view.Entry) -> Text:
    return Text(entry.text, style="bold green" if entry.top else "red" if entry.bad else "")


def json_object(
    folder: BenchFolder, record: Record, summary: Summary, rows: Sequence[Row], status: str
) -> dict[str, Any]:
    """The one object that `--json` prints."""
    return {
        "out": str(folder.path),
        "status": status,
        "protocol": record.protocol.model_dump(mode="json"),
        "conditions": record.runs[-1].model_dump(mode="json"),
        "rows": len(rows),
        "failed": view.failures(summary.failed),
        "libraries": {library.label: _library(library) for library in summary.libraries},
    }


def _library(library: LibrarySummary) -> dict[str, Any]:
    return {
        "sha256": library.sha256,
        "designs": {line.design: _line(line) for line in library.lines},
        "totals": {name: _total(total) for name, total in library.totals.items()},
    }


def _line(line: Line) -> dict[str, Any]:
    best = line.baseline
    return {
        "ands": line.ands,
        "held_out": line.held_out,
        "reference": line.reference,
        "best_baseline": None if best is None else {"name": best.name, "ratio": best.ratio},
        "contenders": {
            name: {
                "name": score.name,
                "cut": score.cut.mean,
                "sd": score.cut.sd,
                "seeds": score.cut.count,
                "ratio": score.ratio,
            }
            for name, score in line.scores.items()
        },
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "designs": total.designs,
        "cut": total.cut.mean,
        "sd": total.cut.sd,
        "ratio": total.ratio,
        "ratio_to_best_baseline": total.to_baseline,
        "wins": None if total.wins is None else {**asdict(total.wins), "share": total.wins.share},
    }
