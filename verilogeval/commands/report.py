"""`eda-rl verilogeval report`."""

import json
from pathlib import Path

import click

from verilogeval.report.page import write_report


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The HTML file.  [default: RUN/report.html]"
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def report(run: Path, *, out: Path | None, as_json: bool) -> int:
    """Write the scored run in folder RUN as one HTML file that needs no network.

    It shows pass@k with intervals, the verdicts and official classes, a table of the problems, and
    for each sample its source, the tools' log and the waveforms around its first mismatch.
    """
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
