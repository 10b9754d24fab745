"""Writes a flat Verilog netlist: the mapped core, with the registers and ports put back."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eda.errors import ToolError
from eda.frontend.flat import Bit
from eda.frontend.library import CellLibrary, load_library
from eda.frontend.shell import Box, Register, Shell, decode
from eda.frontend.source import Design
from eda.netlist.blif import Lut, MappedNetwork, parse_mapped
from eda.netlist.luts import OUTPUT, lut_kind, lut_parameters, lut_pins
from eda.netlist.names import Namespace, identifier

MEMORY_LIMIT = 8 * 2**30  # bytes for each child


@dataclass(frozen=True)
class NetlistFacts:
    """What a netlist is made of.

    Attributes:
        gates: combinational cells or LUTs, ties included.
        registers: flip-flops and latches, mapped or not.
        unmapped: registers left as Yosys's generic cells; they have no area.
        ties: cells that drive constants; 0 where the library has none, and with LUTs.
        area: of all cells, in the library's unit.
        register_area: the part of `area` that is registers.
        cells: number of instances by cell.
    """

    gates: int
    registers: int
    unmapped: int
    ties: int
    area: float
    register_area: float
    cells: dict[str, int]


def write_netlist(
    design: Design,
    mapped: Path,
    *,
    library: Path,
    out: Path,
    workdir: Path,
    time_limit: float,
    luts: bool = False,
) -> NetlistFacts:
    """Put a mapped core back into its shell.

    Args:
        design: where the core comes from.
        mapped: the core as ABC's `write_blif` leaves it after mapping; inputs and outputs stand in
            the core's order, their names do not matter.
        library: the liberty file that it, or only the registers, were mapped to, not compressed.
        out: the netlist to write.
        workdir: an existing folder for intermediate files.
        time_limit: seconds.
        luts: whether the core is mapped to LUTs, and not to the library's cells.

    Raises:
        ToolError: `mapped` is not such a mapping of this core.
    """
    cells = load_library(library, workdir=workdir, time_limit=time_limit, memory_limit=MEMORY_LIMIT)
    shell = decode(design.shell)
    # ABC writes no file for a core without outputs: registers and wires alone
    network = parse_mapped(mapped, luts=luts) if shell.outputs else MappedNetwork()
    if (len(network.inputs), len(network.outputs)) != (len(shell.inputs), len(shell.outputs)):
        raise ToolError(f"{mapped}: its inputs and outputs are not those of the core")
    writer = _Writer(shell, network, cells, ties=not luts)
    out.write_text(writer.text(), encoding="utf-8")
    return writer.facts()


class _Writer:
    """One netlist: nets have a Verilog expression each, by shell number or BLIF name."""

    def __init__(
        self, shell: Shell, network: MappedNetwork, library: CellLibrary, *, ties: bool
    ) -> None:
        self._shell, self._network, self._library = shell, network, library
        self._names = Namespace()
        self._wires: list[str] = []
        self._instances: list[str] = []
        self._assigns: list[str] = []
        self._ties = {} if ties else {value: f"1'b{value}" for value in "01"}
        self._count: Counter[str] = Counter()
        self._tie_cells = 0
        self._nets = self._shell_nets()
        self._blif = self._blif_nets()

    def _shell_nets(self) -> dict[int, str]:
        """Expressions of the shell's nets: a port's bit where there is one, else a wire."""
        nets: dict[int, str] = {}
        for port in self._shell.ports:
            self._names.take(port.name)
        driven = {bit for bit, endpoint in self._shell.sources() if endpoint.owner == ""}
        for port in sorted(self._shell.ports, key=lambda port: port.direction != "input"):
            for position, bit in enumerate(port.bits):
                if not isinstance(bit, int) or bit in nets:
                    continue
                if port.direction == "input" or bit not in driven:
                    nets[bit] = _select(port.name, port.range(), port.index(position))
        for register in self._shell.registers:  # instance names are part of the contract
            self._names.take(register.name)
        for box in self._shell.boxes:
            self._names.take(box.name)
        for bit, _ in [*self._shell.sources(), *self._shell.sinks()]:
            if isinstance(bit, int) and bit not in nets:
                nets[bit] = self._wire(self._shell.names.get(bit, f"n{bit}"))
        return nets

    def _wire(self, wanted: str) -> str:
        name = identifier(self._names.take(wanted))
        self._wires.append(name)
        return name

    def _blif_nets(self) -> dict[str, str]:
        network, found = self._network, {}
        for name, net in zip(network.inputs, self._shell.inputs, strict=True):
            found[name] = self._nets[net]
        for name, net in zip(network.outputs, self._shell.outputs, strict=True):
            if name in found:
                self._assigns.append(f"  assign {self._nets[net]} = {found[name]};")
            else:
                found[name] = self._nets[net]
        return found

    def text(self) -> str:
        """The whole file."""
        for net, value in self._network.constants.items():
            self._assigns.append(f"  assign {self._net(net)} = {self._constant(value)};")
        for net, source in self._network.copies.items():
            self._assigns.append(f"  assign {self._net(net)} = {self._net(source)};")
        for number, gate in enumerate(self._network.gates, 1):
            if gate.cell not in self._library.modules:
                raise ToolError(f"the library has no cell '{gate.cell}'")
            pins = ((pin, self._net(net)) for pin, net in gate.pins.items())
            self._instance(gate.cell, self._names.take(f"g{number}"), pins)
        for number, lut in enumerate(self._network.luts, 1):
            self._lut(lut, self._names.take(f"g{number}"))
        for register in self._shell.registers:
            self._register(register)
        for box in self._shell.boxes:
            self._box(box)
        self._output_ports()
        ports = self._shell.ports
        head = ", ".join(identifier(port.name) for port in ports)
        lines = [f"module {identifier(self._shell.top)}({head});"]
        lines += [f"  {p.direction} {p.range()}{identifier(p.name)};" for p in ports]
        lines += [f"  wire {wire};" for wire in self._wires]
        return "\n".join([*lines, *self._assigns, *self._instances, "endmodule", ""])

    def _net(self, name: str) -> str:
        if name not in self._blif:
            self._blif[name] = self._wire(f"_{len(self._blif)}_")
        return self._blif[name]

    def _expression(self, bit: Bit) -> str:
        return self._nets[bit] if isinstance(bit, int) else self._constant(bit)

    def _constant(self, value: str) -> str:
        """The net of the tie cell for a constant, or the constant where there is no such cell."""
        if value not in self._ties:
            tie = self._library.tie(value)
            if tie is None:
                self._ties[value] = f"1'b{value}"
            else:
                self._ties[value] = self._wire(f"tie_{value}")
                name = self._names.take(f"tie_{value}_cell")
                self._instance(tie[0], name, [(tie[1], self._ties[value])])
                self._tie_cells += 1
        return self._ties[value]

    def _instance(
        self, cell: str, name: str, pins: Iterable[tuple[str, str]], parameters: str = ""
    ) -> None:
        listed = ", ".join(f".{identifier(pin)}({net})" for pin, net in pins)
        self._instances.append(
            f"  {identifier(cell).rstrip()} {parameters}{identifier(name).rstrip()} ({listed});"
        )
        self._count[cell] += 1

    def _lut(self, lut: Lut, name: str) -> None:
        count = len(lut.inputs)
        nets = map(self._net, (*lut.inputs, lut.output))
        pins = zip((*lut_pins(count), OUTPUT), nets, strict=True)
        self._instance(lut_kind(count), name, pins, lut_parameters(count, lut.table))

    def _register(self, register: Register) -> None:
        cell = self._shell.cells.get(register.kind)
        shown = self._nets[register.output]
        if cell is None:
            pins = [(pin, self._expression(bit)) for pin, bit in register.pins.items()]
            self._instance(register.kind, register.name, [*pins, ("Q", shown)])
            return
        pins = [
            (pin, self._expression(register.pins.get(what, what)))
            for pin, what in cell.inputs.items()
        ]
        self._instance(cell.cell, register.name, [*pins, (cell.output, shown)])

    def _box(self, box: Box) -> None:
        pins = []
        for pin, bits in box.pins.items():
            nets = [self._expression(bit) for bit in reversed(bits)]
            pins.append((pin, nets[0] if len(nets) == 1 else "{" + ", ".join(nets) + "}"))
        values = ", ".join(
            f".{identifier(name)}({_value(value)})" for name, value in box.parameters.items()
        )
        self._instance(box.kind, box.name, pins, f"#({values}) " if values else "")

    def _output_ports(self) -> None:
        for port in self._shell.ports:
            if port.direction != "output":
                continue
            for position, bit in enumerate(port.bits):
                own = _select(port.name, port.range(), port.index(position))
                value = self._expression(bit)
                if value != own:
                    self._assigns.append(f"  assign {own} = {value};")

    def facts(self) -> NetlistFacts:
        """Counts, after `text`."""
        registers = Counter(register.kind for register in self._shell.registers)
        held = self._shell.cells
        area = sum(
            self._library.area(cell) * count
            for cell, count in self._count.items()
            if cell in self._library.modules
        )
        register_area = sum(
            self._library.area(held[kind].cell) * count
            for kind, count in registers.items()
            if kind in held
        )
        return NetlistFacts(
            gates=len(self._network.gates) + len(self._network.luts) + self._tie_cells,
            registers=registers.total(),
            unmapped=sum(count for kind, count in registers.items() if kind not in held),
            ties=self._tie_cells,
            area=area,
            register_area=register_area,
            cells=dict(sorted(self._count.items())),
        )


def _select(name: str, dimension: str, index: int) -> str:
    return f"{identifier(name)}[{index}]" if dimension else identifier(name)


def _value(value: str) -> str:
    """A parameter value of Yosys JSON: a string of bits, or a string with a blank after bits."""
    if value and set(value) <= set("01xz"):
        return f"{len(value)}'b{value}"
    text = value[:-1] if value.endswith(" ") and set(value[:-1]) <= set("01xz ") else value
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
