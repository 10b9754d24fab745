"""Lookup tables as cells of a netlist: `LUT1` to `LUT8`, named and wired as FPGA primitives are.

`LUTk #(.INIT(table)) (.I0(a), .I1(b), ..., .O(y))`: y is the bit of the table at the number that
the inputs make, I0 its least bit.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from eda.frontend.build import FALSE, TRUE, AigBuilder
from eda.frontend.library import CellFunction, cell_function

#: The largest table that there is a cell of.
MOST_INPUTS = 8
OUTPUT = "O"
_KIND = re.compile(rf"LUT([1-{MOST_INPUTS}])")


def lut_kind(inputs: int) -> str:
    """The cell of a table of so many inputs."""
    return f"LUT{inputs}"


def lut_pins(inputs: int) -> tuple[str, ...]:
    """Its input pins, the least bit first."""
    return tuple(f"I{pin}" for pin in range(inputs))


def lut_parameters(inputs: int, table: int) -> str:
    """What stands between a cell's kind and its name."""
    return f"#(.INIT({2**inputs}'h{table:0{max(1, 2**inputs // 4)}X})) "


def lut_function(kind: str, parameters: Mapping[str, str]) -> CellFunction | None:
    """What a cell with these parameters computes, as Yosys writes them; None for other cells."""
    inputs, table = _inputs(kind), parameters.get("INIT", "")
    if not inputs or set(parameters) != {"INIT"} or not re.fullmatch("[01]+", table):
        return None
    return _function(inputs, int(table, 2)) if len(table) == 2**inputs else None


def _inputs(kind: str) -> int:
    """How many inputs a cell's table has; 0 for other cells."""
    match = _KIND.fullmatch(kind)
    return 0 if match is None else int(match[1])


@lru_cache(maxsize=1024)
def _function(inputs: int, table: int) -> CellFunction:
    build = AigBuilder()
    literals = [build.variable() for _ in range(inputs)]
    output = _cofactored(build, table, literals)
    pins = dict(zip(lut_pins(inputs), literals, strict=True))
    return cell_function(build, pins, {OUTPUT: output})


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


def lut_models(kinds: Iterable[str]) -> str:
    """Verilog modules of those of the cells that are such tables."""
    found = {kind: inputs for kind in kinds if (inputs := _inputs(kind))}
    return "".join(_model(kind, lut_pins(inputs)) for kind, inputs in sorted(found.items()))


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
