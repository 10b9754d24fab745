"""The library as Yosys reads it: what each cell computes, and which cells are its registers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from eda.frontend.build import FALSE, TRUE, AigBuilder
from eda.frontend.flat import FlatModule, decode_module, load_modules
from eda.frontend.registers import behaviour, differences, parse_kind, satisfiable
from eda.frontend.staging import Stage
from eda.frontend.yosys import run_yosys

# cells that compute what a latch computes but are made for power switching
DONT_USE = ("*lpflow*",)
_INFO = re.compile(r"^\s+\\(?P<cell>\S+) (?P<kind>_\w+_) \((?P<pins>.*)\);", re.MULTILINE)
_PIN = re.compile(r"\.(\w+)\(\s*(~?\w+)\s*\)")


@dataclass(frozen=True)
class RegisterCell:
    """The library cell that stands for a register kind.

    Attributes:
        kind: Yosys's name, such as `$_DFF_PN0_`.
        cell: the library cell.
        inputs: pin of the cell to pin of the kind, or to "0" or "1".
        output: the pin that shows the state, or its inverse.
        inverted: whether `output` shows the inverse.
    """

    kind: str
    cell: str
    inputs: dict[str, str]
    output: str
    inverted: bool


@dataclass(frozen=True)
class CellFunction:
    """A combinational cell: `program` lists ANDs over literals of inputs and earlier ANDs.

    Inputs are variables 1 to len(inputs), the ANDs follow; variable 0 is false.
    """

    inputs: tuple[str, ...]
    program: tuple[tuple[int, int], ...]
    outputs: dict[str, int]

    def apply(self, build: AigBuilder, literals: list[int]) -> dict[str, int]:
        """The literal of each output pin, for literals of the inputs in order."""
        values = [FALSE, *literals]
        for a, b in self.program:
            values.append(build.conjunction(values[a >> 1] ^ (a & 1), values[b >> 1] ^ (b & 1)))
        return {pin: values[lit >> 1] ^ (lit & 1) for pin, lit in self.outputs.items()}


@dataclass
class CellLibrary:
    """A liberty file as Yosys understands it.

    Attributes:
        modules: Yosys JSON of each cell.
        registers: the cell for each register kind that the library has.
    """

    modules: dict[str, Any]
    registers: dict[str, RegisterCell]
    _functions: dict[str, CellFunction | None] = field(default_factory=dict)

    def area(self, cell: str) -> float:
        """The cell's area in the library's unit, 0 where it has none."""
        return float(self.modules[cell]["attributes"].get("area", 0))

    def function(self, cell: str) -> CellFunction | None:
        """What a combinational cell computes; None for registers and unknown cells."""
        if cell not in self._functions:
            known = cell in self.modules
            self._functions[cell] = (
                _compile(decode_module(cell, self.modules[cell])) if known else None
            )
        return self._functions[cell]

    def tie(self, value: str) -> tuple[str, str] | None:
        """The smallest cell and its pin that drive the constant "0" or "1"."""
        found = [
            (self.area(name), name, pin)
            for name, module in self.modules.items()
            if all(port["direction"] == "output" for port in module["ports"].values())
            for pin, port in module["ports"].items()
            if port["bits"] == [value]
        ]
        return min(found)[1:] if found else None


def load_library(path: Path, *, workdir: Path, time_limit: float, memory_limit: int) -> CellLibrary:
    """Read a liberty file; the same file is read once per process.

    Raises:
        InputError: it is not a liberty file that Yosys reads.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    key = (path.absolute(), state.st_mtime_ns, state.st_size)
    if key not in _CACHE:
        _CACHE[key] = _load(path, workdir, time_limit, memory_limit)
    return _CACHE[key]


_CACHE: dict[tuple[Path, int, int], CellLibrary] = {}


def _load(path: Path, workdir: Path, time_limit: float, memory_limit: int) -> CellLibrary:
    stage = Stage(workdir / "library")
    info, cells = workdir / "registers.txt", workdir / "cells.json"
    job = {
        "job": "cells",
        "library": str(stage.file(path)),
        "dont_use": list(DONT_USE),
        "info": str(info),
        "json": str(cells),
    }
    try:
        run_yosys(
            job, workdir=workdir, time_limit=time_limit, memory_limit=memory_limit, stage=stage
        )
        modules = load_modules(cells)
    except OSError as error:
        raise ToolError(f"{error.filename}: {error.strerror}") from error
    if not modules:
        raise InputError(f"{path}: no cell with a function in this library")
    return CellLibrary(modules, parse_registers(info.read_text(encoding="utf-8")))


def parse_registers(text: str) -> dict[str, RegisterCell]:
    """The table that `dfflibmap -info` prints."""
    found = {}
    for match in _INFO.finditer(text):
        pins = dict(_PIN.findall(match["pins"]))
        shows = {state: pin for pin, state in reversed(pins.items()) if state in ("Q", "~Q")}
        if not shows:
            continue
        inverted = "Q" not in shows
        inputs = {pin: what for pin, what in pins.items() if what not in ("Q", "~Q")}
        kind = f"${match['kind']}"
        output = shows["~Q" if inverted else "Q"]
        found[kind] = RegisterCell(kind, match["cell"], inputs, output, inverted)
    return found


