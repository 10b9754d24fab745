"""Changes of statements, processes and initial values."""

import itertools
from collections.abc import Iterator
from typing import Any

from benchmarks.mutation.change import Change, Kind, Rule, Token, part, replace
from verilogeval.testbench.walk import is_token, span


def _condition(text: str, node: Any) -> Iterator[Change]:
    yield replace("condition negated", node.predicate, f"!({part(text, node.predicate)})")


def _branches(text: str, node: Any) -> Iterator[Change]:
    if node.elseClause is None:
        yield replace("statement dropped", node, ";")
        return
    then, other = node.statement, node.elseClause.clause
    both = span(then)[0], span(other)[1]
    yield Change("else dropped", *span(node.elseClause), "")
    # An `else` that belongs to a nested `if` would otherwise find another `if`.
    swapped = f"begin {part(text, other)} end else begin {part(text, then)} end"
    yield Change("branches swapped", *both, swapped)
    if "reset" in part(text, node.predicate).lower():
        yield replace("reset dropped", node, part(text, other))


def _case(text: str, node: Any) -> Iterator[Change]:
    items = [item for item in node.items if not is_token(item)]
    if len(items) > 1:
        for item in items:
            yield replace("case arm dropped", item, "")
    for first, second in itertools.pairwise(items):
        if first.kind == second.kind == Kind.StandardCaseItem:
            a, b = first.clause, second.clause
            between = text[span(a)[1] : span(b)[0]]
            new = f"{part(text, b)}{between}{part(text, a)}"
            yield Change("case arms swapped", span(a)[0], span(b)[1], new)


def _edge(_: str, node: Any) -> Iterator[Change]:
    other = {Token.PosEdgeKeyword: "negedge", Token.NegEdgeKeyword: "posedge"}.get(node.edge.kind)
    if other is not None:
        yield replace("wrong edge", node.edge, other)


def _events(text: str, node: Any) -> Iterator[Change]:
    """Without the second event: an asynchronous reset becomes a synchronous one."""
    if all(one.kind == Kind.SignalEventExpression and one.edge for one in (node.left, node.right)):
        yield replace("reset made synchronous", node, part(text, node.left))


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
    if signal.kind == Kind.SignalEventExpression and "reset" in part(text, body.predicate).lower():
        reset = part(text, body.predicate)
        edge = "negedge" if reset[0] in "!~" else "posedge"
        if reset.lstrip("!~").isidentifier():
            new = f"{part(text, signal)} or {edge} {reset.lstrip('!~')}"
            yield replace("reset made asynchronous", signal, new)


def _assigned(_: str, node: Any) -> Iterator[Change]:
    """The other kind of assignment; where it makes no difference, the mutant is equivalent."""
    blocking = node.kind == Kind.AssignmentExpression
    if node.parent.kind == Kind.ExpressionStatement:
        kind = "non-blocking" if blocking else "blocking"
        yield replace(kind, node.operatorToken, "<=" if blocking else "=")


def _statement(_: str, node: Any) -> Iterator[Change]:
    if str(node.expr.kind).endswith("AssignmentExpression"):
        yield replace("statement dropped", node, ";")


def _initial(_: str, node: Any) -> Iterator[Change]:
    yield replace("initial value dropped", node, "")


def _initializer(_: str, node: Any) -> Iterator[Change]:
    if node.initializer is not None and node.parent.kind == Kind.DataDeclaration:
        yield replace("initial value dropped", node.initializer, "")


STATEMENTS: dict[Any, tuple[Rule, ...]] = {
    Kind.ConditionalStatement: (_condition, _branches),
    Kind.CaseStatement: (_case,),
    Kind.SignalEventExpression: (_edge,),
    Kind.BinaryEventExpression: (_events,),
    Kind.AlwaysBlock: (_process,),
    Kind.AlwaysFFBlock: (_process,),
    Kind.AssignmentExpression: (_assigned,),
    Kind.NonblockingAssignmentExpression: (_assigned,),
    Kind.ExpressionStatement: (_statement,),
    Kind.InitialBlock: (_initial,),
    Kind.Declarator: (_initializer,),
}
