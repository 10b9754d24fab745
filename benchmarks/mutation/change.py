"""The single changes that make a design wrong in ways in which designs are often wrong."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyslang import parsing, syntax

from verilogeval.testbench.walk import is_token, span

Kind = syntax.SyntaxKind
Token = parsing.TokenKind


@dataclass(frozen=True)
class Change:
    """Put `new` in place of the characters from `start` to `end`."""

    kind: str
    start: int
    end: int
    new: str


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


def changes(text: str, found: list[Any]) -> Iterator[Change]:
    """All changes of a source.

    Args:
        text: the source, in ASCII, so that offsets in bytes are offsets in characters.
        found: the nodes of its syntax tree.
    """
    for node in found:
        if not is_token(node):
            for rule in _RULES.get(node.kind, ()):
                yield from rule(text, node)


def _part(text: str, node: Any) -> str:
    start, end = span(node)
    return text[start:end]


def _replace(kind: str, node: Any, new: str) -> Change:
    return Change(kind, *span(node), new)


def _operator(_: str, node: Any) -> Iterator[Change]:
    new = _OPERATORS.get(node.operatorToken.kind)
    if new is not None:
        yield _replace("operator", node.operatorToken, new)


def _operands(text: str, node: Any) -> Iterator[Change]:
    new = f"{_part(text, node.right)} {node.operatorToken.rawText} {_part(text, node.left)}"
    yield _replace("operands swapped", node, new)


def _unary(_: str, node: Any) -> Iterator[Change]:
    token = node.operatorToken
    new = _REDUCTIONS.get(token.kind)
    if new is not None:
        yield _replace("reduction", token, new)
    if token.kind in {Token.Tilde, Token.Exclamation}:
        yield _replace("inversion dropped", token, "")


def _inverted(text: str, node: Any) -> Iterator[Change]:
    """An operand of a binary operator, inverted."""
    if node.kind in _BITWISE and node.left.kind == Kind.IdentifierName:
        yield _replace("operand inverted", node.left, f"(~{_part(text, node.left)})")


def _condition(text: str, node: Any) -> Iterator[Change]:
    yield _replace("condition negated", node.predicate, f"!({_part(text, node.predicate)})")


def _branches(text: str, node: Any) -> Iterator[Change]:
    if node.elseClause is None:
        yield _replace("statement dropped", node, ";")
        return
    then, other = node.statement, node.elseClause.clause
    both = span(then)[0], span(other)[1]
    yield Change("else dropped", *span(node.elseClause), "")
    # An `else` that belongs to a nested `if` would otherwise find another `if`.
    swapped = f"begin {_part(text, other)} end else begin {_part(text, then)} end"
    yield Change("branches swapped", *both, swapped)
    if "reset" in _part(text, node.predicate).lower():
        yield _replace("reset dropped", node, _part(text, other))


def _ternary(text: str, node: Any) -> Iterator[Change]:
    both = span(node.left)[0], span(node.right)[1]
    yield Change("branches swapped", *both, f"{_part(text, node.right)} : {_part(text, node.left)}")


def _case(text: str, node: Any) -> Iterator[Change]:
    items = [item for item in node.items if not is_token(item)]
    if len(items) > 1:
        for item in items:
            yield _replace("case arm dropped", item, "")
    for first, second in itertools.pairwise(items):
        if first.kind == second.kind == Kind.StandardCaseItem:
            a, b = first.clause, second.clause
            between = text[span(a)[1] : span(b)[0]]
            new = f"{_part(text, b)}{between}{_part(text, a)}"
            yield Change("case arms swapped", span(a)[0], span(b)[1], new)


def _edge(_: str, node: Any) -> Iterator[Change]:
    other = {Token.PosEdgeKeyword: "negedge", Token.NegEdgeKeyword: "posedge"}.get(node.edge.kind)
    if other is not None:
        yield _replace("wrong edge", node.edge, other)


def _events(text: str, node: Any) -> Iterator[Change]:
    """Without the second event: an asynchronous reset becomes a synchronous one."""
    if all(
        part.kind == Kind.SignalEventExpression and part.edge for part in (node.left, node.right)
    ):
        yield _replace("reset made synchronous", node, _part(text, node.left))


def _process(text: str, node: Any) -> Iterator[Change]:
    """A synchronous reset becomes an asynchronous one."""
    timing = node.statement
    if timing.kind != Kind.TimingControlStatement:
        return
    event = getattr(timing.timingControl, "expr", None)
    body = timing.statement
    if body.kind == Kind.SequentialBlockStatement:
        items = [item for item in body.items if not is_token(item)]
        body = items[-1] if items else body
    signal = getattr(event, "expr", event)
    if body.kind != Kind.ConditionalStatement or signal is None:
        return
    if signal.kind == Kind.SignalEventExpression and "reset" in _part(text, body.predicate).lower():
        reset = _part(text, body.predicate)
        edge = "negedge" if reset[0] in "!~" else "posedge"
        if reset.lstrip("!~").isidentifier():
            new = f"{_part(text, signal)} or {edge} {reset.lstrip('!~')}"
            yield _replace("reset made asynchronous", signal, new)


def _assigned(_: str, node: Any) -> Iterator[Change]:
    """The other kind of assignment; where it makes no difference, the mutant is equivalent."""
    blocking = node.kind == Kind.AssignmentExpression
    if node.parent.kind == Kind.ExpressionStatement:
        kind = "non-blocking" if blocking else "blocking"
        yield _replace(kind, node.operatorToken, "<=" if blocking else "=")


def _statement(_: str, node: Any) -> Iterator[Change]:
    if str(node.expr.kind).endswith("AssignmentExpression"):
        yield _replace("statement dropped", node, ";")


def _literal(text: str, node: Any) -> Iterator[Change]:
    written = _part(text, node)
    match = _LITERAL.fullmatch(written)
    if match is None or _ancestor(node, _PORT):
        return
    kind = "constant"
    if _ancestor(node, {Kind.SimpleRangeSelect, Kind.BitSelect, Kind.AscendingRangeSelect}):
        kind = "index"
    if _ancestor(node, {Kind.VariableDimension}):
        kind = "width"
    head, digits = match.group("head") or "", match.group("digits") or written
    base = _BASES[head.rstrip()[-1].lower()] if head else 10
    value = int(digits.replace("_", ""), base)
    width = int(head.split("'")[0]) if head else 31
    for other in (value + 1, value - 1):
        if 0 <= other < 2**width:
            yield _replace(kind, node, f"{head}{other:{_FORMATS[base]}}")


def _index(text: str, node: Any) -> Iterator[Change]:
    """A neighbour of the selected bit, and a bit of the lower half alone."""
    if node.expr.kind not in _LITERALS:
        index = _part(text, node.expr)
        yield _replace("index", node.expr, f"({index}) + 1")
        yield _replace("index", node.expr, f"({index}) >> 1")


def _input(text: str, node: Any) -> Iterator[Change]:
    """Another input in place of the one that is read; a vector where a part of it is selected."""
    module = node
    while module.parent is not None and module.kind != Kind.ModuleDeclaration:
        module = module.parent
    name = node.identifier.valueText
    selected = node.kind == Kind.IdentifierSelectName
    inputs = [n for n, is_vector in _inputs(text, module) if is_vector or not selected]
    if name not in inputs or len(inputs) < 2 or _ancestor(node, {Kind.SignalEventExpression}):
        return
    other = inputs[(inputs.index(name) + 1) % len(inputs)]
    yield _replace("wrong input", node.identifier, other)


def _inputs(text: str, module: Any) -> list[tuple[str, bool]]:
    """The names of a module's inputs, without a clock, and which are vectors."""
    ports = getattr(module.header, "ports", None)
    inputs = []
    for port in getattr(ports, "ports", ()):
        if not is_token(port) and port.kind == Kind.ImplicitAnsiPort:
            header = port.header
            direction = getattr(header, "direction", None)
            if direction is not None and direction.kind == Token.InputKeyword:
                inputs.append((port.declarator.name.valueText, "[" in _part(text, header)))
    return [(name, is_vector) for name, is_vector in inputs if name != "clk"]


