"""Causes of failures."""

from dataclasses import dataclass
from enum import Enum


class Cause(str, Enum):
    """What is wrong with a sample, the most telling first."""

    INTERFACE = "interface"  # ports that are not those asked for
    LOOP = "combinational loop"
    CLOCK_EDGE = "clock edge"
    LATCH = "latch"
    RESET_KIND = "reset kind"  # synchronous for asynchronous, or the other way
    RESET_POLARITY = "reset polarity"
    RESET_MISSING = "reset missing"
    LATE = "one cycle off"
    WIDTH = "width"
    UNKNOWN = "unknown output"
    LANGUAGE = "language"  # it does not compile
    FUNCTION = "function"  # none of these: it computes something else


@dataclass(frozen=True)
class Finding:
    """A cause and what shows it, in a line."""

    cause: Cause
    text: str


@dataclass(frozen=True)
class Diagnosis:
    """All findings, the likeliest cause first; there is always one."""

    findings: tuple[Finding, ...]

    @property
    def cause(self) -> Cause:
        """The likeliest."""
        return self.findings[0].cause


#: The order in which causes are named: an earlier one explains what a later one sees.
ORDER = tuple(Cause)
