"""A move: one ABC transformation of an AIG, as a search picks it."""

from collections.abc import Iterable
from dataclasses import dataclass

from eda.circuit import Circuit
from eda.flow import Target

#: The largest cost classes.
SLOW, SLOWEST = 3, 4


@dataclass(frozen=True)
class Move:
    """An ABC transformation from AIG to AIG.

    Attributes:
        name: what tables, recipes and records call it.
        commands: full ABC command names, separated by `;`, without the closing `strash`s. Their
            result must depend on the circuit alone: nothing bounded by time.
        max_ands: the move is neither offered nor tried on circuits above this size.
        max_inputs: nor on circuits with more inputs than that.
        deadline_s: seconds after which the move is given up on a circuit.
        cost_class: 1: takes about as long as a pass of rewriting; 2: about ten times as long;
            3: a hundred times and more; 4: some times longer than those.
        target: what a search must map to for it to be offered.
    """

    name: str
    commands: str
    max_ands: int = 2**31
    deadline_s: float = 120.0
    cost_class: int = 1
    max_inputs: int = 2**31
    target: Target = Target.ANY

    def suits(self, circuit: Circuit) -> bool:
        """Whether the circuit is small enough for it."""
        return circuit.ands <= self.max_ands and circuit.inputs <= self.max_inputs

    @property
    def rebuilds(self) -> bool:
        """Whether it makes a circuit anew from the ground up, which takes longer than a pass."""
        return self.cost_class > 1

    @property
    def slow(self) -> bool:
        """Whether it is of one of the largest cost classes."""
        return self.cost_class >= SLOW

    @property
    def line(self) -> str:
        """The commands as they stand in a recipe: ending in `strash`, twice.

        Renumbering the nodes after each move is what makes a recipe run in one go meet the
        same circuits as one interrupted by writing and reading AIGER. Where a move leaves a network
        of other nodes than ANDs, the first `strash` makes ANDs of them and the second renumbers.
        """
        return f"{self.commands}; strash; strash"


def commands_of(moves: Iterable[Move]) -> list[str]:
    """The commands of each, by which records and models know them."""
    return [move.commands for move in moves]
