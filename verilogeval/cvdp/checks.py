"""Why a harness cannot be run here, found by reading it."""

import ast
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath

from verilogeval.cvdp.services import CannotRun
from verilogeval.problem import HarnessService

#: Interpreters, and how they are told which file to run.
PYTEST = frozenset({"pytest", "py.test"})
PYTHON = frozenset({"python", "python3"})
_PROVIDED = {"cocotb", "cocotb_tools", "find_libpython", "pytest"}  # by the judge
_STARTERS = {
    "subprocess": {"run", "call", "check_call", "check_output", "Popen", "getoutput"},
    "os": {"system", "popen", "execv", "execvp", "spawnv", "posix_spawn"},
}


def check(services: Iterable[HarnessService], files: Mapping[str, str]) -> None:
    """Look for what cannot work without containers.

    Args:
        services: the harness's services.
        files: its files below `/src`.

    Raises:
        CannotRun: a service or a file needs something that is not there.
    """
    for service in services:
        program = PurePosixPath(service.command[0]).name
        if program not in PYTEST | PYTHON:
            raise CannotRun(f"its harness runs '{program}'")
        simulator = service.environment.get("SIM", "icarus").lower()
        if simulator != "icarus":
            raise CannotRun(f"its harness simulates with '{simulator}'")
    own = {PurePosixPath(name).parts[0].removesuffix(".py") for name in files} | _PROVIDED
    for name, text in files.items():
        if name.endswith(".py"):
            _check_file(name, text, own)


def _check_file(name: str, text: str, own: set[str]) -> None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise CannotRun(f"its file {name} is no Python: {error}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _starts(node.func):
            program = _program(node.args, tree)
            raise CannotRun(f"its harness starts {repr(program) if program else 'other programs'}")
    for module in _imports(tree):
        if module not in own and not _installed(module):
            raise CannotRun(f"its tests need the Python package '{module}', which is not installed")


def _starts(called: ast.expr) -> bool:
    """Whether a call of this starts a program."""
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
        return False
    return called.attr in _STARTERS.get(called.value.id, ())


def _program(arguments: Sequence[ast.expr], tree: ast.AST) -> str:
    """The program that a command begins with, "" where reading does not tell."""
    for argument in arguments[:1]:
        values = [argument, *_assigned(argument, tree)]
        for node in (node for value in values for node in ast.walk(value)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.split()
            ):
                return node.value.split()[0]
    return ""


def _assigned(argument: ast.expr, tree: ast.AST) -> list[ast.expr]:
    """What is assigned to a name anywhere."""
    if not isinstance(argument, ast.Name):
        return []
    assignments = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    return [
        node.value
        for node in assignments
        if any(isinstance(t, ast.Name) and t.id == argument.id for t in node.targets)
    ]


def _imports(tree: ast.AST) -> Iterator[str]:
    """First parts of the names of modules that are imported without a way out."""
    for node in _unguarded(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


def _unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those in the body of a `try`."""
    yield node
    for child in ast.iter_child_nodes(node):
        guarded = isinstance(node, ast.Try) and child in node.body
        if not guarded:
            yield from _unguarded(child)


@cache
def _installed(module: str) -> bool:
    return module in sys.stdlib_module_names or importlib.util.find_spec(module) is not None
