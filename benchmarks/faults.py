"""Causes of failures: a hundred planted faults of ten kinds, and what `explain` calls them.

python -m benchmarks.faults [--kinds NAME ...]

Each kind is planted in ten small designs of our own, judged by a testbench of 600 random steps.
Named right is a fault whose likeliest cause is the one that was planted.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import conditions
from eda.abc.binary import find_abc
from verilogeval.diagnosis.explain import Explainer
from verilogeval.diagnosis.values import Cause
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Problem, Task, TestbenchJudge
from verilogeval.proof.prove import ProofSettings
from verilogeval.proof.replay import REFERENCE, testbench
from verilogeval.proof.values import Counterexample
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.source import rename_module
from verilogeval.testbench.ports import ports_of
from verilogeval.testbench.walk import parse

STEPS = 600
#: Steps with a reset, beside the first two.
_RESETS = {300, 301, 500}
#: Ten designs: a register's next value, and the output made of it; W bits.
DESIGNS = {
    "counter": ("en ? r + 1 : r", "r"),
    "accumulator": ("r + d", "r"),
    "shifter": ("{r[W-2:0], d[0]}", "r"),
    "register": ("en ? d : r", "r"),
    "toggler": ("r ^ d", "~r"),
    "maximum": ("(d > r) ? d : r", "r"),
    "gray": ("r + d[1:0]", "r ^ (r >> 1)"),
    "loadable": ("en ? d : r - 1", "r"),
    "lfsr": ("{r[W-2:0], ~(r[W-1] ^ r[W-3])}", "r"),
    "mixer": ("en ? (r << 1) ^ d : ~r", "r + 1"),
}
#: Ten combinational designs that assign y in every case, and what remains if one is forgotten.
CASES = {
    "two": ("if (s[0]) y = a; else y = b;", "if (s[0]) y = a;"),
    "nested": ("if (s[0]) begin if (s[1]) y = a; else y = b; end else y = a & b;",
               "if (s[0]) begin if (s[1]) y = a; end else y = a & b;"),
    "case": ("case (s) 0: y = a; 1: y = b; 2: y = a ^ b; default: y = 0; endcase",
             "case (s) 0: y = a; 1: y = b; 2: y = a ^ b; endcase"),
    "before": ("y = b; if (s == 2) y = a;", "if (s == 2) y = a;"),
    "chain": ("if (s == 0) y = a; else if (s == 1) y = b; else y = ~a;",
              "if (s == 0) y = a; else if (s == 1) y = b;"),
    "bits": ("y = 0; y[1:0] = a[1:0]; if (s[1]) y[3:2] = b[3:2];",
             "y[1:0] = a[1:0]; if (s[1]) y[3:2] = b[3:2];"),
    "inverted": ("if (!s[1]) y = a + b; else y = a - b;", "if (!s[1]) y = a + b;"),
    "decoder": ("y = 0; if (a[0]) y[s] = 1;", "if (a[0]) begin y = 0; y[s] = 1; end"),
    "compare": ("y = (a > b) ? a : b; if (s == 3) y = 5;", "if (s == 3) y = 5;"),
    "last": ("case (s) 3: y = a | b; default: y = a; endcase", "case (s) 3: y = a | b; endcase"),
}  # fmt: skip
HEADER = "input clk, input rst, input en, input [W-1:0] d, output [W-1:0] q"


@dataclass(frozen=True)
class Fault:
    """A right module, one with a fault, and what the fault is."""

    kind: str
    design: str
    golden: str
    faulty: str
    expected: frozenset[Cause]


def register(
    name: str,
    *,
    sensitive: str = "posedge clk",
    condition: str = "rst",
    header: str = HEADER,
    declared: str = "reg [W-1:0] r;",
    more: str = "",
    output: str = "",
) -> str:
    """One of DESIGNS as a module."""
    following, shown = DESIGNS[name]
    reset = f"if ({condition}) r <= 0; else " if condition else ""
    out = output or f"assign q = {shown};"
    text = (
        f"module TopModule({header});\n  {declared}\n"
        f"  always @({sensitive}) {reset}r <= {following};\n  {more}\n  {out}\nendmodule\n"
    )
    for offset in (3, 2, 1):
        text = text.replace(f"W-{offset}", str(8 - offset))
    return text


def _one(kind: str, cause: Cause, make: Callable[[str, int], tuple[str, str]]) -> Iterator[Fault]:
    for number, name in enumerate(DESIGNS):
        golden, faulty = make(name, number)
        yield Fault(kind, name, golden, faulty, frozenset({cause}))


def _interface(name: str, number: int) -> tuple[str, str]:
    changes = (
        ("output [W-1:0] q", "output [W-1:0] out", "assign q", "assign out"),
        ("input en, ", "", "", ""),
        ("input rst", "input reset", "(rst)", "(reset)"),
        ("output [W-1:0] q", "output [3:0] q", "", ""),
        ("input clk", "input clock", "", ""),
    )
    old, new, before, after = changes[number % len(changes)]
    declared = "reg [W-1:0] r;" + ("wire en = 1;" if "en" in old and not new else "")
    faulty = register(name, header=HEADER.replace(old, new), declared=declared)
    faulty = faulty.replace(before, after) if before else faulty
    return register(name), faulty.replace(
        "posedge clk", "posedge clock"
    ) if "clock" in new else faulty


def _reset_kind(name: str, number: int) -> tuple[str, str]:
    both = register(name), register(name, sensitive="posedge clk, posedge rst")
    return both if number % 2 else both[::-1]


def _polarity(name: str, number: int) -> tuple[str, str]:
    if number % 2:
        return register(name), register(name, condition="!rst")
    low = "posedge clk, negedge rst"
    return register(name, sensitive=low, condition="!rst"), register(
        name, sensitive="posedge clk, posedge rst"
    )


def _missing(name: str, number: int) -> tuple[str, str]:
    del number
    return register(name), register(name, condition="")


def _edge(name: str, number: int) -> tuple[str, str]:
    if number % 2:
        return register(name), register(name, sensitive="negedge clk")
    both = ("posedge clk, posedge rst", "negedge clk, posedge rst")
    return register(name, sensitive=both[0]), register(name, sensitive=both[1])


def _width(name: str, number: int) -> tuple[str, str]:
    golden = register(name)
    if number % 2:
        shown = DESIGNS[name][1].replace("W-1", "7")
        cut = f"wire [{5 + number % 3 // 2}:0] t = {shown}; assign q = t;"
        return golden, register(name, output=cut)
    return golden, golden.replace("reg [7:0] r;", "reg [6:0] s; wire [7:0] r = s;").replace(
        "r <= ", "s <= "
    )


def _late(name: str, number: int) -> tuple[str, str]:
    shown = DESIGNS[name][1]
    later = register(
        name, more=f"reg [W-1:0] t; always @(posedge clk) t <= {shown};", output="assign q = t;"
    )
    both = register(name), later
    return both if number % 3 else both[::-1]


def _unknown(name: str, number: int) -> tuple[str, str]:
    golden = register(name)
    shown = DESIGNS[name][1]
    if number % 2:
        return golden, register(name, more="wire [W-1:0] t;", output=f"assign q = ({shown}) ^ t;")
    return golden, register(name, output=f"assign q[5:0] = {shown};")


def _loop(name: str, number: int) -> tuple[str, str]:
    shown = DESIGNS[name][1]
    more = (
        "wire [W-1:0] t; assign t = d ^ (t & {8{en}});",
        "wire [W-1:0] t, u; assign t = u + d; assign u = t & d;",
    )[number % 2]
    return register(name), register(name, more=more, output=f"assign q = ({shown}) ^ t ^ d;")


def _latch() -> Iterator[Fault]:
    for name, (right, wrong) in CASES.items():
        golden, faulty = (
            "module TopModule(input [1:0] s, input [3:0] a, input [3:0] b, output reg [3:0] y);\n"
            f"  always @* begin {text} end\nendmodule\n"
            for text in (right, wrong)
        )
        yield Fault("latch", name, golden, faulty, frozenset({Cause.LATCH}))


def faults() -> Iterator[Fault]:
    """All of them, kind by kind."""
    yield from _one("interface", Cause.INTERFACE, _interface)
    yield from _one("reset kind", Cause.RESET_KIND, _reset_kind)
    yield from _one("reset polarity", Cause.RESET_POLARITY, _polarity)
    yield from _one("reset missing", Cause.RESET_MISSING, _missing)
    yield from _one("clock edge", Cause.CLOCK_EDGE, _edge)
    yield from _latch()
    yield from _one("width", Cause.WIDTH, _width)
    yield from _one("one cycle off", Cause.LATE, _late)
    yield from _one("unknown output", Cause.UNKNOWN, _unknown)
    yield from _one("combinational loop", Cause.LOOP, _loop)


def problem(fault: Fault) -> Problem:
    """The design with a testbench of random steps; a reset comes first, and then seldom."""
    source = random.Random(fault.design)
    ports = ports_of(parse(fault.golden), "TopModule")
    clocked = any(port.name == "clk" for port in ports)
    steps = []
    for step in range(STEPS):
        values = {p.name: source.getrandbits(p.width) for p in ports if p.input and p.name != "clk"}
        if "rst" in values:
            low = "negedge rst" in fault.golden or "!rst" in fault.golden
            active = step < 2 or step in _RESETS
            values["rst"] = int(active) ^ int(low)
        steps.append(values)
    mode = "cycles" if clocked else "none"
    example = Counterexample(mode, ("clk",) if clocked else (), 1, tuple(steps))
    bench = testbench(example, ports, top="TopModule", reference=REFERENCE)
    golden = rename_module(fault.golden, "TopModule", REFERENCE)
    judge = TestbenchJudge(bench, golden, REFERENCE)
    return Problem(fault.design, Task.SPEC_TO_RTL, "TopModule", "", "", fault.golden, judge)


def main() -> int:
    """Print what is named wrong, and the counts; exit status 1: fewer than 9 of 10 are right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", help="only these")
    options = parser.parse_args()
    print(conditions())
    right: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    with scratch_folder() as scratch:
        settings = JudgeSettings(
            icarus=find_icarus(None),
            official=False,
            max_mismatches=1000,
            time_limit_s=30,
            memory_mib=1024,
            scratch=Path(scratch),
        )
        with Judge(settings) as judge:
            explainer = Explainer(ProofSettings(find_abc(), 5.0, settings), judge)
            for fault in faults():
                if options.kinds and fault.kind not in options.kinds:
                    continue
                explained = explainer.explain(problem(fault), fault.faulty)
                planted[fault.kind] += 1
                diagnosis = explained.diagnosis
                named = diagnosis.cause if diagnosis else None
                if named in fault.expected:
                    right[fault.kind] += 1
                    continue
                verdict = explained.judgement.verdict.value
                found = diagnosis.findings[:3] if diagnosis else ()
                said = "; ".join(f"{one.cause.value}: {one.text}" for one in found)
                print(f"  {fault.kind} in {fault.design}: {verdict}; {said}", flush=True)
    for kind, count in planted.items():
        print(f"{kind:<20} {right[kind]}/{count}")
    print(f"named right: {right.total()} of {planted.total()}")
    return int(right.total() < 0.9 * planted.total())


if __name__ == "__main__":
    sys.exit(main())
