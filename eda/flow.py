"""Flows: how an optimised AIG becomes cells, and how the cells are measured.

An ending is what stands between the last move and mapping: structural choices (`dch`) live
only inside ABC and cannot be written to AIGER, so they belong to the mapping.
"""

from dataclasses import dataclass
from enum import Enum

# The mapper of a flow whose ending names none.
MAP = "map"


class FlowKind(str, Enum):
    """The flows that exist."""

    SIZED = "sized"
    MAP = "map"
    LUT = "lut"
    AIG = "aig"


class Target(str, Enum):
    """What a mapper makes of an AIG."""

    ANY = "any"
    CELLS = "cells"
    LUTS = "luts"


@dataclass(frozen=True)
class Ending:
    """How a recipe's last AIG becomes cells or LUTs, by the name that recipes know it by.

    Attributes:
        name: what tables, recipes and records call it.
        prepare: commands before mapping.
        mapper: the commands that map; empty for the flow's own. `{lut}` stands for the
            number of LUT inputs.
        after: the commands that buffer and size cells, empty for the flow's own; ignored by a flow
            that does neither. `{target}` stands for the delay target, `{patience}` for when
            `upsize` stops.
        target: what the mapper is for.
        rework: commands that improve the mapped network, before it is buffered and sized.
    """

    name: str
    prepare: str = ""
    mapper: str = ""
    after: str = ""
    target: Target = Target.ANY
    rework: str = ""

    @property
    def group(self) -> str:
        """What endings have in common that differ only in how they buffer and size cells."""
        return "; ".join(filter(None, (self.prepare, self.mapper or MAP, self.rework)))


PLAIN = Ending("plain")
DCH = Ending("dch", "dch")
DCH_FAST = Ending("dch -f", "dch -f")


SIZING = "buffer -c; topo; upsize{patience}{target}; dnsize{target}"
# `upsize` keeps the best sizes that it meets, and by itself goes on for 50 iterations without
# better ones. After ten the result is hardly ever another, and sizing takes much less time
# (`python -m benchmarks.sizing`).
PATIENCE = " -J 10"


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

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it maps to, as moves and endings name it."""
        return (Target.ANY, Target.LUTS if self.kind is FlowKind.LUT else Target.CELLS)

    def endings(self, endings: tuple[Ending, ...]) -> tuple[Ending, ...]:
        """Those of `endings` that are for this flow, none twice under different names."""
        chosen: dict[str, Ending] = {}
        for ending in endings:
            if ending.target in self.targets:
                chosen.setdefault(self.mapping(ending), ending)
        return tuple(chosen.values())

    def mapping(self, ending: Ending = PLAIN) -> str:
        """The ABC commands from an AIG to a mapped network, without measuring it."""
        if self.kind is FlowKind.AIG:
            return "strash"
        if self.kind is FlowKind.LUT:
            mapper = (ending.mapper or "if -K {lut}").format(lut=self.lut_inputs)
            return "; ".join(filter(None, (ending.prepare, mapper, ending.rework)))
        commands = [self.unsized(ending)]
        if self.sizes:
            commands.append(self.sizing(ending))
        return "; ".join(commands)

    @property
    def sizes(self) -> bool:
        """Whether cells are buffered and sized."""
        return self.kind is FlowKind.SIZED

    def unsized(self, ending: Ending = PLAIN) -> str:
        """The ABC commands from an AIG to the network of cells that `sizing` begins with."""
        mapper = ending.mapper or MAP
        if mapper.split()[0] == MAP:
            mapper += self._target
        commands = [ending.prepare, mapper, "topo"]
        if ending.rework:
            commands += [ending.rework, "topo"]
        return "; ".join(filter(None, commands))

    def sizing(self, ending: Ending = PLAIN) -> str:
        """The ABC commands that buffer and size a network of cells."""
        after = ending.after or SIZING
        return f"{after.format(target=self._target, patience=PATIENCE)}; topo"

    @property
    def _target(self) -> str:
        return "" if self.max_delay is None else f" -D {self.max_delay:g}"

    def commands(self, ending: Ending = PLAIN) -> str:
        """The ABC commands from an AIG to the printed measurement."""
        measure = "stime" if self.needs_library else "print_stats"
        return f"{self.mapping(ending)}; {measure}"
