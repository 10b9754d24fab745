"""The guard: a source is refused, or it is told how it must be connected."""

import re
from collections.abc import Collection, Iterator

from pyslang import parsing, syntax

from verilogeval.guard.drives import drives_inputs
from verilogeval.guard.finding import Finding
from verilogeval.guard.tasks import HARMLESS
from verilogeval.guard.tree import Part, Source, is_token, parse

Kind = syntax.SyntaxKind
_SYSTEM_NAME = re.compile(r'"(?:\\.|[^"\\\n])*"|(?<![\w$\\])\$[A-Za-z_][\w$]*')


def examine(text: str, top: str, inputs: Collection[str]) -> Finding:
    """Judge a clean source by what it could do to the verdict.

    Only what a simulation of `top` can reach counts: a testbench that a model wrote beside its
    answer is never elaborated. `inputs` are the ports of `top` that its environment drives.
    """
    source = parse(text, top)
    reasons = _reasons(source) if source.whole else _reasons_by_word(text)
    reason = next(reasons, "")
    if reason:
        return Finding(reason, isolate=True)
    return Finding("", isolate=not source.whole or drives_inputs(source.parts, top, inputs))


def _reasons(source: Source) -> Iterator[str]:
    for part in source.parts:
        yield from _of_part(source, part)


def _of_part(source: Source, part: Part) -> Iterator[str]:
    for node in part.nodes:
        if is_token(node):
            called = node.kind == parsing.TokenKind.SystemIdentifier
            if called and node.rawText not in HARMLESS:
                yield _calls(source.line(node), node.rawText)
        elif node.kind == Kind.BindDirective:
            yield f"line {source.line(node)} binds an instance into another module"
        elif node.kind in {Kind.DPIImport, Kind.DPIExport}:
            yield f"line {source.line(node)} calls foreign code (DPI)"


def _reasons_by_word(text: str) -> Iterator[str]:
    """The same for a source that slang cannot read: every call in it counts, wherever it stands."""
    for match in _SYSTEM_NAME.finditer(text):
        if match.group().startswith("$") and match.group() not in HARMLESS:
            yield _calls(text.count("\n", 0, match.start()) + 1, match.group())


def _calls(line: int, name: str) -> str:
    return f"line {line} calls {name}, which could reach files, the testbench or its random numbers"
