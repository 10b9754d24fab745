"""What a reference put out, so that a slow one need not be simulated for each sample."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """Of each output of the reference the changes: time in the testbench's units, value in bits."""

    changes: tuple[tuple[tuple[int, str], ...], ...]

    @property
    def size(self) -> int:
        """How many changes there are."""
        return sum(map(len, self.changes))


@dataclass(frozen=True)
class Recorded:
    """What was recorded in a simulation.

    Attributes:
        recording: None where it is not whole, as there were more changes than were to be recorded,
            or the simulation did not come to its end.
        ends_unknown: whether every output changed, and none has a known bit in the end.
    """

    recording: Recording | None
    ends_unknown: bool


def read(results: Iterable[str], outputs: int, most: int) -> Recorded:
    """Collect the recording from a simulation's authenticated results.

    Args:
        results: among other lines `out <number> <time> <bits>`, in the order of time, and at the
            end `last <number> <changes> <bits>` for each output.
        outputs: how many outputs there are.
        most: how many changes of each output were to be recorded.
    """
    changes: list[dict[int, str]] = [{} for _ in range(outputs)]
    last: dict[int, tuple[int, str]] = {}
    for line in results:
        if line.startswith("out "):
            _, number, time, bits = line.split()
            changes[int(number)][int(time)] = bits
        elif line.startswith("last "):
            _, number, count, bits = line.split()
            last[int(number)] = int(count), bits
    whole = len(last) == outputs and all(count < most for count, _ in last.values())
    return Recorded(
        Recording(tuple(tuple(of_output.items()) for of_output in changes)) if whole else None,
        len(last) == outputs and all(count and set(bits) == {"x"} for count, bits in last.values()),
    )
