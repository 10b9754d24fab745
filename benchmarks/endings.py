"""Which endings are worth having: mappers and sizings side by side on optimised circuits.

    python -m benchmarks.endings --library asap7
    python -m benchmarks.endings --beside --reworks mfs3 "mfs3 -e" --mappers map "map -a"

Each circuit is measured after three random recipes, under every combination of structural
choices, mapper and sizing. Printed: how each does on average, and then the order in which they
add most to those before them, as ratios of the area-delay product to that of resyn2 with the
flow's own ending. With `--beside` those of the table come before all.
"""

import argparse
import itertools
import random

import numpy as np

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import DiskCache
from eda.flow import PLAIN, Ending, Flow, Target
from eda.folders import cache_folder
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.evaluation import Proposal, evaluate
from rl.scripts import BASELINE, SCRIPTS
from rl.table import FULL

CIRCUITS = ("apex7", "C1908", "C432", "max128", "frg2", "table3", "apex6")
CHOICES = ("", "dch", "dch -f")
MAPPERS = (
    "map", "map -a", "map -B 0.5", "map -B 0.8", "map -B 0.9", "map -B 0.95", "map -a -B 0.8",
    "map -a -B 0.95", "map -f -B 0.9", "map -B 0.9 -A 0.3", "map -B 0.9 -G 500",
)  # fmt: skip
SIZINGS = (
    "",
    "upsize; dnsize",
    "buffer -c -N 20; topo; upsize; dnsize",
    "buffer -c -N 20; topo; minsize; upsize; dnsize",
    "buffer -c -N 20; topo; upsize -I 30 -J 10; dnsize",
    "buffer -c -N 20; topo; upsize -B 10; dnsize",
)
REWORKS = ("",)
FAILED = 5.0


def ratios(name: str, synthesizer: Synthesizer, endings: list[Ending]) -> list[list[float]]:
    """A row for each ending, a column for each of three optimised versions of a circuit."""
    start, flow, rng = circuit(name, synthesizer), Flow(), random.Random(1)
    script = next(script for script in SCRIPTS if script.name == BASELINE)
    baseline = evaluate(synthesizer, start, Proposal((script.recipe,)), flow).qor
    if baseline is None:
        raise SystemExit(f"{name}: {BASELINE} cannot be measured")
    rows: list[list[float]] = [[] for _ in endings]
    for moves in (3, 5, 7):
        state = start
        for move in rng.choices([m for m in FULL.moves if m.cost_class < 3], k=moves):
            try:
                state = synthesizer.apply(state, move)
            except MoveFailedError:
                continue
        for row, ending in zip(rows, endings, strict=True):
            try:
                row.append(synthesizer.cost(state, flow, ending).adp / baseline.adp)
            except MoveFailedError:
                row.append(FAILED)
    return rows


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--designs", nargs="+", default=CIRCUITS)
    parser.add_argument("--first", type=int, default=20, help="how many to print")
    parser.add_argument("--beside", action="store_true", help="begin with the table's endings")
    parser.add_argument("--choices", nargs="+", default=CHOICES)
    parser.add_argument("--mappers", nargs="+", default=MAPPERS)
    parser.add_argument("--reworks", nargs="+", default=REWORKS, help="of the mapped network")
    parser.add_argument("--sizings", nargs="+", default=SIZINGS)
    options = parser.parse_args()
    print(f"{conditions()}; {options.library}; {', '.join(options.designs)}")
    begun = list(Flow().endings(FULL.endings)) if options.beside else [PLAIN]
    endings = begun + [
        Ending(
            "; ".join(filter(None, (prepare, mapper, rework, after))),
            prepare,
            mapper,
            after.replace("upsize", "upsize{patience}").replace("dnsize", "dnsize{target}"),
            Target.CELLS,
            rework,
        )
        for prepare, mapper, rework, after in itertools.product(
            options.choices, options.mappers, options.reworks, options.sizings
        )
    ]
    abc = find_abc()
    cache = DiskCache(cache_folder() / "benchmarks", abc.sha256, warn=print)
    synthesizer = Synthesizer(abc, library(abc, options.library), jobs=1, cache=cache)
    table = np.log(np.hstack([ratios(name, synthesizer, endings) for name in options.designs]))
    synthesizer.close()
    cache.close()
    for index in np.argsort(table.mean(axis=1))[: options.first]:
        print(f"{np.exp(table[index].mean()):.3f}  {endings[index].name}")
    print(f"\n{np.exp(table.min(axis=0).mean()):.3f}  the best of all {len(endings)} everywhere")
    reached = table[: len(begun)].min(axis=0)
    print(f"{np.exp(reached.mean()):.3f}  the first {len(begun)}")
    for _ in range(options.first):
        index = int(np.argmin(np.minimum(table, reached).mean(axis=1)))
        reached = np.minimum(reached, table[index])
        print(f"{np.exp(reached.mean()):.3f}  and {endings[index].name}")


if __name__ == "__main__":
    main()
