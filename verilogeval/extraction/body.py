"""The inside of a module, for problems that give its header."""

import re

from verilogeval.extraction.units import Unit, words

_KINDS = "reg|wire|logic|integer|genvar|bit|int|byte|tri"
_GATES = "and|or|xor|nand|nor|xnor|not|buf"
_DIRECTIVES = "define|ifdef|ifndef|else|endif|timescale|default_nettype|include"
#: How lines of Verilog begin and sentences do not.
_BEGINS = re.compile(
    r"^[ \t]*(?:"
    + "|".join(
        (
            r"assign\b",
            r"always(?:_comb|_ff|_latch)?\b\s*(?:@|begin|\*|\w+\s*<?=)",
            r"initial\s+(?:begin\b|\w+\s*<?=)",
            rf"(?:{_KINDS})\b\s*(?:signed\b\s*)?(?:\[|[\w$]+\s*(?:[;,=\[]|$))",
            r"(?:parameter|localparam)\b[^;.]*=",
            r"typedef\b",
            r"generate\b\s*$",
            r"function\s+(?:automatic\b|\[|\w+\s*[\[(;])",
            r"task\s+\w+\s*[;(]",
            r"(?:input|output|inout)\s+(?:reg|wire|logic|\[|\w+\s*[;,)])",
            r"for\s*\(\s*genvar\b",
            r"if\s*\(.*\)\s*begin\b",
            r"begin\b",
            r"case[xz]?\s*\(",
            r"[A-Za-z_]\w*\s+(?:#\s*\([^)]*\)\s*)?[A-Za-z_]\w*\s*\(\s*\.",
            rf"(?:{_GATES})\s*(?:\w+\s*)?\([^)]*\)\s*;",
            rf"`(?:{_DIRECTIVES})\b",
            r"endmodule\b",
        )
    )
    + ")",
    re.MULTILINE,
)
_LAST = re.compile(r"(?:;|\bend|\bendcase|\bendgenerate|\bendfunction|\bendtask|\bendmodule|\*/)"
                   r"[ \t]*(?::[ \t]*\w+)?[ \t]*(?://[^\n]*)?$")  # fmt: skip
_COMMENT_LINE = re.compile(r"^[ \t]*(?://|/\*|\(\*)")


def looks_like_code(text: str) -> bool:
    """Whether a text has a line that begins as an item of a module does."""
    return _BEGINS.search(text) is not None


def bare_body(text: str) -> tuple[str, bool]:
    """The items of a module that stand in prose, and whether they end with a whole statement."""
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if _BEGINS.match(line)]
    if not starts:
        return "", False
    first = starts[0]
    while first and _COMMENT_LINE.match(lines[first - 1]):
        first -= 1
    closing = next((n for n, line in enumerate(lines) if re.match(r"\s*endmodule\b", line)), None)
    if closing is not None and closing >= first:
        return "\n".join(lines[first : closing + 1]), True
    ends = [n for n in range(starts[-1], len(lines)) if _LAST.search(lines[n])]
    if not ends:
        return "\n".join(lines[first:]), False
    rest = [line for line in lines[ends[-1] + 1 :] if line.strip()]
    cut = bool(rest) and any(re.search(r"<=|[=(,&|]\s*$", line) for line in rest)
    last = len(lines) if cut else ends[-1] + 1
    return "\n".join(lines[first:last]), not cut


def inside_of(unit: Unit) -> str:
    """A module without its header, as what continues a header that is given already."""
    head = _header_end(unit.text)
    return unit.text[head:].lstrip("\n")


def _header_end(text: str) -> int:
    """Where the header's semicolon stands, outside brackets and comments."""
    depth = 0
    for match in re.finditer(r"//[^\n]*|/\*.*?\*/|[();]", text, re.DOTALL):
        word = match.group()
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == ";" and depth <= 0:
            return match.end()
    return len(text)


def closes(text: str) -> bool:
    """Whether a body has the word that ends its module."""
    return "endmodule" in words(text)
