"""Cuts a flat module of ANDs, inverters and registers into a combinational core and a shell."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from eda.errors import InputError, ToolError
from eda.frontend.build import FALSE, TRUE, AigBuilder
from eda.frontend.flat import Bit, Cell, FlatModule, Port
from eda.frontend.library import RegisterCell
from eda.frontend.registers import parse_kind
from eda.frontend.shell import Box, Register, Shell

Gate = tuple[Bit, ...]
"""The inputs of a gate: two for an AND, one for an inverter."""


@dataclass(frozen=True)
class Cut:
    """The two parts, and the names of the core's inputs and outputs by position."""

    core: bytes
    shell: Shell
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]


def cut(
    module: FlatModule, top: str, cells: dict[str, RegisterCell], reset_first: frozenset[str]
) -> Cut:
    """Separate `module` at its ports, registers and black boxes.

    Args:
        module: as `yosys_child.rtl` leaves it.
        top: the name to give the module.
        cells: library cell of each register kind.
        reset_first: kinds whose library cell sets when set and reset are both active, where the
            kind resets: their set pin is held off by the reset.

    Raises:
        InputError: the design has a combinational loop.
        ToolError: Yosys left a cell that is none of these.
    """
    parts = _Parts(module, cells, reset_first)
    shell = Shell(top, _ports(module), tuple(parts.registers), tuple(parts.boxes), {}, (), (), {})
    build = AigBuilder()
    literals = {net: build.variable() for net, _ in shell.sources()}
    driven = dict.fromkeys(
        bit for bit, _ in shell.sinks() if isinstance(bit, int) and bit in parts.gates
    )
    _evaluate(driven, parts.gates, build, literals, module.names)
    roots = [literals[net] for net in driven]
    used, _ = build.cone(roots)
    inputs = [net for net, _ in shell.sources() if literals[net] >> 1 in used]
    names = _net_names(module.names, shell, inputs, driven)
    kinds = {register.kind for register in parts.registers}
    shell = replace(
        shell,
        names={net: name for net, name in module.names.items() if net in names},
        inputs=tuple(inputs),
        outputs=tuple(driven),
        cells={kind: cell for kind, cell in cells.items() if kind in kinds},
    )
    core = build.encode([literals[net] for net in inputs], roots)
    return Cut(core, shell, tuple(names[n] for n in inputs), tuple(names[n] for n in driven))


def _ports(module: FlatModule) -> tuple[Port, ...]:
    return tuple(
        replace(port, bits=tuple(_defined(bit) for bit in port.bits)) for port in module.ports
    )


def _defined(bit: Bit) -> Bit:
    """Undefined constants are 0, here and when a netlist is read back."""
    return bit if isinstance(bit, int) or bit == "1" else "0"


