"""`summary.json`: the figures of a run."""

from collections import Counter
from typing import Any

from verilogeval.problem import Dataset
from verilogeval.sample import Missing
from verilogeval.scoring.plan import Plan
from verilogeval.scoring.store import Row
from verilogeval.statistics import as_json, estimates, tally


def missing_samples(plan: Plan, wanted: int | None) -> dict[str, int]:
    """How many samples each problem lacks: of `wanted`, else of the most that any problem has."""
    most = wanted if wanted is not None else max(plan.counts.values(), default=0)
    return {task_id: most - n for task_id, n in plan.counts.items() if n < most}


def summarise(
    dataset: Dataset,
    plan: Plan,
    rows: list[Row],
    *,
    missing: dict[str, int],
    missing_as: Missing,
) -> dict[str, Any]:
    """The figures that depend on the verdicts alone."""
    categories = {task_id: problem.category for task_id, problem in dataset.problems.items()}
    tallies = tally(
        ((row.task_id, row.verdict) for row in rows),
        categories,
        missing=missing,
        missing_as=missing_as,
    )
    verdicts = Counter(row.verdict.value for row in rows)
    letters = Counter(row.letter for row in rows if row.letter)
    return {
        "dataset": dataset.name,
        "problems": len(dataset.problems),
        "samples": plan.samples,
        **as_json(estimates(tallies)),
        "verdicts": dict(verdicts.most_common()),
        "letters": dict(letters.most_common()),
        "missing": missing,
        "missing_as": missing_as.value,
        "unknown": plan.unknown,
        "left_out": dict(dataset.left_out),
        "tasks": {
            entry.task_id: {
                "category": entry.category,
                "prompt": dataset.problems[entry.task_id].prompt,
                "n": entry.n,
                "c": entry.c,
            }
            for entry in tallies
        },
    }
