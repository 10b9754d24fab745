"""In-context examples: problems with answers that stand before the question."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from verilogeval.problem import Problem

if sys.version_info >= (3, 11):
    import tomllib
else:  # the same module under its older name
    import tomli as tomllib

_FILE = Path(__file__).with_name("examples.toml")
MOST = 4


@dataclass(frozen=True)
class Example:
    """A problem and its answer: `header` and `body` together are the module."""

    task_id: str
    text: str
    header: str
    body: str

    def code(self, *, with_header: bool) -> str:
        """The answer, as a whole module or as what continues the header."""
        return f"{self.header.strip()}\n{self.body}" if with_header else self.body


class Examples(Protocol):
    """Where examples come from."""

    def of(self, problem: Problem) -> Sequence[Example]:
        """Those for a problem, in the order in which they stand before it."""


class Fixed:
    """The first `count` of the shipped examples, the same for all problems."""

    def __init__(self, count: int) -> None:
        self._examples = shipped()[:count]

    def of(self, problem: Problem) -> Sequence[Example]:
        """See `Examples`."""
        del problem  # they are the same for all
        return self._examples


@cache
def shipped() -> tuple[Example, ...]:
    """The examples that come with the package."""
    entries: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))["example"]
    return tuple(Example(**entry) for entry in entries)
