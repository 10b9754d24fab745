"""Which changes of a source become mutants."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyslang import ast, syntax

from benchmarks.mutation.change import Change
from benchmarks.mutation.expressions import EXPRESSIONS
from benchmarks.mutation.statements import STATEMENTS
from verilogeval.source import normal_form
from verilogeval.testbench.walk import is_token, nodes, parse


@dataclass(frozen=True)
class Mutant:
    """A changed source; `kind` of change, and the change in words."""

    kind: str
    change: str
    text: str


_RULES = {**EXPRESSIONS, **STATEMENTS}
#: Kinds that seldom make a difference, and how many mutants of each there may be.
_SELDOM = {"blocking": 2, "non-blocking": 2}


def mutants_of(text: str, limit: int, kept: str = "") -> tuple[Mutant, ...]:
    """Up to `limit` different mutants of a source, of as many kinds as there are; always the same.

    Args:
        text: the source.
        limit: how many.
        kept: what the source begins with and each mutant must begin with.

    Raises:
        ValueError: the source is not ASCII.
    """
    if not text.isascii():
        raise ValueError("only ASCII sources are mutated")
    by_kind: dict[str, list[Change]] = {}
    for change in _changes(text):
        if change.start >= len(kept):
            by_kind.setdefault(change.kind, []).append(change)
    for kind, of_kind in by_kind.items():
        of_kind.sort(key=lambda change: hashlib.sha256(repr(change).encode()).digest())
        del of_kind[_SELDOM.get(kind, len(of_kind)) :]
    seen = {normal_form(text)}
    mutants: list[Mutant] = []
    while by_kind and len(mutants) < limit:
        for kind in list(by_kind):
            change = by_kind[kind].pop()
            if not by_kind[kind]:
                del by_kind[kind]
            mutant = _apply(text, change)
            form = normal_form(mutant.text)
            if form not in seen and len(mutants) < limit and _is_design(mutant.text):
                seen.add(form)
                mutants.append(mutant)
    return tuple(mutants)


def _changes(text: str) -> Iterator[Change]:
    for node in nodes(parse(text).root):
        if not is_token(node):
            for rule in _RULES.get(node.kind, ()):
                yield from rule(text, node)


def _is_design(text: str) -> bool:
    compilation = ast.Compilation()
    compilation.addSyntaxTree(_tree(text))
    return not any(diagnostic.isError() for diagnostic in compilation.getAllDiagnostics())


def _tree(text: str) -> Any:
    return syntax.SyntaxTree.fromText(text)


def _apply(text: str, change: Change) -> Mutant:
    old = text[change.start : change.end]
    line = text.count("\n", 0, change.start) + 1
    words = f"line {line}: {change.kind}: {_short(old)} -> {_short(change.new)}"
    return Mutant(change.kind, words, text[: change.start] + change.new + text[change.end :])


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return f"'{flat if len(flat) <= 60 else flat[:57] + '...'}'"
