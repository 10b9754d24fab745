"""What a Liberty library offers to a mapper: its cells, sorted by what they are good for."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from eda.errors import InputError
from eda.liberty import function
from eda.liberty.parse import Group, line_of, parse_library


@dataclass(frozen=True)
class Pin:
    """A signal pin of a cell.

    Attributes:
        name: the pin.
        direction: `input`, `output`, `inout` or `internal`; empty where the text has none.
        function: the text of its function, or None.
        capacitance: in the library's capacitance unit; 0 where the text has none.
    """

    name: str
    direction: str
    function: str | None
    capacitance: float


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes:
        name: the cell.
        area: in the library's unit; 0 where the text has none.
        kind: `combinational`, `flop`, `latch`, `clock_gate`, `tie`, or `other` for what a mapper
            cannot place: tri-state and function-less cells, fillers, those with buses.
        pins: in the order of the text.
        dont_use: whether the library asks tools to leave it alone.
    """

    name: str
    area: float
    kind: str
    pins: tuple[Pin, ...]
    dont_use: bool

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the input pins."""
        return tuple(pin.name for pin in self.pins if pin.direction == "input")

    @property
    def outputs(self) -> tuple[Pin, ...]:
        """The output pins."""
        return tuple(pin for pin in self.pins if pin.direction == "output")


@dataclass(frozen=True)
class Tie:
    """A cell whose pin `pin` is constant."""

    cell: str
    pin: str


@dataclass(frozen=True)
class Facts:
    """What a library has; cells marked `dont_use` are counted in `cells` only.

    Attributes:
        name: the library's own name.
        cells: all cells.
        combinational, flops, latches: cells of these kinds.
        has_inverter: whether a cell inverts.
        has_nand_or_nor: whether a cell of two inputs is an AND, OR, NAND or NOR, some of its
            inputs inverted perhaps; with an inverter that makes every function.
        tie_low, tie_high: the smallest cell for either constant; one that is marked `dont_use`
            where there is no other.
    """

    name: str
    cells: int
    combinational: int
    flops: int
    latches: int
    has_inverter: bool
    has_nand_or_nor: bool
    tie_low: Tie | None
    tie_high: Tie | None


def read_facts(text: str, source: str) -> Facts:
    """Sort the cells of Liberty text; `source` is its name in errors.

    Raises:
        InputError: the text is not Liberty, or a number in it is none.
    """
    name, cells = read_cells(text, source)
    usable = [cell for cell in cells if not cell.dont_use]
    kinds = [cell.kind for cell in usable]
    tables = {table for cell in usable for table in _tables(cell)}
    return Facts(
        name=name,
        cells=len(cells),
        combinational=kinds.count("combinational"),
        flops=kinds.count("flop"),
        latches=kinds.count("latch"),
        has_inverter=(1, 0b01) in tables,
        has_nand_or_nor=any(
            inputs == 2 and table.bit_count() in (1, 3) for inputs, table in tables
        ),
        tie_low=_tie(cells, 0),
        tie_high=_tie(cells, 1),
    )


def read_cells(text: str, source: str) -> tuple[str, tuple[Cell, ...]]:
    """The library's name and its cells.

    Raises:
        InputError: the text is not Liberty, or a number in it is none.
    """
    library = parse_library(text, source)
    return library.name, tuple(_cell(group, text, source) for group in library.inner("cell"))


def _cell(group: Group, text: str, source: str) -> Cell:
    # `pin (A, B) {...}` describes two pins.
    pins = tuple(
        _pin(pin, name, text, source) for pin in group.inner("pin") for name in pin.arguments
    )
    return Cell(
        name=group.name,
        area=_number(group, "area", text, source),
        kind=_kind(group, pins),
        pins=pins,
        dont_use=group.attributes.get("dont_use", "").lower() == "true",
    )


def _pin(group: Group, name: str, text: str, source: str) -> Pin:
    return Pin(
        name=name,
        direction=group.attributes.get("direction", ""),
        function=group.attributes.get("function"),
        capacitance=_number(group, "capacitance", text, source),
    )


def _number(group: Group, attribute: str, text: str, source: str) -> float:
    written = group.attributes.get(attribute, "0")
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        line = line_of(text, group.offset)
        where = f"{group.kind} {group.name[:60]!a}"
        raise InputError(f"{source}:{line}: {where}: {attribute} {written[:40]!a} is no size")
    return value


_STATE_KINDS = (
    ("other", frozenset(("bus", "bundle", "statetable"))),
    ("flop", frozenset(("ff", "ff_bank"))),
    ("latch", frozenset(("latch", "latch_bank"))),
)


def _kind(group: Group, pins: tuple[Pin, ...]) -> str:
    if "clock_gating_integrated_cell" in group.attributes:
        return "clock_gate"
    held = {inner.kind for inner in group.groups}
    for kind, marks in _STATE_KINDS:
        if held & marks:
            return kind
    if any("three_state" in pin.attributes for pin in group.inner("pin")):
        return "other"
    return _stateless_kind(pins)


def _stateless_kind(pins: tuple[Pin, ...]) -> str:
    inputs = [pin.name for pin in pins if pin.direction == "input"]
    values = [_value(pin, inputs) for pin in pins if pin.direction == "output"]
    if not values or None in values:
        return "other"
    ones = (1 << (1 << len(inputs))) - 1
    if all(value in (0, ones) for value in values):
        return "other" if inputs else "tie"
    return "combinational"


def _value(pin: Pin, inputs: Iterable[str]) -> int | None:
    """The truth table of an output, or None where its function cannot be understood."""
    try:
        return function.truth_table(function.parse(pin.function or ""), tuple(inputs))
    except function.FunctionError:
        return None


def _tables(cell: Cell) -> list[tuple[int, int]]:
    """Number of inputs and truth table of a small combinational cell of one output."""
    if cell.kind != "combinational" or len(cell.inputs) > 2 or len(cell.outputs) != 1:
        return []
    value = _value(cell.outputs[0], cell.inputs)
    return [] if value is None else [(len(cell.inputs), value)]


def _tie(cells: Iterable[Cell], constant: int) -> Tie | None:
    found = [
        (cell.dont_use, cell.area, cell.name, pin.name)
        for cell in cells
        if cell.kind == "tie"
        for pin in cell.outputs
        if _value(pin, ()) == constant
    ]
    return Tie(*min(found)[2:]) if found else None
