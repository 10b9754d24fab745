"""Changes of expressions and of ports."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from benchmarks.mutation.change import Change, Kind, Rule, Token, ancestor, part, replace
from verilogeval.testbench.walk import is_token, span

_OPERATORS = {
    Token.And: "|",
    Token.Or: "&",
    Token.Xor: "&",
    Token.DoubleAnd: "||",
    Token.DoubleOr: "&&",
    Token.Plus: "-",
    Token.Minus: "+",
    Token.Star: "+",
    Token.LessThan: "<=",
    Token.LessThanEquals: "<",
    Token.GreaterThan: ">=",
    Token.GreaterThanEquals: ">",
    Token.DoubleEquals: "!=",
    Token.ExclamationEquals: "==",
    Token.LeftShift: ">>",
    Token.RightShift: "<<",
    Token.TripleRightShift: ">>",
}
_REDUCTIONS = {
    Token.And: "|",
    Token.Or: "&",
    Token.Xor: "|",
    Token.TildeAnd: "~|",
    Token.TildeOr: "~&",
}
_LITERAL = re.compile(r"\d+|(?P<head>\d+\s*'\s*[sS]?[bBoOdDhH]\s*)(?P<digits>[0-9a-fA-F_]+)")
_BASES = {"b": 2, "o": 8, "d": 10, "h": 16}
_FORMATS = {2: "b", 8: "o", 10: "d", 16: "x"}


def _operator(_: str, node: Any) -> Iterator[Change]:
    new = _OPERATORS.get(node.operatorToken.kind)
    if new is not None:
        yield replace("operator", node.operatorToken, new)


def _operands(text: str, node: Any) -> Iterator[Change]:
    new = f"{part(text, node.right)} {node.operatorToken.rawText} {part(text, node.left)}"
    yield replace("operands swapped", node, new)


def _unary(_: str, node: Any) -> Iterator[Change]:
    token = node.operatorToken
    new = _REDUCTIONS.get(token.kind)
    if new is not None:
        yield replace("reduction", token, new)
    if token.kind in {Token.Tilde, Token.Exclamation}:
        yield replace("inversion dropped", token, "")


def _inverted(text: str, node: Any) -> Iterator[Change]:
    """An operand of a binary operator, inverted."""
    if node.kind in _BITWISE and node.left.kind == Kind.IdentifierName:
        yield replace("operand inverted", node.left, f"(~{part(text, node.left)})")


def _ternary(text: str, node: Any) -> Iterator[Change]:
    both = span(node.left)[0], span(node.right)[1]
    yield Change("branches swapped", *both, f"{part(text, node.right)} : {part(text, node.left)}")


def _literal(text: str, node: Any) -> Iterator[Change]:
    written = part(text, node)
    match = _LITERAL.fullmatch(written)
    if match is None or ancestor(node, _PORT):
        return
    kind = "constant"
    if ancestor(node, {Kind.SimpleRangeSelect, Kind.BitSelect, Kind.AscendingRangeSelect}):
        kind = "index"
    if ancestor(node, {Kind.VariableDimension}):
        kind = "width"
    head, digits = match.group("head") or "", match.group("digits") or written
    base = _BASES[head.rstrip()[-1].lower()] if head else 10
    value = int(digits.replace("_", ""), base)
    width = int(head.split("'")[0]) if head else 31
    for other in (value + 1, value - 1):
        if 0 <= other < 2**width:
            yield replace(kind, node, f"{head}{other:{_FORMATS[base]}}")


def _index(text: str, node: Any) -> Iterator[Change]:
    """A neighbour of the selected bit, and a bit of the lower half alone."""
    if node.expr.kind not in _LITERALS:
        index = part(text, node.expr)
        yield replace("index", node.expr, f"({index}) + 1")
        yield replace("index", node.expr, f"({index}) >> 1")


def _input(text: str, node: Any) -> Iterator[Change]:
    """Another input in place of the one that is read; a vector where a part of it is selected."""
    module = node
    while module.parent is not None and module.kind != Kind.ModuleDeclaration:
        module = module.parent
    name = node.identifier.valueText
    selected = node.kind == Kind.IdentifierSelectName
    inputs = [n for n, is_vector in _inputs(text, module) if is_vector or not selected]
    if name not in inputs or len(inputs) < 2 or ancestor(node, {Kind.SignalEventExpression}):
        return
    other = inputs[(inputs.index(name) + 1) % len(inputs)]
    yield replace("wrong input", node.identifier, other)


def _inputs(text: str, module: Any) -> list[tuple[str, bool]]:
    """The names of a module's inputs, without a clock, and which are vectors."""
    ports = getattr(module.header, "ports", None)
    inputs = []
    for port in getattr(ports, "ports", ()):
        if not is_token(port) and port.kind == Kind.ImplicitAnsiPort:
            header = port.header
            direction = getattr(header, "direction", None)
            if direction is not None and direction.kind == Token.InputKeyword:
                inputs.append((port.declarator.name.valueText, "[" in part(text, header)))
    return [(name, is_vector) for name, is_vector in inputs if name != "clk"]