def _compile(module: FlatModule) -> CellFunction | None:
    """The functions of a cell's outputs, or None if it holds state or lacks a function."""
    build = AigBuilder()
    inputs = [port for port in module.ports if port.direction == "input"]
    outputs = [port for port in module.ports if port.direction == "output"]
    if any(cell.kind not in ("$_AND_", "$_NOT_") for cell in module.cells):
        return None
    literals = {port.bits[0]: build.variable() for port in inputs}
    try:
        values = evaluate(module, build, literals)
        roots = {port.name: literal_of(port.bits[0], values) for port in outputs}
    except KeyError:  # a pin without a function
        return None
    return cell_function(build, {port.name: literals[port.bits[0]] for port in inputs}, roots)


def cell_function(
    build: AigBuilder, inputs: Mapping[str, int], outputs: Mapping[str, int]
) -> CellFunction:
    """What was built, as a cell's function: the literals of its input pins and output pins."""
    _, order = build.cone(list(outputs.values()))
    number = {0: 0, **{literal >> 1: at for at, literal in enumerate(inputs.values(), 1)}}
    program: list[tuple[int, int]] = []
    for variable in order:
        number[variable] = len(inputs) + 1 + len(program)
        a, b = build.fanins(variable)
        program.append((2 * number[a >> 1] + (a & 1), 2 * number[b >> 1] + (b & 1)))
    functions = {pin: 2 * number[lit >> 1] + (lit & 1) for pin, lit in outputs.items()}
    return CellFunction(tuple(inputs), tuple(program), functions)


def literal_of(bit: int | str, values: dict[int | str, int]) -> int:
    """The literal of a net or constant; undefined constants are 0."""
    return (TRUE if bit == "1" else FALSE) if isinstance(bit, str) else values[bit]


def evaluate(
    module: FlatModule, build: AigBuilder, known: dict[int | str, int]
) -> dict[int | str, int]:
    """The literals of all nets of a small module of ANDs and inverters."""
    values = dict(known)
    waiting = [cell for cell in module.cells if cell.kind in ("$_AND_", "$_NOT_")]
    while waiting:
        rest = []
        for cell in waiting:
            sources = [cell.pins[pin][0] for pin in ("A", "B") if pin in cell.pins]
            if any(isinstance(bit, int) and bit not in values for bit in sources):
                rest.append(cell)
                continue
            a, *b = (literal_of(bit, values) for bit in sources)
            values[cell.pins["Y"][0]] = build.conjunction(a, b[0]) if b else a ^ 1
        if len(rest) == len(waiting):
            break
        waiting = rest
    return values


def register_doubts(register: RegisterCell, library: CellLibrary) -> str | None:
    """Check a library register against the kind it stands for, over all input values.

    Returns: None if they behave alike, else what differs.
    """
    kind = parse_kind(register.kind)
    module = decode_module(register.cell, library.modules[register.cell])
    if kind is None:
        return f"{register.cell}: {register.kind} is not a register kind"
    build = AigBuilder()
    pins = {pin: build.variable() for pin in ("C", "D", "E", "R", "S", "L", "AD")}
    state = build.variable()
    constants = {"0": FALSE, "1": TRUE}
    known: dict[int | str, int] = {}
    shown: int | str = ""
    for port in module.ports:
        if port.direction == "input":
            what = register.inputs.get(port.name, "0")
            known[port.bits[0]] = constants.get(what, pins.get(what, FALSE))
        elif port.name == register.output:
            shown = port.bits[0]
    inverted = register.inverted
    drivers = {
        cell.pins[pin][0]: cell for cell in module.cells for pin in ("Q", "Y") if pin in cell.pins
    }
    while shown in drivers and drivers[shown].kind == "$_NOT_":
        shown, inverted = drivers[shown].pins["A"][0], not inverted
    held = drivers.get(shown)
    model = parse_kind(held.kind) if held else None
    if held is None or model is None:
        return f"{register.cell}: no register drives pin {register.output}"
    known[shown] = state ^ inverted
    try:
        values = evaluate(module, build, known)
        inner = {pin: literal_of(bits[0], values) for pin, bits in held.pins.items()}
    except KeyError:
        return f"{register.cell}: its function is not understood"
    actual = behaviour(build, model, inner, state ^ inverted)
    if inverted:
        actual = type(actual)(actual.edge, actual.next_state ^ 1, actual.forced, actual.value ^ 1)
    at_edge, forced, value = differences(build, behaviour(build, kind, pins, state), actual)
    if satisfiable(build, at_edge) or satisfiable(build, forced):
        return f"{register.cell} does not behave as {register.kind}"
    if satisfiable(build, value):
        return f"{register.cell} and {register.kind} differ while set and reset are both active"
    return None
