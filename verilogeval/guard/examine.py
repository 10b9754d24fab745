"""The guard: a source is refused, or it is told how it must be connected."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyslang import parsing, syntax

from verilogeval.guard.drives import drives_inputs
from verilogeval.guard.tasks import HARMLESS
from verilogeval.guard.tree import Part, Source, is_token, parse

Kind = syntax.SyntaxKind


@dataclass(frozen=True)
class Finding:
    """What is to be done with a source.

    Attributes:
        rejected: why it is refused, "" where it is not.
        isolate: it must get copies of its inputs.
    """

    rejected: str
    isolate: bool


def examine(text: str, top: str) -> Finding:
    """Judge a source, in which no macro is left, by what it could do to the verdict.

    Only what a simulation of `top` can reach counts: a testbench that a model wrote beside its
    answer is never elaborated.
    """
    source = parse(text, top)
    reason = next(_reasons(source), "")
    if reason:
        return Finding(reason, isolate=True)
    return Finding("", isolate=not source.whole or drives_inputs(source.parts))


def _reasons(source: Source) -> Any:
    for part in source.parts:
        yield from _of_part(source, part)


def _of_part(source: Source, part: Part) -> Iterable[str]:
    for node in part.nodes:
        if is_token(node):
            called = node.kind == parsing.TokenKind.SystemIdentifier
            if called and node.rawText not in HARMLESS:
                yield (
                    f"line {source.line(node)} calls {node.rawText}, which could reach files, "
                    "the testbench or its random numbers"
                )
        elif node.kind == Kind.BindDirective:
            yield f"line {source.line(node)} binds an instance into another module"
        elif node.kind in {Kind.DPIImport, Kind.DPIExport}:
            yield f"line {source.line(node)} calls foreign code (DPI)"
