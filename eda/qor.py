"""Quality of results (QoR): what a mapped circuit costs."""

import re
from dataclasses import dataclass

from eda.errors import ToolError

_STIME = re.compile(
    r"Gates =\s*(?P<gates>\d+).*?Area =\s*(?P<area>\S+).*?Delay =\s*(?P<delay>\S+) ps"
)
_LUTS = re.compile(r"\bnd =\s*(?P<luts>\d+).*?\blev =\s*(?P<levels>\d+)")


@dataclass(frozen=True)
class Qor:
    """The cost of one circuit under one flow.

    Attributes:
        area: cell area in the library's unit, or the number of LUTs.
        delay: longest path in ps, or LUT levels.
        gates: number of cells or LUTs.
        nodes: ANDs of the AIG before mapping.
        levels: ANDs on its longest path.
    """

    area: float
    delay: float
    gates: int
    nodes: int
    levels: int

    @property
    def adp(self) -> float:
        """Area-delay product, in the library's area unit times ps."""
        return self.area * self.delay


def parse_stime(text: str) -> tuple[float, float, int]:
    """Area, delay in ps and gate count from what ABC's `stime` printed."""
    match = _STIME.search(text)
    if match is None:
        raise ToolError("ABC's stime printed no area and delay")
    area, delay = float(match["area"]), float(match["delay"])
    if not (0 <= area < float("inf") and 0 <= delay < float("inf")):
        raise ToolError(f"ABC's stime printed area {area} and delay {delay}")
    return area, delay, int(match["gates"])


def parse_luts(text: str) -> tuple[float, float, int]:
    """LUTs, LUT levels and LUTs again from what ABC's `print_stats` printed."""
    match = _LUTS.search(text)
    if match is None:
        raise ToolError("ABC's print_stats printed no LUTs and levels")
    return float(match["luts"]), float(match["levels"]), int(match["luts"])
