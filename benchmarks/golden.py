"""Golden solutions of the datasets, judged with several versions of Icarus: all should pass.

python -m benchmarks.golden [--datasets NAME ...] [--iverilog PATH ...]
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import ROOT, conditions
from benchmarks.scoring import DATASETS, Scored, completion, score
from verilogeval.datasets.find import load

ICARUS = [
    Path("/usr/bin/iverilog"),
    ROOT / ".icarus" / "12" / "bin" / "iverilog",
    ROOT / ".icarus" / "13" / "bin" / "iverilog",
]


def judge(name: str, iverilog: Path) -> Scored:
    """The verdicts on a dataset's golden solutions."""
    dataset = load(name)
    samples = [
        (problem.task_id, completion(dataset, problem, problem.golden))
        for problem in dataset.problems.values()
    ]
    with TemporaryDirectory() as folder:
        return score(samples, name, Path(folder), iverilog=iverilog)


def main() -> int:
    """Print a line for each dataset and version, and each golden solution that does not pass."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=list(DATASETS), help="names or paths")
    parser.add_argument("--iverilog", nargs="+", type=Path, default=ICARUS)
    options = parser.parse_args()
    print(conditions())
    print(f"{'dataset':<15} {'Icarus':<15} passes/problems")
    failures = []
    for iverilog in options.iverilog:
        for name in options.datasets:
            found = judge(DATASETS.get(name, name), iverilog)
            version = found.summary["versions"]["iverilog"]
            passes = sum(row["verdict"] == "pass" for row in found.rows)
            print(f"{name:<15} {version:<15} {passes}/{len(found.rows)}", flush=True)
            for row in found.rows:
                if row["verdict"] != "pass":
                    print(f"    {row['task_id']}: {row['verdict']}: {row['message']}")
                    failures.append(row["verdict"] != "tool_error")
    return int(any(failures))


if __name__ == "__main__":
    sys.exit(main())
