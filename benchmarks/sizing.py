"""What it costs and saves that `upsize` stops early: the flow's bound against ABC's own.

    python -m benchmarks.sizing --library asap7

Each circuit after resyn2, with the endings that size: area-delay product and time of mapping,
sizing and timing, without the bound and with it.
"""

import argparse
import math
import time
from dataclasses import replace

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.flow import PATIENCE, SIZING, Ending, Flow, Target
from eda.synthesizer import Synthesizer
from rl.endings import WIDE
from rl.scripts import BASELINE, SCRIPTS

CIRCUITS = (
    "apex7", "C432", "C499", "C1908", "apex6", "frg2", "max128", "C3540", "seq", "i10", "table3",
    "des", "sin", "max",
)  # fmt: skip


def measure(synthesizer: Synthesizer, start: Circuit, ending: Ending) -> tuple[float, float]:
    """Area-delay product, and seconds."""
    began = time.perf_counter()
    qor = synthesizer.cost(start, Flow(), ending)
    return qor.adp, time.perf_counter() - began


def main() -> None:
    """Print a line for each circuit, and the geometric means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--designs", nargs="+", default=CIRCUITS)
    options = parser.parse_args()
    print(f"{conditions()}; {options.library}")
    abc = find_abc()
    synthesizer = Synthesizer(abc, library(abc, options.library), jobs=1, cache=MemoryCache())
    script = next(script for script in SCRIPTS if script.name == BASELINE)
    sized = [
        replace(ending, after=ending.after or SIZING)
        for ending in WIDE
        if ending.target is not Target.LUTS
    ]
    pairs = [
        (replace(ending, after=ending.after.replace("{patience}", "")), ending)
        for ending in sized
        if "{patience}" in ending.after
    ]
    print(f"{len(pairs)} endings, upsize against upsize{PATIENCE}: ratio of ADP, of time")
    logs: list[tuple[float, float]] = []
    for name in options.designs:
        start = circuit(name, synthesizer)
        for move in script.recipe.moves:
            start = synthesizer.apply(start, move)
        measured = []
        for pair in pairs:
            (adp, seconds), (bounded, quicker) = (measure(synthesizer, start, e) for e in pair)
            measured.append((math.log(bounded / adp), math.log(quicker / seconds)))
        logs += measured
        same = sum(adp == 0.0 for adp, _ in measured)
        print(f"{name:8} {show(measured)}, the same in {same}", flush=True)
    synthesizer.close()
    same = sum(adp == 0.0 for adp, _ in logs)
    print(f"{'all':8} {show(logs)}, the same in {same} of {len(logs)}")


def show(logs: list[tuple[float, float]]) -> str:
    """Geometric means, and the worst ratio of ADP."""
    adp, seconds = (math.exp(sum(column) / len(logs)) for column in zip(*logs, strict=True))
    return f"{adp:.4f} (at most {math.exp(max(a for a, _ in logs)):.4f})  {seconds:.3f}"


if __name__ == "__main__":
    main()
