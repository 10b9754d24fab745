"""Reads the BLIF file that ABC writes of a mapped network."""

from dataclasses import dataclass
from pathlib import Path

from eda.errors import ToolError


@dataclass(frozen=True)
class Gate:
    """A library cell: net of each pin."""

    cell: str
    pins: dict[str, str]


@dataclass(frozen=True)
class MappedNetwork:
    """A mapped network; `constants` and `copies` give nets that no gate drives."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    gates: tuple[Gate, ...]
    constants: dict[str, str]
    copies: dict[str, str]


def parse_mapped(path: Path) -> MappedNetwork:
    """Read a mapped BLIF file.

    Raises:
        ToolError: it is absent, or not a mapped combinational network.
    """
    try:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    except OSError as error:
        raise ToolError(f"{path}: {error.strerror}") from error
    inputs: list[str] = []
    outputs: list[str] = []
    gates: list[Gate] = []
    constants: dict[str, str] = {}
    copies: dict[str, str] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == ".gate" and len(words) > 2:
            pins = dict(word.split("=", 1) for word in words[2:])
            if words[1] in ("_const0_", "_const1_"):  # ABC's own cells for constants
                constants[next(iter(pins.values()))] = words[1][6]
            else:
                gates.append(Gate(words[1], pins))
        elif words[0] == ".names":
            _take_names(words[1:], lines[number + 1 : number + 2], constants, copies, path)
        elif words[0] == ".inputs":
            inputs += words[1:]
        elif words[0] == ".outputs":
            outputs += words[1:]
        elif words[0] in (".latch", ".subckt"):
            raise ToolError(f"{path}:{number + 1}: a mapped core has no {words[0]}")
    return MappedNetwork(tuple(inputs), tuple(outputs), tuple(gates), constants, copies)


def _take_names(
    nets: list[str], rows: list[str], constants: dict[str, str], copies: dict[str, str], path: Path
) -> None:
    row = rows[0].split() if rows else []
    if len(nets) == 1:
        constants[nets[0]] = "1" if row == ["1"] else "0"
    elif len(nets) == 2 and row == ["1", "1"]:
        copies[nets[1]] = nets[0]
    else:
        raise ToolError(f"{path}: '{nets[-1]}' is not mapped to a library cell")
