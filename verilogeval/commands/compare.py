"""`eda-rl verilogeval compare`."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rl.listing import listing
from verilogeval.report import compare_view as view
from verilogeval.report.compare import Comparison
from verilogeval.report.compare import compare as compare_runs
from verilogeval.report.compare_page import write_comparison

WIDTH = 100  # columns of the table where stdout is no terminal
MOST_ROWS = 40


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Write an HTML page as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def compare(a: Path, b: Path, *, html: Path | None, as_json: bool) -> int:
    """Show where the scored runs in folders A and B differ, and if it is more than chance.

    Compared are the problems that both runs have. Differences are B's values less A's; the test is
    a two-sided sign-flip permutation test of pass@1, paired by problem.
    """
    found = compare_runs(a, b)
    if html is not None:
        write_comparison(found, html)
    if as_json:
        click.echo(json.dumps(found.to_json()))
    else:
        _show(found)
        if html is not None:
            click.echo(f"page: {html}")
    return 0


def _show(found: Comparison) -> None:
    out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    for rate in (view.side_rate("A", found.a), view.side_rate("B", found.b)):
        interval = f", 95 % interval {rate.interval_text}" if rate.interval else ""
        out.print(
            f"{rate.name}  pass@1 {rate.text} %{interval}  {rate.detail}",
            markup=False,
            soft_wrap=True,
        )
    out.print(f"B - A  {view.difference_words(found)}", markup=False, soft_wrap=True)
    out.print(view.significance(found), markup=False, soft_wrap=True)
    for line in view.cautions(found):
        out.print(f"note: {line}", markup=False, soft_wrap=True)
    rows = view.problem_rows(found)
    if rows:
        out.print(_grid(rows[:MOST_ROWS]))
    else:
        out.print("the runs agree on every problem and every sample")
    if len(rows) > MOST_ROWS:
        out.print(f"{len(rows) - MOST_ROWS} more: see --html or --json")


def _grid(rows: tuple[view.ProblemRow, ...]) -> Table:
    grid = listing("problem")
    for name in ("A", "B", "points", "to pass", "from pass", "other"):
        grid.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        change = row.change
        rates = (
            (f"{change.a.c}/{change.a.n}", f"{change.b.c}/{change.b.n}", f"{row.points:+.1f}")
            if change
            else ("same", "same", "0.0")
        )
        grid.add_row(Text(row.name), *rates, *(str(count or "") for count in row.samples))
    return grid
