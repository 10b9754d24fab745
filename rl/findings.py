"""What a search has found so far."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eda.circuit import Circuit
from eda.qor import Qor
from rl.evaluation import Outcome, Step
from rl.scripts import BASELINE

if TYPE_CHECKING:
    from rl.guide import Guide


@dataclass(frozen=True)
class Candidate:
    """A measured recipe; `script` names the fixed script that it is, if it is one."""

    outcome: Outcome
    qor: Qor
    script: str | None


@dataclass
class Findings:
    """What a search has found so far.

    Attributes:
        scripts: each fixed script with its cost, None where it failed or the time was up.
        best: the best candidates, best first, no two ending in the same network.
        best_script: the best fixed script, which takes little time to replay.
        front: with the objective `pareto` what nothing else beats in area and delay, smallest area
            first.
        evaluations: outcomes of the searcher so far, the fixed scripts not counted.
        failures: how many of all outcomes had something fail.
        computed: how many of all outcomes were computed in this process.
        confirmed: circuits that a plain ABC process arrived at meanwhile, by the step.
        guide: what was learned from other designs, about this one.
    """

    scripts: dict[str, Qor | None] = field(default_factory=dict)
    best: list[Candidate] = field(default_factory=list)
    best_script: Candidate | None = None
    front: list[Candidate] = field(default_factory=list)
    evaluations: int = 0
    failures: int = 0
    computed: int = 0
    confirmed: dict[Step, Circuit] = field(default_factory=dict)
    guide: "Guide | None" = None

    @property
    def baseline(self) -> tuple[str, Qor] | None:
        """The script that improvement is measured against: resyn2, or the first that worked."""
        for name in (BASELINE, *self.scripts):
            qor = self.scripts.get(name)
            if qor is not None:
                return name, qor
        return None
