"""A sweep's folder that nobody ran: as many tasks as a test of reports needs, at no cost."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

from rl.bench.conditions import Conditions
from rl.rowfile import RowFile
from rl.settings import Settings
from rl.sweep.folder import SweepFolder, row_of
from rl.sweep.rows import Row
from rl.sweep.task import Task

MOVES = ("balance", "rewrite", "rewrite -z", "resub -K 8", "refactor", "dc2", "&get -n; &dch; &put")
CONDITIONS = Conditions(
    abc="ABC", abc_sha256="0" * 64, pyosys="0", python="3", eda_rl="0", code="0", cores=2, load=0.0,
    command="eda-rl sweep made-up.yaml", at="2026-01-01T00:00:00+00:00",
)  # fmt: skip


def state(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def figures(area: float, delay: float) -> dict[str, Any]:
    return {"area": area, "delay": delay, "gates": 9, "nodes": 50, "levels": 7}


def events(rng: random.Random, name: str, count: int) -> list[dict[str, Any]]:
    """Two scripts, and `count` recipes; those with `dc2` come out smaller."""
    made = [event("script", number, ["resyn"], [state(name)], 100.0, 10.0) for number in range(2)]
    for number in range(count):
        moves = rng.choices(MOVES, k=rng.randint(1, 6))
        states = [state(name + ";".join(moves[: n + 1])) for n in range(len(moves))]
        area = rng.uniform(80, 120) - 20 * ("dc2" in moves)
        made.append(event("search", number, moves, states, area, rng.uniform(8, 11)))
    return made


def event(
    phase: str, number: int, moves: list[str], states: list[str], area: float, delay: float
) -> dict[str, Any]:
    return {
        "event": "evaluation", "phase": phase, "number": number, "moves": moves, "worked": moves,
        "ending": "plain", "states": states, "qor": figures(area, delay), "failure": None,
        "features": [], "broken": [], "wall_s": 0.1, "elapsed_s": 0.5 + 0.1 * number,
    }  # fmt: skip


def result(made: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """What the search would have reported."""

    def adp(event: dict[str, Any]) -> float:
        return float(event["qor"]["area"] * event["qor"]["delay"])

    best = min(made, key=adp)
    baseline = figures(100.0, 10.0)
    return {
        "objective": "adp",
        "baseline": {"name": "resyn2", **baseline},
        "scripts": [{"name": "resyn2", **baseline}, {"name": "broken", "failed": True}],
        "best": {
            **best["qor"], "recipe": best["moves"], "moves": best["moves"], "script": None,
            "ending": "plain", "commands": ["strash", *best["moves"], "map; topo"],
            "aig_sha256": best["states"][-1], "input_sha256": state(f"start of {name}"),
        },
        "improvement": 1 - adp(best) / 1000.0,
        "verified": True,
        "proof": {"aig": "EQUIVALENT", "netlist": "EQUIVALENT"},
        "evaluations": len(made) - 2,
        "library": {"sha256": "0" * 64},
        "versions": {"abc": "ABC", "abc_sha256": "0" * 64},
        "status": "done",
    }  # fmt: skip


def sweep(path: Path, tasks: int, *, evaluations: int = 20, name: str = "design") -> SweepFolder:
    """A sweep of searches, every tenth of which failed."""
    path.mkdir()
    folder = SweepFolder(path)
    made = [_task(path, f"{name}{number // 4}", number) for number in range(tasks)]
    folder.begin("search: []\n", path, "made-up", made, CONDITIONS)
    rows = RowFile(folder.rows, Row)
    for number, task in enumerate(made):
        rng = random.Random(number)
        found = events(rng, task.name, evaluations)
        where = folder.task(task)
        where.mkdir(parents=True)
        (where / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in found))
        (where / "task.json").write_text(task.model_dump_json())
        failed = number % 10 == 9
        row = row_of(
            task,
            artifacts=str(where),
            status="failed" if failed else "done",
            verified=not failed,
            error="its process was killed by signal 9" if failed else None,
            attempts=1,
            wall_s=float(number),
            result=None if failed else result(found, task.name),
        )
        rows.add(row)
    rows.close()
    return folder


def _task(path: Path, name: str, number: int) -> Task:
    settings = Settings(
        files=(path / f"{number // 4}.v",),
        searcher=("evolution", "random")[number % 2],
        seed=number % 4 // 2,
        budget=20,
    )
    return Task(
        name=name, liberty="generic", contents={"design": state(name)}, search=settings,
        ands=100, seconds=1.0,
    )  # fmt: skip