def _width_of_port(text: str, node: Any) -> Iterator[Change]:
    """An output one bit too narrow."""
    header = part(text, node)
    if not header.lstrip().startswith("output"):
        return
    match = re.search(r"\[(\d+)\s*:\s*0\]", header)
    if match and int(match.group(1)) > 1:
        at = span(node)[0]
        narrow = str(int(match.group(1)) - 1)
        yield Change("port width", at + match.start(1), at + match.end(1), narrow)


def _concatenation(text: str, node: Any) -> Iterator[Change]:
    parts = [part for part in node.expressions if not is_token(part)]
    for first, second in itertools.pairwise(parts):
        new = f"{part(text, second)}, {part(text, first)}"
        yield Change("concatenation swapped", span(first)[0], span(second)[1], new)


_LITERALS = {Kind.IntegerLiteralExpression, Kind.IntegerVectorExpression}
_PORT = {Kind.ImplicitAnsiPort, Kind.PortDeclaration}
_BITWISE = {
    Kind.BinaryAndExpression,
    Kind.BinaryOrExpression,
    Kind.BinaryXorExpression,
    Kind.LogicalAndExpression,
    Kind.LogicalOrExpression,
}
_COMPARISONS = {
    Kind.EqualityExpression,
    Kind.InequalityExpression,
    Kind.LessThanExpression,
    Kind.LessThanEqualExpression,
    Kind.GreaterThanExpression,
    Kind.GreaterThanEqualExpression,
}
_ARITHMETIC = {
    Kind.AddExpression,
    Kind.SubtractExpression,
    Kind.MultiplyExpression,
    Kind.LogicalShiftLeftExpression,
    Kind.LogicalShiftRightExpression,
    Kind.ArithmeticShiftRightExpression,
}
EXPRESSIONS: dict[Any, tuple[Rule, ...]] = {
    **dict.fromkeys(_BITWISE, (_operator, _inverted)),
    **dict.fromkeys(_COMPARISONS | _ARITHMETIC, (_operator,)),
    Kind.SubtractExpression: (_operator, _operands),
    Kind.UnaryBitwiseAndExpression: (_unary,),
    Kind.UnaryBitwiseOrExpression: (_unary,),
    Kind.UnaryBitwiseXorExpression: (_unary,),
    Kind.UnaryBitwiseNandExpression: (_unary,),
    Kind.UnaryBitwiseNorExpression: (_unary,),
    Kind.UnaryBitwiseNotExpression: (_unary,),
    Kind.UnaryLogicalNotExpression: (_unary,),
    Kind.ConditionalExpression: (_ternary,),
    Kind.IntegerLiteralExpression: (_literal,),
    Kind.IntegerVectorExpression: (_literal,),
    Kind.BitSelect: (_index,),
    Kind.IdentifierName: (_input,),
    Kind.IdentifierSelectName: (_input,),
    Kind.ImplicitAnsiPort: (_width_of_port,),
    Kind.ConcatenationExpression: (_concatenation,),
}
