"""Reads the structure of Liberty text: groups and attributes, without the tables.

Only the groups that say what a cell is are kept. The bodies of all others, tables above all, are
passed over by one regular expression per brace, so that 40 MB take well under a second.
The text is data: nothing in it is evaluated, and `include_file` is not followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from eda.errors import InputError

KEPT = frozenset(
    (
        "library",
        "cell",
        "pin",
        "bus",
        "bundle",
        "ff",
        "latch",
        "ff_bank",
        "latch_bank",
        "statetable",
    )
)

_MAX_DEPTH = 20
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
_SPACE = re.compile(r"[\s;,\\]*")
_NAME = re.compile(r"([A-Za-z_][\w.\[\]$-]*)\s*([:(=])")
_VALUE = re.compile(rf'[ \t]*({_STRING}|(?:[^;{{}}\n"/]|/(?![*/]))*)', re.DOTALL)
_ARGUMENTS = re.compile(rf'([^(){{}};"]*(?:{_STRING}[^(){{}};"]*)*)\)', re.DOTALL)
# Up to the next brace outside strings and comments. It cannot fail, so it never backtracks.
_TO_BRACE = re.compile(
    rf'[^{{}}"/]*(?:(?:{_STRING}|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|//[^\n]*|/(?!\*))[^{{}}"/]*)*',
    re.DOTALL,
)


@dataclass
class Group:
    """A group `kind (arguments) { ... }`; attributes and groups that it holds.

    Attributes:
        kind: the word before the parenthesis.
        arguments: what stands in the parentheses, without quotes.
        offset: where it begins in the text, in characters.
        attributes: simple ones by name, without quotes; complex ones with their arguments' text.
        groups: the inner groups that are of a kept kind.
    """

    kind: str
    arguments: tuple[str, ...]
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)
    groups: list["Group"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The first argument, or the empty string."""
        return self.arguments[0] if self.arguments else ""

    def inner(self, *kinds: str) -> Iterator["Group"]:
        """The inner groups of these kinds, in order."""
        return (group for group in self.groups if group.kind in kinds)


def parse_library(text: str, source: str) -> Group:
    """Read the library group of `text`.

    Args:
        text: Liberty text.
        source: what to call it in errors: usually the path.

    Raises:
        InputError: naming `source` and the line: no library group, unbalanced braces or quotes,
            something that is neither group nor attribute, text after the library.
    """
    return _Scanner(text, source).library()


def line_of(text: str, offset: int) -> int:
    """The line, from 1, of the character at `offset`."""
    return text.count("\n", 0, offset) + 1


class _Scanner:
    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self.position = 0

    def fail(self, problem: str, offset: int | None = None) -> NoReturn:
        line = line_of(self.text, self.position if offset is None else offset)
        raise InputError(f"{self.source}:{line}: {problem}")

    def library(self) -> Group:
        self.gap()
        name = _NAME.match(self.text, self.position)
        if name is None or name.group(1) != "library" or name.group(2) != "(":
            self.fail("not Liberty: expected 'library (NAME) {'")
        root = self.statement()
        if root is None:
            self.fail("not Liberty: 'library' has no body")
        self.body(root)
        self.gap()
        if self.position < len(self.text):
            self.fail("text after the end of the library: one '}' too many?")
        return root

    def body(self, root: Group) -> None:
        """Read statements until the group `root`, whose brace has been read, is closed."""
        open_groups = [root]
        while open_groups:
            self.gap()
            if self.text.startswith("}", self.position):
                self.position += 1
                open_groups.pop()
                continue
            if self.position == len(self.text):
                self.truncated(open_groups[-1].kind, open_groups[-1].name, open_groups[-1].offset)
            group = self.statement(open_groups[-1])
            if group is None:
                continue
            if group.kind in KEPT:
                open_groups[-1].groups.append(group)
                open_groups.append(group)
                if len(open_groups) > _MAX_DEPTH:
                    self.fail("groups nested too deep")
            else:
                self.skip_body(group)

    def truncated(self, kind: str, name: str, offset: int) -> NoReturn:
        line = line_of(self.text, offset)
        label = f"{kind} {name[:60]!a}" if name else f"'{kind[:60]}'"
        self.fail(f"the file ends within {label} of line {line}: it is truncated or lacks a '}}'")

    def gap(self) -> None:
        """Pass over white space, separators and comments."""
        while True:
            match = _SPACE.match(self.text, self.position)
            self.position = match.end() if match else self.position
            if self.text.startswith("/*", self.position):
                end = self.text.find("*/", self.position + 2)
                if end < 0:
                    self.fail("comment without an end")
                self.position = end + 2
            elif self.text.startswith("//", self.position):
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            else:
                return

    def statement(self, owner: Group | None = None) -> Group | None:
        """Read an attribute into `owner`, or a group's head up to and with its brace."""
        start = self.position
        match = _NAME.match(self.text, start)
        if match is None:
            found = self.text[start : start + 20].split("\n")[0]
            self.fail(f"expected an attribute or a group, found {found!a}")
        kind = match.group(1)
        self.position = match.end()
        if match.group(2) != "(":
            value = _VALUE.match(self.text, self.position)
            if value is None or self.text.startswith('"', value.end()):
                self.fail(f"the value of '{kind[:60]}' has a quote without an end", start)
            self.position = value.end()
            if owner is not None:
                owner.attributes[kind] = _plain(value.group(1))
            return None
        arguments = _ARGUMENTS.match(self.text, self.position)
        if arguments is None:
            self.fail(f"the parentheses of '{kind[:60]}' are not closed", start)
        self.position = arguments.end()
        self.gap()
        if not self.text.startswith("{", self.position):
            if owner is not None:
                owner.attributes[kind] = arguments.group(1)
            return None
        self.position += 1
        return Group(kind, tuple(_plain(word) for word in arguments.group(1).split(",")), start)

    def skip_body(self, group: Group) -> None:
        """Pass over the rest of `group`, to behind its closing brace."""
        depth = 1
        while depth:
            match = _TO_BRACE.match(self.text, self.position)
            self.position = match.end() if match else self.position
            mark = self.text[self.position : self.position + 1]
            if not mark:
                self.truncated(group.kind, group.name, group.offset)
            if mark == '"':
                self.fail("quote without an end")
            if mark == "/":
                self.fail("comment without an end")
            depth += 1 if mark == "{" else -1
            self.position += 1


def _plain(word: str) -> str:
    """Without the quotes around it, continuation marks and outer white space."""
    word = word.strip()
    if len(word) >= 2 and word[0] == word[-1] == '"':
        word = word[1:-1]
    return " ".join(word.replace("\\\n", " ").replace("\\\r\n", " ").split())
