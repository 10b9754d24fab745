"""Finds cocotb and what of Python the simulator must load and read for it."""

import importlib.metadata
import importlib.util
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eda.errors import ToolError
from verilogeval.sandbox.programs import needed_by

#: The versions whose insides `inside/verilogeval_regression.py` knows.
SUPPORTED = (2, 1)
_REMEDY = "run 'pip install \"cocotb>=2.1,<2.2\"'"
_LIBRARY_CACHE = Path("/etc/ld.so.cache")


@dataclass(frozen=True)
class Cocotb:
    """The installed cocotb, as the simulator needs it.

    Attributes:
        version: as it names itself.
        library: the VPI module that Icarus loads.
        users: libraries that this module loads in turn, as in GPI_USERS: Python and cocotb's.
        python: the interpreter, not that of a virtual environment.
        packages: the folders of installed packages.
        reads: what the simulator reads of all these.
    """

    version: str
    library: Path
    users: str
    python: Path
    packages: tuple[Path, ...]
    reads: tuple[Path, ...]


@cache
def find_cocotb() -> Cocotb:
    """Locate cocotb and the shared library of the running Python.

    Raises:
        ToolError: one of them is missing or too old; the text names the remedy.
    """
    spec = importlib.util.find_spec("cocotb")
    if spec is None or spec.origin is None:
        raise ToolError(f"cocotb is not installed: {_REMEDY}")
    version = importlib.metadata.version("cocotb")
    if tuple(int(part) for part in version.split(".")[:2]) != SUPPORTED:
        raise ToolError(f"cocotb {version} is installed, but 2.1 is needed: {_REMEDY}")
    folder = Path(spec.origin).parent
    library = folder / "libs" / "libcocotbvpi_icarus.so"
    simulator = folder / f"simulator{sysconfig.get_config_var('EXT_SUFFIX')}"
    for part in (library, simulator):
        if not part.exists():
            raise ToolError(f"cocotb {version} lacks {part}: {_REMEDY}")
    libpython = python_library()
    packages = tuple(
        dict.fromkeys(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib"))
    )
    return Cocotb(
        version=version,
        library=library,
        users=f"{libpython};{simulator},initialize",
        python=Path(sys.executable).resolve(),
        packages=tuple(dict.fromkeys((folder.parent, *packages))),
        reads=_reads(folder.parent, libpython, library, simulator, packages),
    )


def python_library() -> Path:
    """The shared library of the running Python, which a simulator loads for cocotb.

    Raises:
        ToolError: there is none; the text names the remedy.
    """
    import find_libpython  # noqa: PLC0415 - comes with cocotb

    found = find_libpython.find_libpython()
    if found is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise ToolError(
            f"this Python has no shared library (libpython{version}.so), which cocotb needs: run "
            f"'sudo apt-get install libpython{version}', or build Python with --enable-shared"
        )
    return Path(found)


def _reads(
    packages: Path, libpython: Path, library: Path, simulator: Path, more: tuple[Path, ...]
) -> tuple[Path, ...]:
    standard = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    loaded = needed_by(libpython, library, simulator)
    # Python's extension modules load libraries of the system, from where that of C lies.
    system = [path.resolve().parent for path in loaded if path.name.startswith("libc.so")]
    found = [packages, *more, *standard, libpython, *loaded, *system, _LIBRARY_CACHE]
    found += [path.resolve() for path in (libpython, *loaded)]
    return tuple(path for path in dict.fromkeys(found) if path.exists())
