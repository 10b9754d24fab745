"""Random recipes over all moves replay to the same AIG, area and delay in a plain ABC process.

Each is sized in all ways of its table, of which the best is replayed. Larger circuits get fewer of
the recipes: as many as one by the root of their ANDs.

python -m benchmarks.replays
"""

import argparse
import math
import random
from concurrent.futures import ThreadPoolExecutor

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.errors import EdaError
from eda.flow import Flow, FlowKind
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import Synthesizer
from rl.evaluation import Proposal, Sizing, evaluate
from rl.table import TABLES

DESIGNS = (
    "ctrl", "int2float", "dec", "priority", "i2c", "adder", "max", "sin",
    "C432", "C499", "C1908", "C3540", "apex6", "apex7", "frg2", "i10", "seq", "max128",
    "alu.v", "fifo.sv",
)  # fmt: skip


def main() -> None:
    """Print a row for each design and the total."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipes", type=int, default=1000)
    parser.add_argument("--library", default="sg13g2")
    parser.add_argument("--table", default="full")
    parser.add_argument(
        "--flows", nargs="+", default=["sized", "map", "lut"], choices=["sized", "map", "lut"]
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    abc = find_abc()
    lib = library(abc, options.library)
    synthesizer = Synthesizer(abc, lib, jobs=options.jobs, cache=MemoryCache())
    rng, table = random.Random(options.seed), TABLES[options.table]
    print(conditions(), f"library {options.library}, table {options.table}, seed {options.seed}")

    def check(start: Circuit, recipe: Recipe, flow: Flow) -> str:
        sizing = Sizing(table.sizings, lambda qor: -qor.adp)
        outcome = evaluate(synthesizer, start, Proposal((recipe,), sizing=sizing), flow)
        if outcome.qor is None:
            return f"not measured: {outcome.failure}"
        try:
            again = replay(abc, start, outcome.recipe, flow, lib, time_limit=600)
        except EdaError as error:
            return f"{error}: {outcome.recipe.names}"
        if again.circuit.sha256 != outcome.states[-1]:
            return f"another AIG: {outcome.recipe.names}"
        return "" if again.qor == outcome.qor else f"another cost: {outcome.recipe.names}"

    total = failed = 0
    starts = [circuit(name, synthesizer) for name in DESIGNS]
    weights = [start.ands**-0.5 for start in starts]
    for name, start, weight in zip(DESIGNS, starts, weights, strict=True):
        tasks = []
        for _ in range(math.ceil(options.recipes * weight / sum(weights))):
            flow = Flow(FlowKind(rng.choice(options.flows)))
            moves = rng.choices(table.suited(start, flow).moves, k=rng.randint(1, 10))
            tasks.append(
                (start, Recipe(tuple(moves), rng.choice(flow.endings(table.endings))), flow)
            )
        with ThreadPoolExecutor(options.jobs) as executor:
            answers = list(executor.map(lambda task: check(*task), tasks))
        wrong = [answer for answer in answers if answer]
        total, failed = total + len(answers), failed + len(wrong)
        print(
            f"{name:12} {start.ands:6d} ANDs  {len(answers) - len(wrong)}/{len(answers)}",
            flush=True,
        )
        for answer in wrong[:3]:
            print(f"    {answer}")
    print(f"{total - failed} of {total} recipes replay exactly")
    synthesizer.close()


if __name__ == "__main__":
    main()
