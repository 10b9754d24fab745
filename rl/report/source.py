"""What a report is about: a run folder, a sweep's folder or a store, as the same values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eda.errors import InputError
from rl.journal import read_events
from rl.rowfile import latest, read_rows
from rl.runfolder import RunFolder
from rl.settings import Settings
from rl.store.add import task_of
from rl.store.database import Database
from rl.store.queries import Wanted, evaluations, full_runs
from rl.suites import held_out
from rl.sweep import artifacts
from rl.sweep.folder import RECORD, SweepFolder
from rl.sweep.rows import Row
from rl.sweep.task import Kind, Scoring

_CHOICES = ("objective", "flow", "table", "searcher", "budget", "time_limit", "seed")
_FIGURES = ("area", "delay", "gates", "nodes", "levels")


@dataclass(frozen=True)
class Entry:
    """A search or a scoring.

    Attributes:
        choices: what tells it from others.
        settings: of a search, where they are known.
        scoring: what a scoring was told, where that is known.
        error: why it counts as failed, or None.
        result: `result.json` or `summary.json`; empty where there is none.
        events: the evaluations of `events.jsonl`; among their states, "" is the circuit that the
            search began with.
        where: its folder.
        at: when it ended.
    """

    kind: Kind
    name: str
    suite: str
    held_out: bool
    choices: dict[str, Any]
    settings: Settings | None
    scoring: Scoring | None
    error: str | None
    wall_s: float
    result: dict[str, Any]
    events: list[dict[str, Any]]
    where: str
    at: str

    def value(self, figures: dict[str, Any] | None) -> float | None:
        """The objective's figure of a cost; None where there is none."""
        if not figures or any(figures.get(name) is None for name in _FIGURES):
            return None
        goal = str(self.result.get("objective") or self.choices.get("objective") or "adp")
        if goal == "adp":
            return float(figures["area"]) * float(figures["delay"])
        return float(figures["area" if goal == "luts" else goal])

    @property
    def baseline(self) -> float | None:
        """The objective's figure that gains are measured against."""
        return self.value(self.result.get("baseline"))

    @property
    def gain(self) -> float | None:
        """Fraction of the baseline that was saved, of a result that counts."""
        known = self.result.get("improvement")
        return None if known is None or self.error is not None else float(known)


