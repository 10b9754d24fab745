"""A reference and its mutants side by side in Icarus, with stimulus of our own.

Inputs change in the middle of each half of the clock, so no race decides; outputs are compared
just before each edge and before each change. What the reference leaves unknown matches anything,
what only a mutant leaves unknown is a difference. First there is no reset, then a reset sequence,
and from then on a difference counts as one "after reset".
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda.errors import ToolTimeout
from eda.process import run_tool
from verilogeval.source import rename_module
from verilogeval.testbench.ports import Port

REFERENCE = "reference_"
_TIME_LIMIT_S = 120
_FIRST_PART = 40
_HANG_LIMIT_S = 30
_MEMORY_BYTES = 1 << 30
_COMPLAINT = re.compile(r"^(?:\./)?mutant(\d+)\.sv:\d+:", re.MULTILINE)
_DIFFERENCE = re.compile(r"^difference (\d+) (\d+) ([01])$", re.MULTILINE)
_LITERAL = re.compile(r"(?<![\w'])(?:\d+'[bodhBODH][0-9a-fA-F_]+|\d+)(?!['\w])")
_MOST_CONSTANTS = 32


@dataclass(frozen=True)
class Observed:
    """What the simulation of one mutant showed.

    Attributes:
        compiles: whether it is a design at all.
        ends: whether its simulation goes on from one time to the next.
        first: time of the first difference, None where there is none.
        after_reset: time of the first difference after the reset sequence.
    """

    compiles: bool = True
    ends: bool = True
    first: int | None = None
    after_reset: int | None = None


@dataclass(frozen=True)
class Design:
    """A reference: its text, the module's name and its ports."""

    text: str
    top: str
    ports: tuple[Port, ...]

    @property
    def clock(self) -> str:
        """The name of the clock input, "" where there is none."""
        return next((p.name for p in self.ports if p.input and p.name in {"clk", "clock"}), "")

    @property
    def reset(self) -> str:
        """The name of the reset input, "" where there is none."""
        found = (p.name for p in self.ports if p.input and re.search("reset|^a?rst|^load$", p.name))
        return next(found, "")

    @property
    def reset_value(self) -> int:
        """The value of the reset input that resets."""
        return 0 if self.reset.endswith(("n", "_b")) else 1


