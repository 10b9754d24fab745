"""Scoring sources with `eda-rl verilogeval score`, as a user would."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, SHARED
from eda.errors import ToolError
from verilogeval.problem import Dataset, Problem

VERILOG_EVAL = SHARED / "verilog-eval"
#: The public datasets by a short name.
DATASETS = {
    "spec-to-rtl": str(VERILOG_EVAL / "dataset_spec-to-rtl"),
    "code-complete": str(VERILOG_EVAL / "dataset_code-complete-iccad2023"),
    "human": str(VERILOG_EVAL / "v1" / "VerilogEval_Human.jsonl"),
    "machine": str(VERILOG_EVAL / "v1" / "VerilogEval_Machine.jsonl"),
    "own": "own",
}


@dataclass(frozen=True)
class Scored:
    """The lines of results.jsonl, in the order of the samples, and the summary."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def completion(dataset: Dataset, problem: Problem, source: str) -> str:
    """The completion that stands for a source which begins as the golden one does."""
    return source.removeprefix(f"{problem.interface}\n") if dataset.rule == "v1" else source


def score(
    samples: Iterable[tuple[str, str]],
    dataset: str,
    folder: Path,
    *,
    iverilog: Path | None = None,
    jobs: int = 1,
) -> Scored:
    """Score (task_id, completion) pairs.

    Args:
        samples: what to score.
        dataset: for --dataset.
        folder: an empty folder for samples and results.
        iverilog: for --iverilog.
        jobs: for --jobs.

    Raises:
        ToolError: nothing was scored; the text is what the command said.
    """
    file = folder / "samples.jsonl"
    pairs = list(samples)
    file.write_text(
        "".join(json.dumps({"task_id": t, "completion": c}) + "\n" for t, c in pairs), "utf-8"
    )
    command = [sys.executable, "-m", "eda_rl", "verilogeval", "score", str(file)]
    command += ["--dataset", dataset, "--out", str(folder / "run"), "--jobs", str(jobs)]
    command += ["--no-waves", "--json", *(["--iverilog", str(iverilog)] if iverilog else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise ToolError(done.stderr.strip()[-300:])
    lines = (folder / "run" / "results.jsonl").read_text("utf-8").splitlines()
    found = {(row["task_id"], row["sample"]): row for row in map(json.loads, lines)}
    counts: dict[str, int] = {}
    rows = []
    for task_id, _ in pairs:
        counts[task_id] = counts.get(task_id, 0) + 1
        rows.append(found[task_id, counts[task_id]])
    return Scored(rows, json.loads(done.stdout))
