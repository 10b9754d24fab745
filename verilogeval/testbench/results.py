"""What a testbench said, told apart from everything that a sample printed."""

import re
from dataclasses import dataclass

from verilogeval.verdict import FirstMismatch

_COUNT = re.compile(r"Mismatches: (\d+) in (\d+) samples")
_FIRST = re.compile(
    r"Hint: Output '(?P<name>[^']*)' has \d+ mismatches\. "
    r"First mismatch occurred at time (?P<time>\d+)\."
)


@dataclass(frozen=True)
class Results:
    """A simulation's authenticated lines.

    Attributes:
        lines: all of them, without the secret.
        mismatches: the counted mismatches, None unless there was exactly one count.
        stimuli: the counted comparisons, None unless there was exactly one count.
        end: which of the testbench's own ends was reached, "" unless it was exactly one.
        first_mismatch: the earliest mismatch and the outputs that had it.
    """

    lines: tuple[str, ...]
    mismatches: int | None
    stimuli: int | None
    end: str
    first_mismatch: FirstMismatch | None


def read(output: str, secret: str) -> Results:
    """Read the lines that begin with the secret, wherever in the output they stand."""
    lines = tuple(piece.split("\n", 1)[0].rstrip() for piece in output.split(secret)[1:])
    counts = [match for line in lines if (match := _COUNT.fullmatch(line))]
    ends = [line.removeprefix("end ") for line in lines if line.startswith("end ")]
    only = counts[0] if len(counts) == 1 else None
    return Results(
        lines=lines,
        mismatches=int(only.group(1)) if only else None,
        stimuli=int(only.group(2)) if only else None,
        end=ends[0] if len(ends) == 1 else "",
        first_mismatch=_first(lines),
    )


def _first(lines: tuple[str, ...]) -> FirstMismatch | None:
    found = [(int(m.group("time")), m.group("name")) for line in lines if (m := _FIRST.match(line))]
    if not found:
        return None
    earliest = min(time for time, _ in found)
    return FirstMismatch(earliest, tuple(name for time, name in found if time == earliest))
