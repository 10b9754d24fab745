"""Where a sample first differed, by the hints that the official testbenches print."""

import re

from verilogeval.verdict import FirstMismatch

_HINT = re.compile(
    r"^Hint: Output '(.+)' has \d+ mismatches\. First mismatch occurred at time (\d+)\.",
    re.MULTILINE,
)


def first_mismatch(log: str) -> FirstMismatch | None:
    """The earliest mismatch of all outputs, None where the log has no hint."""
    times = {signal: int(time) for signal, time in _HINT.findall(log)}
    if not times:
        return None
    earliest = min(times.values())
    return FirstMismatch(earliest, tuple(s for s, time in times.items() if time == earliest))
