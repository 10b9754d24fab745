"""Simulates a netlist beside its RTL, as a check that shares nothing with the proof.

Both are compiled and run by Icarus Verilog on their own, with one stimulus file, and what they
show is compared here: module names cannot collide, and neither can see the other.
"""

import random
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eda.errors import EdaError, ToolError
from eda.frontend.controls import Bit, Controls, find_controls
from eda.frontend.flat import Port
from eda.frontend.rtl import rtl_job
from eda.frontend.shell import Shell, decode
from eda.frontend.source import Design, Source
from eda.frontend.staging import Stage
from eda.frontend.yosys import Deadline, one_line, run_yosys
from eda.netlist.luts import lut_models
from eda.netlist.names import identifier
from eda.process import run_tool

RESET_CYCLES = 4
RESET_CHANCE = 1 / 64  # of each reset, in each later cycle
_MAX_MISMATCHES = 20
GATE_DELAY_NS = 0.001  # a row of the stimulus lasts 10 ns
_ASSIGN = re.compile(r"^( *assign)(?= )", re.MULTILINE)
_REG = re.compile(r"^( *)reg (\\\S+ |\w+);$", re.MULTILINE)


@dataclass(frozen=True)
class Mismatch:
    """A bit that RTL and netlist show differently; `cycle` counts from 0."""

    cycle: int
    signal: str
    expected: str
    actual: str


@dataclass(frozen=True)
class SimulationResult:
    """What a simulation showed.

    Attributes:
        cycles: clock cycles simulated.
        compared: output bits compared over all samples.
        unknown: output bits that RTL leaves undefined, which are not compared.
        mismatches: the first ones.
        mismatch_count: of all bits that differ.
        reference: "source", or "elaborated" where Icarus cannot read the source and Yosys's
            elaboration of it is simulated instead.
        skipped: why nothing was simulated, or None.
    """

    cycles: int = 0
    compared: int = 0
    unknown: int = 0
    mismatches: tuple[Mismatch, ...] = ()
    mismatch_count: int = 0
    reference: str = "source"
    skipped: str | None = None

    @property
    def passed(self) -> bool:
        """Whether something was compared and nothing differed."""
        return self.skipped is None and self.mismatch_count == 0 and self.compared > 0


def simulate_against_rtl(
    source: Source,
    design: Design,
    netlist: Path,
    *,
    library: Path,
    cycles: int,
    seed: int,
    workdir: Path,
    time_limit: float,
) -> SimulationResult:
    """Run RTL and netlist with the same random inputs and compare their outputs.

    Args:
        source: where the design was read from.
        design: what was read.
        netlist: the netlist to check.
        library: its liberty file, not compressed.
        cycles: number of clock cycles, at least 1.
        seed: of the stimulus.
        workdir: an existing folder for intermediate files.
        time_limit: seconds for all of it.

    Raises:
        ToolError: Icarus fails on the netlist, or the time limit passes.
    """
    reason = _obstacle(design)
    if reason:
        return SimulationResult(skipped=reason)
    deadline = Deadline(time_limit)
    bench = _Bench(source, design, library, workdir, deadline)
    rows = stimulus(decode(design.shell), find_controls(design), cycles, seed)
    (workdir / "stimulus.txt").write_text("\n".join(row for _, row in rows), encoding="ascii")
    try:
        program, reference = bench.compile_rtl()
    except EdaError as error:
        return SimulationResult(skipped=f"the RTL cannot be simulated: {error}")
    expected = bench.run(program, "rtl", len(rows))
    actual = bench.run(bench.compile_netlist(netlist), "netlist", len(rows))
    if len(expected) < len(rows) or len(actual) < len(rows):
        return SimulationResult(skipped="the RTL ended the simulation by itself ($finish)")
    return _compare(design, rows, expected, actual, reference=reference, cycles=cycles)


def _obstacle(design: Design) -> str | None:
    if design.summary.language not in ("Verilog", "SystemVerilog"):
        return f"there is no RTL to simulate against: the design is {design.summary.language}"
    if design.black_boxes:
        return "the design has black boxes, which have no simulation model"
    if not any(port.direction == "output" for port in decode(design.shell).ports):
        return "the design has no outputs"
    missing = [tool for tool in ("iverilog", "vvp") if shutil.which(tool) is None]
    if missing:
        return f"Icarus Verilog is not installed ({missing[0]} not found)"
    return None


