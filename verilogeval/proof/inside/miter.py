"""Runs in the sandbox: reads two designs and writes one circuit that tells them apart.

`main` is called in an empty folder with one file, `job.json`: `gold`, `gate` (the sources, both
with a module `top`; without a gate, what is known of the gold is asked), `ports` (name, width, is
it an input), `slang` (which front end reads the gate), `resets` (names and values of inputs that
are held for some steps first), `power_up` ("x", "0" or "1": the gate's registers that have no
initial value), `late` ("gold" or "gate": whose outputs are compared a step late; "": neither's).

Both designs are turned into two-valued logic that carries, for each bit, whether it is unknown, as
Verilog's operators pass that on. The circuit's one output is 1 when some output of the gate is
unknown or different while the gold's is known. It goes to `miter.aig`, the order of its inputs to
`miter.map`, facts to `facts.json`.
"""

import json
from pathlib import Path
from typing import Any

from pyosys import libyosys as ys

from .netlist import Netlist, Place, Refused

Job = dict[str, Any]
#: Steps for which resets are held.
RESET_STEPS = 3
_MOST_MEMORY_BITS = 16384
_SLANG = (
    "--threads",
    "1",
    "--no-synthesis-define",
    "--no-default-translate-off-format",
    "--ignore-assertions",
    "--allow-use-before-declare",
    "--relax-enum-conversions",
    "--allow-dual-edge-ff",
    "--allow-dup-initial-drivers",
)


class Yosys:
    """One Yosys design, with commands as argument lists."""

    def __init__(self) -> None:
        self.design = ys.Design()

    def __call__(self, *words: str) -> None:
        """Run one command."""
        ys.Pass.call(self.design, list(words))


def read(yosys: Yosys, job: Job, side: str) -> None:
    """Read one of the designs to a flat module of that name, and keep it aside."""
    path = Path(f"{side}.sv")
    path.write_text(job[side], "utf-8")
    if job["slang"] or (side == "gold" and "gate" in job):
        yosys("read_slang", "--top", job["top"], *_SLANG, str(path))
    else:
        yosys("read_verilog", "-sv", str(path))
    yosys("hierarchy", "-check", "-top", job["top"])
    for words in (["proc"], ["flatten", "-noscopeinfo"], ["chformal", "-remove"]):
        yosys(*words)
    yosys("delete", "*/t:$print", "*/t:$scopeinfo")
    yosys("memory_collect")
    _check_memories(yosys)
    for words in (["memory_map"], ["opt", "-keepdc"]):
        yosys(*words)
    if side == "gate" and job["power_up"] != "x":
        yosys("setundef", "-init", "-one" if job["power_up"] == "1" else "-zero")
    yosys("rename", "-top", side)
    yosys("write_json", "-noscopeinfo", f"{side}.json")
    yosys("design", "-stash", side)


def _check_memories(yosys: Yosys) -> None:
    for module in yosys.design.modules_.values():
        for cell in module.cells_.values():
            if cell.type.str() in ("$mem", "$mem_v2"):
                size, width = (
                    cell.getParam(ys.IdString(name)).as_int() for name in ("\\SIZE", "\\WIDTH")
                )
                if size * width > _MOST_MEMORY_BITS:
                    raise Refused(f"a memory of {size} words of {width} bits is too large")


def check_ports(job: Job, gate: Netlist) -> None:
    """Refuse a gate that the gold's surroundings cannot drive."""
    wanted = {name: (width, "input" if is_input else "output")
              for name, width, is_input in job["ports"]}  # fmt: skip
    for name, port in gate.ports.items():
        if port["direction"] == "inout":
            raise Refused(f"port '{name}' is an inout")
        if name not in wanted:
            raise Refused(f"port '{name}' is not in the reference")
    for name, (width, direction) in wanted.items():
        found = gate.ports.get(name)
        if found is None:
            if direction == "output":
                raise Refused(f"output '{name}' is missing")
        elif found["direction"] != direction:
            raise Refused(f"port '{name}' is an {found['direction']}")
        elif direction == "input" and len(found["bits"]) > width:
            raise Refused(f"input '{name}' has {len(found['bits'])} bits instead of {width}")


