"""Mutants of the references that are shown not to be equivalent: which does the harness pass?

python -m benchmarks.mutants [--datasets NAME ...] [--per-problem 20] [--problems TASK_ID ...]
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import conditions
from benchmarks.mutation.bench import Design
from benchmarks.mutation.mutants import Mutant, mutants_of
from benchmarks.mutation.shown import Shown, show
from benchmarks.scoring import DATASETS, completion, score
from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Dataset, Problem
from verilogeval.testbench.ports import ports_of
from verilogeval.testbench.walk import parse


@dataclass(frozen=True)
class Judged:
    """A mutant, what is known of it, and the harness's verdict ("" where it was not asked)."""

    task_id: str
    mutant: Mutant
    shown: Shown
    verdict: str = ""

    @property
    def survives(self) -> bool:
        """Whether a wrong design passes."""
        return self.verdict == "pass"


class Comparison:
    """Compares mutants with references, each pair of texts once."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._iverilog = find_icarus(options.iverilog).iverilog
        self._known: dict[tuple[str, str], Shown] = {}
        for line in options.known.read_text("utf-8").splitlines() if options.known else ():
            found = json.loads(line)
            self._known[found["golden"], found["text"]] = Shown(found["shown"])

    def of_problem(self, dataset: Dataset, problem: Problem) -> list[Judged]:
        """The mutants of a problem's golden solution, with what is known of them."""
        kept = problem.interface if dataset.rule == "v1" else ""
        mutants = mutants_of(problem.golden, self._options.per_problem, kept)
        ports = ports_of(parse(problem.golden), problem.top)
        design = Design(problem.golden, problem.top, ports)
        new = [m.text for m in mutants if (problem.golden, m.text) not in self._known]
        shown = show(
            self._iverilog,
            design,
            new,
            cycles=self._options.cycles,
            steps=self._options.steps,
            time_limit_s=self._options.sat_time_limit,
        )
        self._known.update({(problem.golden, m): s for m, s in zip(new, shown, strict=True)})
        return [Judged(problem.task_id, m, self._known[problem.golden, m.text]) for m in mutants]


def judge(
    name: str, dataset: Dataset, found: list[Judged], options: argparse.Namespace
) -> list[Judged]:
    """The harness's verdicts on the mutants that are not equivalent."""
    asked = [one for one in found if one.shown.inequivalent]
    samples = [
        (one.task_id, completion(dataset, dataset.problems[one.task_id], one.mutant.text))
        for one in asked
    ]
    with TemporaryDirectory() as folder:
        rows = score(samples, name, Path(folder), iverilog=options.iverilog).rows
    return [
        Judged(one.task_id, one.mutant, one.shown, row["verdict"])
        for one, row in zip(asked, rows, strict=True)
    ]


def report(name: str, found: list[Judged], judged: list[Judged]) -> None:
    """Print the figures of a dataset and the mutants that pass."""
    killed = Counter(one.verdict for one in judged if not one.survives)
    survivors = [one for one in judged if one.survives]
    print(f"\n{name}: {len(found)} mutants of {len({one.task_id for one in found})} problems")
    for shown, count in Counter(one.shown for one in found).most_common():
        print(f"  {count:5} {shown.value}")
    words = ", ".join(f"{verdict} {count}" for verdict, count in killed.most_common())
    print(f"  {sum(killed.values())} of {len(judged)} that are not equivalent fail ({words})")
    for task_id, count in Counter(one.task_id for one in survivors).items():
        of_problem = [one for one in judged if one.task_id == task_id]
        print(f"  {task_id}: {count} of {len(of_problem)} pass")
        for one in survivors:
            if one.task_id == task_id:
                print(f"      {one.mutant.change} ({one.shown.value})")


def lines(name: str, dataset: Dataset, found: list[Judged], judged: list[Judged]) -> Iterator[str]:
    """One line of JSON for each mutant."""
    verdicts = {(one.task_id, one.mutant.text): one.verdict for one in judged}
    for one in found:
        value = {
            "dataset": name,
            "task_id": one.task_id,
            "kind": one.mutant.kind,
            "change": one.mutant.change,
            "shown": one.shown.value,
            "verdict": verdicts.get((one.task_id, one.mutant.text), ""),
            "text": one.mutant.text,
            "golden": dataset.problems[one.task_id].golden,
        }
        yield json.dumps(value) + "\n"


def main() -> None:
    """Make, compare and score mutants, and print what survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = [name for name in DATASETS if name != "own"]
    parser.add_argument("--datasets", nargs="+", default=default, help="names or paths")
    parser.add_argument("--problems", nargs="+", help="only these")
    parser.add_argument("--per-problem", type=int, default=20)
    parser.add_argument("--cycles", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--sat-time-limit", type=int, default=30, help="seconds")
    parser.add_argument("--iverilog", type=Path)
    parser.add_argument("--json", type=Path, help="write every mutant with its verdict here")
    parser.add_argument("--known", type=Path, help="what an earlier --json wrote: compare no more")
    options = parser.parse_args()
    print(conditions())
    comparison = Comparison(options)
    if options.json:
        options.json.write_text("", "utf-8")
    for name in options.datasets:
        path = DATASETS.get(name, name)
        dataset = load(path)
        found = [
            one
            for problem in dataset.problems.values()
            if not options.problems or problem.task_id in options.problems
            for one in comparison.of_problem(dataset, problem)
        ]
        judged = judge(path, dataset, found, options)
        report(name, found, judged)
        if options.json:
            with options.json.open("a", encoding="utf-8") as file:
                file.writelines(lines(name, dataset, found, judged))


if __name__ == "__main__":
    main()
