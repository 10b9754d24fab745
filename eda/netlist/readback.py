"""Reads a netlist from disk and takes its registers out again, so that the file itself is proved.

Registers correspond by instance name. What each of their pins, each pin of a black box and each
output port computes is built from the netlist over the same inputs as the design's core; pins that
the design connects directly to a port or a register (clocks and resets, mostly) must be so here.
"""

from pathlib import Path
from typing import Any

from eda.errors import EdaError
from eda.frontend.build import FALSE, TRUE, AigBuilder
from eda.frontend.flat import Bit, Cell, FlatModule, decode_module, load_modules
from eda.frontend.library import CellFunction, CellLibrary, load_library
from eda.frontend.shell import Box, Endpoint, Register, Shell, decode
from eda.frontend.source import Design
from eda.frontend.staging import Stage
from eda.frontend.yosys import Deadline, run_yosys
from eda.netlist.luts import lut_function
from eda.netlist.names import plain
from eda.netlist.write import MEMORY_LIMIT


class NetlistMismatch(EdaError):
    """The netlist does not correspond to the design; the text says where."""


def read_back(
    netlist: Path,
    design: Design,
    *,
    library: Path,
    workdir: Path,
    time_limit: float,
) -> bytes:
    """Read `netlist` and cut it where `design` was cut.

    Returns: binary AIGER whose inputs and outputs stand in the order of `design.core`. The netlist
        is right if and only if ABC's `cec` proves the two equivalent.

    Raises:
        NetlistMismatch: a port, register or connection is missing, added or different.
        InputError: it is not a netlist that Yosys reads.
        ToolError: Yosys failed, or the time limit passed.
    """
    deadline = Deadline(time_limit)
    cells = load_library(
        library, workdir=workdir, time_limit=deadline.left(), memory_limit=MEMORY_LIMIT
    )
    stage = Stage(workdir / "netlist")
    result = workdir / "netlist.json"
    job: dict[str, Any] = {
        "job": "netlist",
        "files": [str(stage.file(netlist))],
        "json": str(result),
    }
    run_yosys(
        job, workdir=workdir, time_limit=deadline.left(), memory_limit=MEMORY_LIMIT, stage=stage
    )
    modules = load_modules(result)
    shell = decode(design.shell)
    top = plain(shell.top)
    if set(modules) != {top}:
        found = ", ".join(sorted(modules)[:5]) or "nothing"
        raise NetlistMismatch(f"{netlist}: expected the module {shell.top} alone, found {found}")
    try:
        return _Netlist(decode_module(top, modules[top]), shell, cells).core()
    except NetlistMismatch as error:
        raise NetlistMismatch(f"{netlist}: does not correspond to the design: {error}") from error


