"""How much of a search's wall time each session spends inside ABC commands.

python -m benchmarks.utilisation
"""

import argparse
import time
from functools import partial

from benchmarks.common import circuit, conditions, library
from benchmarks.engine import reward
from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary
from eda.cache import MemoryCache
from eda.flow import Flow, FlowKind
from eda.synthesizer import Synthesizer
from rl.driver import Budget, drive
from rl.evaluation import evaluate
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem
from rl.table import TABLES


def main() -> None:
    """Print a line for each searcher."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--design", default="sin")
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--flow", default="sized")
    parser.add_argument("--table", default="full")
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--searchers", nargs="+", default=["mcts", "random"])
    options = parser.parse_args()
    print(conditions())
    abc = find_abc()
    lib, flow = library(abc, options.library), Flow(FlowKind(options.flow))
    for searcher in options.searchers:
        print(measure(abc, lib, flow, searcher, options), flush=True)


def measure(
    abc: AbcBinary, lib: AbcLibrary, flow: Flow, searcher: str, options: argparse.Namespace
) -> str:
    """Run one search and describe it in one line."""
    synthesizer = Synthesizer(abc, lib, jobs=options.jobs, cache=MemoryCache())
    start = circuit(options.design, synthesizer)
    baseline = synthesizer.cost(start, flow)
    problem = Problem(
        start.sha256, TABLES[options.table], 10, partial(reward, baseline), 0, start.ands
    )
    before, began = synthesizer.session_busy_s, time.perf_counter()
    outcomes = drive(
        SEARCHERS[searcher](problem),
        lambda _, proposal: evaluate(synthesizer, start, proposal, flow),
        Budget(options.budget),
        jobs=options.jobs,
        stop=synthesizer.stop,
    )
    count = len(list(outcomes))
    wall = time.perf_counter() - began
    shares = [
        f"{100 * (after - earlier) / wall:.1f} %"
        for after, earlier in zip(synthesizer.session_busy_s, before, strict=True)
    ]
    synthesizer.close()
    return (
        f"{options.design} {start.ands} ANDs, {options.library} {options.flow}, {searcher}: "
        f"{count} evaluations in {wall:.1f} s; inside ABC: {', '.join(shares)}"
    )


if __name__ == "__main__":
    main()
