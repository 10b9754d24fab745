"""`result.json`: what a search is worth, in numbers."""

import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from eda.move import commands_of
from eda.objective import Goal
from eda.qor import Qor
from eda.recipe import Recipe
from rl.evaluation import shortened
from rl.findings import Candidate, Findings
from rl.finish import FRONT_FOLDER, Claim
from rl.front import hypervolume
from rl.prepare import Prepared

if TYPE_CHECKING:
    from rl.guide import Guide


def figures(qor: Qor) -> dict[str, Any]:
    """A cost as `--json` shows it: area in the library's unit, delay in ps."""
    return {
        "area": qor.area,
        "delay": qor.delay,
        "adp": round(qor.adp, 4),
        "gates": qor.gates,
        "nodes": qor.nodes,
        "levels": qor.levels,
    }


def result_object(
    prepared: Prepared,
    findings: Findings,
    claim: Claim | None,
    *,
    front: Sequence[Claim] = (),
    status: str,
    jobs: int,
    wall_s: float,
    run_dir: str,
) -> dict[str, Any]:
    """The one object that `--json` prints and `result.json` holds.

    Args:
        prepared: what was searched.
        findings: what was found.
        claim: what was replayed and proven, or None where it came to none.
        front: the same of each result of a front.
        status: `done` or `interrupted`.
        jobs: ABC sessions.
        wall_s: seconds from the command's start.
        run_dir: the run folder.
    """
    settings, design = prepared.settings, prepared.design
    baseline = findings.baseline
    best = claim.candidate if claim else (findings.best[0] if findings.best else None)
    improvement = None
    if baseline is not None and best is not None:
        improvement = round(prepared.objective.improvement(baseline[1], best.qor), 6)
    shown = {
        "design": str(settings.files[0]),
        "files": [str(path) for path in settings.files],
        "top": design.name,
        "liberty": prepared.library.name,
        "library": {
            "source": prepared.library.source,
            "sha256": prepared.library.sha256,
            "generic": prepared.library.generic,
        },
        "objective": settings.objective.value,
        "max_delay": settings.max_delay,
        "flow": prepared.flow.kind.value,
        "table": settings.table,
        "searcher": settings.searcher,
        "baseline": None if baseline is None else {"name": baseline[0], **figures(baseline[1])},
        "scripts": [
            {"name": name, **(figures(qor) if qor is not None else {"failed": True})}
            for name, qor in findings.scripts.items()
        ],
        "best": None if best is None else _best(prepared, best, claim),
        "meets_max_delay": best is not None and prepared.objective.meets(best.qor),
        "improvement": improvement,
        "verified": claim is not None and claim.verified,
        "proof": _proof(claim),
        "netlist": None if claim is None or claim.netlist is None else asdict(claim.netlist),
        "flops": design.flops,
        "latches": design.latches,
        "evaluations": findings.evaluations,
        "failures": findings.failures,
        "wall_s": round(wall_s, 3),
        "abc_s": round(prepared.synthesizer.busy_s, 3),
        "model": None if findings.guide is None else _model(findings.guide),
        "seed": settings.seed,
        "jobs": jobs,
        "status": status,
        "notes": list(claim.notes) if claim else [],
        "run_dir": run_dir,
        "versions": versions(prepared),
    }
    if prepared.objective.goal is Goal.PARETO:
        shown |= _front(prepared, findings, front)
    return shown


def _front(prepared: Prepared, findings: Findings, front: Sequence[Claim]) -> dict[str, Any]:
    """The front, and the share that it and the fixed scripts dominate.

    Of the rectangle up to twice the baseline's area and delay.
    """
    rows = [
        {"folder": f"{FRONT_FOLDER}/{claim.folder.name}"} | _best(prepared, claim.candidate, claim)
        for claim in front
        if claim.folder is not None
    ]
    if findings.baseline is None:
        return {"front": rows}
    base = findings.baseline[1]
    worst = (2 * base.area, 2 * base.delay)
    scripts = [(qor.area, qor.delay) for qor in findings.scripts.values() if qor is not None]
    dominated = {
        "front": hypervolume(((row["area"], row["delay"]) for row in rows), worst),
        "scripts": hypervolume(scripts, worst),
    }
    return {"front": rows, "hypervolume": {k: round(share, 6) for k, share in dominated.items()}}


def _best(prepared: Prepared, best: Candidate, claim: Claim | None) -> dict[str, Any]:
    recipe: Recipe = claim.recipe if claim else shortened(best.outcome, prepared.start.sha256)
    states = best.outcome.states
    return {
        **figures(best.qor),
        "recipe": recipe.names,
        "script": best.script,
        "moves": commands_of(recipe.moves),
        "ending": recipe.ending.name,
        "commands": recipe.script(prepared.flow),
        "aig_sha256": states[-1] if states else prepared.start.sha256,
        "input_sha256": prepared.start.sha256,
    }


def _model(guide: "Guide") -> dict[str, Any]:
    nearest = [{"name": n.name, "distance": round(n.distance, 6)} for n in guide.neighbours]
    return {
        "sha256": guide.sha256,
        "tried": guide.tried,
        "alpha": round(guide.alpha, 6),
        "delta": nearest[0]["distance"] if nearest else None,
        "neighbours": nearest,
    }


def _proof(claim: Claim | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    netlist = claim.proof.netlist
    return {"aig": claim.proof.aig.value, "netlist": None if netlist is None else netlist.value}


def versions(prepared: Prepared) -> dict[str, str]:
    """Versions of everything that the result depends on."""
    return {
        "eda-rl": version("eda-rl"),
        "abc": prepared.abc.version,
        "abc_sha256": prepared.abc.sha256,
        "pyosys": version("pyosys"),
        "python": platform.python_version(),
    }
