"""Proof of golden solutions and mutants: how many are decided, how fast, and whether rightly.

python -m benchmarks.proof [--datasets NAME ...] [--per-problem 10] [--json FILE]

Every source that compiles is proved alone, without asking the testbench first. Against each answer
stands what two other judges say: the problem's own testbench, and a simulation of reference and
mutant side by side with random stimulus. Wrong is: equivalent, and one of them shows a difference
under what the proof takes for granted (a reset first, registers that power up). Different is never
said without a simulation in Icarus that shows it.
"""

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import conditions
from benchmarks.mutation.bench import Design, Observed, observe
from benchmarks.mutation.mutants import mutants_of
from benchmarks.scoring import DATASETS
from eda.abc.binary import find_abc
from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Dataset, Problem
from verilogeval.proof.prove import ProofSettings, Prover
from verilogeval.proof.values import Proof, ProofVerdict
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.testbench.ports import ports_of
from verilogeval.testbench.walk import parse


@dataclass(frozen=True)
class Found:
    """A source and what was said of it; `change` is "" for the golden solution."""

    task_id: str
    change: str
    verdict: str
    observed: Observed
    proof: Proof
    text: str

    @property
    def decided(self) -> bool:
        """Whether the proof gives an answer for all times."""
        return self.proof.verdict in {ProofVerdict.EQUIVALENT, ProofVerdict.DIFFERENT}

    @property
    def wrong(self) -> bool:
        """Whether another judge shows a difference that the proof excludes."""
        if self.proof.verdict is not ProofVerdict.EQUIVALENT:
            return False
        if any("power up" in line for line in self.proof.assumes):
            return self.verdict == "mismatch"  # the other simulation has them unknown
        shown = self.observed.after_reset if self.proof.assumes else self.observed.first
        # Tests with other parameters than the defaults go beyond what was proved.
        beyond = any("parameters" in line for line in self.proof.assumes)
        return shown is not None or (self.verdict == "mismatch" and not beyond)

    def line(self) -> dict[str, Any]:
        """For --json."""
        return {
            "task_id": self.task_id,
            "change": self.change,
            "verdict": self.verdict,
            "observed": vars(self.observed),
            **self.proof.to_json(),
            "text": self.text,
        }


def sources(problem: Problem, kept: str, count: int) -> list[tuple[str, str]]:
    """The golden solution and its mutants, each with what was changed."""
    mutants = mutants_of(problem.golden, count, kept)
    return [("", problem.golden), *((m.change, m.text) for m in mutants)]


def of_problem(
    dataset: Dataset,
    problem: Problem,
    judge: Judge,
    prover: Prover,
    options: argparse.Namespace,
) -> Iterator[Found]:
    """What is said of a problem's sources that compile."""
    kept = problem.interface if dataset.rule == "v1" else ""
    texts = sources(problem, kept, options.per_problem)
    design = Design(problem.golden, problem.top, ports_of(parse(problem.golden), problem.top))
    with TemporaryDirectory() as folder:
        observed = observe(
            find_icarus(None).iverilog, design, [t for _, t in texts], options.cycles, Path(folder)
        )
    prepared = judge.prepare(problem)
    for (change, text), seen in zip(texts, observed, strict=True):
        judgement, _ = judge.judge(problem, prepared, text)
        if seen.compiles and seen.ends and judgement.verdict.value != "compile_error":
            proof = prover.prove(problem, text)
            yield Found(problem.task_id, change, judgement.verdict.value, seen, proof, text)


def report(found: list[Found]) -> int:
    """Print the figures; returns how many are wrong."""
    golden = [one for one in found if not one.change]
    for name, some in (("golden", golden), ("mutants", [one for one in found if one.change])):
        counts = Counter(one.proof.verdict.value for one in some)
        words = ", ".join(f"{verdict} {count}" for verdict, count in counts.most_common())
        decided = sum(one.decided for one in some)
        print(
            f"{name}: {len(some)}, decided {decided} ({decided / max(1, len(some)):.1%}): {words}"
        )
    times = sorted(one.proof.wall_s for one in found)
    print(f"seconds: median {statistics.median(times):.2f}, most {times[-1]:.1f}")
    weak = [one for one in found if one.change and one.verdict == "pass"]
    counts = Counter(one.proof.verdict.value for one in weak)
    print(f"mutants that pass the testbench: {len(weak)}: {dict(counts)}")
    for one in found:
        if not one.decided:
            print(f"  undecided: {one.task_id} {one.change}: {one.proof.text} {one.proof.reason}")
        if one.wrong:
            print(f"  WRONG: {one.task_id} {one.change}: {one.proof} {one.observed}")
        if one in weak and one.proof.verdict is ProofVerdict.DIFFERENT:
            print(f"  passes and differs: {one.task_id} {one.change}")
    return sum(one.wrong for one in found)


def main() -> int:
    """Prove, and print the figures; exit status 1: something is decided wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["spec-to-rtl"], help="names or paths")
    parser.add_argument("--problems", nargs="+", help="only these")
    parser.add_argument("--per-problem", type=int, default=10)
    parser.add_argument("--cycles", type=int, default=3000, help="of the random simulation")
    parser.add_argument("--time-limit", type=float, default=20.0, help="seconds for a proof engine")
    parser.add_argument("--json", type=Path, help="write each source with its proof here")
    options = parser.parse_args()
    print(conditions())
    found: list[Found] = []
    with scratch_folder() as scratch:
        settings = JudgeSettings(
            icarus=find_icarus(None),
            official=False,
            max_mismatches=1,
            time_limit_s=30,
            memory_mib=1024,
            scratch=scratch,
        )
        with Judge(settings) as judge:
            prover = Prover(ProofSettings(find_abc(), options.time_limit, settings), judge)
            for name in options.datasets:
                dataset = load(DATASETS.get(name, name))
                for problem in dataset.problems.values():
                    if not options.problems or problem.task_id in options.problems:
                        found += of_problem(dataset, problem, judge, prover, options)
                        if options.json:
                            lines = (json.dumps(one.line()) + "\n" for one in found)
                            options.json.write_text("".join(lines), "utf-8")
    return int(bool(report(found)))


if __name__ == "__main__":
    sys.exit(main())
