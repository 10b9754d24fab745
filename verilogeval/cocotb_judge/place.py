"""The folder in which a sample is judged: files for reading, an interpreter, places to work."""

import ast
import py_compile
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from eda.errors import InputError
from verilogeval.cocotb_judge.installation import Cocotb

_INTERPRETER = "python"
#: Python code that runs in the simulator.
_INSIDE = Path(__file__).parent / "inside"
_SLOW = ("pdb", "pytest", "ssl")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts below a folder; Python files are compiled as well.

    Raises:
        InputError: a name leads out of the folder.
    """
    for name, text in files.items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise InputError(f"'{name}' is no name of a file below the problem's folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
        if path.suffix == ".py":
            _write_compiled(path, text)


def _write_compiled(path: Path, text: str) -> None:
    code = _compiled(text, path.name)
    if code:
        place = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(code)


@lru_cache(maxsize=256)
def _compiled(text: str, name: str) -> bytes:
    """The bytecode file of a module, which is believed without a look at the source; b"" if broken.

    What is wrong with a broken one, its import will say.
    """
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, name), Path(scratch, "compiled")
        source.write_text(text, "utf-8", newline="")
        try:
            py_compile.compile(
                str(source),
                str(target),
                dfile=name,
                doraise=True,
                quiet=1,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
        except (py_compile.PyCompileError, ValueError):
            return b""
        return target.read_bytes()


@cache
def _inside() -> Mapping[str, str]:
    """The modules of that code by file name."""
    return {path.name: path.read_text("utf-8") for path in _INSIDE.glob("*.py")}


def write_interpreter(folder: Path, cocotb: Cocotb) -> Path:
    """Make a virtual environment with nothing but our own code, which starts quicker than others.

    Returns:
        Its folder.
    """
    home = folder / _INTERPRETER
    (home / "bin").mkdir(parents=True, exist_ok=True)
    settings = f"home = {cocotb.python.parent}\ninclude-system-site-packages = false\n"
    (home / "pyvenv.cfg").write_text(settings, "utf-8")
    (home / "bin" / "python").symlink_to(cocotb.python)
    write_files(home / "inside", _inside())
    return home


def spared(files: Mapping[str, str], modules: Iterable[str]) -> tuple[str, ...]:
    """Which modules that are slow to import the tests do not need; none if that cannot be told.

    Args:
        files: all texts that could be imported, by path.
        modules: names of the modules that hold the tests.
    """
    own = {Path(name).stem: text for name, text in files.items() if name.endswith(".py")}
    imported: set[str] = set()
    todo = list(modules)
    while todo:
        name = todo.pop()
        if name in imported:
            continue
        imported.add(name)
        if name in own:
            todo += _imports(own[name])
        elif name != "cocotb" and name not in sys.stdlib_module_names:
            return ()
    return tuple(name for name in _SLOW if name not in imported)


@lru_cache(maxsize=256)
def _imports(text: str) -> tuple[str, ...]:
    """The first parts of the names of all modules that a text imports; "" where it is broken."""
    try:
        nodes: Iterable[ast.AST] = ast.walk(ast.parse(text))
    except (SyntaxError, ValueError):
        return ("",)
    names: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." if node.level else node.module or "")
    return tuple(name.split(".")[0] for name in names)


def work_folder(folder: Path, name: str) -> Path:
    """A folder for compiler and simulator below the judge's, made if it is not there."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    return place
