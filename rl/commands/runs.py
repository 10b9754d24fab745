"""`eda-rl runs`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape

from eda.errors import InputError
from rl.commands.sweep import output
from rl.listing import listing
from rl.store.add import add_folder
from rl.store.database import Database
from rl.store.export import export
from rl.store.queries import Wanted, best_recipes, list_runs, show_run

_NOTHING = "-"
_Command = TypeVar("_Command", bound=Callable[..., Any])

_store = click.option(
    "--store",
    envvar="EDA_RL_STORE",
    required=True,
    help="URL, SQLite file, or a sweep's folder.  [default: $EDA_RL_STORE]",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object only.")


@click.group()
def runs() -> None:
    """Look into the store that sweeps write, and add runs to it."""


@runs.command("list")
@_store
@click.option("--name", help="Of a design, or of samples.")
@click.option("--sweep", help="Name of the sweep.")
@click.option("--objective", help="As the list shows it.")
@click.option("--status", type=click.Choice(["done", "failed"]))
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@_json
def list_command(store: str, *, limit: int, as_json: bool, **wanted: Any) -> int:
    """The runs, the latest first."""
    database = Database(store, make=False)
    found = list_runs(database, Wanted(**wanted, limit=limit))
    database.close()
    if as_json:
        click.echo(json.dumps({"runs": found}))
        return 0
    columns = {
        "id": "id",
        "name": "name",
        "sweep": "sweep",
        "objective": "objective",
        "searcher": "searcher",
        "budget": "budget",
        "seed": "seed",
        "gain": "improvement",
        "seconds": "wall_s",
        "ended": "at",
    }
    _print(columns, found)
    return 0


@runs.command("show")
@click.argument("run_id", type=int, metavar="ID")
@_store
@_json
def show_command(run_id: int, store: str, *, as_json: bool) -> int:
    """Everything about one run."""
    database = Database(store, make=False)
    found = show_run(database, run_id)
    database.close()
    if as_json:
        click.echo(json.dumps(found))
        return 0
    for name, value in found.items():
        if name not in ("result", "verdicts") and value is not None:
            click.echo(f"{name}: {value}")
    best = (found["result"] or {}).get("best")
    if best:
        click.echo("recipe: " + "; ".join(best["recipe"]))
    for verdict in found["verdicts"]:
        click.echo(f"{verdict['task_id']} {verdict['sample']}: {verdict['verdict']}")
    return 0


@runs.command("best")
@_store
@click.option("--name", help="Of a design.")
@click.option("--objective", help="As the list shows it.")
@_json
def best_command(store: str, *, as_json: bool, **wanted: Any) -> int:
    """The best proven recipe of each circuit, library, objective and flow."""
    database = Database(store, make=False)
    found = best_recipes(database, **wanted)
    database.close()
    if as_json:
        click.echo(json.dumps({"best": found}))
        return 0
    for row in found:
        row["recipe"] = "; ".join([*row["recipe"], *[row["ending"]] * (row["ending"] != "plain")])
    columns = ("name", "objective", "flow", "area", "delay", "gain", "recipe")
    _print({name: "improvement" if name == "gain" else name for name in columns}, found)
    return 0


@runs.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@_store
@_json
def export_command(folder: Path, store: str, *, as_json: bool) -> int:
    """Write a Parquet file for each table to FOLDER."""
    database = Database(store, make=False)
    counts = export(database, folder)
    database.close()
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "rows": counts}))
        return 0
    for name, count in counts.items():
        click.echo(f"{folder / name}.parquet: {count:,} rows")
    return 0


@runs.command("add")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@_store
@_json
def add_command(folders: tuple[Path, ...], store: str, *, as_json: bool) -> int:
    """Write runs to the store: FOLDERS are of searches or of sweeps.

    A run that is there already is not there twice.
    """
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder")
    database = Database(store)
    counts = {str(folder): add_folder(database, folder) for folder in folders}
    database.close()
    if as_json:
        click.echo(json.dumps({"runs": counts}))
        return 0
    for name, count in counts.items():
        click.echo(f"{name}: {count} run{'s' if count != 1 else ''}")
    return 0


def _print(columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    grid = listing(*columns)
    for row in rows:
        style = "red" if row.get("error") else None
        grid.add_row(*(_text(key, row[key]) for key in columns.values()), style=style)
    console: Console = output()
    console.print(grid)


def _text(name: str, value: Any) -> str:
    if value is None:
        return _NOTHING
    if name == "improvement":
        return f"{-100 * value:+.1f} %"
    return f"{value:,.6g}" if isinstance(value, float) else escape(str(value))