def mode_of(gold: Netlist, gate: Netlist, holds: bool) -> tuple[str, list[str], int]:
    """How time passes: the mode, the clocks that are inputs, the edge.

    "none": no registers. "cycles": a step is a cycle of one clock that is nothing else. "steps": a
    step is a change of any inputs, clocks among them.
    """
    clocks = gold.clocks() | gate.clocks()
    named = sorted({name for name, _ in clocks if name})
    latches = bool(holds or gold.latches() or gate.latches())
    if not clocks and not latches:
        return "none", [], 1
    single = len(clocks) == 1 and len(named) == 1 and not latches
    if single and not (gold.is_data(named[0]) or gate.is_data(named[0])):
        return "cycles", named, clocks.pop()[1]
    return "steps", named, 1


def hold(module: Any, places: list[Place]) -> None:
    """Let inputs of multiplexers read what their outputs were a step before."""
    for number, (name, pin, place) in enumerate(places):
        cell = module.cell(ys.IdString(name if name.startswith("$") else f"\\{name}"))
        port = ys.IdString(f"\\{pin}")
        old, new, now = cell.getPort(port), ys.SigSpec(), ys.SigSpec()
        before = ys.SigSpec(module.addWire(ys.IdString(f"$held${number}"), 1))
        now.append(old[place])
        module.addFf(ys.IdString(f"$hold${number}"), now, before)
        for at in range(old.size()):
            new.append(before[0] if at == place else old[at])
        cell.setPort(port, new)


def encode(yosys: Yosys, side: str, job: Job, mode: str, held: list[Place]) -> None:
    """Replace a design by one that carries what is unknown; its ports get numbers for names."""
    yosys("design", "-copy-from", side, "-as", side, side)
    yosys("cd", side)
    module = yosys.design.module(ys.IdString(f"\\{side}"))
    hold(module, held)
    names = {wire.name.str()[1:] for wire in module.wires_.values() if wire.port_id}
    for number, (name, _, _) in enumerate(job["ports"]):
        if name in names:
            yosys("rename", name, f"port{number}")
    if mode == "steps":
        yosys("clk2fflogic")
    else:
        yosys("async2sync")
        yosys("dffunmap")
    yosys("opt", "-keepdc", "-nodffe", "-nosdff")
    yosys("xprop", "-split-outputs", "-assume-def-inputs", "-required")
    yosys("chformal", "-remove")
    yosys("formalff", "-clk2ff")
    yosys("opt_clean")
    yosys("cd")


def steps_held(job: Job, mode: str) -> int:
    """For how many steps the resets are held."""
    if not job["resets"] or mode == "none":
        return 0
    steps = RESET_STEPS + (1 if job.get("late") else 0)
    return steps if mode == "cycles" else 2 * steps + 2


def miter_text(job: Job, mode: str, clocks: list[str], gate: Netlist) -> str:
    """Verilog that instantiates both and compares their outputs."""
    inputs = [(n, port[0], port[1]) for n, port in enumerate(job["ports"]) if port[2]]
    outputs = [(n, port[1]) for n, port in enumerate(job["ports"]) if not port[2]]
    declared = "".join(f"input [{w - 1}:0] in{n}, " for n, _, w in inputs)
    lines = [f"module miter(input tick, {declared}output bad);"]
    held = steps_held(job, mode)
    lines.append("reg [3:0] step = 0; always @(posedge tick) step <= (&step) ? step : step + 1;")
    lines.append(f"wire held = step < {held};")
    for n, name, width in inputs:
        value = f"in{n}"
        if name in job["resets"]:
            value = f"held ? 1'b{job['resets'][name]} : {value}"
        elif name in clocks and mode == "steps":
            value = f"held ? step[0] : step == 0 ? 1'b0 : {value}"
        lines.append(f"wire [{width - 1}:0] now{n} = {value};")
    for side in ("gold", "gate"):
        connected = [f".port{n}(now{n})" for n, name, _ in inputs
                     if side == "gold" or name in gate.ports]  # fmt: skip
        for n, width in outputs:
            own = len(gate.ports[job["ports"][n][0]]["bits"]) if side == "gate" else width
            lines.append(f"wire [{max(own, width) - 1}:0] {side}_d{n}, {side}_x{n};")
            if own < width:  # as Icarus connects a port that is too narrow
                lines += [f"assign {side}_{c}{n}[{width - 1}:{own}] = 0;" for c in "dx"]
            connected += [f".port{n}_{c}({side}_{c}{n}[{own - 1}:0])" for c in "dx"]
        lines.append(f"{side} {side}_({', '.join(connected)});")
    for n, width in outputs:  # an output a step late, for the question whether that is all
        for side in ("gold", "gate"):
            late = side == job.get("late")
            now = f"{side}_x{n}[{width - 1}:0], {side}_d{n}[{width - 1}:0]"
            lines.append(f"reg [{2 * width - 1}:0] {side}_before{n} = {{{2 * width}{{1'b1}}}};")
            lines.append(f"always @(posedge tick) {side}_before{n} <= {{{now}}};")
            seen = f"{side}_before{n}" if late else f"{{{now}}}"
            lines.append(f"wire [{width - 1}:0] {side}_X{n}, {side}_D{n};")
            lines.append(f"assign {{{side}_X{n}, {side}_D{n}}} = {seen};")
    different = " | ".join(
        f"(|(~gold_X{n} & (gate_X{n} | (gold_D{n} ^ gate_D{n}))))" for n, _ in outputs
    )
    return "\n".join([*lines, f"assign bad = ~held & ({different or 0});", "endmodule\n"])


