"""The one reading of a source that everything else sees: plain, without comments or directives.

Two programs read a sample: slang, to judge it, and Icarus, to compile it. Wherever their lexers
disagree about where a comment, a line or a directive ends, one could be shown what the other
executes. So neither gets the original text. It is read here once, and written again in a form about
which there can be no two opinions: printable ASCII, no comments, no directives but a few in a fixed
spelling. Lines stay where they were.
"""

import re

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<string> "(?:\\.|[^"\\\n])*" )
  | (?P<directive> `[^\n]* )
  | (?P<escaped> \\[!-~]+[ ]? )
  | (?P<line> \#(?=line\b) )
  | (?P<space> [ \t\n\v\f\b]+ )
  | (?P<plain> [!$-.0-\[\]-_a-~]+ | [!-~] )
  | (?P<bad> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ALLOWED = re.compile(
    r"""
    `timescale\s+(?:1|10|100)\s*(?:s|ms|us|ns|ps|fs)\s*/\s*(?:1|10|100)\s*(?:s|ms|us|ns|ps|fs)
  | `default_nettype\s+(?:wire|tri|tri0|tri1|wand|triand|wor|trior|trireg|uwire|none)
  | `(?:resetall|celldefine|endcelldefine|nounconnected_drive|end_keywords)
  | `unconnected_drive\s+pull[01]
  | `begin_keywords\s+"(?:1364-(?:1995|2001|2001-noconfig|2005)|1800-20(?:05|09|12|17))"
  | `line\s+\d+\s+"sample\.sv"\s+[012]
    """,
    re.VERBOSE,
)
#: Directives without a meaning for a simulation; Icarus passes over them, and so do we.
_IDLE = re.compile(
    r"`(?:pragma|default_decay_time|default_trireg_strength|delay_mode_\w+|disable_portfaults"
    r"|enable_portfaults|suppress_faults|nosuppress_faults|protect|endprotect|line)\b"
)


class UncleanError(Exception):
    """A source that cannot be read without doubt.

    Attributes:
        reason: one line for a person, with the line number.
        hostile: it cannot come about by mistake.
    """

    def __init__(self, reason: str, *, hostile: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hostile = hostile


def clean(text: str) -> str:
    """Write a preprocessed source anew.

    Raises:
        UncleanError: it has characters that Verilog does not have, a comment or string without
            an end, or a directive that a preprocessor should have taken away.
    """
    text = re.sub(r"\r\n?", "\n", text)
    parts: list[str] = []
    line = 1
    for match in _TOKEN.finditer(text):
        parts.append(_written(match, line))
        line += match.group().count("\n")
    return "".join(parts)


def _written(match: re.Match[str], line: int) -> str:
    found = match.group()
    kind = match.lastgroup
    if kind in {"comment", "space"}:
        return "\n" * found.count("\n") or " "
    if kind == "string":
        return _string(found)
    if kind == "directive":
        return _directive(found, line)
    if kind == "escaped":
        return f"{found.rstrip()} "
    if kind == "line":
        return "# "  # a delay of that name, and not Icarus's own way to write `line
    if kind == "bad":
        reason = f"line {line}: character U+{ord(found):04X} is outside of comments and strings"
        raise UncleanError(reason, hostile=False)
    if found == '"' or (found == "/" and match.string.startswith("/*", match.start())):
        name = "string" if found == '"' else "comment"
        raise UncleanError(f"line {line}: syntax error: a {name} has no end", hostile=False)
    return found


def _string(found: str) -> str:
    """A string in printable ASCII; what continues a line in it is taken out."""
    lines = found.count("\\\n")
    plain = re.sub(
        r"[^\t -~]",
        lambda match: "".join(f"\\{byte:03o}" for byte in match.group().encode("utf-8", "replace")),
        found.replace("\\\n", ""),
    )
    return plain + "\n" * lines


def _directive(found: str, line: int) -> str:
    """A directive in its own line; what stands behind it there is none of its arguments."""
    allowed = _ALLOWED.match(found)
    if allowed:
        rest = found[allowed.end() :]
        if re.fullmatch(r"\s*(?://.*)?", rest):
            return " ".join(allowed.group().split())
        if not re.match(r"\s*/\*", rest) and "`" not in rest:
            return f"{' '.join(allowed.group().split())} {clean(rest)}"
    if _IDLE.match(found):
        return ""
    name = re.match(r"`\w*", found)
    shown = name.group() if name else "`"
    raise UncleanError(f"line {line}: {shown} is left when all macros are expanded", hostile=True)
