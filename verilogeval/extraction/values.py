"""What was found in a reply."""

from dataclasses import dataclass
from enum import Enum


class Found(str, Enum):
    """What an answer is."""

    MODULE = "module"  # a whole module
    BODY = "body"  # the inside of the module whose header the problem gives
    FRAGMENT = "fragment"  # the module that is asked for begins and does not end
    NOTHING = "nothing"


@dataclass(frozen=True)
class Extracted:
    """The code of a reply.

    Attributes:
        code: the completion, "" where there is none.
        found: what it is.
        truncated: whether the reply, by the look of it or by what its sender says, was cut short
            before the code's end.
        note: a line for a person about what is unusual, "" where nothing is.
    """

    code: str
    found: Found
    truncated: bool = False
    note: str = ""
