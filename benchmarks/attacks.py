"""The tests' attacks on the verdict, on the problems of whole datasets: none may pass.

    python -m benchmarks.attacks --dataset PATH ... [--iverilog PATH] [--problems A B]
        [--exhausting N]

An attack implements nothing, and its outputs are unknown or constant. A problem that constant or
unknown outputs already pass (where the right answer is a constant, or the reference is unknown
itself) tells nothing about attacks: it is left out, and said to be. Problems that are judged
without a Verilog testbench are left out too, and so are those that have testbench, reference and
rule in common with an earlier one: they are judged in the same way to the letter. Attacks that take
the compiler's whole time limit are tried on the first problem of each dataset only. What ran out of
time by the clock, on a busy machine, shows nothing and is named.

Attacks that exhaust reader, compiler or simulator take most of the time and hardly depend on the
problem. With `--exhausting N` only the first problem of each dataset meets them all, every other
one N of them, drawn anew for each.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from benchmarks.common import ROOT, conditions
from eda.errors import InputError
from verilogeval import Scorer
from verilogeval.datasets.find import load
from verilogeval.problem import Dataset, Problem, Task
from verilogeval.sandbox.values import Ended
from verilogeval.testbench.ports import Port, ports_of
from verilogeval.testbench.powerup import is_unspecified
from verilogeval.testbench.walk import parse
from verilogeval.verdict import Verdict

sys.path.insert(0, str(ROOT / "tests" / "verilogeval"))
import attacks

#: Seconds for one simulation, and for one where the right answer takes longer than `_SLOW_S`.
_QUICK_S, _PATIENT_S, _SLOW_S = 1.0, 5.0, 0.3
#: With the lowest priority a second of the processor can take long.
_PATIENCE = 60
_BASELINES = ("'bx", "0", "~0", "'bz")
_BATCH = 200


def header(top: str, ports: Iterable[Port]) -> str:
    """A module header in SystemVerilog with these ports."""
    listed = ", ".join(
        f"{'input' if port.input else 'output'} logic [{port.width - 1}:0] {port.name}"
        for port in ports
    )
    return f"module {top}({listed});"


def source(made: attacks.Attack, problem: Problem, ports: tuple[Port, ...]) -> str:
    """An attack on a problem."""
    inputs = [(port.name, port.width) for port in ports if port.input]
    outputs = [(port.name, port.width) for port in ports if not port.input]
    return str(made(header(problem.top, ports), inputs, outputs))


def constants(problem: Problem, ports: tuple[Port, ...]) -> list[str]:
    """Sources with every output at the same constant."""
    sources = []
    for value in _BASELINES:
        body = "\n".join(f"assign {port.name} = {value};" for port in ports if not port.input)
        sources.append(f"{header(problem.top, ports)}\n{body}\nendmodule\n")
    return sources


class Tried:
    """The verdicts of one dataset."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.passes: list[str] = []
        self.errors: list[str] = []
        self.starved: list[str] = []
        self.left_out: dict[str, str] = {}

    def add(self, name: str, verdict: Verdict, message: str) -> None:
        """Count an attack."""
        self.verdicts[verdict.value] += 1
        if verdict is Verdict.PASS:
            self.passes.append(name)
        elif verdict is Verdict.TOOL_ERROR:
            self.errors.append(f"{name}: {message}")
        elif "by the clock" in message or f"stopped ({Ended.WALL.value})" in message:
            self.starved.append(f"{name}: {message}")


def whole(dataset: Dataset, first: int, last: int | None) -> Dataset:
    """The problems from `first` to `last`, with completions that are the whole source."""
    chosen = list(dataset.problems.values())[first - 1 : last]
    return replace(
        dataset,
        rule="v2",
        problems={p.task_id: replace(p, task=Task.SPEC_TO_RTL) for p in chosen},
    )


class Scorers:
    """One for most problems and one for slow ones. Use as a context manager."""

    def __init__(self, dataset: Dataset, options: argparse.Namespace) -> None:
        self._quick, self._patient = (
            Scorer(
                dataset,
                jobs=options.jobs,
                iverilog=options.iverilog,
                time_limit_s=time_limit_s,
                memory_mib=256,
                patience=_PATIENCE,
            )
            for time_limit_s in (_QUICK_S, _PATIENT_S)
        )

    def __enter__(self) -> "Scorers":
        return self

    def __exit__(self, *_: object) -> None:
        self._quick.close()
        self._patient.close()

    def of(self, problem: Problem) -> Scorer:
        """The one for a problem, by the time that its right answer takes."""
        self._patient.judge(problem, problem.golden)
        began = time.perf_counter()
        self._patient.judge(problem, problem.golden)
        return self._patient if time.perf_counter() - began > _SLOW_S else self._quick


