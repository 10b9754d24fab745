"""The searchers side by side: same moves, same budget, same flow, beside the fixed scripts.

    python -m benchmarks.searchers                         # validation circuits
    python -m benchmarks.searchers --designs alu.v fifo.sv

Each figure is the cut of the area-delay product against resyn2 in percent, the mean over the
seeds with its standard deviation.
"""

import argparse
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import DiskCache
from eda.flow import Flow, FlowKind
from eda.folders import cache_folder
from eda.objective import Objective
from eda.synthesizer import Synthesizer
from rl.driver import Budget, drive
from rl.evaluation import Proposal, evaluate
from rl.scripts import BASELINE, SCRIPTS
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem
from rl.table import TABLES

VALIDATION = (
    "apex6", "apex7", "C1908", "C3540", "C432", "C499", "frg2", "i10", "max128", "table3",
)  # fmt: skip


def run(task: tuple[str, argparse.Namespace]) -> dict[str, list[float]]:
    """Cuts by searcher, one for each seed, and of the scripts."""
    name, options = task
    abc = find_abc()
    lib, objective = library(abc, options.library), Objective()
    flow = Flow(FlowKind(options.flow))
    cache = DiskCache(cache_folder() / "benchmarks", abc.sha256, warn=print)
    rows: dict[str, list[float]] = {}
    synthesizer = Synthesizer(abc, lib, jobs=1, cache=cache)
    start = circuit(name, synthesizer)
    costs = {s.name: evaluate(synthesizer, start, Proposal((s.recipe,)), flow).qor for s in SCRIPTS}
    baseline = costs[BASELINE]
    if baseline is None:
        raise SystemExit(f"{name}: {BASELINE} cannot be measured")
    cuts = [100 * objective.improvement(baseline, qor) for qor in costs.values() if qor]
    rows["scripts"] = [max(cuts)]
    table = TABLES[options.table]
    table = table.suited(start, flow)
    for searcher in options.searchers:
        rows[searcher], rows[f"{searcher} s"] = [], []
        for seed in range(options.seeds):
            problem = Problem(
                start.sha256,
                table,
                options.length,
                lambda q: objective.reward(baseline, q),
                seed,
                start.ands,
            )
            began, best = time.perf_counter(), max(cuts) if options.scripts else -100.0
            for told in drive(
                SEARCHERS[searcher](problem),
                lambda _, proposal: evaluate(synthesizer, start, proposal, flow),
                Budget(options.budget),
                jobs=1,
                stop=synthesizer.stop,
            ):
                if told.outcome.qor is not None:
                    best = max(best, 100 * objective.improvement(baseline, told.outcome.qor))
            rows[searcher].append(best)
            rows[f"{searcher} s"].append(time.perf_counter() - began)
    synthesizer.close()
    cache.close()
    return rows


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--designs", nargs="+", default=VALIDATION)
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--flow", default="sized")
    parser.add_argument("--table", default="full")
    parser.add_argument("--searchers", nargs="+", default=["random", "greedy", "mcts"])
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--length", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--scripts", action="store_true", help="count the scripts as candidates, as `search` does"
    )
    options = parser.parse_args()
    print(conditions(), end="; ")
    print(f"{options.library}, flow {options.flow}, table {options.table}, ", end="")
    print(f"{options.budget} evaluations, recipes of {options.length}, {options.seeds} seeds\n")
    print("| design | best script | " + " | ".join(options.searchers) + " |")
    print("|---|---:|" + "---:|" * len(options.searchers))
    means: dict[str, list[float]] = {}
    tasks = [(name, options) for name in options.designs]
    with ProcessPoolExecutor(options.jobs) as executor:
        for name, rows in zip(options.designs, executor.map(run, tasks), strict=True):
            cells = [f"{rows['scripts'][0]:.1f}"]
            for searcher in options.searchers:
                values = rows[searcher]
                spread = statistics.stdev(values) if len(values) > 1 else 0.0
                cells.append(f"{statistics.mean(values):.1f} ± {spread:.1f}")
            for key, values in rows.items():
                means.setdefault(key, []).append(statistics.mean(values))
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    cells = [f"{statistics.mean(means[key]):.1f}" for key in ("scripts", *options.searchers)]
    print("| **mean** | " + " | ".join(cells) + " |")
    seconds = ", ".join(f"{s} {statistics.mean(means[f'{s} s']):.1f}" for s in options.searchers)
    print(f"\nmean seconds a search, cached evaluations included: {seconds}")


if __name__ == "__main__":
    main()
