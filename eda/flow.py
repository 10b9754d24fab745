"""Flows: how an optimised AIG becomes cells, and how the cells are measured.

An ending is what stands between the last move and mapping: structural choices (`dch`) live
only inside ABC and cannot be written to AIGER, so they belong to the mapping.
"""

from dataclasses import dataclass
from enum import Enum


class FlowKind(str, Enum):
    """The flows that exist."""

    SIZED = "sized"
    MAP = "map"
    LUT = "lut"
    AIG = "aig"


@dataclass(frozen=True)
class Ending:
    """Commands that prepare mapping, by the name that recipes know them by."""

    name: str
    commands: str


PLAIN = Ending("plain", "")
DCH = Ending("dch", "dch")
DCH_FAST = Ending("dch -f", "dch -f")
ENDINGS = {ending.name: ending for ending in (PLAIN, DCH, DCH_FAST)}


@dataclass(frozen=True)
class Flow:
    """A way to map and measure.

    Attributes:
        kind: which commands.
        max_delay: delay target in ps that mapping and sizing are told, or None for the best.
        lut_inputs: inputs of a LUT, for FlowKind.LUT.
    """

    kind: FlowKind = FlowKind.SIZED
    max_delay: float | None = None
    lut_inputs: int = 6

    @property
    def needs_library(self) -> bool:
        """Whether a liberty library must be loaded."""
        return self.kind in (FlowKind.SIZED, FlowKind.MAP)

    def endings(self, endings: tuple[Ending, ...]) -> tuple[Ending, ...]:
        """Those of `endings` that can make a difference: without mapping only the plain one."""
        return (PLAIN,) if self.kind is FlowKind.AIG else endings

    def mapping(self, ending: Ending = PLAIN) -> str:
        """The ABC commands from an AIG to a mapped network, without measuring it."""
        target = "" if self.max_delay is None else f" -D {self.max_delay:g}"
        body = {
            FlowKind.MAP: f"map{target}; topo",
            FlowKind.SIZED: (
                f"map{target}; topo; buffer -c; topo; upsize{target}; dnsize{target}; topo"
            ),
            FlowKind.LUT: f"if -K {self.lut_inputs}",
            FlowKind.AIG: "strash",
        }[self.kind]
        return f"{ending.commands}; {body}" if ending.commands else body

    def commands(self, ending: Ending = PLAIN) -> str:
        """The ABC commands from an AIG to the printed measurement."""
        measure = "stime" if self.needs_library else "print_stats"
        return f"{self.mapping(ending)}; {measure}"
