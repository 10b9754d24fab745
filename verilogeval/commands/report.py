"""`eda-rl verilogeval report`."""

import json
from pathlib import Path

import click

from verilogeval.report.leaderboard import load_entries
from verilogeval.report.leaderboard_page import write_leaderboard
from verilogeval.report.page import write_report


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The HTML file.  [default: RUN/report.html, of several leaderboard.html]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def report(runs: tuple[Path, ...], *, out: Path | None, as_json: bool) -> int:
    """Write the scored run in folder RUN as one HTML file that needs no network.

    It shows pass@k with intervals, the verdicts and official classes, a table of the problems, and
    for each sample its source, the tools' log and the waveforms around its first mismatch; of a run
    scored with --prove or --ppa, proofs, and area and delay against the references, too.

    Several runs of one dataset become a leaderboard, as HTML and as CSV beside it: pass@k, what is
    proven, area and delay, verdicts, cost.
    """
    if len(runs) > 1:
        return _leaderboard(runs, out or Path("leaderboard.html"), as_json=as_json)
    run = runs[0]
    written = write_report(run, out or run / "report.html")
    if as_json:
        click.echo(
            json.dumps(
                {
                    "report": str(written.path),
                    "problems": written.problems,
                    "samples": written.samples,
                    "bytes": written.size_bytes,
                    "text_limit": written.limit,
                }
            )
        )
    else:
        click.echo(written.path)
    return 0


def _leaderboard(runs: tuple[Path, ...], out: Path, *, as_json: bool) -> int:
    entries = load_entries(runs)
    page, table = write_leaderboard(entries, out)
    if as_json:
        names = [entry.name for entry in entries]
        click.echo(json.dumps({"report": str(page), "csv": str(table), "runs": names}))
    else:
        click.echo(f"{page}\n{table}")
    return 0
