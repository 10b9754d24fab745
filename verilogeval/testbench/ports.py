"""The ports that a sample must have, and what a testbench connects to them."""

from dataclasses import dataclass
from typing import Any

from pyslang import Bag, ast, syntax

from eda.errors import InputError
from verilogeval.testbench.walk import is_token


@dataclass(frozen=True)
class Port:
    """A port of the reference: `width` in bits; `input`: the module only reads it."""

    name: str
    width: int
    input: bool


def ports_of(tree: Any, module: str) -> tuple[Port, ...]:
    """The ports of a module that the text of `tree` defines, in order.

    Raises:
        InputError: there is no such module.
    """
    options = ast.CompilationOptions()
    options.topModules = {module}
    compilation = ast.Compilation(Bag([options]))
    compilation.addSyntaxTree(tree)
    for instance in compilation.getRoot().topInstances:
        if instance.name == module:
            return tuple(
                Port(port.name, port.type.bitWidth, port.direction == ast.ArgumentDirection.In)
                for port in instance.body.portList
            )
    raise InputError(f"the testbench's files do not define the module '{module}'")


def connect(instance: Any, ports: tuple[Port, ...]) -> list[tuple[Port, str]]:
    """The ports that an instance connects, each with the expression for it as it is written.

    Where the instance names ports that do not exist, the testbench was written for other names; it
    is then connected by order, if the number of ports agrees.

    Raises:
        InputError: it has another number of ports.
    """
    kinds = syntax.SyntaxKind
    by_name = {port.name: port for port in ports}
    named: list[tuple[str, str]] = []
    ordered: list[str] = []
    for connection in instance.connections:
        if is_token(connection):
            continue
        if connection.kind == kinds.NamedPortConnection:
            name = connection.name.valueText
            expression = str(connection.expr).strip() if connection.openParen else name
            named.append((name, expression if connection.expr or not connection.openParen else ""))
        elif connection.kind == kinds.WildcardPortConnection:
            done = {name for name, _ in named}
            named += [(name, name) for name in by_name if name not in done]
        else:
            ordered.append(str(connection).strip())
    if named and {name for name, _ in named} <= by_name.keys():
        return [(by_name[name], expression) for name, expression in named]
    ordered = ordered or [expression for _, expression in named]
    if len(ordered) != len(ports):
        raise InputError("testbench and reference disagree about the ports")
    return list(zip(ports, ordered, strict=True))
