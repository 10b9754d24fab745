"""A run as the store takes it: from a run folder, or from a sweep's row and its folder."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from eda.errors import InputError
from eda.objective import Goal, Objective
from eda.qor import Qor
from rl.journal import read_events
from rl.runfolder import RunFolder
from rl.settings import Settings
from rl.suites import held_out
from rl.sweep.rows import Row
from rl.sweep.task import Kind, Task

_FIGURES = ("area", "delay", "gates", "nodes", "levels")


@dataclass(frozen=True)
class RunRecord:
    """A run.

    Attributes:
        run: values of the table `runs`.
        events: what the run measured, as `events.jsonl` has it.
        best: values of the table `best_recipes`, or None where nothing was proven.
        verdicts: lines of a scoring's `results.jsonl`.
    """

    run: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    best: dict[str, Any] | None = None
    verdicts: list[dict[str, Any]] = field(default_factory=list)


def of_folder(path: Path) -> RunRecord:
    """The search in a run folder.

    Raises:
        InputError: it is no such folder, or the search has not ended.
    """
    folder = RunFolder(path.absolute())
    settings = folder.load_settings()
    try:
        result = json.loads(folder.result.read_bytes())
        ended = folder.result.stat().st_mtime
    except OSError as error:
        raise InputError(f"{path} holds no result.json: the search did not end") from error
    except ValueError as error:
        raise InputError(f"{folder.result} is damaged: {error}") from error
    name = settings.files[0].name.split(".")[0]
    identity = f"{folder.path}\0{settings.model_dump_json()}"
    verified = result.get("verified") is True
    run = {
        "uid": hashlib.sha256(identity.encode()).hexdigest(),
        "sweep": "",
        "kind": Kind.SEARCH.value,
        "name": name,
        "suite": "",
        "held_out": held_out(name) or held_out(str(result.get("top", ""))),
        "liberty": Path(settings.liberty).name.removesuffix(".gz").removesuffix(".lib"),
        "status": "done" if verified else "failed",
        "verified": verified,
        "error": None if verified else str(result.get("status")),
        "artifacts": str(folder.path),
        "at": datetime.fromtimestamp(ended, timezone.utc).isoformat(timespec="seconds"),
    }
    return _search(run, settings, result, read_events(folder.events)[0])


def of_row(
    row: Row, sweep: str, uid: str, task: Task | None, read: Callable[[str], bytes | None]
) -> RunRecord:
    """A sweep's row.

    Args:
        row: the row.
        sweep: name of the sweep.
        uid: what makes the run this one and no other.
        task: what the row is of, where that is known.
        read: gives a file of the task's folder by its name.
    """
    same = ("name", "suite", "held_out", "status", "verified", "error", "artifacts", "at")
    run = {name: getattr(row, name) for name in same}
    run |= {"uid": uid, "sweep": sweep, "kind": row.kind.value, "wall_s": row.wall_s}
    run |= {"liberty": row.choices.get("liberty")}
    if task is not None and task.search is not None:
        return _search(run, task.search, row.result or {}, _lines(read("events.jsonl")))
    scoring = None if task is None or task.scoring is None else task.scoring
    run |= {"settings": None if scoring is None else scoring.model_dump(mode="json")}
    run |= {"evaluations": 0, "result": row.result}
    return RunRecord(run, verdicts=_lines(read("results.jsonl")))


def _search(
    run: dict[str, Any], settings: Settings, result: dict[str, Any], events: list[dict[str, Any]]
) -> RunRecord:
    best = result.get("best") or {}
    objective = settings.goal
    run |= {
        "library_sha256": (result.get("library") or {}).get("sha256"),
        "input_sha256": best.get("input_sha256"),
        "objective": objective_name(objective),
        "flow": flow_name(settings),
        "move_table": settings.table,
        "searcher": settings.searcher,
        "budget": settings.budget,
        "time_limit": settings.time_limit,
        "seed": settings.seed,
        "baseline_value": _value(objective, result.get("baseline")),
        "value": _value(objective, best or None),
        "improvement": result.get("improvement"),
        **{name: best.get(name) for name in _FIGURES},
        "evaluations": result.get("evaluations", 0),
        "abc_sha256": (result.get("versions") or {}).get("abc_sha256"),
        "settings": settings.model_dump(mode="json"),
        "result": result or None,
    }
    run.setdefault("wall_s", result.get("wall_s", 0.0))
    measured = [event for event in events if event.get("event") == "evaluation"]
    return RunRecord(run, measured, _best(run, objective, best))


def _best(run: dict[str, Any], objective: Objective, best: dict[str, Any]) -> dict[str, Any] | None:
    if not run["verified"] or not best:
        return None
    limit = objective.max_delay
    same = ("input_sha256", "library_sha256", "objective", "flow", "name", "held_out", "value")
    return {
        **{name: run[name] for name in (*same, "improvement", *_FIGURES)},
        "excess": 0.0 if limit is None else max(0.0, best["delay"] - limit),
        "recipe": best["moves"],
        "ending": best["ending"],
        "aig_sha256": best["aig_sha256"],
    }


def objective_name(objective: Objective) -> str:
    """The objective, with its delay limit where it has one."""
    goal, limit = objective.goal.value, objective.max_delay
    return goal if limit is None else f"{goal}, delay <= {limit:g}"


def flow_name(settings: Settings) -> str:
    """The flow that measures: LUTs and AIGs have their own."""
    if settings.objective is Goal.LUTS:
        return f"lut{settings.lut}"
    return "aig" if settings.objective in (Goal.NODES, Goal.LEVELS) else settings.flow


def _value(objective: Objective, figures: dict[str, Any] | None) -> float | None:
    if not figures:
        return None
    return objective.value(Qor(**{name: figures[name] for name in _FIGURES}))


def _lines(data: bytes | None) -> list[dict[str, Any]]:
    """The whole lines of a file."""
    whole = (data or b"")[: (data or b"").rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]
