"""Reads the BLIF file that ABC writes of a mapped network."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from eda.errors import ToolError
from eda.netlist.luts import MOST_INPUTS


@dataclass(frozen=True)
class Gate:
    """A library cell: net of each pin."""

    cell: str
    pins: dict[str, str]


@dataclass(frozen=True)
class Lut:
    """A lookup table: its nets, and its bits, that of all inputs 0 the least."""

    inputs: tuple[str, ...]
    output: str
    table: int


@dataclass(frozen=True)
class MappedNetwork:
    """A mapped network; `constants` and `copies` give nets that nothing else drives."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    luts: tuple[Lut, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)


def parse_mapped(path: Path, *, luts: bool) -> MappedNetwork:
    """Read a mapped BLIF file.

    Args:
        path: the file.
        luts: whether it is mapped to lookup tables, and not to library cells.

    Raises:
        ToolError: it is absent, or not a mapped combinational network.
    """
    try:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    except OSError as error:
        raise ToolError(f"{path}: {error.strerror}") from error
    found = _Found()
    lines = [line.split() for line in text.splitlines()]
    for number, words in enumerate(lines):
        if not words:
            continue
        if words[0] == ".gate" and len(words) > 2:
            found.gate(words[1], dict(word.split("=", 1) for word in words[2:]))
        elif words[0] == ".names":
            *inputs, output = words[1:]
            rows = _rows(lines, number + 1)
            if found.wire(inputs, output, rows):
                continue
            if len(inputs) > (MOST_INPUTS if luts else 0):
                wanted = f"LUT of {MOST_INPUTS} inputs or fewer" if luts else "library cell"
                raise ToolError(f"{path}: '{output}' is not mapped to a {wanted}")
            found.luts.append(Lut(tuple(inputs), output, _table(len(inputs), rows)))
        elif words[0] == ".inputs":
            found.inputs += words[1:]
        elif words[0] == ".outputs":
            found.outputs += words[1:]
        elif words[0] in (".latch", ".subckt"):
            raise ToolError(f"{path}:{number + 1}: a mapped core has no {words[0]}")
    return found.network()


@dataclass
class _Found:
    """What a file has been found to hold so far."""

    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    luts: list[Lut] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)

    def gate(self, cell: str, pins: dict[str, str]) -> None:
        if cell in ("_const0_", "_const1_"):  # ABC's own cells for constants
            self.constants[next(iter(pins.values()))] = cell[6]
        else:
            self.gates.append(Gate(cell, pins))

    def wire(self, inputs: list[str], output: str, rows: list[list[str]]) -> bool:
        """Take in a cover that is a constant or a wire; returns whether it is one."""
        if not inputs:
            self.constants[output] = "1" if rows == [["1"]] else "0"
        elif rows == [["1", "1"]]:
            self.copies[output] = inputs[0]
        else:
            return False
        return True

    def network(self) -> MappedNetwork:
        inputs, outputs = tuple(self.inputs), tuple(self.outputs)
        gates, luts = tuple(self.gates), tuple(self.luts)
        return MappedNetwork(inputs, outputs, gates, luts, self.constants, self.copies)


def _rows(lines: list[list[str]], begin: int) -> list[list[str]]:
    """The cover that begins at a line."""
    end = begin
    while end < len(lines) and lines[end] and lines[end][0][0] in "01-":
        end += 1
    return lines[begin:end]


def _table(inputs: int, rows: list[list[str]]) -> int:
    """The bits of a cover, each of whose rows gives the same value."""
    whole = 2**2**inputs - 1
    table = 0
    for cube, _ in rows:
        bits = whole
        for position, wanted in enumerate(cube):
            if wanted != "-":
                variable = _variable(inputs, position)
                bits &= variable if wanted == "1" else ~variable
        table |= bits
    return whole & ~table if rows and rows[0][1] == "0" else table


@cache
def _variable(inputs: int, position: int) -> int:
    """The table that is that input."""
    return sum(1 << at for at in range(2**inputs) if at >> position & 1)
