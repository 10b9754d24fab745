"""Which endings are worth having: mappers and sizings side by side on optimised circuits.

    python -m benchmarks.endings --library asap7
    python -m benchmarks.endings --beside --reworks mfs3 "mfs3 -e" --mappers map "map -a"
    python -m benchmarks.endings --rank sizings --sizings "upsize; dnsize" "minsize; upsize; dnsize"

Each circuit is measured after a few random moves, with every combination of structural choices and
mapper, sized in every way. Printed: how each does on average, and then the order in which they add
most to those before them, as ratios of the area-delay product to that of resyn2 with the flow's
own ending. Mappings are ranked by the best way to size each; ways to size by what they are worth
after any of these mappings. With `--beside` those of the table come before all.
"""

import argparse
import itertools
import random
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import DiskCache
from eda.flow import PLAIN, Ending, Flow, Target
from eda.folders import cache_folder
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.endings import sized
from rl.evaluation import Proposal, evaluate
from rl.scripts import BASELINE, SCRIPTS
from rl.table import FULL

CIRCUITS = ("apex7", "C1908", "C432", "max128", "frg2", "table3", "apex6")
CHOICES = ("", "dch", "dch -f")
MAPPERS = (
    "map", "map -a", "map -B 0.5", "map -B 0.8", "map -B 0.9", "map -B 0.95", "map -a -B 0.8",
    "map -a -B 0.95", "map -f -B 0.9", "map -B 0.9 -A 0.3", "map -B 0.9 -G 500",
)  # fmt: skip
REWORKS = ("",)
FAILED = 5.0

Floats = npt.NDArray[np.float64]


def ratios(
    name: str, synthesizer: Synthesizer, mappings: Sequence[Ending], sizings: Sequence[str]
) -> Floats:
    """Of three optimised versions of a circuit, of shape (mappings, sizings, 3)."""
    start, flow, rng = circuit(name, synthesizer), Flow(), random.Random(1)
    script = next(script for script in SCRIPTS if script.name == BASELINE)
    baseline = evaluate(synthesizer, start, Proposal((script.recipe,)), flow).qor
    if baseline is None:
        raise SystemExit(f"{name}: {BASELINE} cannot be measured")
    found = np.full((len(mappings), len(sizings), 3), FAILED)
    for version, moves in enumerate((3, 5, 7)):
        state = start
        for move in rng.choices([m for m in FULL.moves if m.cost_class < 3], k=moves):
            with suppress(MoveFailedError):
                state = synthesizer.apply(state, move)
        for row, mapping in zip(found, mappings, strict=True):
            endings = [sized(mapping, way) for way in sizings]
            with suppress(MoveFailedError), synthesizer.worker() as worker:
                costs = worker.costs(state, flow, endings)
                for at, ending in enumerate(endings):
                    if ending in costs:
                        row[at, version] = costs[ending].adp / baseline.adp
    return found


def show(table: Floats, names: Sequence[str], begun: int, count: int) -> None:
    """How each does, and how they are chosen one after the other.

    Args:
        table: logarithms of ratios, of shape (names, circuits).
        names: of its rows.
        begun: so many of them are there before all.
        count: how many to print.
    """
    for index in np.argsort(table.mean(axis=1))[:count]:
        print(f"{np.exp(table[index].mean()):.3f}  {names[index]}")
    print(f"\n{np.exp(table.min(axis=0).mean()):.3f}  the best of all {len(names)} everywhere")
    reached = table[:begun].min(axis=0, initial=np.log(FAILED))
    if begun:
        print(f"{np.exp(reached.mean()):.3f}  the first {begun}")
    for _ in range(min(count, len(names) - begun)):
        index = int(np.argmin(np.minimum(table, reached).mean(axis=1)))
        reached = np.minimum(reached, table[index])
        print(f"{np.exp(reached.mean()):.3f}  and {names[index]}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--designs", nargs="+", default=CIRCUITS)
    parser.add_argument("--first", type=int, default=20, help="how many to print")
    parser.add_argument("--rank", choices=("mappings", "sizings"), default="mappings")
    parser.add_argument("--beside", action="store_true", help="begin with the table's own")
    parser.add_argument("--choices", nargs="+", default=CHOICES)
    parser.add_argument("--mappers", nargs="+", default=MAPPERS)
    parser.add_argument("--reworks", nargs="+", default=REWORKS, help="of the mapped network")
    parser.add_argument("--sizings", nargs="+", default=(), help="beside the table's")
    options = parser.parse_args()
    print(f"{conditions()}; {options.library}; {', '.join(options.designs)}")
    mappings = [
        Ending("", prepare, mapper, "", Target.CELLS, rework)
        for prepare, mapper, rework in itertools.product(
            options.choices, options.mappers, options.reworks
        )
    ]
    own = Flow().endings(FULL.endings)
    by_sizing = options.rank == "sizings"
    if options.beside and not by_sizing:
        mappings = [*own, *mappings]
    more = [
        way.replace("upsize", "upsize{patience}{target}").replace("dnsize", "dnsize{target}")
        for way in options.sizings
    ]
    sizings = tuple(dict.fromkeys((*FULL.sizings, *more)))
    abc = find_abc()
    cache = DiskCache(cache_folder() / "benchmarks", abc.sha256, warn=print)
    synthesizer = Synthesizer(abc, library(abc, options.library), jobs=1, cache=cache)
    table = np.log(
        np.concatenate(
            [ratios(name, synthesizer, mappings, sizings) for name in options.designs], axis=2
        )
    )
    synthesizer.close()
    cache.close()
    if by_sizing:
        begun = len(FULL.sizings) if options.beside else 0
        rows = table.swapaxes(0, 1).reshape(len(sizings), -1)
        show(rows, [sized(PLAIN, way).name for way in sizings], begun, options.first)
    else:
        begun = len(own) if options.beside else 0
        show(table.min(axis=1), [each.group for each in mappings], begun, options.first)


if __name__ == "__main__":
    main()
