"""A flat netlist as Yosys writes it in JSON: ports, cells and names of single-bit nets."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Bit = int | str
"""A net by number (2 or more), or a constant: "0", "1", "x", "z"."""


@dataclass(frozen=True)
class Port:
    """A port of a module, least significant bit first; `lsb` is the index of that bit.

    `descending` is false for a range such as `[0:7]`, whose least significant bit is 7.
    """

    name: str
    direction: str
    bits: tuple[Bit, ...]
    lsb: int = 0
    descending: bool = True

    def bit_name(self, position: int) -> str:
        """The name of one bit in Verilog, without escapes."""
        if len(self.bits) == 1 and self.lsb == 0:
            return self.name
        return f"{self.name}[{self.index(position)}]"

    def index(self, position: int) -> int:
        """The Verilog index of the bit at `position` from the least significant one."""
        return self.lsb + (position if self.descending else len(self.bits) - 1 - position)

    def range(self) -> str:
        """The range of a declaration such as `[7:0] `, or nothing for a scalar."""
        if len(self.bits) == 1 and self.lsb == 0:
            return ""
        return f"[{self.index(len(self.bits) - 1)}:{self.index(0)}] "


@dataclass(frozen=True)
class Cell:
    """An instance; `pins` maps each port to its bits, `outputs` names the driving ones."""

    name: str
    kind: str
    pins: dict[str, tuple[Bit, ...]]
    outputs: frozenset[str]
    parameters: dict[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class FlatModule:
    """One module of a Yosys JSON file.

    Attributes:
        names: a name from the source of each net that has one, the shortest.
        initial: initial value "0" or "1" of each net that has one.
        attributes: of the module.
    """

    name: str
    ports: tuple[Port, ...]
    cells: tuple[Cell, ...]
    names: dict[int, str]
    initial: dict[int, str]
    attributes: dict[str, str]


def load_modules(path: Path) -> dict[str, Any]:
    """The modules of a JSON file by name, undecoded."""
    modules: dict[str, Any] = json.loads(path.read_bytes())["modules"]
    return {source_name(name): module for name, module in modules.items()}


def decode_module(name: str, data: dict[str, Any]) -> FlatModule:
    """Decode one module of `load_modules`."""
    names: dict[int, str] = {}
    initial: dict[int, str] = {}
    for wire, net in data["netnames"].items():
        port = Port(
            source_name(wire), "", tuple(net["bits"]), net.get("offset", 0), not net.get("upto", 0)
        )
        _take_names(port, bool(net["hide_name"]), names)
        value = str(net["attributes"].get("init", ""))
        for bit, digit in zip(port.bits, reversed(value), strict=False):
            if isinstance(bit, int) and digit in "01":
                initial[bit] = digit
    ports = tuple(
        Port(
            source_name(port),
            row["direction"],
            tuple(row["bits"]),
            row.get("offset", 0),
            not row.get("upto", 0),
        )
        for port, row in data["ports"].items()
    )
    cells = tuple(_cell(cell, row) for cell, row in data["cells"].items())
    return FlatModule(name, ports, cells, names, initial, data["attributes"])


def source_name(name: str) -> str:
    r"""A name as the source has it: of `\1a ` and `\$a ` Yosys keeps the backslash."""
    escaped = len(name) > 1 and name[0] == "\\" and (name[1] == "$" or name[1].isdigit())
    return name[1:] if escaped else name


def _take_names(wire: Port, hidden: bool, names: dict[int, str]) -> None:
    if hidden:
        return
    for position, bit in enumerate(wire.bits):
        if isinstance(bit, int):
            name = wire.bit_name(position)
            known = names.get(bit)
            if known is None or (len(name), name) < (len(known), known):
                names[bit] = name


def undo_derivation(modules: dict[str, Any]) -> None:
    r"""Give instances of parametrised black boxes their module's name and parameters again.

    Yosys makes a module `$paramod\ram\W=...` of each use; its defaults are that use's parameters.
    """
    for module in modules.values():
        for cell in module["cells"].values():
            used = modules.get(source_name(cell["type"]))
            if used is not None and cell["type"].startswith("$paramod"):
                values = used.get("parameter_default_values", {})
                cell["parameters"] = {**values, **cell["parameters"]}
                cell["type"] = used["attributes"].get("hdlname", cell["type"].split("\\")[1])


def _cell(name: str, row: dict[str, Any]) -> Cell:
    directions = row.get("port_directions", {})
    return Cell(
        source_name(name),
        source_name(row["type"]),
        {pin: tuple(bits) for pin, bits in row["connections"].items()},
        frozenset(pin for pin, way in directions.items() if way != "input"),
        row.get("parameters", {}),
        row.get("attributes", {}).get("src", ""),
    )
