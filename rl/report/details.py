"""What a row of the table shows when it is opened, and how that travels in the page.

Details are rendered here, so that one template language escapes everything; they are packed, since
hundreds of drawings would make the page large and slow, and unpacked when they are asked for.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rl.bench.convergence import Axis
from rl.report import reproduce
from rl.report.courses import trace
from rl.report.graph import StateGraph, state_graph
from rl.report.lines import Lines, lines
from rl.report.moves import Heat, heat
from rl.report.scatter import Scatter, of_search
from rl.report.source import Entry

_FIGURES = ("area", "delay", "nodes", "levels")


@dataclass(frozen=True)
class Details:
    """Of one search or scoring.

    Attributes:
        facts: names and values.
        recipe: moves, one a line, empty where there is none.
        commands: the ABC commands of the same.
        reproduce: the command that makes it again, or None where it is not known.
        scripts: name, figures and whether it is the result, of the fixed scripts and the result.
        verdicts: of a scoring, with how many samples have each.
    """

    entry: Entry
    facts: list[tuple[str, str]]
    recipe: list[str]
    commands: str
    reproduce: str | None
    scripts: list[tuple[str, list[str], bool]]
    verdicts: list[tuple[str, int]]
    by_evaluations: Lines | None
    by_seconds: Lines | None
    scatter: Scatter | None
    graph: StateGraph | None
    heat: Heat | None


def details(entry: Entry, *, alone: bool) -> Details:
    """What is shown of an entry; `alone` where nothing else of the page shows its moves."""
    best = entry.result.get("best") or {}
    command = None
    if entry.settings is not None:
        command = reproduce.search_command(entry.settings)
    elif entry.scoring is not None:
        command = reproduce.scoring_command(entry.scoring)
    return Details(
        entry=entry,
        facts=facts(entry),
        recipe=[str(move) for move in best.get("recipe", [])],
        commands="\n".join(map(str, best.get("commands", []))),
        reproduce=command,
        scripts=_scripts(entry, best),
        verdicts=list((entry.result.get("verdicts") or {}).items()),
        by_evaluations=_course(entry, Axis.EVALUATIONS),
        by_seconds=_course(entry, Axis.SECONDS),
        scatter=of_search(entry),
        graph=state_graph(entry),
        heat=heat([entry]) if alone else None,
    )


def facts(entry: Entry) -> list[tuple[str, str]]:
    """What is known of an entry, in words."""
    known = [(name, str(value)) for name, value in entry.choices.items() if value is not None]
    proof = entry.result.get("proof") or {}
    known += [(f"proof of the {name}", str(value)) for name, value in proof.items() if value]
    for name in ("flops", "latches", "evaluations"):
        if entry.result.get(name):
            known.append((name, f"{entry.result[name]:,}"))
    versions = entry.result.get("versions") or {}
    known += [(name, str(value)) for name, value in versions.items() if value is not None]
    known += [("ended", entry.at)] if entry.at else []
    return [*known, ("folder", entry.where)] if entry.where else known


def packed(fragment: str) -> str:
    """A fragment of HTML as base64 of deflated text."""
    return base64.b64encode(zlib.compress(fragment.encode(), 9)).decode()


def _course(entry: Entry, axis: Axis) -> Lines | None:
    points = trace(entry, axis)
    scripts = [entry.value(script) for script in entry.result.get("scripts", [])]
    known = [value for value in scripts if value is not None]
    level = min(known) / entry.baseline if known and entry.baseline else None
    return lines(points, level, axis) if points else None


def _scripts(entry: Entry, best: dict[str, Any]) -> list[tuple[str, list[str], bool]]:
    rows: Sequence[dict[str, Any]] = entry.result.get("scripts", [])
    named = [(str(row["name"]), row, False) for row in rows]
    if best:
        named.append((f"result: {best.get('script') or entry.choices.get('searcher')}", best, True))
    return [(name, _figures(entry, row), mark) for name, row, mark in named]


def _figures(entry: Entry, row: dict[str, Any]) -> list[str]:
    value = entry.value(row)
    if value is None:
        return ["-"] * (len(_FIGURES) + 1)
    against = f"{100 * (value / entry.baseline - 1):+.1f} %" if entry.baseline else "-"
    return [*(f"{row[name]:,.6g}" for name in _FIGURES), against]
