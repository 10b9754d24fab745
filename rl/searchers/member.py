"""A circuit that an evolution has measured, and how much is to be expected of it."""

from dataclasses import dataclass, field

from eda.move import Move


@dataclass(eq=False)
class Member:
    """A circuit that was measured.

    Attributes:
        moves: the shortest recipe to it.
        features: its own, where they are known.
        rewards: by the index of the ending.
        mapped: the endings that it has been proposed with, whatever came of it.
        children: circuits that were bred from it.
        inherited: the sum of their rewards.
    """

    moves: tuple[Move, ...]
    features: tuple[float, ...] = ()
    rewards: dict[int, float] = field(default_factory=dict)
    mapped: set[int] = field(default_factory=set)
    children: int = 0
    inherited: float = 0.0

    @property
    def ending(self) -> int:
        """The index of the ending that did best."""
        return max(self.rewards, key=lambda ending: (self.rewards[ending], -ending))

    @property
    def reward(self) -> float:
        """The best reward."""
        return max(self.rewards.values())

    def promise(self, trust: float) -> float:
        """The reward, less so far as children show that it was luck.

        Args:
            trust: how many children weigh as much as the circuit's own reward.
        """
        own = self.reward
        mean = (trust * own + self.inherited) / (trust + self.children)
        return min(own, mean)
