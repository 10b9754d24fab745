"""The shell: what is left of a design when its combinational core is taken out.

Ports, registers and black boxes, connected by numbered nets. A net is driven by an input port, a
register, a black box, or the core; `inputs` and `outputs` say which nets the core reads and drives.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from eda.frontend.flat import Bit, Port
from eda.frontend.library import RegisterCell


@dataclass(frozen=True)
class Register:
    """A one-bit register.

    Attributes:
        name: of the instance in the netlist.
        kind: Yosys's name, such as `$_DFF_PN0_`.
        pins: net or constant of each input pin of the kind.
        output: net that it drives.
        inverted: whether that net carries the inverse of what it holds, since the library cell has
            no other output.
        initial: "0" or "1" where the source gives a value at power-up, else "".
    """

    name: str
    kind: str
    pins: dict[str, Bit]
    output: int
    inverted: bool = False
    initial: str = ""


@dataclass(frozen=True)
class Box:
    """An instance that is kept as it is: `outputs` names its driving pins."""

    name: str
    kind: str
    pins: dict[str, tuple[Bit, ...]]
    outputs: tuple[str, ...]
    parameters: dict[str, str]


@dataclass(frozen=True)
class Endpoint:
    """A place where the shell reads or drives a net: `owner` is an instance, "" for a port."""

    owner: str
    pin: str
    position: int

    def __str__(self) -> str:
        where = f"{self.owner}.{self.pin}" if self.owner else self.pin
        return f"{where}[{self.position}]" if self.position else where


@dataclass(frozen=True)
class Shell:
    """See the module.

    Attributes:
        top: name of the module.
        names: a name from the source for nets that have one.
        inputs: net of each input of the core.
        outputs: net of each output of the core.
        cells: the library cell of each register kind in use; kinds without one stay generic.
    """

    top: str
    ports: tuple[Port, ...]
    registers: tuple[Register, ...]
    boxes: tuple[Box, ...]
    names: dict[int, str]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    cells: dict[str, RegisterCell]

    def sources(self) -> Iterator[tuple[int, Endpoint]]:
        """Each net that the core does not drive, with what drives it."""
        for port in self.ports:
            if port.direction == "input":
                for position, bit in enumerate(port.bits):
                    if isinstance(bit, int):
                        yield bit, Endpoint("", port.name, position)
        for register in self.registers:
            yield register.output, Endpoint(register.name, "Q", 0)
        for box in self.boxes:
            for pin in box.outputs:
                for position, bit in enumerate(box.pins[pin]):
                    if isinstance(bit, int):
                        yield bit, Endpoint(box.name, pin, position)

    def sinks(self) -> Iterator[tuple[Bit, Endpoint]]:
        """Each net or constant that the shell reads, with what reads it."""
        for port in self.ports:
            if port.direction == "output":
                for position, bit in enumerate(port.bits):
                    yield bit, Endpoint("", port.name, position)
        for register in self.registers:
            for pin, bit in register.pins.items():
                yield bit, Endpoint(register.name, pin, 0)
        for box in self.boxes:
            for pin, bits in box.pins.items():
                if pin not in box.outputs:
                    for position, bit in enumerate(bits):
                        yield bit, Endpoint(box.name, pin, position)

    def encode(self) -> bytes:
        """As bytes for `decode`."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def decode(data: bytes) -> Shell:
    """The shell that `Shell.encode` wrote."""
    raw = json.loads(data)
    return Shell(
        raw["top"],
        tuple(Port(**{**row, "bits": tuple(row["bits"])}) for row in raw["ports"]),
        tuple(Register(**row) for row in raw["registers"]),
        tuple(
            Box(
                row["name"],
                row["kind"],
                {pin: tuple(bits) for pin, bits in row["pins"].items()},
                tuple(row["outputs"]),
                row["parameters"],
            )
            for row in raw["boxes"]
        ),
        {int(net): name for net, name in raw["names"].items()},
        tuple(raw["inputs"]),
        tuple(raw["outputs"]),
        {kind: RegisterCell(**row) for kind, row in raw["cells"].items()},
    )