def chosen(problem: Problem, exhausting: int | None, *, first: bool) -> dict[str, attacks.Attack]:
    """The attacks for a problem: all for the first one, a share of the costly ones for others."""
    if first:
        return {**attacks.ATTACKS, **attacks.SLOW}
    costly = [name for name in attacks.ATTACKS if name.startswith("exhausting: ")]
    drawn = set(costly)
    if exhausting is not None:
        draw = random.Random(problem.task_id)  # the same draw every time
        drawn = set(draw.sample(costly, min(exhausting, len(costly))))
    return {n: made for n, made in attacks.ATTACKS.items() if n not in costly or n in drawn}


def attack(
    scorers: Scorers,
    problem: Problem,
    tried: Tried,
    known: set[object],
    *,
    first: bool,
    exhausting: int | None,
) -> bool:
    """Try the attacks on a problem; False where it tells nothing, with the reason noted."""
    if problem.testbench is None:
        tried.left_out[problem.task_id] = "no Verilog testbench"
        return False
    judged_by = (problem.testbench, problem.golden, problem.top, is_unspecified(problem))
    if judged_by in known:
        tried.left_out[problem.task_id] = "judged as an earlier problem is"
        return False
    known.add(judged_by)
    scorer = scorers.of(problem)
    try:
        ports = ports_of(parse(problem.golden), problem.top)
    except InputError as error:
        tried.left_out[problem.task_id] = f"ports unknown: {error}"
        return False
    plain = [(problem, text) for text in constants(problem, ports)]
    baselines = asyncio.run(scorer.score_batch(plain))
    if Verdict.PASS in baselines or Verdict.TOOL_ERROR in baselines:
        why = ", ".join(
            f"{value}: {verdict.value}"
            for value, verdict in zip(_BASELINES, baselines, strict=True)
            if verdict in {Verdict.PASS, Verdict.TOOL_ERROR}
        )
        tried.left_out[problem.task_id] = f"outputs at {why}"
        return False
    those = chosen(problem, exhausting, first=first)
    items = [(problem, source(made, problem, ports)) for made in those.values()]
    for start in range(0, len(items), _BATCH):
        found = asyncio.run(scorer.judge_batch(items[start : start + _BATCH]))
        for name, judgement in zip(list(those)[start : start + _BATCH], found, strict=True):
            tried.add(f"{problem.task_id}: {name}", judgement.verdict, judgement.message)
    return True


def show(name: str, tried: Tried, wall_s: float) -> None:
    """Print what became of a dataset's attacks."""
    print(
        f"{name}: {tried.verdicts.total()} attacks, {len(tried.passes)} passes (bar: 0), "
        f"{dict(tried.verdicts.most_common())}, {wall_s:.0f} s"
    )
    for label, lines in (
        ("PASS", tried.passes),
        ("tool error", tried.errors),
        ("out of time by the clock", tried.starved),
    ):
        for line in lines:
            print(f"  {label}: {line}")
    for reason, count in Counter(tried.left_out.values()).items():
        print(f"  left out: {count} problems ({reason})")
    if tried.left_out:
        print(f"    {' '.join(tried.left_out)}")


def main() -> int:
    """Try all attacks on all problems of the datasets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", nargs="+", required=True, help="for --dataset of score")
    parser.add_argument("--iverilog", type=Path, help="the compiler's driver")
    parser.add_argument("--problems", type=int, nargs=2, default=(1, None), help="from A to B")
    parser.add_argument("--exhausting", type=int, help="so many of these, but for first problems")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    print(f"{conditions()}; {len(attacks.ATTACKS) + len(attacks.SLOW)} attacks")
    failed = False
    known: set[object] = set()
    for name in options.dataset:
        dataset, tried = whole(load(name), *options.problems), Tried()
        began, first = time.perf_counter(), options.problems[0] == 1
        with Scorers(dataset, options) as scorers:
            for problem in dataset.problems.values():
                told = attack(
                    scorers,
                    problem,
                    tried,
                    known,
                    first=first,
                    exhausting=options.exhausting,
                )
                first = first and not told
                print(
                    f"{problem.task_id}: {tried.verdicts.total()} attacks so far, "
                    f"{len(tried.passes)} passes, {time.perf_counter() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
        show(name, tried, time.perf_counter() - began)
        failed |= bool(tried.passes or tried.errors)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
