"""Which of several options pays: counts of successes that fade, and draws by them."""

import random
from collections.abc import Sequence

_FADE = 0.995


class Preferences:
    """Draws options in proportion to how often each of them paid.

    Args:
        weights: what each option is thought to be worth before anything is known, above 0.
        strength: how many trials that opinion weighs.
    """

    def __init__(self, weights: Sequence[float], strength: float = 4.0) -> None:
        self._prior = list(weights)
        self._strength = strength
        self._tried = [0.0] * len(self._prior)
        self._won = [0.0] * len(self._prior)

    def draw(self, rng: random.Random, among: Sequence[int] | None = None) -> int:
        """One option, out of `among` or of all."""
        options = range(len(self._prior)) if among is None else among
        return rng.choices(options, self.worths(options))[0]

    def worths(self, options: Sequence[int]) -> list[float]:
        """The weights that options are drawn with."""
        usual = self._usual()
        return [self._worth(option, usual) for option in options]

    def _usual(self) -> float:
        """How often a trial of any option pays."""
        return (sum(self._won) + 1.0) / (sum(self._tried) + 4.0)

    def _worth(self, option: int, usual: float) -> float:
        prior = self._strength * self._prior[option] * usual
        return (prior + self._won[option]) / (self._strength + self._tried[option])

    def learn(self, option: int, *, won: bool) -> None:
        """Take in whether a trial of `option` paid."""
        for index in range(len(self._prior)):
            self._tried[index] *= _FADE
            self._won[index] *= _FADE
        self._tried[option] += 1.0
        self._won[option] += won