def _width_of_port(text: str, node: Any) -> Iterator[Change]:
    """An output one bit too narrow."""
    header = _part(text, node)
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
        new = f"{_part(text, second)}, {_part(text, first)}"
        yield Change("concatenation swapped", span(first)[0], span(second)[1], new)


def _initial(_: str, node: Any) -> Iterator[Change]:
    yield _replace("initial value dropped", node, "")


def _initializer(_: str, node: Any) -> Iterator[Change]:
    if node.initializer is not None and node.parent.kind == Kind.DataDeclaration:
        yield _replace("initial value dropped", node.initializer, "")


def _ancestor(node: Any, kinds: Any) -> bool:
    at = node.parent
    while at is not None:
        if at.kind in kinds:
            return True
        at = at.parent
    return False


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
_Rule = Callable[[str, Any], Iterator[Change]]
_RULES: dict[Any, tuple[_Rule, ...]] = {
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
    Kind.ConditionalStatement: (_condition, _branches),
    Kind.ConditionalExpression: (_ternary,),
    Kind.CaseStatement: (_case,),
    Kind.SignalEventExpression: (_edge,),
    Kind.BinaryEventExpression: (_events,),
    Kind.AlwaysBlock: (_process,),
    Kind.AlwaysFFBlock: (_process,),
    Kind.AssignmentExpression: (_assigned,),
    Kind.NonblockingAssignmentExpression: (_assigned,),
    Kind.ExpressionStatement: (_statement,),
    Kind.IntegerLiteralExpression: (_literal,),
    Kind.IntegerVectorExpression: (_literal,),
    Kind.BitSelect: (_index,),
    Kind.IdentifierName: (_input,),
    Kind.IdentifierSelectName: (_input,),
    Kind.ImplicitAnsiPort: (_width_of_port,),
    Kind.ConcatenationExpression: (_concatenation,),
    Kind.InitialBlock: (_initial,),
    Kind.Declarator: (_initializer,),
}
