"""Writes runs to a store. The same run written again replaces itself, and is never there twice."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from rl.store.database import Database
from rl.store.record import RunRecord
from rl.store.schema import BEST, EVALUATIONS, MOVES, RUNS, STATE_BYTES, VERDICTS

_PHASES = {"script": 0, "search": 1}
_KEY = ("input_sha256", "library_sha256", "objective", "flow")
_VERDICT = (
    "task_id", "sample", "verdict", "letter", "mismatches", "stimuli", "message", "wall_s", "hash",
)  # fmt: skip


class Writer:
    """Writes to a store.

    Args:
        database: the store's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moves: dict[str, int] = {}

    def add(self, record: RunRecord) -> int:
        """Write a run with all that belongs to it, or nothing; returns its id.

        Raises:
            ToolError: the database does not answer.
        """
        wanted = dict.fromkeys(move for event in record.events for move in event["moves"])
        self._learn([move for move in wanted if move not in self._moves])
        with self._database.writing() as connection:
            run_id = self._run(connection, record.run)
            rows = [_evaluation(run_id, event, self._moves) for event in record.events]
            _all(connection, EVALUATIONS, rows)
            verdicts = [{name: line[name] for name in _VERDICT} for line in record.verdicts]
            _all(connection, VERDICTS, [{**line, "run_id": run_id} for line in verdicts])
            if record.best is not None:
                self._better(connection, {**record.best, "run_id": run_id})
        return run_id

    def known(self, uids: Iterable[str]) -> dict[str, str]:
        """Those of the runs that are in the store, with when they ended.

        Raises:
            ToolError: the database does not answer.
        """
        wanted = list(uids)
        found: dict[str, str] = {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                query = select(RUNS.c.uid, RUNS.c.at).where(RUNS.c.uid.in_(some))
                found |= {row.uid: row.at for row in connection.execute(query)}
        return found

    def _run(self, connection: Connection, values: dict[str, Any]) -> int:
        known = connection.scalar(select(RUNS.c.id).where(RUNS.c.uid == values["uid"]))
        if known is None:
            made = connection.execute(
                self._insert(RUNS).values(values).on_conflict_do_nothing().returning(RUNS.c.id)
            ).scalar()
            if made is not None:
                return int(made)
            # Another writer has written it since.
            known = connection.scalar(select(RUNS.c.id).where(RUNS.c.uid == values["uid"]))
        connection.execute(update(RUNS).where(RUNS.c.id == known).values(values))
        for table in (EVALUATIONS, VERDICTS):
            connection.execute(delete(table).where(table.c.run_id == known))
        return int(known or 0)

    def _better(self, connection: Connection, values: dict[str, Any]) -> None:
        """Write a recipe, unless a better one of the same circuit is there."""
        statement = self._insert(BEST).values(values)
        new = statement.excluded
        rank = tuple_(new.excess, new.value) < tuple_(BEST.c.excess, BEST.c.value)
        changed = {name: new[name] for name in values if name not in _KEY}
        connection.execute(
            statement.on_conflict_do_update(index_elements=_KEY, set_=changed, where=rank)
        )

    def _learn(self, moves: Sequence[str]) -> None:
        """Have the moves in the store; in a transaction of its own, short and in one order."""
        if not moves:
            return
        with self._database.writing() as connection:
            rows = [{"commands": move} for move in sorted(moves)]
            connection.execute(self._insert(MOVES).on_conflict_do_nothing(), rows)
        with self._database.reading() as connection:
            for start in range(0, len(moves), 500):
                some = moves[start : start + 500]
                found = connection.execute(select(MOVES).where(MOVES.c.commands.in_(some)))
                self._moves |= {commands: number for number, commands in found}

    def _insert(self, table: Table) -> Any:
        dialects = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
        return dialects[self._database.dialect](table)


def _all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _evaluation(run_id: int, event: dict[str, Any], moves: dict[str, int]) -> dict[str, Any]:
    states = [bytes.fromhex(state) for state in event["states"]]
    qor = event["qor"] or dict.fromkeys(("area", "delay", "gates", "nodes", "levels"))
    return {
        "run_id": run_id,
        "phase": _PHASES[event["phase"]],
        "number": event["number"],
        "moves": [moves[move] for move in event["moves"]],
        "ending": event["ending"],
        "states": b"".join(state[:STATE_BYTES] for state in states),
        "state": states[-1] if states else None,
        **qor,
        "failure": event["failure"],
        "wall_s": event["wall_s"],
        "elapsed_s": event["elapsed_s"],
    }
