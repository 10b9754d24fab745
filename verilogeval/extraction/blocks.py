"""Where a reply may hold code."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_OPEN = re.compile(r"(?P<indent>^[ \t]*(?:[-*+]|\d+[.)])?[ \t]*|(?<=[^`\n]))(?P<mark>`{3,})"
                   r"(?P<info>[^\n`]*)(?:\n|$)|^(?P<spaces>[ \t]*)(?P<waves>~{3,})[ \t]*"
                   r"(?P<about>\w*)[ \t]*(?:\n|$)", re.MULTILINE)  # fmt: skip
#: A fence that begins and ends within one line.
_INLINE = re.compile(r"```(?:[ \t]*(?:system)?verilog\b|[ \t]*sv\b)?(?P<code>[^`\n]+)```")
_BEGIN, _DONE = "[BEGIN]", "[DONE]"
_TAGS = re.compile(
    r"<(?P<tag>code|answer|verilog|systemverilog|solution|output|result|module_code)\b[^>\n]*>"
    r"(?P<code>.*?)(?:</(?P=tag)\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LATEX = re.compile(
    r"\\begin\{(?P<name>verbatim|lstlisting|minted|verilog)\}(?:\[[^\]\n]*\]|\{[^}\n]*\})*"
    r"(?P<code>.*?)(?:\\end\{(?P=name)\}|\Z)",
    re.DOTALL,
)
_NUMBERED = re.compile(r"^[ \t]*(\d+)[ \t]*[:|.)]?(?:[ \t]|$)")
_DEPTH = 8  # of JSON in which code is looked for


@dataclass(frozen=True)
class Block:
    """A part of a reply that is code by its marks; `closed`: its end is marked, too."""

    text: str
    closed: bool = True
    info: str = ""


def blocks(text: str) -> list[Block]:
    """The marked parts of a reply in their order; fences stand for what is inside them."""
    found = [_readable(block) for block in _fences(text)]
    found += [Block(match.group("code")) for match in _INLINE.finditer(text)]
    for pattern in (_TAGS, _LATEX):
        found += [Block(match.group("code"), match.group().rstrip().endswith((">", "}")))
                  for match in pattern.finditer(text)]  # fmt: skip
    found += [Block(code) for code in _in_json(text)]
    found += [
        Block(code) for block in found if block.info == "json" for code in _in_json(block.text)
    ]
    return [block for block in found if block.text.strip()]


def between_marks(text: str) -> str | None:
    """What stands between [BEGIN] and [DONE], or on the side of the one that is there."""
    begin, done = text.rfind(_BEGIN), text.rfind(_DONE)
    if begin < 0 and done < 0:
        return None
    if done >= 0 and begin > done:  # begun once more and not done: the one before is whole
        begin = text.rfind(_BEGIN, 0, done)
    start = begin + len(_BEGIN) if begin >= 0 else 0
    return text[start : done if done > begin else len(text)]


def _fences(text: str) -> Iterator[Block]:
    at = 0
    while opening := _OPEN.search(text, at):
        mark = opening.group("mark") or opening.group("waves")
        info = (opening.group("info") or opening.group("about") or "").strip()
        first, info = _after_mark(info)
        indent = opening.group("spaces") or opening.group("indent") or ""
        closing = _closing(text, opening.end(), mark)
        end, at = closing or (len(text), len(text))
        body = _dedented(first + text[opening.end() : end], indent)
        inner = list(_fences(body)) if info in {"", "markdown", "md"} else []
        yield from inner or (Block(body, closing is not None, info),)
        if at <= opening.start():
            return


def _after_mark(info: str) -> tuple[str, str]:
    """Code that stands on the fence's own line, and the fence's language."""
    match = re.match(
        r"(?P<language>[\w+-]*)[ \t]+(?P<code>(?:(?:module|always|assign)\b|`|//).*)", info
    )
    if match:
        return f"{match.group('code')}\n", match.group("language").lower()
    if re.match(r"module\s+\w+\s*[(#;]", info):
        return f"{info}\n", ""
    return "", info.split(maxsplit=1)[0].lower() if info.split() else ""


def _closing(text: str, start: int, mark: str) -> tuple[int, int] | None:
    """Where a fence's content ends, and where the text goes on."""
    char = re.escape(mark[0])
    pattern = rf"^[ \t]*{char}{{{len(mark)},}}[ \t]*$"
    if mark[0] == "`":  # it may stand behind the last word, or be followed by prose
        pattern = rf"`{{{len(mark)},}}"
    match = re.compile(pattern, re.MULTILINE).search(text, start)
    return (match.start(), match.end()) if match else None


def _dedented(body: str, indent: str) -> str:
    """The lines without the indentation that the fence itself has."""
    if not indent:
        return body
    lines = []
    for line in body.split("\n"):
        spaces = len(line) - len(line.lstrip(" \t"))
        lines.append(line[min(spaces, len(indent)) :])
    return "\n".join(lines)


def _readable(block: Block) -> Block:
    """A block without line numbers and marks of a patch."""
    lines = block.text.split("\n")
    if block.info in {"diff", "patch"}:
        kept = [line for line in lines if not line.startswith(("-", "@@", "+++"))]
        text = "\n".join(line[1:] if line[:1] in {"+", " "} else line for line in kept)
        return Block(text, block.closed)
    full = [line for line in lines if line.strip()]
    numbers = [match for line in full if (match := _NUMBERED.match(line))]
    if len(numbers) == len(full) > 1:
        values = [int(match.group(1)) for match in numbers]
        if all(b > a for a, b in pairwise(values)):
            text = "\n".join(_NUMBERED.sub("", line) for line in lines)
            return Block(text, block.closed, block.info)
    return block


def _in_json(text: str) -> Iterator[str]:
    """Strings of a JSON value in the text that hold a line of code."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or not re.match(r"\{\s*\"", text[start:]):
        return
    try:
        value = json.loads(text[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        return
    yield from _strings(value, _DEPTH)


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str) and re.search(r"\bendmodule\b|\bassign\b|\balways", value):
        inner = value.replace("\r\n", "\n")
        fenced = list(_fences(inner))
        yield from (block.text for block in fenced) if fenced else (inner,)
    elif isinstance(value, dict | list) and depth:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item, depth - 1)
