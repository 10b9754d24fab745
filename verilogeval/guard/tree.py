"""A source's syntax tree: which parts can take effect, and what they call and drive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyslang
from pyslang import parsing, syntax

Kind = syntax.SyntaxKind
MODULES = {Kind.ModuleDeclaration, Kind.InterfaceDeclaration, Kind.ProgramDeclaration}


@dataclass(frozen=True)
class Part:
    """A module, or what stands outside of modules (`name` is then empty)."""

    name: str
    node: Any
    nodes: tuple[Any, ...]


@dataclass(frozen=True)
class Source:
    """A parsed source: its parts that a simulation of the top module can reach."""

    text: str
    parts: tuple[Part, ...]
    whole: bool
    tree: Any  # kept, because nodes do not keep it alive

    def line(self, node: Any) -> int:
        """The line in the source on which a node or token begins, from 1."""
        return self.text.count("\n", 0, offset(node)) + 1


def parse(text: str, top: str) -> Source:
    """Parse a clean source as Icarus reads it: SystemVerilog of before 2023.

    `whole` is False where slang finds the syntax wrong; what it then could not read may be missing
    from the parts, and every module counts as reachable.
    """
    bag = pyslang.Bag([_options(parsing.LexerOptions()), _options(parsing.ParserOptions())])
    tree = syntax.SyntaxTree.fromText(
        text, syntax.SyntaxTree.getDefaultSourceManager(), options=bag
    )
    whole = not any(diagnostic.isError() for diagnostic in tree.diagnostics)
    root: Any = tree.root
    members = root.members if root.kind == Kind.CompilationUnit else [root]
    parts = [_part(member) for member in members]
    return Source(text, tuple(_reachable(parts, top) if whole else parts), whole, tree)


def _options(options: Any) -> Any:
    options.languageVersion = pyslang.LanguageVersion.v1800_2017
    return options


def _part(node: Any) -> Part:
    found: list[Any] = []
    node.visit(found.append)
    named = node.kind in MODULES or node.kind == Kind.UdpDeclaration
    name = (node.header.name if node.kind in MODULES else node.name).valueText if named else ""
    return Part(name, node, tuple(found))


def _reachable(parts: list[Part], top: str) -> Iterator[Part]:
    """The parts below `top`, and all that is not in a module."""
    by_name = {part.name: part for part in parts if part.name}
    if all(part.name != top for part in parts):
        return iter(parts)  # it is somewhere else, and may use any of these
    todo, seen = [top], set()
    while todo:
        name = todo.pop()
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        todo += [
            node.type.valueText
            for node in by_name[name].nodes
            if not is_token(node) and node.kind == Kind.HierarchyInstantiation
        ]
    return (part for part in parts if not part.name or part.name in seen)


def is_token(node: Any) -> bool:
    """Whether this is a token and not a node."""
    return isinstance(node, parsing.Token)


def offset(node: Any) -> int:
    """Where a node or token begins in the text."""
    place = node.range if is_token(node) else node.sourceRange
    return int(place.start.offset)
