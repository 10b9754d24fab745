"""The house rules that can be checked: imports go one way, files stay small."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

ROOMS = ("eda", "rl", "verilogeval")
FORBIDDEN = {"eda": {"rl", "verilogeval"}, "rl": {"verilogeval"}, "verilogeval": set()}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
FILES = [path for path in FILES if "problems" not in path.parts]


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file names in import statements."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # What runs in a process of its own, without the package, names its neighbours only.
            assert node.level == 0 or path.parent.name == "inside", f"{path}: relative import"
            if node.level == 0:
                yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert not FORBIDDEN[room] & set(imported(path))
    assert "tests" not in set(imported(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_under_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400


def test_the_rooms_are_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} >= set(ROOMS)


def test_the_command_line_imports_lazily() -> None:
    """Printing the help must not load the search, nor numpy."""
    code = (
        "import sys, eda_rl\n"
        "try:\n    eda_rl.main(['--help'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('rl', 'numpy', 'rich', 'pydantic', 'pyosys')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
