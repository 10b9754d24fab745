"""A circuit that an evolution has measured, what to expect of it, and what was made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eda.move import Move
from rl.judge import bent

# How much better than in general the best ending of a circuit suits it.
_FAVOUR = 0.04


@dataclass(eq=False)
class Member:
    """A circuit that was measured.

    Attributes:
        moves: the shortest recipe to it.
        nodes: how many ANDs it has.
        features: its own, where they are known.
        rewards: by the index of the ending.
        mapped: the endings that it has been proposed with, whatever came of it.
        children: circuits that were bred from it.
        inherited: the sum of their rewards.
    """

    moves: tuple[Move, ...]
    nodes: int
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

    def expected(self, drawn: Sequence[float]) -> list[float]:
        """What the circuit may come to with each ending, `bent`.

        Args:
            drawn: what the endings may be worth beside each other.
        """
        best = bent(self.reward) - drawn[self.ending]
        # Its best ending suits it better than such circuits in general.
        found = [best + worth - _FAVOUR for worth in drawn]
        for ending, reward in self.rewards.items():
            found[ending] = bent(reward)
        return found


@dataclass(frozen=True)
class Origin:
    """What a proposal was made of, to credit what paid.

    Attributes:
        reward: of the circuit that a new one is bred from.
        parent: that circuit, if it was measured.
        fresh: new moves of each candidate, as indices.
    """

    reward: float = 0.0
    fresh: tuple[tuple[int, ...], ...] = ()
    parent: Member | None = None