class _Parts:
    """The cells of a module, sorted: gates by the net they drive, registers, black boxes."""

    def __init__(
        self, module: FlatModule, cells: dict[str, RegisterCell], reset_first: frozenset[str]
    ) -> None:
        self.gates: dict[int, Gate] = {}
        self.registers: list[Register] = []
        self.boxes: list[Box] = []
        self._module = module
        self._cells = cells
        self._reset_first = reset_first
        self._fresh = 1 + max(
            (
                bit
                for cell in module.cells
                for bits in cell.pins.values()
                for bit in bits
                if isinstance(bit, int)
            ),
            default=1,
        )
        self._taken = {port.name for port in module.ports}
        held = [cell for cell in module.cells if not self._take_gate(cell)]
        self._inverse = {gate[0]: net for net, gate in self.gates.items() if len(gate) == 1}
        for cell in held:
            self._take_register_or_box(cell)

    def _take_gate(self, cell: Cell) -> bool:
        if cell.kind not in ("$_AND_", "$_NOT_"):
            return False
        output = cell.pins["Y"][0]
        if isinstance(output, int):
            pins = ("A", "B") if cell.kind == "$_AND_" else ("A",)
            self.gates[output] = tuple(_defined(cell.pins[pin][0]) for pin in pins)
        return True

    def _take_register_or_box(self, cell: Cell) -> None:
        kind = parse_kind(cell.kind)
        if kind is None:
            if cell.kind.startswith("$"):
                raise ToolError(f"{cell.source}: Yosys left a cell of kind {cell.kind}")
            pins = {pin: tuple(_defined(b) for b in bits) for pin, bits in cell.pins.items()}
            name = self._unique(cell.name)
            self.boxes.append(
                Box(name, cell.kind, pins, tuple(sorted(cell.outputs)), cell.parameters)
            )
            return
        output = cell.pins["Q"][0]
        if not isinstance(output, int):
            return  # drives nothing
        name = self._register_name(output)
        pins1 = {pin: _defined(bits[0]) for pin, bits in cell.pins.items() if pin != "Q"}
        initial = self._module.initial.get(output, "")
        known = self._cells.get(cell.kind)
        inverted = known is not None and known.inverted
        if inverted:  # the net of the state is made from the pin by an inverter in the core
            pin = self._new_net()
            self.gates[output] = (pin,)
            output = pin
        if cell.kind in self._reset_first:
            pins1["S"] = self._held_off(pins1["S"], pins1["R"], kind.polarity)
        self.registers.append(Register(name, cell.kind, pins1, output, inverted, initial))

    def _held_off(self, set_pin: Bit, reset: Bit, polarity: dict[str, bool]) -> Bit:
        """A net that is active when `set_pin` is and `reset` is not."""
        active = set_pin if polarity["S"] else self._gate(set_pin)
        result = self._gate(active, self._gate(reset) if polarity["R"] else reset)
        return result if polarity["S"] else self._gate(result)

    def _gate(self, *inputs: Bit) -> int:
        net = self._new_net()
        self.gates[net] = inputs
        return net

    def _new_net(self) -> int:
        self._fresh += 1
        return self._fresh

    def _register_name(self, output: int) -> str:
        """`count[3]` is held by the instance `count_reg[3]`."""
        names = self._module.names
        name = names.get(output) or names.get(self._inverse.get(output, 0)) or "state"
        base, bracket, index = name.partition("[")
        return self._unique(f"{base}_reg{bracket}{index}")

    def _unique(self, name: str) -> str:
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}_{number}"
        self._taken.add(candidate)
        return candidate


def _evaluate(
    wanted: Iterable[int],
    gates: dict[int, Gate],
    build: AigBuilder,
    literals: dict[int, int],
    names: dict[int, str],
) -> None:
    """Build the gates that `wanted` nets depend on; extends `literals`."""
    constants: dict[Bit, int] = {"0": FALSE, "1": TRUE}
    open_now: dict[int, None] = {}
    for root in wanted:
        stack = [root]
        while stack:
            net = stack[-1]
            if net in literals:
                stack.pop()
                continue
            gate = gates.get(net)
            if gate is None:
                literals[net] = FALSE  # driven by nothing
                continue
            waiting = [bit for bit in gate if isinstance(bit, int) and bit not in literals]
            if waiting:
                if net in open_now:
                    raise InputError(_loop(net, open_now, names))
                open_now[net] = None
                stack.extend(waiting)
                continue
            ends = [literals[bit] if isinstance(bit, int) else constants[bit] for bit in gate]
            literals[net] = build.conjunction(*ends) if len(ends) == 2 else ends[0] ^ 1
            open_now.pop(net, None)
            stack.pop()


def _loop(net: int, open_now: dict[int, None], names: dict[int, str]) -> str:
    order = list(open_now)
    inside = order[order.index(net) :]
    named = next((names[member] for member in inside if member in names), None)
    through = f" through '{named}'" if named else ""
    return f"the design has a combinational loop{through}: break it with a register"


def _net_names(
    names: dict[int, str], shell: Shell, inputs: Iterable[int], outputs: Iterable[int]
) -> dict[int, str]:
    """A unique name for each net between core and shell: its own, else that of an endpoint."""
    found = {}
    for net, endpoint in [*shell.sources(), *((b, e) for b, e in shell.sinks())]:
        if isinstance(net, int) and net not in found:
            found[net] = names.get(net) or str(endpoint)
    taken: set[str] = set()
    unique = {}
    for net in [*inputs, *outputs, *found]:
        if net in unique:
            continue
        name, number = found[net], 1
        while name in taken:
            number += 1
            name = f"{found[net]}_{number}"
        taken.add(name)
        unique[net] = name
    return unique
