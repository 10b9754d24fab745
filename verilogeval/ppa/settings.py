"""How circuits are measured."""

from dataclasses import dataclass

from eda.flow import FlowKind


@dataclass(frozen=True)
class CostSettings:
    """What figures depend on beside the circuit; library and flow as for `eda-rl search`.

    Attributes:
        liberty: a library as `--liberty` names it; None for the generic one.
        flow: how circuits are mapped.
        evaluations: for the search of a recipe for each distinct circuit; 0: none is searched, and
            circuits are optimised with resyn2.
        seed: of the search.
        cached: whether what searches evaluate is shared with other searches of this machine.
    """

    liberty: str | None = None
    flow: FlowKind = FlowKind.SIZED
    evaluations: int = 0
    seed: int = 0
    cached: bool = True

    @property
    def optimised(self) -> str:
        """How circuits are optimised, in words."""
        if not self.evaluations:
            return "resyn2"
        return f"a recipe of their own ({self.evaluations} evaluations, seed {self.seed})"
