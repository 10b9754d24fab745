"""A flat netlist, as Yosys writes it: its registers, clocks, resets and loops."""

import json
from pathlib import Path
from typing import Any

_REGISTERS = ("$dff", "$adff", "$sdff", "$aldff", "$dffe", "$adffe", "$sdffe", "$sdffce", "$aldffe",
              "$dffsr", "$dffsre")  # fmt: skip
_LATCHES = ("$dlatch", "$adlatch", "$dlatchsr", "$sr")
_RESET_PINS = {"ARST": "ARST_POLARITY", "SRST": "SRST_POLARITY", "CLR": "CLR_POLARITY"}

_MUXES = ("$mux", "$pmux")

Place = tuple[str, str, int]
"""A bit of a cell's input: the cell's name, the pin, the position."""


class Refused(Exception):
    """The designs cannot be compared; the text is one line."""


class Netlist:
    """A flat module as Yosys writes it, with questions about its registers."""

    def __init__(self, path: Path, name: str) -> None:
        module = json.loads(path.read_text("utf-8"))["modules"][name]
        self.ports: dict[str, Any] = module["ports"]
        self.cells: list[Any] = [{"name": name, **cell} for name, cell in module["cells"].items()]
        self.of_input = {
            bit: (name, place)
            for name, port in self.ports.items()
            if port["direction"] == "input"
            for place, bit in enumerate(port["bits"])
        }
        self._inverted = {
            cell["connections"]["Y"][0]: cell["connections"]["A"][0]
            for cell in self.cells
            if cell["type"] in ("$not", "$logic_not") and len(cell["connections"]["A"]) == 1
        }

    def registers(self) -> list[Any]:
        """The flip-flops."""
        return [cell for cell in self.cells if cell["type"] in _REGISTERS]

    def latches(self) -> list[Any]:
        """The latches."""
        return [cell for cell in self.cells if cell["type"] in _LATCHES]

    def clocks(self) -> set[tuple[Any, int]]:
        """What clocks the flip-flops: an input's name, or None for a signal, and the edge."""
        found = set()
        for cell in self.registers():
            name, _ = self.of_input.get(cell["connections"]["CLK"][0], (None, 0))
            found.add((name, int(cell["parameters"]["CLK_POLARITY"], 2)))
        return found

    def is_data(self, port: str) -> bool:
        """Whether an input is read by anything but as a clock."""
        bits = set(self.ports[port]["bits"]) if port in self.ports else set()
        return any(
            bits & set(connected)
            for cell in self.cells
            for pin, connected in cell["connections"].items()
            if not (pin == "CLK" and cell["type"] in _REGISTERS)
        ) or any(
            bits & set(other["bits"])
            for other in self.ports.values()
            if other["direction"] == "output"
        )

    def resets(self) -> dict[str, int]:
        """Inputs of one bit that reset registers, with the value that does."""
        return {name: value for name, (_, value) in self.reset_kinds().items()}

    def reset_kinds(self) -> dict[str, tuple[bool, int]]:
        """Inputs of one bit that reset registers: whether at once, and the value that does."""
        found: dict[str, tuple[bool, int]] = {}
        for cell in self.registers():
            for pin, polarity in _RESET_PINS.items():
                connected = cell["connections"].get(pin, [])
                if len(set(connected)) != 1:
                    continue
                bit, value = connected[0], int(cell["parameters"][polarity], 2) & 1
                while bit in self._inverted:
                    bit, value = self._inverted[bit], 1 - value
                name = self.of_input.get(bit, ("", 0))[0]
                if name and len(self.ports[name]["bits"]) == 1:
                    found.setdefault(name, (pin != "SRST", value))
        return found

    def held(self) -> list[Place]:
        """Inputs of multiplexers that lead back to their own outputs, and so hold a value.

        With all of them cut there is no combinational loop left.

        Raises:
            Refused: there is a loop through other logic.
        """
        driver: dict[Any, Any] = {}
        for cell in self.cells:
            if cell["type"] not in (*_REGISTERS, *_LATCHES):
                for pin, bits in cell["connections"].items():
                    if cell["port_directions"][pin] == "output":
                        driver.update({bit: (cell, place) for place, bit in enumerate(bits)})
        cuts: list[Place] = []
        state: dict[Any, int] = {}  # 1: being looked at, 2: done
        for root in driver:
            stack = [(root, self._sources(root, driver))] if root not in state else []
            state.setdefault(root, 1)
            while stack:
                bit, sources = stack[-1]
                following = next(sources, None)
                if following is None:
                    state[bit] = 2
                    stack.pop()
                    continue
                source, place, is_mux = following
                if state.get(source) == 1:
                    if not is_mux:
                        raise Refused("a combinational loop")
                    cuts.append(place)
                elif source in driver and source not in state:
                    state[source] = 1
                    stack.append((source, self._sources(source, driver)))
        return list(dict.fromkeys(cuts))

    @staticmethod
    def _sources(bit: Any, driver: dict[Any, Any]) -> Any:
        """The bits that a bit depends on, where they are read, and whether as data of a mux."""
        cell, position = driver[bit]
        for pin, bits in cell["connections"].items():
            if cell["port_directions"][pin] != "input":
                continue
            is_data = cell["type"] in _MUXES and pin in ("A", "B")
            width = len(cell["connections"]["Y"]) if is_data else 0
            for place, source in enumerate(bits):
                if not is_data or place % width == position:
                    yield source, (cell["name"], pin, place), is_data
