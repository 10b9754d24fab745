"""What a model adds to the same searcher, and which part of it.

    python -m benchmarks.ablations --out ablations.jsonl
    python -m benchmarks.ablations --table paper --flow map --designs apex7 alu.v --seeds 3

Each variant is `evolution` with the same budget of evaluations, the fixed scripts measured first:

none           without a model
portfolio      recipes that were tried on many designs, by how the design took to those before:
               what `eda-rl search --model auto` does
networks       instead: the networks, and the nearest designs' recipes as first candidates
both           the portfolio and the networks

and parts of `networks`:

frequencies    moves drawn by how often good recipes of the training designs use them, whatever
               the circuit: a state-independent prior
retrieval      the nearest designs' recipes, nothing else
policy         the policy's moves, nothing else
values         the predicted costs, nothing else
shuffled       all of it, but told of another design
untempered     all of it, trusted fully

A figure is the percentage of resyn2's cost that the best candidate saves after so many
evaluations, and at the end. With `--time-limit SECONDS` searches have time instead of a budget, and
no cache; nothing else may run then. One line of JSON for each design, variant and seed; those in
the file are skipped.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import rl.search
from benchmarks.common import LIBRARIES, conditions, design_file
from eda.folders import cache_folder
from eda.qor import Qor
from eda.recipe import Recipe
from rl.clock import Clock
from rl.findings import Findings
from rl.guide import Guide
from rl.journal import Journal
from rl.judge import Responses
from rl.prepare import Prepared, prepared
from rl.search import Search
from rl.searchers import SEARCHERS
from rl.searchers.evolution import Evolution
from rl.searchers.tuning import GUIDED
from rl.settings import Settings
from rl.show import Silent

VALIDATION = (
    "apex6", "apex7", "C1908", "C3540", "C432", "C499", "frg2", "i10", "max128", "seq", "table3",
)  # fmt: skip
VARIANTS = (
    "none", "portfolio", "networks", "both", "frequencies", "retrieval", "policy", "values",
    "shuffled", "untempered",
)  # fmt: skip
ALONE = ("frequencies", "retrieval", "policy", "values")
MARKS = (5, 10, 20, 33, 50, 100)


class Variant:
    """A guide with parts of it taken out; see the module.

    Args:
        name: of the variant.
        guide: the whole.
        other: a guide told of another design.
    """

    def __init__(self, name: str, guide: Guide, other: Guide) -> None:
        self._name, self._guide = name, other if name == "shuffled" else guide
        self.neighbours, self.sha256 = guide.neighbours, guide.sha256
        self.tried = guide.tried
        self.alpha = 1.0 if name in ("untempered", "frequencies") else guide.alpha

    def openings(self, within: float) -> list[Recipe]:
        """See `rl.judge.Guidance`."""
        return self._guide.openings(within) if self._keeps("retrieval") else []

    def portfolio(self, reward: Callable[[Qor], float]) -> Responses | None:
        """See `rl.judge.Guidance`."""
        return self._guide.portfolio(reward) if self._name in ("portfolio", "both") else None

    def predict(self, rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float32]:
        """See `rl.judge.Guidance`."""
        found = self._guide.predict(rows)
        return found if self._keeps("values") else found * 0

    def prior(self, row: Sequence[float], last: int | None) -> npt.NDArray[np.float32]:
        """See `rl.judge.Guidance`."""
        if self._name == "frequencies":
            return self._guide.frequencies()
        found = self._guide.prior(row, last)
        uniform = np.full_like(found, 1 / len(found))
        return found if self._keeps("policy") else uniform

    def _keeps(self, part: str) -> bool:
        return self._name == part or self._name not in ALONE


class Curve(Silent):
    """Follows the best figure."""

    def __init__(self, ready: Prepared) -> None:
        self._ready = ready
        self.best: list[float] = []

    def evaluated(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""
        if findings.evaluations:
            self.measured(findings)

    def measured(self, findings: Findings) -> None:
        """Take down the best figure as it stands."""
        if findings.baseline is not None:
            found = self._ready.objective.improvement(findings.baseline[1], findings.best[0].qor)
            self.best.append(100 * found)


def measure(design: str, variant: str, seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """One search."""
    path = design_file(design)
    limit: float | None = options.time_limit
    given: dict[str, Any] = {
        "files": (path,),
        "liberty": str(LIBRARIES[options.library]),
        "table": options.table,
        "flow": options.flow,
        "budget": options.budget if limit is None else None,
        "time_limit": limit,
        "seed": seed,
        "model": "none" if variant == "none" else options.model,
    }
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        prepared(
            Settings(**given),
            workdir=Path(folder),
            cache_dir=cache_folder() / "benchmarks",
            disk_cache=limit is None,
            jobs=options.jobs,
            warn=print,
        ) as ready,
        closing(Journal(Path(folder) / "events.jsonl")) as journal,
    ):
        curve, clock = Curve(ready), Clock(limit, began, ready.start.ands)
        search = Search(ready, jobs=options.jobs, clock=clock, journal=journal, observer=curve)
        findings = search.run()
    best = curve.best
    if not best:  # there was no time for any: what the scripts came to stands
        curve.measured(findings)
    return {
        "design": path.stem,
        "variant": variant,
        "seed": seed,
        "alpha": None if findings.guide is None else round(findings.guide.alpha, 3),
        "cut": {mark: round(best[min(mark, len(best)) - 1], 2) for mark in MARKS},
        "end": round(best[-1], 2),
        "evaluations": findings.evaluations,
        "wall_s": round(time.perf_counter() - began, 1),
    }


def vary(variant: str) -> None:
    """Make searches take a variant of the guide."""
    whole = rl.search.guidance
    SEARCHERS["evolution"] = partial(Evolution, settings=GUIDED if variant == "both" else None)

    def guidance(prepared: Prepared, baseline: Qor, reward: Callable[[Qor], float]) -> Any:
        guide = whole(prepared, baseline, reward)
        if guide is None or variant == "none":
            return guide
        # Another design's features, the same for all: an adder's, which few circuits are like.
        from rl.support import trial_circuit  # noqa: PLC0415

        assert prepared.model is not None  # noqa: S101 - there is a guide
        other = Guide(prepared.model, prepared.table, trial_circuit(16), baseline, reward)
        return Variant(variant, guide, other)

    rl.search.guidance = guidance


def summary(rows: Sequence[dict[str, Any]], options: argparse.Namespace) -> None:
    """Means over designs of means over seeds, differences to `none` with their standard errors."""
    for variant in options.variants:
        of_design = []
        for design in options.designs:
            name = Path(design).name
            found = [
                [
                    [*(float(row["cut"][str(mark)]) for mark in MARKS), row["end"]]
                    for row in rows
                    if (row["design"], row["variant"]) == (name, kind)
                ]
                for kind in ("none", variant)
            ]
            if all(found):
                of_design.append([np.mean(cuts, axis=0) for cuts in found])
        if not of_design:
            continue
        both = np.array(of_design)
        gap = both[:, 1, -1] - both[:, 0, -1]
        error = gap.std(ddof=1) / np.sqrt(len(gap)) if len(gap) > 1 else float("nan")
        means = "  ".join(f"{mean:5.1f}" for mean in both[:, 1].mean(axis=0))
        print(f"{variant:12} {means}   {gap.mean():+.1f} +- {error:.1f}  ({len(gap)} designs)")


def main() -> None:
    """Measure what is not measured yet, and print a line for each variant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--designs", nargs="+", default=list(VALIDATION))
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=VARIANTS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--time-limit", type=float)
    parser.add_argument("--table", default="full")
    parser.add_argument("--flow", default="sized")
    parser.add_argument("--library", default="asap7", choices=sorted(LIBRARIES))
    parser.add_argument("--model", default="auto")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("ablations.jsonl"))
    options = parser.parse_args()
    print(conditions())
    rows: list[dict[str, Any]] = []
    if options.out.exists():
        rows = [json.loads(line) for line in options.out.read_text("utf-8").splitlines()]
    known = {(row["design"], row["variant"], row["seed"]) for row in rows}
    whole = rl.search.guidance
    with options.out.open("a", encoding="utf-8") as out:
        for design in options.designs:
            for variant in options.variants:
                rl.search.guidance = whole
                vary(variant)
                for seed in range(options.seeds):
                    if (Path(design).name, variant, seed) in known:
                        continue
                    row = measure(design, variant, seed, options)
                    row["cut"] = {str(mark): cut for mark, cut in row["cut"].items()}
                    rows.append(row)
                    out.write(json.dumps(row) + "\n")
                    out.flush()
    print("saved, %, after", *MARKS, "evaluations and at the end; and that beside none")
    summary(rows, options)


if __name__ == "__main__":
    main()
