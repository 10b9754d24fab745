"""What a search minimises."""

from dataclasses import dataclass
from enum import Enum

from eda.errors import InputError
from eda.flow import Flow, FlowKind
from eda.qor import Qor


class Goal(str, Enum):
    """The figures that can be minimised."""

    ADP = "adp"
    AREA = "area"
    DELAY = "delay"
    NODES = "nodes"
    LEVELS = "levels"
    LUTS = "luts"
    PARETO = "pareto"


@dataclass(frozen=True)
class Objective:
    """A figure to minimise, `area` optionally under a delay limit in ps.

    `pareto` stands for area and delay by themselves; one figure of them is their product.
    """

    goal: Goal = Goal.ADP
    max_delay: float | None = None

    def __post_init__(self) -> None:
        if self.max_delay is not None and self.goal is not Goal.AREA:
            raise InputError("--max-delay goes with --objective area")
        if self.max_delay is not None and not 0 < self.max_delay < float("inf"):
            raise InputError("--max-delay must be above 0 ps")

    def flow(self, kind: FlowKind, lut_inputs: int) -> Flow:
        """The flow that measures this objective; `kind` decides where a library is needed."""
        if self.goal is Goal.LUTS:
            return Flow(FlowKind.LUT, lut_inputs=lut_inputs)
        if self.goal in (Goal.NODES, Goal.LEVELS):
            return Flow(FlowKind.AIG)
        return Flow(kind, max_delay=self.max_delay)

    def value(self, qor: Qor) -> float:
        """The figure itself, whether or not the delay limit is met."""
        return {
            Goal.ADP: qor.adp,
            Goal.AREA: qor.area,
            Goal.DELAY: qor.delay,
            Goal.NODES: float(qor.nodes),
            Goal.LEVELS: float(qor.levels),
            Goal.LUTS: qor.area,
            Goal.PARETO: qor.adp,
        }[self.goal]

    def meets(self, qor: Qor) -> bool:
        """Whether the delay limit, if there is one, is met."""
        return self.max_delay is None or qor.delay <= self.max_delay

    def rank(self, qor: Qor) -> tuple[float, ...]:
        """Sort key, smaller is better: first the delay limit, then the figure, then ties."""
        excess = 0.0 if self.max_delay is None else max(0.0, qor.delay - self.max_delay)
        return (excess, self.value(qor), qor.adp, float(qor.nodes), float(qor.levels))

    def improvement(self, baseline: Qor, qor: Qor) -> float:
        """Fraction of the baseline's figure that is saved; negative when it is worse."""
        reference = self.value(baseline)
        return (reference - self.value(qor)) / reference if reference > 0 else 0.0

    def reward(self, baseline: Qor, qor: Qor) -> float:
        """`improvement`, lessened by how far the delay limit is missed, and at least -1."""
        gain = self.improvement(baseline, qor)
        if self.max_delay is not None and qor.delay > self.max_delay:
            gain -= 2 * (qor.delay / self.max_delay - 1)
        return max(-1.0, gain)
