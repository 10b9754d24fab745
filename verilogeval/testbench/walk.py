"""The syntax tree of a trusted text: nodes in order, and where they stand."""

from typing import Any

from pyslang import parsing, syntax

from eda.errors import InputError


def parse(text: str) -> Any:
    """The syntax tree of SystemVerilog text.

    Raises:
        InputError: the text is not SystemVerilog.
    """
    tree = syntax.SyntaxTree.fromText(text)
    errors = [diagnostic for diagnostic in tree.diagnostics if diagnostic.isError()]
    if errors:
        line = tree.sourceManager.getLineNumber(errors[0].location)
        raise InputError(f"line {line} of the testbench is not SystemVerilog: {errors[0].code}")
    return tree


def nodes(root: Any) -> list[Any]:
    """All nodes and tokens below `root`, in the order of the text."""
    found: list[Any] = []
    root.visit(found.append)
    return found


def span(node: Any) -> tuple[int, int]:
    """Offsets of a node or token, without the white space before it."""
    place = node.range if isinstance(node, parsing.Token) else node.sourceRange
    return place.start.offset, place.end.offset


def is_token(node: Any) -> bool:
    """Whether this is a token and not a node."""
    return isinstance(node, parsing.Token)