def stimulus(shell: Shell, controls: Controls, cycles: int, seed: int) -> list[tuple[int, str]]:
    """Rows of input bits, most significant first, each with its cycle.

    In a cycle, bits that gate clocks or latches change first, then data while all clocks are low,
    then each clock rises and falls on its own: no two changes race.
    """
    choose = random.Random(seed)  # noqa: S311 - reproducible test data, not secrets
    bits = [
        (port.name, position)
        for port in shell.ports
        if port.direction == "input"
        for position in reversed(range(len(port.bits)))
    ]
    value: dict[Bit, int | str] = dict.fromkeys(bits, 0)
    value.update(dict.fromkeys(controls.clocks, "x"))
    early = {*controls.gates, *controls.resets}
    rows: list[tuple[int, str]] = []

    def emit(cycle: int) -> None:
        rows.append((cycle, "".join(str(value[bit]) for bit in bits) or "0"))

    emit(-1)  # logic settles before clocks leave the unknown, which is an edge to Verilog
    value.update(dict.fromkeys(controls.clocks, 0))
    for cycle in range(cycles):
        active = _active_resets(controls, cycle, choose)
        for phase in (True, False):
            for bit in bits:
                if bit in controls.clocks or (bit in early) is not phase:
                    continue
                value[bit] = choose.getrandbits(1)
                if bit in controls.resets:
                    value[bit] = int(controls.resets[bit] == (bit in active))
            emit(cycle)
        for clock in controls.clocks:
            if cycle < RESET_CYCLES or len(controls.clocks) == 1 or choose.random() < 0.75:
                for level in (1, 0):
                    value[clock] = level
                    emit(cycle)
    return rows


def _active_resets(controls: Controls, cycle: int, choose: random.Random) -> list[Bit]:
    """The resets of a cycle: all in the first ones, rare later, never two on one register.

    A Verilog register that is reset and set at once keeps the reset's value when the reset ends,
    since nothing changes that it waits for; a real one is then set. So they take turns, with a
    cycle between.
    """
    resets = list(controls.resets)
    if not controls.exclusive:
        return [bit for bit in resets if cycle < RESET_CYCLES or choose.random() < RESET_CHANCE]
    turn, step = divmod(cycle, RESET_CYCLES)
    if turn < len(resets):
        return [resets[turn]] if step < RESET_CYCLES - 1 else []
    return [choose.choice(resets)] if cycle % 2 and choose.random() < RESET_CHANCE else []


@dataclass
class _Bench:
    """Compiles and runs both sides with the same testbench."""

    source: Source
    design: Design
    library: Path
    workdir: Path
    deadline: Deadline
    shell: Shell = field(init=False)

    def __post_init__(self) -> None:
        self.shell = decode(self.design.shell)

    def compile_rtl(self) -> tuple[Path, str]:
        """The RTL's program, and which form of it Icarus read."""
        stage = Stage(self.workdir / "rtl")
        job: dict[str, Any] = rtl_job(self.source, stage)
        options = [f"-I{folder}" for folder in job["includes"]]
        options += ["-DSYNTHESIS", *(f"-D{define}" for define in job["defines"])]
        try:
            return self._compile("rtl", job["files"], options, self.source.params), "source"
        except ToolError:
            verilog = self.workdir / "elaborated.v"
            job = {**job, "job": "elaborate", "verilog": str(verilog)}
            run_yosys(
                job,
                workdir=self.workdir,
                time_limit=self.deadline.left(),
                memory_limit=self.source.memory_limit,
                stage=stage,
            )
            return self._compile("rtl", [str(verilog)], []), "elaborated"

    def compile_netlist(self, netlist: Path) -> Path:
        """The netlist's program, with models of its cells made from the library."""
        models = self.workdir / "models.v"
        stage = Stage(self.workdir / "cells")
        words = set(re.findall(r"^ {2}(\\\S+|\w+) ", netlist.read_text("utf-8"), re.MULTILINE))
        job = {
            "job": "models",
            "library": str(stage.file(self.library)),
            "wanted": sorted(word.lstrip("\\") for word in words),
            "verilog": str(models),
        }
        run_yosys(
            job,
            workdir=self.workdir,
            time_limit=self.deadline.left(),
            memory_limit=self.source.memory_limit,
        )
        text = models.read_text(encoding="utf-8")
        cells = _REG.sub(r"\1reg \2 = 1'b0;", text) + lut_models(words)
        if self._clocks_are_ports():
            cells = _ASSIGN.sub(rf"\1 #{GATE_DELAY_NS} ", cells)
        models.write_text(cells, encoding="utf-8")
        files = [str(models), str(stage.file(netlist))]
        if any(register.kind not in self.shell.cells for register in self.shell.registers):
            files.append(str(self._generic_models()))
        return self._compile("netlist", files, [], start=self._power_up(text))

    def _clocks_are_ports(self) -> bool:
        """Whether no gate stands in the way of a clock or a latch's enable.

        Gates may then have a delay: without one, an event in front of a chain of adders wakes the
        gates behind it again and again. Behind a gated clock, it would race with the data.
        """
        ports = {bit for port in self.shell.ports if port.direction == "input" for bit in port.bits}
        timed = (
            register.pins.get("C", register.pins.get("E")) for register in self.shell.registers
        )
        return all(bit in ports for bit in timed)

    def _generic_models(self) -> Path:
        import pyosys  # noqa: PLC0415 - found, not run: Yosys itself runs in children

        path = Path(str(pyosys.__file__)).parent / "share" / "simcells.v"
        target = self.workdir / "generic.v"
        text = path.read_text(encoding="utf-8").replace("output reg Q;", "output reg Q = 0;")
        target.write_text(text, encoding="utf-8")
        return target

    def _power_up(self, models: str) -> str:
        """Statements that give registers the value which the source gives them at power-up."""
        states = {  # Yosys's models hold the state once for each output, with one polarity
            module.split("(")[0].strip().lstrip("\\"): [row[1] for row in _REG.findall(module)]
            for module in re.split(r"^module ", models, flags=re.MULTILINE)[1:]
        }
        lines = []
        for register in self.shell.registers:
            cell = self.shell.cells.get(register.kind)
            held = states.get(cell.cell, []) if cell else ["Q"]
            if register.initial:
                place = f"dut.{identifier(register.name)}"
                lines += [f"    {place}.{state} = 1'b{register.initial};" for state in held]
        return "\n".join(lines)

    def _compile(
        self,
        name: str,
        files: list[str],
        options: list[str],
        params: tuple[tuple[str, str], ...] = (),
        start: str = "",
    ) -> Path:
        bench, program = self.workdir / f"{name}_tb.v", self.workdir / f"{name}.vvp"
        bench.write_text(_testbench(self.shell, params, start), encoding="utf-8")
        program.unlink(missing_ok=True)
        command = ["iverilog", "-g2012", "-s", "eda_rl_tb", "-o", str(program), *options]
        done = run_tool(
            [*command, str(bench), *files],
            time_limit=self.deadline.left(),
            memory_limit=self.source.memory_limit,
        )
        if done.returncode != 0 or not program.exists():
            lines = [line for line in done.output.splitlines() if "warning" not in line]
            raise ToolError(one_line(f"iverilog: {lines[0] if lines else 'no message'}"))
        return program

    def run(self, program: Path, name: str, rows: int) -> list[str]:
        """The output bits after each row of the stimulus."""
        shown = self.workdir / f"{name}.out"
        shown.unlink(missing_ok=True)
        command = [
            "vvp",
            "-n",
            str(program),
            "-none",
            f"+rows={rows}",
            f"+stimulus={self.workdir / 'stimulus.txt'}",
            f"+out={shown}",
        ]
        done = run_tool(
            command, time_limit=self.deadline.left(), memory_limit=self.source.memory_limit
        )
        if done.returncode != 0 or not shown.exists():
            raise ToolError(one_line(f"vvp failed on the {name}: {done.output[-300:]}"))
        return shown.read_text(encoding="ascii").split()


