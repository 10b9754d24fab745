"""What the guard finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is to be done with a source.

    Attributes:
        rejected: why it is refused, "" where it is not.
        isolate: it must get copies of its inputs.
    """

    rejected: str
    isolate: bool
