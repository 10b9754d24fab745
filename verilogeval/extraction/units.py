"""Design units in a text that may be code or prose: modules, packages, interfaces."""

import re
from dataclasses import dataclass

#: Comments and strings are passed over; the rest is looked at word by word.
_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:\\.|[^"\\\n])*" )
  | (?P<head> (?<![\w`$.]) (?P<kind>module|macromodule|package|interface) \s+
      (?:(?:automatic|static)\s+)? (?P<name>\\\S+(?=\s)|[A-Za-z_][\w$]*) \s*
      (?= [(;] | \#\s*\( | import\b ) )
  | (?P<end> (?<![\w`$.]) end(?:module|package|interface) (?![\w$]) )
  | (?P<word> [\w$`]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_LABEL = re.compile(r"[ \t]*:[ \t]*[A-Za-z_][\w$]*")
_DIRECTIVE = re.compile(r"^[ \t]*`[a-z_]+\b(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
_ITEM = re.compile(
    r"^[ \t]*(?:typedef\b[^;{]*(?:\{[^{}]*\}[^;{]*)?;|(?:import|localparam|parameter)\b[^;]*;)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Unit:
    """A design unit; `start` and `end` are its place in the text, `text` is what stands there."""

    kind: str
    name: str
    start: int
    end: int
    text: str
    complete: bool


def units(text: str) -> list[Unit]:
    """The design units of a text in their order; the last may lack its end.

    A head that another head follows before any end is prose, or the beginning of what was then
    begun anew.
    """
    found: list[Unit] = []
    head: re.Match[str] | None = None
    for match in _TOKEN.finditer(text):
        if match.group("head"):
            head = match
        elif match.group("end") and head is not None:
            kind = head.group("kind").removeprefix("macro")
            if match.group("end") != f"end{kind}":
                continue
            label = _LABEL.match(text, match.end())
            end = label.end() if label else match.end()
            found.append(_unit(text, head, end, complete=True))
            head = None
    if head is not None:
        found.append(_unit(text, head, len(text), complete=False))
    return found


def _unit(text: str, head: re.Match[str], end: int, *, complete: bool) -> Unit:
    kind = head.group("kind").removeprefix("macro")
    start = head.start()
    return Unit(kind, head.group("name"), start, end, text[start:end], complete)


def with_preamble(text: str, unit: Unit, after: int) -> str:
    """A unit and what stands directly before it and belongs to it.

    Directives, comments, types and imports do, and blank lines between them; `after` is where
    another unit ends.
    """
    start = unit.start
    while start > after:
        before = text[after:start].rstrip()
        taken = next(
            (
                after + match.start()
                for pattern in (_DIRECTIVE, _ITEM, _COMMENT)
                for match in pattern.finditer(before)
                if match.end() == len(before)
                and not before[before.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
            ),
            None,
        )
        if taken is None:
            break
        start = taken
    return text[start : unit.end]


def words(text: str) -> set[str]:
    """The words of a text outside comments and strings."""
    found: set[str] = set()
    for match in _TOKEN.finditer(text):
        if match.group("word"):
            found.add(match.group("word"))
        elif match.group("head"):
            found.update(re.findall(r"[\w$]+", match.group("head")))
    return found