class _Netlist:
    """A netlist next to the shell that it should have."""

    def __init__(self, module: FlatModule, shell: Shell, library: CellLibrary) -> None:
        self._module, self._shell, self._library = module, shell, library
        self._build = AigBuilder()
        self._cells = {cell.name: cell for cell in module.cells}
        self._driver: dict[int, tuple[Cell, str]] = {}
        self._literals: dict[int, int] = {}
        self._bits: dict[Endpoint, Bit] = {}

    def core(self) -> bytes:
        """The functions of the core's outputs in this netlist."""
        self._match_ports()
        owners = {plain(register.name) for register in self._shell.registers}
        for register in self._shell.registers:
            self._match_register(register)
        for box in self._shell.boxes:
            self._match_box(box)
            owners.add(plain(box.name))
        # variables in the core's order first: the design's own numbering of its inputs
        sources = dict(self._shell.sources())
        reference = {net: self._build.variable() for net in self._shell.inputs}
        for net in sources:
            if net not in reference:
                reference[net] = self._build.variable()
        for net, endpoint in self._shell.sources():
            bit = self._bits[endpoint]
            if isinstance(bit, int):
                if bit in self._literals:
                    raise NetlistMismatch(f"{endpoint} drives a net that something else drives")
                self._literals[bit] = reference[net]
        self._index_gates(owners)
        return self._compare(reference)

    def _match_ports(self) -> None:
        expected = {plain(port.name): port for port in self._shell.ports}
        actual = {port.name: port for port in self._module.ports}
        for name in sorted(expected.keys() ^ actual.keys()):
            raise NetlistMismatch(f"port {name} is {'missing' if name in expected else 'new'}")
        for name, port in expected.items():
            other = actual[name]
            if (port.direction, len(port.bits), port.range()) != (
                other.direction,
                len(other.bits),
                other.range(),
            ):
                raise NetlistMismatch(f"port {name} has another direction or range")
            for position, bit in enumerate(other.bits):
                self._bits[Endpoint("", port.name, position)] = bit

    def _match_register(self, register: Register) -> None:
        held = self._shell.cells.get(register.kind)
        cell = self._instance(register.name, held.cell if held else register.kind)
        if held is None:
            pins = {pin: pin for pin in [*register.pins, "Q"]}
        else:
            pins = {pin: what for pin, what in held.inputs.items() if what in register.pins}
            pins[held.output] = "Q"
            for pin, what in held.inputs.items():
                if what in ("0", "1"):
                    self._bits[Endpoint(register.name, f"{pin}={what}", 0)] = _pin(cell, pin)[0]
        connected = {pin for pin, bits in cell.pins.items() if bits}
        others = connected - pins.keys() - (held.inputs.keys() if held else set())
        if held is not None and others:
            outputs = self._library.modules[held.cell]["ports"]
            extra = [
                pin for pin in sorted(others) if outputs.get(pin, {}).get("direction") != "output"
            ]
            if extra:
                raise NetlistMismatch(f"{register.name} has a connection to pin {extra[0]}")
        for pin, what in pins.items():
            self._bits[Endpoint(register.name, what, 0)] = _pin(cell, pin)[0]

    def _match_box(self, box: Box) -> None:
        cell = self._instance(box.name, box.kind)
        if dict(cell.parameters) != box.parameters:
            raise NetlistMismatch(f"black box {box.name} has other parameters")
        for pin, bits in box.pins.items():
            actual = _pin(cell, pin)
            if len(actual) != len(bits):
                raise NetlistMismatch(f"{box.name}.{pin} has another width")
            for position, bit in enumerate(actual):
                self._bits[Endpoint(box.name, pin, position)] = bit

    def _instance(self, name: str, kind: str) -> Cell:
        cell = self._cells.get(plain(name))
        if cell is None:
            raise NetlistMismatch(f"register or black box {name} is missing")
        if cell.kind != plain(kind):
            raise NetlistMismatch(f"{name} is a {cell.kind}, expected {kind}")
        return cell

    def _index_gates(self, owners: set[str]) -> None:
        for cell in self._module.cells:
            if cell.name in owners:
                continue
            function = self._function(cell)
            if function is None:
                raise NetlistMismatch(f"unexpected instance {cell.name} of {cell.kind}")
            unknown = cell.pins.keys() - {*function.inputs, *function.outputs}
            if unknown:
                raise NetlistMismatch(f"{cell.kind} of {cell.name} has no pin {min(unknown)}")
            for pin in function.outputs:
                for net in cell.pins.get(pin, ()):
                    if not isinstance(net, int) or net in self._driver or net in self._literals:
                        raise NetlistMismatch(f"{cell.name}.{pin} drives a net that is driven")
                    self._driver[net] = (cell, pin)

    def _function(self, cell: Cell) -> CellFunction | None:
        known = self._library.function(cell.kind)
        return lut_function(cell.kind, cell.parameters) if known is None else known

    def _literal(self, bit: Bit) -> int:
        """The function of a net, building the gates that it depends on."""
        if isinstance(bit, str):
            return TRUE if bit == "1" else FALSE
        stack = [bit]
        open_now: set[int] = set()
        while stack:
            net = stack[-1]
            if net in self._literals:
                stack.pop()
                continue
            if net not in self._driver:
                raise NetlistMismatch(f"net {self._module.names.get(net, net)} has no driver")
            cell, _ = self._driver[net]
            function = self._function(cell)
            assert function is not None  # noqa: S101 - `_index_gates` checked
            inputs = [_pin(cell, pin)[0] for pin in function.inputs]
            waiting = [b for b in inputs if isinstance(b, int) and b not in self._literals]
            if waiting:
                if net in open_now:
                    raise NetlistMismatch(f"combinational loop through {cell.name}")
                open_now.add(net)
                stack.extend(waiting)
                continue
            ends = [self._literals[b] if isinstance(b, int) else int(b == "1") for b in inputs]
            for pin, literal in function.apply(self._build, ends).items():
                for out in cell.pins.get(pin, ()):
                    if isinstance(out, int):
                        self._literals[out] = literal
        return self._literals[bit]

    def _compare(self, reference: dict[int, int]) -> bytes:
        wanted = {net: position for position, net in enumerate(self._shell.outputs)}
        found: dict[int, int] = {}
        for net, endpoint in self._shell.sinks():
            literal = self._literal(self._bits[endpoint])
            if net in wanted:
                if found.setdefault(wanted[net], literal) != literal:
                    raise NetlistMismatch(f"{endpoint} is not on the net that it shares")
            elif literal != (
                reference[net] if isinstance(net, int) and net in reference else int(net == "1")
            ):
                raise NetlistMismatch(f"{endpoint} is connected to something else")
        for endpoint, bit in self._bits.items():
            if "=" in endpoint.pin and self._literal(bit) != int(endpoint.pin[-1]):
                raise NetlistMismatch(f"{endpoint.owner}: pin {endpoint.pin} is not tied so")
        outputs = [found[position] for position in range(len(wanted))]
        inputs = [reference[net] for net in self._shell.inputs]
        used, _ = self._build.cone(outputs)
        for net, literal in reference.items():
            if literal >> 1 in used and net not in self._shell.inputs:
                name = self._shell.names.get(net, str(net))
                raise NetlistMismatch(f"something depends on {name}, which the logic does not use")
        return self._build.encode(inputs, outputs)


def _pin(cell: Cell, pin: str) -> tuple[Bit, ...]:
    bits = cell.pins.get(pin, ())
    if not bits:
        raise NetlistMismatch(f"pin {pin} of {cell.name} is not connected")
    return bits
