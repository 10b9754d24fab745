"""A run with samples that hang, eat memory, flood or are huge, and a run of 10,000 samples.

    python -m benchmarks.hostile

Prints the verdicts, what became of the honest samples among them, the most memory that the parent
process had, and the least memory that the machine had left.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.common import SHARED, conditions

DATASET = SHARED / "verilog-eval" / "dataset_spec-to-rtl"
TASK = "Prob014_andgate"
HEADER = "module TopModule(input a, input b, output out);\n"
GOOD = f"{HEADER}assign out = a & b;\n// {{0}}\nwire w{{0}} = 1;\nendmodule\n"
KINDS = {
    "hang": "reg r, s; initial begin r = 0; s = 1; #1 r = {0} >= 0; end always @(r) s = ~r; "
    "always @(s) r = s;",
    "memory": "reg [1023:0] m [0:9999999]; integer i; initial for (i = {0}; i < 10000000; "
    "i = i + 1) m[i] = i;",
    "flood": 'always #1 repeat (999) $display("{0} %01000d", 1);',
    "constant": "wire [{0}:0] x = {{900000000{{1'b1}}}};",
}


def samples(path: Path, each: int) -> int:
    """Write each kind of hostile sample, as many honest ones, and one of 50 MB."""
    rows = [
        f"{HEADER}{body.format(k)}\nendmodule\n" for body in KINDS.values() for k in range(each)
    ]
    rows += [GOOD.format(k) for k in range(each)]
    rows.append(GOOD.format(10**6) + "".join(f"wire x{k};\n" for k in range(4_000_000)))
    with path.open("w") as file:
        for row in rows:
            file.write(json.dumps({"task_id": TASK, "completion": row}) + "\n")
    return len(rows)


class Watch(threading.Thread):
    """The least memory that the machine has left while this runs, in MiB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.least = float("inf")
        self.stopped = threading.Event()

    def run(self) -> None:
        """Look ten times a second."""
        while not self.stopped.wait(0.1):
            text = Path("/proc/meminfo").read_text()
            free = int(text.split("MemAvailable:")[1].split()[0]) / 1024
            self.least = min(self.least, free)


def score(folder: Path, path: Path, name: str) -> None:
    """Score a file and print what became of it."""
    command = [sys.executable, "-m", "eda_rl", "verilogeval", "score", str(path), "--json"]
    command += ["--dataset", str(DATASET), "--out", str(folder / name), "--jobs", "2"]
    command += ["--time-limit", "3", "--missing", "leave-out", "--require-sandbox"]
    watch = Watch()
    watch.start()
    began = time.perf_counter()
    answer = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        check=False,
        env={**os.environ, "EDA_RL_CACHE": str(folder / "cache")},
    )
    wall = time.perf_counter() - began
    watch.stopped.set()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    found = json.loads(answer.stdout)
    rows = [json.loads(line) for line in (folder / name / "results.jsonl").open()]
    print(
        f"{name}: status {answer.returncode}, {found['samples']} samples, {len(rows)} rows, "
        f"{found['verdicts']}, {wall:.1f} s; the largest process of the harness had at most "
        f"{peak:.0f} MiB, the machine had at least {watch.least:.0f} MiB left"
    )
    if name == "hostile":
        order = [*(kind for kind in KINDS for _ in range(len(rows) // 5)), *["good"] * len(rows)]
        by_kind: dict[str, Counter[str]] = {}
        for row in rows:
            kind = order[row["sample"] - 1] if row["sample"] < len(rows) else "50 MB"
            by_kind.setdefault(kind, Counter())[row["verdict"]] += 1
        for kind, verdicts in by_kind.items():
            print(f"  {kind:10} {dict(verdicts)}")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    options = parser.parse_args()
    print(conditions())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = folder / "many.jsonl"
        with many.open("w") as file:
            for k in range(options.many):
                row = {"task_id": TASK, "completion": GOOD.format(k) + f"// {'x' * 2000}\n"}
                file.write(json.dumps(row) + "\n")
        score(folder, many, "many")
        hostile = folder / "hostile.jsonl"
        samples(hostile, options.each)
        score(folder, hostile, "hostile")


if __name__ == "__main__":
    main()
