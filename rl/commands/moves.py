"""`eda-rl moves`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from eda.abc.binary import find_abc
from eda.cache import MemoryCache
from eda.flow import PLAIN, Ending, Flow, FlowKind, Target
from eda.synthesizer import Synthesizer
from rl.endings import sized
from rl.listing import listing
from rl.support import check_support
from rl.table import TABLES


@click.command()
@click.option("--table", type=click.Choice(sorted(TABLES)), default="full", show_default=True)
@click.option("--abc", type=click.Path(path_type=Path), help="ABC executable to check.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def moves(table: str, *, abc: Path | None, as_json: bool) -> int:
    """List the moves of a table, and try which of them an ABC build supports.

    The endings follow: the ways in which a recipe's last circuit is mapped and sized; and the ways
    to size that are tried beside an ending's own, of which the best counts.

    Exit status 1: the build lacks some.
    """
    binary = find_abc(abc)
    synthesizer = Synthesizer(binary, None, jobs=1, cache=MemoryCache())
    try:
        support = check_support(synthesizer, TABLES[table])
    finally:
        synthesizer.close()
    rows: list[dict[str, Any]] = [
        {
            "name": move.name,
            "commands": move.commands,
            "max_ands": move.max_ands if move.max_ands < 2**31 else None,
            "max_inputs": move.max_inputs if move.max_inputs < 2**31 else None,
            "deadline_s": move.deadline_s,
            "cost_class": move.cost_class,
            "target": move.target.value,
            "supported": move.name not in support.missing,
            "reason": support.missing.get(move.name),
        }
        for move in TABLES[table].moves
    ]
    endings = [_ending(ending) for ending in TABLES[table].endings]
    sizings = [Flow().sizing(sized(PLAIN, way)) for way in TABLES[table].sizings]
    if as_json:
        found = {"abc": str(binary.path), "version": binary.version, "moves": rows}
        click.echo(json.dumps({**found, "endings": endings, "sizings": sizings}))
    else:
        click.echo(f"{binary.path}: {binary.version}")
        _show(rows)
        named = [row for row in rows if row["name"] != row["commands"]]
        _show_lines("What they are, where the name is not the command", "name", named)
        _show_lines("Endings", "flow", endings)
        if sizings:
            flow = FlowKind.SIZED.value
            lines = [{"flow": flow, "commands": commands} for commands in sizings]
            _show_lines("Sizing", "flow", lines)
    return 1 if support.missing else 0


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    grid = listing("move", title="Moves")
    for name in ("up to\nANDs", "up to\ninputs", "cost\nclass", "deadline\ns"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("for", no_wrap=True)
    grid.add_column("works", overflow="fold")
    for row in rows:
        limits = (row["max_ands"], row["max_inputs"], row["cost_class"], row["deadline_s"])
        known = "yes" if row["supported"] else escape(f"no: {row['reason']}")
        texts = ("any" if limit is None else f"{limit:g}" for limit in limits)
        grid.add_row(row["name"], *texts, row["target"], known)
    Console(highlight=False).print(grid)


def _ending(ending: Ending) -> dict[str, str]:
    """An ending under the flow that it is for, `sized` or `luts`."""
    luts = ending.target is Target.LUTS
    flow = Flow(FlowKind.LUT if luts else FlowKind.SIZED)
    return {"name": ending.name, "flow": flow.kind.value, "commands": flow.mapping(ending)}


def _show_lines(title: str, first: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Commands, each beside its row's value of `first`."""
    grid = listing(first, "ABC commands", title=title)
    for row in rows:
        grid.add_row(row[first], row["commands"])
    Console(highlight=False).print(grid)
