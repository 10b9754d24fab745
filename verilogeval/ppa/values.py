"""Figures of a circuit, and of a sample beside its reference."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What a circuit costs.

    Attributes:
        area: of all cells, those of the registers among them, in the library's unit.
        logic_area: of the combinational cells alone.
        delay: of the longest path between ports and registers, in ps.
        gates: combinational cells.
        flops: bits of edge-triggered registers.
        latches: bits of level-sensitive registers.
    """

    area: float
    logic_area: float
    delay: float
    gates: int
    flops: int
    latches: int

    @property
    def adp(self) -> float:
        """Area-delay product, in the library's area unit times ps."""
        return self.area * self.delay


@dataclass(frozen=True)
class Compared:
    """A sample beside its reference; `reason` says in a line why a figure is missing."""

    sample: Figures | None
    reference: Figures | None
    reason: str = ""

    @property
    def ratio(self) -> float | None:
        """The sample's area-delay product over its reference's; below 1 is better.

        Where neither has a delay, since there is nothing but wires and registers, it is the ratio
        of the areas, and 1 where there is no area either. None where there is no ratio.
        """
        if self.sample is None or self.reference is None:
            return None
        if self.reference.delay == 0 and self.sample.delay == 0:
            ours, theirs = self.sample.area, self.reference.area
        else:
            ours, theirs = self.sample.adp, self.reference.adp
        return _over(ours, theirs)

    @property
    def area_ratio(self) -> float | None:
        """The sample's area over its reference's, 1 where neither has any; None without one."""
        if self.sample is None or self.reference is None:
            return None
        return _over(self.sample.area, self.reference.area)

    @property
    def delay_ratio(self) -> float | None:
        """The same of the delays."""
        if self.sample is None or self.reference is None:
            return None
        return _over(self.sample.delay, self.reference.delay)

    @property
    def why(self) -> str:
        """Why there is no ratio, "" where there is one."""
        if self.ratio is not None:
            return ""
        return self.reason or "the reference has no cell on any path, so there is no ratio to it"


def _over(ours: float, theirs: float) -> float | None:
    """The ratio; that of nothing to nothing is 1."""
    if theirs == 0:
        return 1.0 if ours == 0 else None
    return ours / theirs