def known_text(job: Job) -> str:
    """Verilog that tells for each output of the gold whether some bit of it is known."""
    ports = list(enumerate(job["ports"]))
    inputs = [(n, width) for n, (_, width, is_input) in ports if is_input]
    outputs = [(n, width) for n, (_, width, is_input) in ports if not is_input]
    declared = [f"input [{width - 1}:0] in{n}" for n, width in inputs]
    declared += [f"output known{n}" for n, _ in outputs]
    lines = [f"module miter({', '.join(declared)});"]
    lines += [f"wire [{width - 1}:0] x{n}; assign known{n} = |(~x{n});" for n, width in outputs]
    connected = [f".port{n}(in{n})" for n, _ in inputs] + [f".port{n}_x(x{n})" for n, _ in outputs]
    return "\n".join([*lines, f"gold gold_({', '.join(connected)});", "endmodule\n"])


def build_known(job: Job) -> dict[str, Any]:
    """A circuit with an output for each of the gold's: whether it is known; returns the facts."""
    yosys = Yosys()
    read(yosys, job, "gold")
    gold = Netlist(Path("gold.json"), "gold")
    held = gold.held()
    mode, _, _ = mode_of(gold, gold, bool(held))
    encode(yosys, "gold", job, mode, held)
    write(yosys, known_text(job))
    return {"mode": mode}


def write(yosys: Yosys, text: str) -> None:
    """Write the module `miter` of this text, and what it instantiates, as an AIGER file."""
    Path("miter.v").write_text(text, "utf-8")
    yosys("read_verilog", "miter.v")
    yosys("hierarchy", "-top", "miter")
    for words in (["proc"], ["flatten", "-noscopeinfo"], ["formalff", "-clk2ff"], ["opt", "-full"],
                  ["techmap"], ["opt", "-fast"], ["setundef", "-undriven", "-zero"],
                  ["setundef", "-init", "-zero"], ["aigmap"], ["opt_clean"]):  # fmt: skip
        yosys(*words)
    yosys("write_aiger", "-zinit", "-map", "miter.map", "miter.aig")


def build(job: Job) -> dict[str, Any]:
    """The circuit that tells the two apart; returns the facts."""
    yosys = Yosys()
    for side in ("gold", "gate"):
        read(yosys, job, side)
    gold, gate = (Netlist(Path(f"{side}.json"), side) for side in ("gold", "gate"))
    check_ports(job, gate)
    held = {"gold": gold.held(), "gate": gate.held()}
    mode, clocks, edge = mode_of(gold, gate, any(held.values()))
    for side in ("gold", "gate"):
        encode(yosys, side, job, mode, held[side])
    write(yosys, miter_text(job, mode, clocks, gate))
    return {
        "mode": mode,
        "clocks": clocks,
        "edge": edge,
        "held": steps_held(job, mode),
        "resets": gold.resets(),
        "registers": len(gold.registers()) + len(gold.latches()),
    }


def main() -> int:
    """The exit status is 0 when the circuit was written."""
    job = json.loads(Path("job.json").read_text("utf-8"))
    try:
        facts = build(job) if job["gate"] else build_known(job)
    except Refused as error:
        facts = {"refused": str(error)}
    Path("facts.json").write_text(json.dumps(facts), "utf-8")
    return 0