@dataclass(frozen=True)
class Source:
    """What a report is about.

    Attributes:
        title: its heading.
        facts: names and values below the heading.
        commands: that made it, as they were typed.
        default: where the report goes unless the user says otherwise.
    """

    title: str
    entries: list[Entry]
    default: Path
    facts: list[tuple[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def searches(self) -> list[Entry]:
        """The searches."""
        return [entry for entry in self.entries if entry.kind is Kind.SEARCH]


def load(spec: str, *, sweep: str | None, limit: int) -> Source:
    """Gather what `spec` names: a run's or a sweep's folder, a SQLite file or a URL.

    Args:
        spec: the same.
        sweep: of a store, only this sweep.
        limit: of a store, at most so many runs, the latest.

    Raises:
        InputError: there is nothing to report on.
        ToolError: a store or an artifact cannot be read.
    """
    path = Path(spec)
    if "://" not in spec and path.is_dir():
        return _sweep(path) if (path / RECORD).exists() else _run(path)
    if "://" not in spec and not path.is_file():
        raise InputError(f"{spec}: no such run, sweep or store")
    return _store(spec, Wanted(sweep=sweep, limit=limit))


def _run(path: Path) -> Source:
    folder = RunFolder(path.absolute())
    settings = folder.load_settings()
    try:
        result = json.loads(folder.result.read_bytes())
    except OSError as error:
        raise InputError(f"{path} holds no result.json: the search did not end") from error
    except ValueError as error:
        raise InputError(f"{folder.result} is damaged: {error}") from error
    name = settings.files[0].name.split(".")[0]
    verified = result.get("verified") is True
    entry = Entry(
        kind=Kind.SEARCH,
        name=name,
        suite="",
        held_out=held_out(name),
        choices=_choices(settings),
        settings=settings,
        scoring=None,
        error=None if verified else f"not proven: {result.get('status')}",
        wall_s=float(result.get("wall_s", 0.0)),
        result=result,
        events=_measured(read_events(folder.events)[0], result),
        where=str(folder.path),
        at="",
    )
    return Source(name, [entry], folder.path / "report.html")


def _sweep(path: Path) -> Source:
    folder = SweepFolder(path.absolute())
    record = folder.record()
    entries = []
    for row in latest(read_rows(folder.rows, Row)[0]):
        task = task_of(row)
        search = task is not None and task.search is not None
        data = (artifacts.read(row.artifacts, "events.jsonl") or b"") if search else b""
        entry = Entry(
            kind=row.kind,
            name=row.name,
            suite=row.suite,
            held_out=row.held_out,
            choices=row.choices,
            settings=None if task is None else task.search,
            scoring=None if task is None else task.scoring,
            error=row.error,
            wall_s=row.wall_s,
            result=row.result or {},
            events=_measured(list(_lines(data)), row.result or {}),
            where=row.artifacts,
            at=row.at,
        )
        entries.append(entry)
    if not entries:
        raise InputError(f"{path} holds no finished task yet")
    last = record.runs[-1]
    facts = [
        ("tasks", f"{len(entries)} of {len(record.tasks)}"),
        ("begun", record.runs[0].at),
        ("runs", str(len(record.runs))),
        ("code", ", ".join(dict.fromkeys(run.code for run in record.runs))),
        ("cores", str(last.cores)),
    ]
    commands = [run.command for run in record.runs]
    return Source(record.name, entries, folder.path / "report.html", facts, commands)


def _store(spec: str, wanted: Wanted) -> Source:
    database = Database(spec, make=False)
    entries = [_stored(database, run) for run in full_runs(database, wanted)]
    database.close()
    if not entries:
        raise InputError(f"{database.name} holds no such run")
    facts = [("store", database.name), ("runs", str(len(entries)))]
    return Source(wanted.sweep or "store", entries, Path("report.html").absolute(), facts)


def _stored(database: Database, run: dict[str, Any]) -> Entry:
    search = run["kind"] == Kind.SEARCH.value
    given = run["settings"]
    try:
        settings = Settings.model_validate(given) if search and given else None
        scoring = Scoring.model_validate(given) if not search and given else None
    except ValidationError:  # of another version: the command is then not shown
        settings = scoring = None
    choices = {"liberty": run["liberty"], "table": run["move_table"]}
    choices |= {name: run[name] for name in _CHOICES if name != "table"}
    return Entry(
        kind=Kind(run["kind"]),
        name=run["name"],
        suite=run["suite"],
        held_out=run["held_out"],
        choices=choices if search else {},
        settings=settings,
        scoring=scoring,
        error=run["error"],
        wall_s=run["wall_s"],
        result=run["result"] or {},
        events=_measured(evaluations(database, run["id"]), run["result"] or {}) if search else [],
        where=run["artifacts"],
        at=run["at"],
    )


def _choices(settings: Settings) -> dict[str, Any]:
    chosen = settings.model_dump(mode="json", include=set(_CHOICES))
    liberty = Path(settings.liberty).name.removesuffix(".gz").removesuffix(".lib")
    return {"liberty": liberty, **{name: chosen[name] for name in _CHOICES}}


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data[: data.rfind(b"\n") + 1].splitlines():
        yield json.loads(line)


def _measured(events: list[dict[str, Any]], result: dict[str, Any]) -> list[dict[str, Any]]:
    """The evaluations, the circuit that the search began with called "" among their states."""
    start = str((result.get("best") or {}).get("input_sha256") or "-")
    return [
        {**event, "states": ["" if start.startswith(state) else state for state in event["states"]]}
        for event in events
        if event.get("event") == "evaluation"
    ]
