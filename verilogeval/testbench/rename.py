"""Secret names for every identifier of a testbench."""

import re
from typing import Any

from pyslang import parsing, syntax

from verilogeval.testbench.edits import Edits
from verilogeval.testbench.template import new_name
from verilogeval.testbench.walk import nodes, parse, span


def rename(text: str, top: str) -> tuple[str, tuple[str, ...]]:
    """Give each identifier but `top` and the ports of its instances a new name.

    Equal names get equal new names, in all scopes, so that references stay whole. A name that is
    only ever used behind a dot is a built-in method and stays.

    Args:
        text: SystemVerilog without macros.
        top: the module under test, the one name that both sides must know.

    Returns:
        The text, and the names that were replaced, in the order of their numbers.
    """
    found = nodes(parse(text).root)
    kept = _kept(found, top)
    tokens = [
        node
        for node in found
        if isinstance(node, parsing.Token)
        and node.kind == parsing.TokenKind.Identifier
        and not node.isMissing
        and span(node)[0] not in kept
    ]
    numbers: dict[str, int] = {}
    for token in tokens:
        if not re.search(r"\.\s*$", text[max(0, span(token)[0] - 80) : span(token)[0]]):
            numbers.setdefault(token.valueText, len(numbers))
    edits = Edits(text)
    for token in tokens:
        if token.valueText in numbers:
            edits.replace(*span(token), new_name(numbers[token.valueText]))
    return edits.apply(), tuple(numbers)


def _kept(found: list[Any], top: str) -> set[int]:
    """Offsets of the names by which the testbench and the sample know each other."""
    kept = set()
    for node in found:
        if isinstance(node, parsing.Token):
            continue
        if node.kind != syntax.SyntaxKind.HierarchyInstantiation or node.type.valueText != top:
            continue
        kept.add(span(node.type)[0])
        for connection in node.instances[0].connections:
            if not isinstance(connection, parsing.Token):
                kept.add(span(connection.name)[0])
    return kept
