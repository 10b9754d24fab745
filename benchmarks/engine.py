"""The engine against one ABC process per evaluation: same recipes, same answers.

    python -m benchmarks.engine                 # recipes of ten random moves
    python -m benchmarks.engine --tree          # the recipes of a tree search, prefixes shared

Both sides run the same recipes one after the other in one job, interleaved circuit by circuit;
the two-job column is the engine with two sessions. Each answer is compared. One process per
evaluation reads the liberty file with `read_lib`, as published tools do; the column `scl` shows
the same with the converted library that the engine uses.
"""

import argparse
import random
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.common import circuit, conditions, library, quiet_folder
from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary
from eda.abc.text import plain
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.flow import Flow, FlowKind
from eda.qor import Qor, parse_stime
from eda.recipe import Recipe
from eda.synthesizer import Synthesizer
from rl.driver import Budget, drive
from rl.evaluation import Outcome, Proposal, evaluate
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem
from rl.table import TABLES

SMALL = ("ctrl", "C432", "apex7", "C1908", "apex6")
LARGE = ("sin", "multiplier")


def one_process(
    abc: AbcBinary, read: str, start: Path, recipe: Recipe, flow: Flow
) -> tuple[float, float]:
    """Seconds and ADP of one evaluation in a process of its own."""
    commands = [read, f"read_aiger {start}", *recipe.aig_script(), flow.commands(recipe.ending)]
    began = time.perf_counter()
    answer = subprocess.run(
        [abc.path, "-s", "-c", "; ".join(commands)], capture_output=True, check=True
    )
    spent = time.perf_counter() - began
    area, delay, _ = parse_stime(plain(answer.stdout.decode("utf-8", "replace")))
    return spent, area * delay


def engine(
    abc: AbcBinary, lib: AbcLibrary, start: Circuit, recipes: list[Recipe], flow: Flow, jobs: int
) -> tuple[float, list[Outcome]]:
    """Seconds and outcomes of all recipes on a fresh engine whose sessions are up."""
    synthesizer = Synthesizer(abc, lib, jobs=jobs, cache=MemoryCache())
    try:
        with ThreadPoolExecutor(jobs) as executor:
            list(executor.map(lambda _: synthesizer.canonical(start.data), range(jobs)))
            began = time.perf_counter()
            outcomes = list(
                executor.map(lambda r: evaluate(synthesizer, start, Proposal((r,)), flow), recipes)
            )
            return time.perf_counter() - began, outcomes
    finally:
        synthesizer.close()


def searched(
    abc: AbcBinary, lib: AbcLibrary, start: Circuit, flow: Flow, table: str, budget: int
) -> tuple[float, list[Outcome]]:
    """A tree search by one job: seconds, and its outcomes."""
    synthesizer = Synthesizer(abc, lib, jobs=1, cache=MemoryCache())
    try:
        baseline = synthesizer.cost(start, flow)
        problem = Problem(start.sha256, TABLES[table], 10, partial(reward, baseline), 0, start.ands)
        began = time.perf_counter()
        course = list(
            drive(
                SEARCHERS["mcts"](problem),
                lambda _, proposal: evaluate(synthesizer, start, proposal, flow),
                Budget(budget),
                jobs=1,
                stop=synthesizer.stop,
            )
        )
        return time.perf_counter() - began, [told.outcome for told in course]
    finally:
        synthesizer.close()


def reward(baseline: Qor, qor: Qor) -> float:
    """The improvement of the area-delay product."""
    return (baseline.adp - qor.adp) / baseline.adp


def random_recipes(table: str, count: int, seed: int) -> list[Recipe]:
    """Recipes of ten moves."""
    rng = random.Random(seed)
    moves = TABLES[table].moves
    return [Recipe(tuple(rng.choice(moves) for _ in range(10))) for _ in range(count)]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", action="store_true")
    parser.add_argument("--libraries", nargs="+", default=["asap7", "generic"])
    parser.add_argument("--flows", nargs="+", default=["map", "sized"])
    parser.add_argument("--designs", nargs="+")
    parser.add_argument("--table", default="paper")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(conditions(), f"table {options.table}, {options.count} evaluations, seed {options.seed}")
    print(
        "library  flow   design        ANDs  process/s  scl/s  engine/s  ratio  scl  2 jobs  same"
    )
    abc, ratios = find_abc(), []
    for library_name in options.libraries:
        lib = library(abc, library_name)
        for kind in options.flows:
            for name in options.designs or (LARGE if options.tree else SMALL):
                label = f"{library_name:8} {kind:6} {name:12}"
                ratios.append(measure(abc, lib, name, Flow(FlowKind(kind)), options, label))
    print(f"geometric mean of the ratio {statistics.geometric_mean(ratios):.2f}, ", end="")
    print(f"least {min(ratios):.2f}")


def measure(
    abc: AbcBinary,
    lib: AbcLibrary,
    name: str,
    flow: Flow,
    options: argparse.Namespace,
    label: str,
) -> float:
    """One row; returns how many times faster the engine is with one job."""
    synthesizer = Synthesizer(abc, None, jobs=1, cache=MemoryCache())
    start = circuit(name, synthesizer)
    synthesizer.close()
    if options.tree:
        seconds, outcomes = searched(abc, lib, start, flow, options.table, options.count)
        recipes = [outcome.proposed for outcome in outcomes]
        two = float("nan")
    else:
        recipes = random_recipes(options.table, options.count, options.seed)
        seconds, outcomes = engine(abc, lib, start, recipes, flow, 1)
        two = seconds / engine(abc, lib, start, recipes, flow, 2)[0]
    sample = range(0, len(recipes), max(1, len(recipes) // (25 if options.tree else 10)))
    with quiet_folder() as folder:
        (folder / "in.aig").write_bytes(start.data)
        args = (folder / "in.aig",)
        plainly = [one_process(abc, f"read_lib {lib.lib}", *args, recipes[i], flow) for i in sample]
        scl = [one_process(abc, lib.read_command, *args, recipes[i], flow) for i in sample]
    measured = [outcomes[i].qor for i in sample]
    same = all(
        qor is not None and qor.adp == adp for qor, (_, adp) in zip(measured, plainly, strict=True)
    )
    each, process = seconds / len(recipes), statistics.mean(s for s, _ in plainly)
    converted = statistics.mean(s for s, _ in scl)
    print(
        f"{label} {start.ands:6d} {1 / process:10.2f} {1 / converted:6.2f} {1 / each:9.2f} "
        f"{process / each:6.2f} {converted / each:4.2f} {two:7.2f}  {'yes' if same else 'NO'}",
        flush=True,
    )
    return process / each


if __name__ == "__main__":
    main()