def observe(
    iverilog: Path, design: Design, mutants: Sequence[str], cycles: int, folder: Path
) -> list[Observed]:
    """Simulate all mutants at once for a number of clock cycles, or less of a slow design.

    Raises:
        RuntimeError: the reference itself does not compile.
    """
    sources = {REFERENCE: rename_module(design.text, design.top, REFERENCE)}
    for number, text in enumerate(mutants):
        sources[f"mutant{number}"] = rename_module(text, design.top, f"mutant{number}")
    for name, text in sources.items():
        (folder / f"{name}.sv").write_text(text, "ascii")
    found = [Observed()] * len(mutants)
    live = _compiling(iverilog, design, found, folder)
    seconds, length = 0.0, 0
    for length in (0, cycles // _FIRST_PART):  # most differ soon, and the others are then faster
        seconds = _differing(iverilog, design, found, live, length, folder)
        live = [n for n in live if found[n].ends and found[n].after_reset is None]
    affordable = int(_TIME_LIMIT_S / 2 / max(seconds, 0.01)) * length
    _differing(iverilog, design, found, live, min(cycles, affordable), folder)
    return found


def _differing(
    iverilog: Path,
    design: Design,
    found: list[Observed],
    live: list[int],
    cycles: int,
    folder: Path,
) -> float:
    """Note the differences of some mutants; returns the seconds that it took."""
    began = time.perf_counter()
    if not live:
        return 0.0
    _compile(iverilog, design, live, cycles, folder)
    try:
        output = _simulate(iverilog, folder, _TIME_LIMIT_S if cycles else _HANG_LIMIT_S)
    except ToolTimeout:  # one of them loops for ever after some time
        half = len(live) // 2
        if half == 0:
            found[live[0]] = Observed(ends=False)
        for part in (live[:half], live[half:]) if half else ():
            _differing(iverilog, design, found, part, cycles, folder)
        return time.perf_counter() - began
    for match in _DIFFERENCE.finditer(output):
        number, at, after = (int(word) for word in match.groups())
        before = found[live[number]]
        first = at if before.first is None else before.first
        found[live[number]] = Observed(True, True, first, at if after else None)
    return time.perf_counter() - began


def _compiling(iverilog: Path, design: Design, found: list[Observed], folder: Path) -> list[int]:
    """The mutants that compile, together."""
    live = list(range(len(found)))
    while live:
        output = _compile(iverilog, design, live, 0, folder)
        if output is None:
            break
        bad = {int(match.group(1)) for match in _COMPLAINT.finditer(output)} & set(live)
        if not bad:  # a message that names no file: one by one
            bad = {n for n in live if _compile(iverilog, design, [n], 0, folder) is not None}
        if not bad:
            raise RuntimeError(f"{design.top} does not compile: {output[:500]}")
        for number in bad:
            found[number] = Observed(compiles=False)
        live = [number for number in live if number not in bad]
    return live


def _compile(
    iverilog: Path, design: Design, numbers: list[int], cycles: int, folder: Path
) -> str | None:
    """What the compiler complains about, None where it does not."""
    names = [f"mutant{number}" for number in numbers]
    (folder / "bench.sv").write_text(bench(design, names, cycles), "ascii")
    files = [f"{name}.sv" for name in ("bench", REFERENCE, *names)]
    done = run_tool(
        [str(iverilog), "-g2012", "-s", "bench", "-o", "bench.vvp", *files],
        time_limit=_TIME_LIMIT_S,
        cwd=folder,
    )
    return None if done.returncode == 0 else done.output


def _simulate(iverilog: Path, folder: Path, time_limit: float) -> str:
    """What the simulator prints.

    Raises:
        ToolTimeout: it does not end in time, or needs ever more memory.
    """
    command = [str(iverilog.with_name("vvp")), "-n", "bench.vvp"]
    done = run_tool(command, time_limit=time_limit, memory_limit=_MEMORY_BYTES, cwd=folder)
    if done.returncode != 0:
        raise ToolTimeout(f"vvp ended with status {done.returncode}")
    return done.output


def bench(design: Design, names: Sequence[str], cycles: int) -> str:
    """The text of the module that drives and compares."""
    inputs = [p for p in design.ports if p.input and p.name != design.clock]
    outputs = [p for p in design.ports if not p.input]
    lines = ["`timescale 1ns/1ns", "module bench;", "reg clock_ = 0; integer seed_ = 1;"]
    lines += ["reg armed_ = 0; reg quiet_ = 0; integer n_, length_; reg [31:0] bias_;"]
    lines += [f"reg [{p.width - 1}:0] {p.name} = 0; reg [31:0] way_{p.name} = 0;" for p in inputs]
    width = sum(p.width for p in outputs)
    for name in (REFERENCE, *names):
        lines.append(f"wire [{width - 1}:0] out_{name};")
        lines.append(f"{name} u_{name} ({_connections(design, outputs, name)});")
    flags = [f"reg first_{name} = 0, after_{name} = 0;" for name in names]
    compares = [_compare(name, number) for number, name in enumerate(names)]
    return "\n".join(
        [
            *lines,
            *flags,
            *("task compare_; begin", *compares, "end endtask"),
            _constants(design.text),
            *_drive(design, inputs),
            _main(design, cycles),
            "endmodule\n",
        ]
    )


def _connections(design: Design, outputs: list[Port], name: str) -> str:
    parts, at = [], 0
    for port in design.ports:
        if port.input:
            parts.append(f".{port.name}({'clock_' if port.name == design.clock else port.name})")
    for port in outputs:
        parts.append(f".{port.name}(out_{name}[{at + port.width - 1}:{at}])")
        at += port.width
    return ", ".join(parts)


def _compare(name: str, number: int) -> str:
    known = f"out_{REFERENCE}"
    return (
        f"if (({known} !== ({known} ^ out_{name} ^ {known})) && (!first_{name} || (armed_ &&"
        f" !after_{name}))) begin first_{name} = 1; after_{name} = armed_;"
        f' $display("difference {number} %0d %0d", $time, armed_); end'
    )


def _constants(text: str) -> str:
    """A function that gives the constants of the reference, by number."""
    found = dict.fromkeys(_LITERAL.findall(text))
    literals = [w for w in found if "'" in w or int(w) < 2**31][:_MOST_CONSTANTS] or ["0"]
    arms = " ".join(f"{n}: constant_ = {word};" for n, word in enumerate(literals))
    return (
        "function [63:0] constant_(input integer i); case (i % "
        f"{len(literals)}) {arms} default: constant_ = 0; endcase endfunction"
    )


def _drive(design: Design, inputs: list[Port]) -> list[str]:
    """Tasks: a way for each input to change, and a change by it."""
    ways, changes = [], []
    for port in inputs:
        name, width = port.name, port.width
        if name == design.reset:
            on, off = design.reset_value, 1 - design.reset_value
            changes.append(
                f"{name} = (!quiet_ && ($unsigned($random(seed_)) % 32 == 0)) ? {on} : {off};"
            )
            continue
        ways.append(f"way_{name} = $unsigned($random(seed_)) % 8;")
        noise = ", ".join(["$random(seed_)"] * ((width + 31) // 32))
        if width == 1:
            bits = "$unsigned($random(seed_)) % 8"
            changes.append(
                f"case (way_{name}) 0: {name} = 0; 1: {name} = 1; 2: {name} = ({bits}) == 0;"
                f" 3: {name} = ({bits}) != 0; default: {name} = $random(seed_); endcase"
            )
        else:
            place = f"$unsigned($random(seed_)) % {width}"
            changes.append(
                f"case (way_{name}) 0: ; 1: {name} = {{{width}{{$random(seed_) < 0}}}};"
                f" 2: begin {name} = 0; {name}[{place}] = 1; end"
                f" 3, 4: {name} = constant_($unsigned($random(seed_)));"
                f" 5: {name} = $unsigned($random(seed_)) % 8;"
                f" default: {name} = {{{noise}}}; endcase"
            )
    return [
        "task ways_; begin",
        *ways,
        "end endtask",
        "task change_; begin",
        *changes,
        "end endtask",
    ]


def _main(design: Design, cycles: int) -> str:
    """Cycles in stretches of one way each; every other long stretch is without a reset."""
    reset = ""
    if design.reset:
        reset = (
            f"{design.reset} = {design.reset_value}; repeat (4) begin #3 compare_; #2 clock_ = 1;"
            " #3 compare_; #2 clock_ = 0; end #1 change_;"
        )
    return f"""
task cycle_; begin
  repeat (2) begin #2 compare_; #1 change_; #3 compare_; #1 clock_ = ~clock_; end
end endtask
initial begin
  quiet_ = 1;
  repeat (40) begin ways_; repeat (5) cycle_; end
  {reset}
  armed_ = 1;
  n_ = 0;
  while (n_ < {cycles}) begin
    ways_;
    quiet_ = $random(seed_);
    length_ = ($unsigned($random(seed_)) % 16 == 0) ? 2000 : 1 + $unsigned($random(seed_)) % 40;
    repeat (length_) cycle_;
    n_ = n_ + length_;
  end
  $finish;
end"""
