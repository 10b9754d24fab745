"""`eda-rl index`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eda.errors import InputError
from eda.flow import Flow, FlowKind
from rl.extras import load
from rl.table import TABLES

if TYPE_CHECKING:
    from rl.guide.extend import Extended


@click.group()
def index() -> None:
    """The designs that a model knows, whose recipes guide searches of designs like them."""


_model = click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="A checkpoint.  [default: your own, else the one that ships for --table and --flow]",
)
_table = click.option(
    "--table", type=click.Choice(sorted(TABLES)), default="full", show_default=True
)
_flow = click.option("--flow", type=click.Choice(["sized", "map"]), default="sized")
_out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The checkpoint to write.  [default: your own, which --model auto takes]",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object only.")


@index.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@_model
@_table
@_flow
@click.option(
    "--held-out",
    is_flag=True,
    help="Take circuits that are held out for testing, too, as designs of your own that have such "
    "a name.",
)
@_out
@_json
def add(
    runs: tuple[Path, ...],
    *,
    model: Path | None,
    table: str,
    flow: str,
    held_out: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Add the designs of finished searches, RUNS, to the designs that a model knows.

    Circuits that are held out for testing are left out.
    """
    from rl.guide.choose import own_checkpoint  # noqa: PLC0415 - FAISS takes long to import
    from rl.guide.extend import extend  # noqa: PLC0415

    target = out or own_checkpoint(table, Flow(FlowKind(flow)))
    extended = extend(_source(model, table, flow), runs, target, held_out=held_out)
    _tell(target, extended, as_json=as_json)


@index.command()
@click.option(
    "--from-store",
    "store",
    envvar="EDA_RL_STORE",
    required=True,
    help="The store: URL, SQLite file, or a sweep's folder.  [default: $EDA_RL_STORE]",
)
@_model
@_table
@_flow
@click.option(
    "--leave-out", multiple=True, metavar="NAME", help="A design to leave out; may be repeated."
)
@_out
@_json
def build(
    store: str,
    *,
    model: Path | None,
    table: str,
    flow: str,
    leave_out: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Add the designs of a store, with its best recipes, to the designs that a model knows.

    Circuits that are held out for testing are left out.
    """
    load("sqlalchemy", "sweep")
    from rl.guide.choose import own_checkpoint  # noqa: PLC0415 - FAISS takes long to import
    from rl.guide.stored import build as run  # noqa: PLC0415
    from rl.store.database import Database  # noqa: PLC0415

    target = out or own_checkpoint(table, Flow(FlowKind(flow)))
    database = Database(store, make=False)
    built = run(_source(model, table, flow), database, target, leave_out=leave_out)
    database.close()
    _tell(target, built, as_json=as_json)


@index.command("list")
@_model
@_table
@_flow
@_json
def list_designs(*, model: Path | None, table: str, flow: str, as_json: bool) -> None:
    """List the designs that a model knows."""
    from rl.guide.model import load_model  # noqa: PLC0415

    source = _source(model, table, flow)
    card = load_model(source).card
    rows = [
        {
            "name": design.name,
            "recipes": len(design.recipes),
            "best": max((recipe.reward for recipe in design.recipes), default=None),
        }
        for design in card.designs
    ]
    if as_json:
        click.echo(json.dumps({"model": str(source), "designs": rows, "card": card.training}))
        return
    for row in rows:
        best = "" if row["best"] is None else f"{100 * float(str(row['best'])):.1f} % saved"
        click.echo(f"{row['name']:30} {row['recipes']} recipes  {best}".rstrip())
    click.echo(f"{len(rows)} designs in {source}")


def _tell(target: Path, extended: "Extended", *, as_json: bool) -> None:
    if as_json:
        shown = {
            "model": str(target),
            "added": [
                {"name": design.name, "recipes": len(design.recipes)} for design in extended.added
            ],
            "left_out": [{"name": name, "reason": reason} for name, reason in extended.left_out],
        }
        click.echo(json.dumps(shown))
        return
    for name, reason in extended.left_out:
        click.echo(f"{name} is left out: {reason}", err=True)
    for design in extended.added:
        click.echo(f"{design.name}: {len(design.recipes)} recipes")
    click.echo(str(target))


def _source(model: Path | None, table: str, flow: str) -> Path:
    from rl.guide.choose import usual_checkpoint  # noqa: PLC0415

    found = model or usual_checkpoint(table, Flow(FlowKind(flow)))
    if found is None:
        raise InputError(
            f"no model for table {table} and flow {flow}: train one with eda-rl train, and name "
            "it with --model"
        )
    return found
