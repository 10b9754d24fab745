"""A liberty library converted into the form that ABC reads fastest.

`write_scl` keeps every figure exactly: mapping, sizing and timing with the converted library
agree to the last printed digit with `read_lib` of the original (a test holds this).

Cells of more than six inputs are left out. `map` uses none of them, and `mfs3` ends ABC where a
library has one.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from eda.abc.binary import AbcBinary
from eda.errors import InputError, ToolError
from eda.process import run_tool

_MOST_INPUTS = 6
_GATE = re.compile(r"^GATE\s+(\S+)\s+\S+\s+[^=]+=(.*?);", re.MULTILINE | re.DOTALL)
_PIN = re.compile(r"[^\s()!*+|&^']+")


@dataclass(frozen=True)
class AbcLibrary:
    """A library ready for ABC.

    Attributes:
        name: its liberty name.
        lib: the uncompressed liberty file.
        scl: the same, converted by this ABC.
        sha256: hash of the liberty text.
        wide: cells that are left out.
    """

    name: str
    lib: Path
    scl: Path
    sha256: str
    wide: tuple[str, ...] = ()

    @property
    def read_command(self) -> str:
        """The ABC command that loads the converted library."""
        return f"read_scl {self.scl}"

    def read_original(self, path: Path) -> str:
        """The ABC command that loads the liberty file, under the path that it has now."""
        return _read_lib(self.wide, path)


def convert_library(
    abc: AbcBinary, *, name: str, lib: Path, sha256: str, cache_dir: Path
) -> AbcLibrary:
    """Convert `lib`, or find it converted already.

    Raises:
        InputError: ABC cannot use the library.
        ToolError: the cache folder's path has a space or `;`, which ABC cannot read.
    """
    folder = cache_dir / "scl" / abc.sha256[:16]
    if any(character in str(folder) for character in " \t;\"'#"):
        raise ToolError(f"ABC cannot read paths such as {folder}: choose another --cache-dir")
    scl, wide = folder / f"{sha256}.narrow.scl", folder / f"{sha256}.wide"
    if not scl.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _convert(abc, name, lib, scl, wide)
    return AbcLibrary(name, lib, scl, sha256, tuple(wide.read_text("utf-8").split()))


def _convert(abc: AbcBinary, name: str, lib: Path, scl: Path, wide: Path) -> None:
    with tempfile.TemporaryDirectory(dir=scl.parent) as scratch:
        source, gates, made = (Path(scratch) / each for each in ("source.lib", "gates", "made.scl"))
        source.symlink_to(lib.resolve())
        _run(abc, name, lib, f"read_lib {source}; write_genlib {gates}", gates)
        left_out = tuple(_wide(gates.read_text("utf-8", "replace")))
        reading = f"{_read_lib(left_out, source)}; write_scl {made}; read_scl {made}"
        _run(abc, name, lib, reading, made)
        names = Path(scratch) / "names"
        names.write_text("\n".join(left_out), "utf-8")
        names.replace(wide)
        made.replace(scl)


def _run(abc: AbcBinary, name: str, lib: Path, commands: str, made: Path) -> None:
    answer = run_tool([str(abc.path), "-s", "-c", f"{commands}; echo converted"], time_limit=300)
    if "\nconverted" not in answer.output or not made.exists() or not made.stat().st_size:
        words = [row for row in answer.output.splitlines() if row.strip()][1:]
        reason = words[-1].strip()[:200] if words else f"exit status {answer.returncode}"
        raise InputError(f"{lib}: ABC cannot use library {name}: {reason}")


def _wide(genlib: str) -> list[str]:
    """The cells of a genlib file that have more inputs than a truth table of 64 bits."""
    inputs = {cell: len(set(_PIN.findall(formula))) for cell, formula in _GATE.findall(genlib)}
    return sorted(cell for cell, count in inputs.items() if count > _MOST_INPUTS)


def _read_lib(left_out: tuple[str, ...], path: Path) -> str:
    return " ".join(["read_lib", *(f"-X {cell}" for cell in left_out), str(path)])
