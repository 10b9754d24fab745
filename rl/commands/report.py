"""`eda-rl report`."""

import json
from pathlib import Path

import click

from rl.report.mlflow_runs import write_mlflow
from rl.report.page import write_report
from rl.report.plots import write_plots
from rl.report.source import load
from rl.report.tracking import write_tensorboard
from rl.show import terminal, warner


@click.command()
@click.argument("what", metavar="RUN|SWEEP|STORE")
@click.option("--out", type=click.Path(path_type=Path), help="The HTML file.  [default: in WHAT]")
@click.option("--sweep", help="Of a store, only this sweep.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=500,
    show_default=True,
    help="Of a store, at most so many runs, the latest.",
)
@click.option(
    "--plots",
    type=click.Path(path_type=Path),
    help="Folder for each picture as SVG, and as PNG where Chromium is found.",
)
@click.option(
    "--tensorboard", type=click.Path(path_type=Path), help="New folder for TensorBoard logs."
)
@click.option(
    "--mlflow",
    metavar="URL|FILE",
    help="MLflow's tracking server, or SQLite file, that searches are written to as runs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def report(
    what: str,
    *,
    out: Path | None,
    sweep: str | None,
    limit: int,
    plots: Path | None,
    tensorboard: Path | None,
    mlflow: str | None,
    as_json: bool,
) -> int:
    """Write one HTML file about a search, a sweep or a store; it needs no network.

    It shows what was saved, how the searches went, area and delay, which moves went with good
    results, and for each run its recipe, the circuits it walked through, and the command that
    makes it again.
    """
    source = load(what, sweep=sweep, limit=limit)
    written = write_report(source, out or source.default)
    drawn = [] if plots is None else write_plots(source, plots, warner(terminal()))
    logs = [] if tensorboard is None else write_tensorboard(source, tensorboard)
    runs = None if mlflow is None else write_mlflow(source, mlflow)
    if as_json:
        result = {
            "report": str(written.path),
            "runs": written.rows,
            "bytes": written.size_bytes,
            "plots": [str(path) for path in drawn],
            "tensorboard": [str(path) for path in logs],
            "mlflow": runs,
        }
        click.echo(json.dumps(result))
    else:
        for path in (written.path, *drawn, *logs):
            click.echo(path)
        if runs is not None:
            click.echo(f"MLflow: {runs} runs written")
    return 0
