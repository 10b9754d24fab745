"""A recipe: a sequence of moves and an ending, and its published form."""

from dataclasses import dataclass

from eda.flow import PLAIN, Ending, Flow
from eda.move import Move


@dataclass(frozen=True)
class Recipe:
    """What a search proposes and a user takes home."""

    moves: tuple[Move, ...] = ()
    ending: Ending = PLAIN

    @property
    def names(self) -> list[str]:
        """The moves by name, and the ending where it is not the plain one."""
        names = [move.name for move in self.moves]
        return names if self.ending == PLAIN else [*names, self.ending.name]

    def aig_script(self) -> list[str]:
        """ABC lines from any AIG to the recipe's AIG.

        The first `strash` makes the script usable after any reader, `abc -script` of Yosys
        among them; on a circuit that a search started from it changes nothing.
        """
        return ["strash", *(move.line for move in self.moves)]

    def script(self, flow: Flow) -> list[str]:
        """ABC lines from any AIG to the network that `flow` measures."""
        return [*self.aig_script(), flow.mapping(self.ending)]
