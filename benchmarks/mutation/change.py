"""A change of a source, and where it goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyslang import parsing, syntax

from verilogeval.testbench.walk import span

Kind = syntax.SyntaxKind
Token = parsing.TokenKind


@dataclass(frozen=True)
class Change:
    """Put `new` in place of the characters from `start` to `end`."""

    kind: str
    start: int
    end: int
    new: str


#: From a source in ASCII, so that offsets in bytes are offsets in characters, and one of its nodes.
Rule = Callable[[str, Any], Iterator[Change]]


def part(text: str, node: Any) -> str:
    """The text of a node or token."""
    start, end = span(node)
    return text[start:end]


def replace(kind: str, node: Any, new: str) -> Change:
    """The change that puts `new` in place of a node or token."""
    return Change(kind, *span(node), new)


def ancestor(node: Any, kinds: Any) -> bool:
    """Whether a node lies within one of these kinds."""
    at = node.parent
    while at is not None:
        if at.kind in kinds:
            return True
        at = at.parent
    return False