def _testbench(shell: Shell, params: tuple[tuple[str, str], ...], start: str) -> str:
    """A module that plays rows of input bits from a file and writes rows of output bits."""
    inputs = [port for port in shell.ports if port.direction == "input"]
    outputs = [port for port in shell.ports if port.direction == "output"]
    width = max(sum(len(port.bits) for port in inputs), 1)
    values = ", ".join(f".{identifier(name)}({value})" for name, value in params)
    nets = {port.name: f"p{number}" for number, port in enumerate(shell.ports)}
    pins = ", ".join(f".{identifier(name)}({net})" for name, net in nets.items())
    into = ", ".join(nets[port.name] for port in inputs)
    out_of = ", ".join(nets[port.name] for port in outputs)
    declared = "\n".join(f"  wire {_width(port)}{nets[port.name]};" for port in shell.ports)
    return f"""`timescale 1ns/1ps
module eda_rl_tb;
{declared}
  reg [{width - 1}:0] row;
  {f"assign {{{into}}} = row;" if inputs else ""}
  {identifier(shell.top)} {f"#({values})" if values else ""} dut({pins});
  integer file, out, total, at, got;
  reg [8*2000-1:0] path;
  initial begin
    got = $value$plusargs("rows=%d", total);
    got = $value$plusargs("stimulus=%s", path);
    file = $fopen(path, "r");
    got = $value$plusargs("out=%s", path);
    out = $fopen(path, "w");
{start}
    for (at = 0; at < total; at = at + 1) begin
      got = $fscanf(file, "%b", row);
      #10 $fdisplay(out, "%b", {{{out_of}}});
    end
    $fclose(out);
    $finish;
  end
endmodule
"""


def _width(port: Port) -> str:
    return f"[{len(port.bits) - 1}:0] " if len(port.bits) > 1 else ""


def _compare(
    design: Design,
    rows: list[tuple[int, str]],
    expected: list[str],
    actual: list[str],
    *,
    reference: str,
    cycles: int,
) -> SimulationResult:
    signals = [
        port.bit_name(position)
        for port in decode(design.shell).ports
        if port.direction == "output"
        for position in reversed(range(len(port.bits)))
    ]
    compared = unknown = count = 0
    found: list[Mismatch] = []
    for (cycle, _), right, given in zip(rows, expected, actual, strict=False):
        if cycle < 0:
            continue
        undefined = len(right) - right.count("0") - right.count("1")
        unknown += undefined
        compared += len(right) - undefined
        if right == given:
            continue
        for signal, a, b in zip(signals, right, given, strict=True):
            if a in "01" and a != b:
                count += 1
                if len(found) < _MAX_MISMATCHES:
                    found.append(Mismatch(cycle, signal, a, b))
    skipped = None if compared else "the RTL leaves all outputs undefined: it has no reset"
    return SimulationResult(cycles, compared, unknown, tuple(found), count, reference, skipped)
