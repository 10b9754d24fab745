"""Lookup tables as cells of a netlist: `LUT1` to `LUT8`, named and wired as FPGA primitives are.

`LUTk #(.INIT(table)) (.I0(a), .I1(b), ..., .O(y))`: y is the bit of the table at the number that
the inputs make, I0 its least bit.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from eda.frontend.build import FALSE, TRUE, AigBuilder

OUTPUT = "O"
_KIND = re.compile(r"LUT([1-8])")


def lut_kind(inputs: int) -> str:
    """The cell of a table of so many inputs."""
    return f"LUT{inputs}"


def lut_inputs(kind: str) -> tuple[str, ...] | None:
    """The input pins of such a cell, the least bit first; None for other cells."""
    match = _KIND.fullmatch(kind)
    return None if match is None else tuple(f"I{pin}" for pin in range(int(match[1])))


def lut_parameters(inputs: int, table: int) -> str:
    """What stands between a cell's kind and its name."""
    return f"#(.INIT({2**inputs}'h{table:0{max(1, 2**inputs // 4)}X})) "


@dataclass(frozen=True)
class LutFunction:
    """What such a cell computes; see `eda.frontend.library.CellFunction`.

    Attributes:
        inputs: its input pins.
        table: its bits, that of all inputs 0 the least.
    """

    inputs: tuple[str, ...]
    table: int

    @cached_property
    def outputs(self) -> dict[str, int]:
        """Its output pin."""
        return {OUTPUT: 0}

    def apply(self, build: AigBuilder, literals: list[int]) -> dict[str, int]:
        """The literal of the output pin, for literals of the inputs in order."""
        return {OUTPUT: _cofactored(build, self.table, literals)}


def _cofactored(build: AigBuilder, table: int, literals: list[int]) -> int:
    size = 2 ** len(literals)
    if table in (0, 2**size - 1):
        return TRUE if table else FALSE
    half = size // 2
    then, otherwise = table >> half, table & (2**half - 1)
    if then == otherwise:
        return _cofactored(build, then, literals[:-1])
    return build.choose(
        literals[-1],
        _cofactored(build, then, literals[:-1]),
        _cofactored(build, otherwise, literals[:-1]),
    )


def lut_function(kind: str, parameters: Mapping[str, str]) -> LutFunction | None:
    """What a cell with these parameters computes, as Yosys writes them; None for other cells."""
    inputs, table = lut_inputs(kind), parameters.get("INIT", "")
    if inputs is None or set(parameters) != {"INIT"} or not re.fullmatch("[01]+", table):
        return None
    return LutFunction(inputs, int(table, 2)) if len(table) == 2 ** len(inputs) else None


def lut_models(kinds: Iterable[str]) -> str:
    """Verilog modules of those of the cells that are such tables."""
    found = {kind: pins for kind in kinds if (pins := lut_inputs(kind))}
    return "".join(_model(kind, pins) for kind, pins in sorted(found.items()))


def _model(kind: str, pins: tuple[str, ...]) -> str:
    # Choices, and no `INIT[{...}]`: of that Icarus 11 loses changes where it is assigned late.
    return f"""module {kind}({", ".join([*pins, OUTPUT])});
  parameter [{2 ** len(pins) - 1}:0] INIT = 0;
  input {", ".join(pins)};
  output {OUTPUT};
  assign {OUTPUT} = {_choice(pins, 0)};
endmodule
"""


def _choice(pins: tuple[str, ...], first: int) -> str:
    """The bit that the inputs choose of those from a bit on."""
    if not pins:
        return f"INIT[{first}]"
    then = _choice(pins[:-1], first + 2 ** (len(pins) - 1))
    return f"({pins[-1]} ? {then} : {_choice(pins[:-1], first)})"
