"""The generic library's cells, and what their names promise."""

import re
from collections.abc import Callable

from eda.liberty.facts import Cell, read_cells
from eda.liberty.generic import library_text

CELLS: dict[str, Cell] = {cell.name: cell for cell in read_cells(library_text(), "generic")[1]}

# Independent of the library's texts: what each name promises.
PLAIN: dict[str, Callable[..., bool]] = {
    "INV": lambda a: not a,
    "BUF": lambda a: a,
    "NAND2B": lambda an, b: not (not an and b),
    "NOR2B": lambda an, b: not (not an or b),
    "AND2B": lambda an, b: not an and b,
    "OR2B": lambda an, b: not an or b,
    "XOR2": lambda a, b: a != b,
    "XNOR2": lambda a, b: a == b,
    "MUX2": lambda a, b, s: b if s else a,
    "MUXI2": lambda a, b, s: not (b if s else a),
    "MAJ3": lambda a, b, c: a + b + c >= 2,
    "MAJI3": lambda a, b, c: a + b + c < 2,
    "LOGIC0": lambda: False,
    "LOGIC1": lambda: True,
}


def promised(base: str, pins: dict[str, bool]) -> bool:
    """What a cell without its drive, such as `AOI21`, is to answer for the pins' values."""
    if base in PLAIN:
        return bool(PLAIN[base](**{pin.lower(): value for pin, value in pins.items()}))
    match = re.fullmatch(r"(NAND|NOR|AND|OR)(\d)", base)
    if match:
        assert len(pins) == int(match[2])
        value = all(pins.values()) if "AND" in match[1] else any(pins.values())
        return value != match[1].startswith("N")
    match = re.fullmatch(r"(AO|OA)(I?)(\d+)", base)
    assert match, base
    groups: dict[str, list[bool]] = {}
    for pin, value in pins.items():
        groups.setdefault(pin[0], []).append(value)
    assert [len(group) for group in groups.values()] == [int(digit) for digit in match[3]]
    inner, outer = (all, any) if match[1] == "AO" else (any, all)
    return outer(inner(group) for group in groups.values()) != bool(match[2])


def combinational() -> list[Cell]:
    """The cells without storage."""
    return [cell for cell in CELLS.values() if cell.kind in ("combinational", "tie")]
