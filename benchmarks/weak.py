"""Wrong answers that pass a testbench: what proof says of them.

python -m benchmarks.weak [--datasets NAME ...]

For each problem, modules whose outputs are constant, all 0 and all 1, are judged as the official
harness does and by default. Those that pass either are proved: different, or equivalent because the
reference's outputs are never known, which then are listed.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.common import conditions
from benchmarks.scoring import DATASETS
from eda.abc.binary import find_abc
from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Problem
from verilogeval.proof.prove import ProofSettings, Prover
from verilogeval.proof.values import ProofVerdict
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.testbench.ports import ports_of
from verilogeval.testbench.walk import parse
from verilogeval.verdict import Verdict


def constant(problem: Problem, bit: int) -> str:
    """A module with the problem's ports whose outputs never change."""
    ports = ports_of(parse(problem.golden), problem.top)
    declared = [
        f"{'input' if p.input else 'output'} {f'[{p.width - 1}:0] ' if p.width > 1 else ''}{p.name}"
        for p in ports
    ]
    body = "".join(f"  assign {p.name} = '{bit};\n" for p in ports if not p.input)
    return f"module {problem.top}({', '.join(declared)});\n{body}endmodule\n"


def _settings(scratch: Path, *, official: bool) -> JudgeSettings:
    return JudgeSettings(
        icarus=find_icarus(None),
        official=official,
        max_mismatches=1,
        time_limit_s=30,
        memory_mib=1024,
        scratch=scratch,
    )


def main() -> int:
    """Print each that passes, with its proof; exit status 1: one is neither caught nor excused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", nargs="+", default=["spec-to-rtl", "human"], help="names")
    options = parser.parse_args()
    print(conditions())
    counts: Counter[str] = Counter()
    with scratch_folder() as scratch:
        default, official = (_settings(scratch, official=flag) for flag in (False, True))
        with Judge(default) as judge, Judge(official) as harness:
            prover = Prover(ProofSettings(find_abc(), 20.0, default), judge)
            for name in options.datasets:
                for problem in load(DATASETS.get(name, name)).problems.values():
                    prepared = judge.prepare(problem)
                    for bit in (0, 1):
                        source = constant(problem, bit)
                        by_harness, _ = harness.judge(problem, Prepared(), source)
                        by_us, _ = judge.judge(problem, prepared, source)
                        passes = [by_harness.verdict, by_us.verdict]
                        counts["tried"] += 1
                        if Verdict.PASS not in passes:
                            continue
                        proof = prover.prove(problem, source)
                        fine = proof.verdict is ProofVerdict.DIFFERENT or bool(proof.dont_care)
                        right = proof.verdict is ProofVerdict.EQUIVALENT and not proof.dont_care
                        kind = "right" if right else "caught or excused" if fine else "MISSED"
                        counts[kind] += 1
                        print(
                            f"  {name} {problem.task_id}, all {bit}: official "
                            f"{passes[0].value}, default {passes[1].value}; proof {proof.text}, "
                            f"never known: {', '.join(proof.dont_care) or 'none'} {proof.reason}",
                            flush=True,
                        )
    print(dict(counts))
    return int(counts["MISSED"] > 0)


if __name__ == "__main__":
    sys.exit(main())
