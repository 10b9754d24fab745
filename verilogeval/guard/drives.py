"""Whether a module may drive its own inputs, back into what it is connected to.

The answer errs to yes: it only decides how the sample is connected. A net that is an input can be
driven by an assignment, an initialised or pulled declaration, a gate, an instance, a task's output
argument, `force`, `alias`, or through a port that is not an input at all.
"""

from collections.abc import Collection, Iterable
from typing import Any

from pyslang import parsing, syntax

from verilogeval.guard.tasks import WRITING
from verilogeval.guard.tree import Part, is_token

Kind = syntax.SyntaxKind

#: Words with which a net is driven in ways that are not followed further.
_WORD_LIST = """
    force release deassign alias inout ref supply0 supply1 tri0 tri1 triand trior wand wor trireg
    pullup pulldown tran rtran tranif0 tranif1 rtranif0 rtranif1 interface modport bind defparam
"""
_WORDS = frozenset(_WORD_LIST.split())
#: Stands for a name that is not known.
_ANY = ""
_STEPS = {
    Kind.UnaryPreincrementExpression,
    Kind.UnaryPredecrementExpression,
    Kind.PostincrementExpression,
    Kind.PostdecrementExpression,
}


def drives_inputs(parts: Iterable[Part], top: str, inputs: Collection[str]) -> bool:
    """Whether any of these modules may drive one of its inputs.

    Args:
        parts: the modules below `top`, and what stands outside of modules.
        top: the module under test.
        inputs: those of its ports that its environment drives, whatever it declares them to be.
    """
    parts = list(parts)
    directions = {part.name: _directions(part) for part in parts if part.name}
    if any(not is_input and name in inputs for name, is_input in directions.get(top, ())):
        return True
    writers = {name for part in parts for name in _writers(part)}
    return any(_drives(part, directions, writers) for part in parts)


def _directions(part: Part) -> list[tuple[str, bool]]:
    """The ports of a module in order: name, and whether it is an input."""
    ports: list[tuple[str, bool]] = []
    known: dict[str, bool] = {}
    listed: list[str] = []
    last = True
    for node in part.nodes:
        if is_token(node):
            continue
        if node.kind == Kind.ImplicitAnsiPort:
            direction = _direction(node.header)
            last = last if direction is None else direction
            ports.append((node.declarator.name.valueText, last))
        elif node.kind == Kind.PortDeclaration and node.parent == part.node:
            for declarator in node.declarators:
                if not is_token(declarator):
                    known[declarator.name.valueText] = bool(_direction(node.header))
        elif node.kind == Kind.PortReference:
            listed.append(node.name.valueText)
        elif node.kind == Kind.ExplicitAnsiPort:
            ports.append((node.name.valueText, False))
    return ports or [(name, known.get(name, False)) for name in listed]


def _direction(header: Any) -> bool | None:
    word = getattr(header, "direction", None)
    if word is None or not word:
        return None
    return bool(word.kind == parsing.TokenKind.InputKeyword)


def _writers(part: Part) -> Iterable[str]:
    """Tasks and functions that have arguments other than inputs."""
    for node in part.nodes:
        if not is_token(node) and node.kind in {Kind.TaskDeclaration, Kind.FunctionDeclaration}:
            found: list[Any] = []
            node.visit(found.append)
            words = {token.rawText for token in found if is_token(token)}
            if words & {"output", "inout", "ref"}:
                yield str(node.prototype.name.getLastToken().valueText)


def _called(node: Any) -> set[str]:
    """The name of what an invocation calls; `_ANY` where it is not a single one."""
    found: list[Any] = []
    node.left.visit(found.append)
    names = {token.valueText for token in found if is_token(token)}
    return names if len(names) == 1 else {_ANY}


def _drives(part: Part, directions: dict[str, list[tuple[str, bool]]], writers: set[str]) -> bool:
    inputs = {name for name, is_input in directions.get(part.name, ()) if is_input}
    for node in part.nodes:
        if is_token(node):
            if node.rawText in _WORDS:
                return True
        elif _driven(node, directions, writers) & {*inputs, _ANY}:
            return True
    return False


def _driven(
    node: Any, directions: dict[str, list[tuple[str, bool]]], writers: set[str]
) -> set[str]:
    """The names that one node may drive; `_ANY` where that cannot be told."""
    kind = node.kind
    driven: set[str] = set()
    if str(kind).endswith("AssignmentExpression"):
        driven = _bases(node.left)
    elif kind in _STEPS:
        driven = _names(node)
    elif kind in {Kind.NetDeclaration, Kind.DataDeclaration}:
        declared = [d for d in node.declarators if not is_token(d) and d.initializer is not None]
        driven = {declarator.name.valueText for declarator in declared}
    elif kind == Kind.PrimitiveInstantiation:
        instances = [i for i in node.instances if not is_token(i)]
        outputs = [c for instance in instances for c in _connections(instance)[:-1]]
        driven = set().union(*map(_names, outputs))
    elif kind == Kind.HierarchyInstantiation:
        driven = _driven_by_instance(node, directions.get(node.type.valueText))
    elif kind == Kind.InvocationExpression and _called(node) & ({*WRITING, _ANY} | writers):
        driven = _names(node)
    return driven


def _driven_by_instance(node: Any, ports: list[tuple[str, bool]] | None) -> set[str]:
    driven: set[str] = set()
    by_name = dict(ports or ())
    for instance in node.instances:
        if is_token(instance):
            continue
        for place, connection in enumerate(_connections(instance)):
            if connection.kind == Kind.NamedPortConnection:
                name = connection.name.valueText
                is_input = by_name.get(name, False)
                names = {name} if connection.expr is None else _names(connection.expr)
            elif connection.kind == Kind.WildcardPortConnection:
                is_input, names = False, {name for name, kept in by_name.items() if not kept}
            else:
                is_input = bool(ports and place < len(ports) and ports[place][1])
                names = _names(connection)
            if not is_input:
                driven |= names
    return driven


def _connections(instance: Any) -> list[Any]:
    return [connection for connection in instance.connections if not is_token(connection)]


def _bases(node: Any) -> set[str]:
    """The names on the left of an assignment, without those in its indices."""
    if node.kind in {Kind.IdentifierName, Kind.IdentifierSelectName}:
        return {node.identifier.valueText}
    if node.kind == Kind.ElementSelectExpression:
        return _bases(node.left)
    if node.kind in {Kind.ScopedName, Kind.MemberAccessExpression}:
        return {_ANY}  # a member of a structure, or a net anywhere
    if node.kind == Kind.ConcatenationExpression:
        parts = [part for part in node.expressions if not is_token(part)]
        return set().union(*map(_bases, parts))
    return _names(node)


def _names(node: Any) -> set[str]:
    found: list[Any] = []
    node.visit(found.append)
    return {
        token.valueText
        for token in found
        if is_token(token) and token.kind == parsing.TokenKind.Identifier
    }
