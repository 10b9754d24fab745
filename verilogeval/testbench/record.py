"""What a reference put out, so that a slow one need not be simulated for each sample."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """Of each output of the reference the changes: time in the testbench's units, value in bits."""

    changes: tuple[tuple[tuple[int, str], ...], ...]

    @property
    def ends_unknown(self) -> bool:
        """Whether no output has a known bit in the end."""
        return all(changes and set(changes[-1][1]) == {"x"} for changes in self.changes)

    @property
    def size(self) -> int:
        """How many changes there are."""
        return sum(map(len, self.changes))


def read(results: Iterable[str], outputs: int) -> Recording:
    """Collect the recording from a simulation's authenticated results.

    Args:
        results: lines `out <number> <time> <bits>`, among others, in the order of time.
        outputs: how many outputs there are.
    """
    changes: list[dict[int, str]] = [{} for _ in range(outputs)]
    for line in results:
        if line.startswith("out "):
            _, number, time, bits = line.split()
            changes[int(number)][int(time)] = bits
    return Recording(tuple(tuple(of_output.items()) for of_output in changes))
