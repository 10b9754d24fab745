"""Reads a store."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, select

from eda.errors import InputError
from rl.store.database import Database
from rl.store.schema import BEST, EVALUATIONS, MOVES, RUNS, STATE_BYTES, VERDICTS
from rl.sweep.task import Kind

_PHASES = ("script", "search")
_LISTED = (
    "id", "sweep", "kind", "name", "liberty", "objective", "flow", "searcher", "budget",
    "time_limit", "seed", "status", "verified", "error", "value", "improvement", "evaluations",
    "wall_s", "at",
)  # fmt: skip
# What is looked up again and again; to make a statement takes longer than to run it.
_OF_RUN: BindParameter[int] = bindparam("run")
_COUNT = select(func.count()).select_from(EVALUATIONS).where(EVALUATIONS.c.run_id == _OF_RUN)
_RUN = select(RUNS, _COUNT.scalar_subquery().label("stored_evaluations")).where(
    RUNS.c.id == _OF_RUN
)
_VERDICTS = (
    select(VERDICTS)
    .where(VERDICTS.c.run_id == _OF_RUN)
    .order_by(VERDICTS.c.task_id, VERDICTS.c.sample)
)
_EVALUATIONS = select(EVALUATIONS).where(EVALUATIONS.c.run_id == _OF_RUN)
_EVALUATION = _EVALUATIONS.where(
    EVALUATIONS.c.phase == bindparam("phase"), EVALUATIONS.c.number == bindparam("number")
)
_MEASURED_OF = (
    "run_id", "phase", "number", "ending", "area", "delay", "gates", "nodes", "levels",
)  # fmt: skip
_MEASURED = select(*(EVALUATIONS.c[name] for name in _MEASURED_OF)).where(
    EVALUATIONS.c.state == bindparam("state")
)


@dataclass(frozen=True)
class Wanted:
    """Which runs; None: whatever they have.

    Attributes:
        limit: at most so many, the latest first; None: all.
    """

    name: str | None = None
    sweep: str | None = None
    objective: str | None = None
    status: str | None = None
    limit: int | None = None


def list_runs(database: Database, wanted: Wanted) -> list[dict[str, Any]]:
    """The runs, without what they measured.

    Raises:
        ToolError: the database does not answer.
    """
    query = select(*(RUNS.c[name] for name in _LISTED)).where(*_conditions(wanted))
    query = query.order_by(RUNS.c.at.desc(), RUNS.c.id.desc()).limit(wanted.limit)
    return _rows(database, query)


def full_runs(database: Database, wanted: Wanted) -> list[dict[str, Any]]:
    """The runs with all that the table holds, their results among it.

    Raises:
        ToolError: the database does not answer.
    """
    query = select(RUNS).where(*_conditions(wanted)).order_by(RUNS.c.at.desc(), RUNS.c.id.desc())
    return _rows(database, query.limit(wanted.limit))


def show_run(database: Database, run_id: int) -> dict[str, Any]:
    """One run, how many evaluations are there, and its verdicts.

    Raises:
        InputError: there is none of that number.
        ToolError: the database does not answer.
    """
    found = _rows(database, _RUN, run=run_id)
    if not found:
        raise InputError(f"no run {run_id} in {database.name}: 'eda-rl runs list' shows them")
    scored = found[0]["kind"] == Kind.VERILOGEVAL.value
    return {**found[0], "verdicts": _rows(database, _VERDICTS, run=run_id) if scored else []}


def best_recipes(
    database: Database, *, name: str | None = None, objective: str | None = None
) -> list[dict[str, Any]]:
    """The best proven recipe of each circuit, library, objective and flow.

    Raises:
        ToolError: the database does not answer.
    """
    given = {"name": name, "objective": objective}
    wanted = {column: value for column, value in given.items() if value}
    return _rows(database, _best(*wanted), **wanted)


@cache
def _best(*columns: str) -> Select[Any]:
    query = select(BEST).order_by(BEST.c.name, BEST.c.objective, BEST.c.flow)
    return query.where(*(BEST.c[column] == bindparam(column) for column in columns))


def evaluations(database: Database, run_id: int) -> list[dict[str, Any]]:
    """What a run measured, in the shape of `events.jsonl`; states by the beginning of their hash.

    Raises:
        ToolError: the database does not answer.
    """
    ordered = _EVALUATIONS.order_by(EVALUATIONS.c.phase, EVALUATIONS.c.number)
    return _events(database, ordered, run=run_id)


def evaluation(database: Database, run_id: int, phase: str, number: int) -> dict[str, Any] | None:
    """One evaluation of a run, as `evaluations` has it; None where there is none.

    Raises:
        ToolError: the database does not answer.
    """
    key = {"run": run_id, "phase": _PHASES.index(phase), "number": number}
    found = _events(database, _EVALUATION, **key)
    return found[0] if found else None


def _events(database: Database, query: Select[Any], **given: Any) -> list[dict[str, Any]]:
    names, rows = database.moves, database.fetch(query, given)
    wanted = sorted({move for row in rows for move in row.moves if move not in names})
    for start in range(0, len(wanted), 500):
        some = select(MOVES).where(MOVES.c.id.in_(wanted[start : start + 500]))
        names.update((row.id, row.commands) for row in database.fetch(some))
    return [_event(row, names) for row in rows]


def measured(database: Database, state: str) -> list[dict[str, Any]]:
    """All that was measured of a circuit, by its hash (64 hex digits).

    Raises:
        ToolError: the database does not answer.
    """
    return _rows(database, _MEASURED, state=bytes.fromhex(state))


def _event(row: Row[Any], names: dict[int, str]) -> dict[str, Any]:
    states = [
        row.states[at : at + STATE_BYTES].hex() for at in range(0, len(row.states), STATE_BYTES)
    ]
    figures = ("area", "delay", "gates", "nodes", "levels")
    return {
        "event": "evaluation",
        "phase": _PHASES[row.phase],
        "number": row.number,
        "moves": [names[move] for move in row.moves],
        "ending": row.ending,
        "states": states,
        "qor": None if row.area is None else {name: getattr(row, name) for name in figures},
        "failure": row.failure,
        "wall_s": row.wall_s,
        "elapsed_s": row.elapsed_s,
    }


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    given = ("name", "sweep", "objective", "status")
    return [
        RUNS.c[column] == getattr(wanted, column)
        for column in given
        if getattr(wanted, column) is not None
    ]


def _rows(database: Database, query: Select[Any], **given: Any) -> list[dict[str, Any]]:
    return [row._asdict() for row in database.fetch(query, given)]
