"""`eda-rl suites`."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from eda.errors import InputError
from rl.listing import listing
from rl.suites import SUITES, Suite, find_suite


@click.command()
@click.argument("suite", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def suites(suite: str | None, *, as_json: bool) -> int:
    """List the suites of designs, or the designs of SUITE, a name or a folder.

    Nothing is downloaded: where a suite is missing, the list says how to come by it.
    """
    if suite is not None:
        _show_designs(find_suite(suite), as_json=as_json)
        return 0
    rows = [_row(name) for name in SUITES]
    if as_json:
        click.echo(json.dumps({"suites": rows}))
        return 0
    grid = listing("suite", "designs", "from", "licence")
    for row in rows:
        count = "-" if row["missing"] else str(row["designs"])
        where = escape(row["missing"] or row["path"])
        grid.add_row(row["suite"], count, where, row["licence"])
    Console(highlight=False).print(grid)
    return 0


def _row(name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"suite": name, "licence": SUITES[name].licence}
    try:
        found = find_suite(name)
    except InputError as error:
        return {**row, "designs": 0, "path": None, "missing": str(error)}
    return {**row, "designs": len(found.designs), "path": str(found.path), "missing": None}


def _show_designs(suite: Suite, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": design.name,
            "files": [str(path) for path in design.files],
            "sha256": design.sha256,
            "licence": design.licence,
            "source": design.source,
            "held_out": design.held_out,
        }
        for design in suite.designs
    ]
    if as_json:
        click.echo(json.dumps({"suite": suite.name, "path": str(suite.path), "designs": rows}))
        return
    heads = [str(suite.path), *dict.fromkeys(design.source for design in suite.designs)]
    heads += [f"licence: {licence}" for licence in dict.fromkeys(d.licence for d in suite.designs)]
    for head in dict.fromkeys(heads):
        click.echo(head)
    grid = listing("design", "files", "sha256", "for testing only")
    for row in rows:
        names = [Path(name).name for name in row["files"]]
        files = names[0] if len(names) == 1 else f"{len(names)} files"
        mark = "yes" if row["held_out"] else ""
        grid.add_row(*map(escape, (row["name"], files, row["sha256"][:16], mark)))
    Console(highlight=False).print(grid)
