"""What a second job saves, and what Ray costs, with sweeps as users run them.

    python -m benchmarks.scheduling [--budget 8] [--task-seconds 10] [--tasks 8] [--rounds 2]

A mixed sweep, searches of ten designs of unlike size and two scorings, is run with one job and with
two. Then searches that take about `--task-seconds` each, the budget for which is found first, are
run by the local executor and by Ray with the same number of jobs, in turn, `--rounds` times. All is
timed from outside: a command from its start to its end, and its tasks from the beginning of the
first to the end of the last, as rows.jsonl shows them; what comes before is start-up. Nothing is
cached. About six minutes on two cores; the machine must be quiet.

Exit status 1: a task failed, or the executors came to unlike results.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.common import ROOT, conditions
from rl.rowfile import read_rows
from rl.sweep.rows import Row

MOST_SHARE = 0.56  # of one job's time, with two
MOST_OVERHEAD = 0.03
SAMPLES = ROOT / "examples" / "samples.jsonl"
TASK_DESIGN = ROOT / "examples" / "alu.v"
JOBS = 2
_LOOK_S = 0.02


@dataclass(frozen=True)
class Timed:
    """One command.

    Attributes:
        total: seconds from its start to its end.
        startup: until its first task began.
        tasks: from then until the last row was there.
        rows: what came of the tasks.
    """

    total: float
    startup: float
    tasks: float
    rows: tuple[Row, ...]

    @property
    def work(self) -> float:
        """Seconds of all tasks together."""
        return sum(row.wall_s for row in self.rows)

    @property
    def results(self) -> dict[str, Any]:
        """What decides whether two commands came to the same, by task."""
        return {row.key: (row.verified, _result(row)) for row in self.rows}


def _result(row: Row) -> Any:
    found = row.result or {}
    return found.get("best") or found.get("verdicts")


def timed(folder: Path, name: str, spec: dict[str, Any], *options: object) -> Timed:
    """Run a sweep; ends the benchmark where a task fails."""
    path, out = folder / f"{name}.yaml", folder / name
    path.write_text(yaml.safe_dump({"cache": False, **spec}), "utf-8")
    argv = [sys.executable, "-m", "eda_rl", "sweep", str(path), "--out", str(out), "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*argv, *map(str, options)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    first = last = began
    seen: list[Row] = []
    while True:
        ended = process.poll() is not None
        rows = read_rows(out / "rows.jsonl", Row)[0]
        now = time.perf_counter()
        if len(rows) > len(seen):
            if not seen:
                # Several may have ended since the last look: the one that began first counts.
                first = now - max(row.wall_s for row in rows)
            last, seen = now, rows
        if ended:
            break
        time.sleep(_LOOK_S)
    total = time.perf_counter() - began
    said = process.stderr.read().decode() if process.stderr is not None else ""
    if process.returncode:
        sys.exit(f"{name} ended with {process.returncode}: {said}")
    return Timed(total, first - began, last - first, tuple(seen))


def mixed(budget: int) -> dict[str, Any]:
    """Searches of the examples, and scorings."""
    return {
        "name": "mixed",
        "search": [{"suites": ["examples"], "budget": budget, "seed": 0}],
        "verilogeval": [
            {"samples": str(SAMPLES), "dataset": "own", "missing": "leave-out", "max_mismatches": n}
            for n in (1, 1000)
        ],
    }


def alike(budget: int, tasks: int) -> dict[str, Any]:
    """Searches of one design that take about as long as each other."""
    search = {"designs": [str(TASK_DESIGN)], "searcher": "random", "budget": budget}
    return {"name": "alike", "search": [{**search, "seed": list(range(tasks))}]}


def budget_for(seconds: float) -> int:
    """The evaluations that a search of TASK_DESIGN gets done in so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-m", "eda_rl", "search", str(TASK_DESIGN), "--searcher", "random"]
        argv += ["--time-limit", str(seconds), "--jobs", "1", "--no-cache", "--json"]
        argv += ["--out", f"{folder}/run"]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        return max(1, int(json.loads(done.stdout)["evaluations"]))


def median(runs: Sequence[Timed], what: str) -> float:
    """The median of one of the times."""
    return float(statistics.median(getattr(run, what) for run in runs))


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--budget", type=int, default=8, help="of each search of the mixed sweep")
    parser.add_argument("--task-seconds", type=float, default=10.0)
    parser.add_argument("--tasks", type=int, default=8, help="of that length")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    began = time.perf_counter()
    print(conditions(), flush=True)
    with tempfile.TemporaryDirectory(prefix="s-") as name:
        folder = Path(name)
        two = timed(folder, "two", mixed(options.budget), "--jobs", 2)
        one = timed(folder, "one", mixed(options.budget), "--jobs", 1)
        budget = budget_for(options.task_seconds)
        spec = alike(budget, options.tasks)
        runs: dict[str, list[Timed]] = {"local": [], "ray": []}
        for number in range(options.rounds):
            for executor in ("local", "ray") if number % 2 == 0 else ("ray", "local"):
                on = ("--executor", executor, "--jobs", JOBS)
                runs[executor].append(timed(folder, f"{executor}{number}", spec, *on))
    share, whole = two.tasks / one.tasks, two.total / one.total
    print(f"\nMixed sweep, {len(one.rows)} tasks, the longest of {_longest(one):.0f} s:\n")
    print("| jobs | start-up s | tasks s | whole command s | tasks against one job | whole |")
    print("|---:|---:|---:|---:|---:|---:|")
    print(f"| 1 | {one.startup:.1f} | {one.tasks:.1f} | {one.total:.1f} | | |")
    print(
        f"| 2 | {two.startup:.1f} | {two.tasks:.1f} | {two.total:.1f} | {share:.3f} | {whole:.3f} |"
    )
    print(f"\nAt most {MOST_SHARE} is wanted: {'yes' if whole <= MOST_SHARE else 'no'}.")
    every = [run for found in runs.values() for run in found]
    length = statistics.fmean(row.wall_s for run in every for row in run.rows)
    print(
        f"\n{options.tasks} searches of {length:.1f} s each ({budget} evaluations), {JOBS} jobs, "
        f"median of {options.rounds} rounds:\n"
    )
    print("| executor | start-up s | tasks s | whole command s | all tasks together s |")
    print("|---|---:|---:|---:|---:|")
    for executor, found in runs.items():
        times = [median(found, what) for what in ("startup", "tasks", "total", "work")]
        print(f"| {executor} | {' | '.join(f'{seconds:.1f}' for seconds in times)} |")
    apart, included = (
        median(runs["ray"], what) / median(runs["local"], what) - 1 for what in ("tasks", "total")
    )
    for part, more in (("without start-up", apart), ("with it", included)):
        answer = "yes" if more < MOST_OVERHEAD else "no"
        print(f"\nRay takes {100 * more:+.1f} % {part}; below {MOST_OVERHEAD:.0%}: {answer}.")
    print(f"\nMeasured in {time.perf_counter() - began:.0f} s; {conditions()}.")
    same = one.results == two.results and all(run.results == every[0].results for run in every)
    failed = sum(row.status == "failed" for run in (one, two, *every) for row in run.rows)
    print(f"Results alike: {'yes' if same else 'no'}; failed tasks: {failed}.")
    return int(failed > 0 or not same)


def _longest(run: Timed) -> float:
    return max(row.wall_s for row in run.rows)


if __name__ == "__main__":
    sys.exit(main())
