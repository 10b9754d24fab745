"""Area and delay of golden solutions against themselves, and of a model's passing samples.

python -m benchmarks.ppa [--datasets NAME ...] [--search N] [--golden]
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import ROOT, SHARED, conditions
from benchmarks.scoring import DATASETS, completion
from verilogeval.datasets.find import load

SAMPLES = SHARED / "verilog-eval" / "gemini-2.5-flash_spec-to-rtl.jsonl"


def cost(
    samples: Path, dataset: str, folder: Path, search: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The lines of ppa.jsonl and the summary of `eda-rl verilogeval score --ppa`."""
    command = [sys.executable, "-m", "eda_rl", "verilogeval", "score", str(samples)]
    command += ["--dataset", dataset, "--out", str(folder / "run"), "--ppa", "--no-waves", "--json"]
    command += ["--ppa-search", str(search)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        sys.exit(done.stderr.strip())
    lines = (folder / "run" / "ppa.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines], json.loads(done.stdout)


def golden(name: str, search: int) -> int:
    """Golden solutions against themselves; returns how many ratios are not exactly 1."""
    path = DATASETS.get(name, name)
    dataset = load(path)
    with TemporaryDirectory() as at:
        samples = Path(at) / "samples.jsonl"
        with samples.open("w", encoding="utf-8") as file:
            for problem in dataset.problems.values():
                text = completion(dataset, problem, problem.golden)
                file.write(json.dumps({"task_id": problem.task_id, "completion": text}) + "\n")
        rows, summary = cost(samples, path, Path(at), search)
    measured = [row for row in rows if row["ratio"] is not None]
    other = [row["task_id"] for row in measured if row["ratio"] != 1]
    print(f"{name}: {len(dataset.problems)} golden solutions, {len(rows)} pass, {len(measured)} "
          f"have a ratio, {len(measured) - len(other)} of exactly 1", *other)  # fmt: skip
    for what, reason in summary["ppa"]["no_ratio"].items():
        print(f"    {what}: {reason}")
    return len(other)


def model(path: Path, search: int) -> int:
    """A model's samples; returns how many passing ones have neither ratio nor reason."""
    with TemporaryDirectory() as at:
        rows, summary = cost(path, DATASETS["spec-to-rtl"], Path(at), search)
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    above = sorted(rows, key=lambda row: -(row["ratio"] or 0))
    silent = [row for row in rows if row["ratio"] is None and not row["reason"]]
    print(f"{path.name}: {summary['samples']} samples, {len(rows)} pass, {len(ratios)} have a "
          f"ratio, {len(silent)} neither ratio nor reason")  # fmt: skip
    print(f"    ratio: median {statistics.median(ratios):.3f}, least {min(ratios):.3f}, most "
          f"{max(ratios):.3f}; exactly 1: {sum(r == 1 for r in ratios)}, "
          f"below: {sum(r < 1 for r in ratios)}")  # fmt: skip
    largest = ", ".join(f"{r['ratio']:.3f} {r['task_id']}#{r['sample']}" for r in above[:5])
    print(f"    largest: {largest}")
    for k, best in summary["ppa"]["best_adp_at"].items():
        print(f"    best ADP ratio@{k}: {best}")
    for reason, count in Counter(summary["ppa"]["no_ratio"].values()).most_common():
        print(f"    {count} x {reason}")
    return len(silent)


def main() -> int:
    """Print both; exit status 1: a golden solution differs from itself, or a reason is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["spec-to-rtl"], help="names or paths")
    parser.add_argument("--search", type=int, default=0, help="evaluations for each circuit")
    parser.add_argument("--golden", action="store_true", help="leave the model's samples out")
    options = parser.parse_args()
    print(conditions())
    bad = sum(golden(name, options.search) for name in options.datasets)
    return int(bool(bad + (0 if options.golden else model(SAMPLES, options.search))))


if __name__ == "__main__":
    sys.exit(main())
