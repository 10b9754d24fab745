"""A liberty library converted into the form that ABC reads fastest.

`write_scl` keeps every figure exactly: mapping, sizing and timing with the converted library
agree to the last printed digit with `read_lib` of the original (a test holds this).
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from eda.abc.binary import AbcBinary
from eda.errors import InputError, ToolError
from eda.process import run_tool


@dataclass(frozen=True)
class AbcLibrary:
    """A library ready for ABC.

    Attributes:
        name: its liberty name.
        lib: the uncompressed liberty file.
        scl: the same, converted by this ABC.
        sha256: hash of the liberty text.
    """

    name: str
    lib: Path
    scl: Path
    sha256: str

    @property
    def read_command(self) -> str:
        """The ABC command that loads the converted library."""
        return f"read_scl {self.scl}"


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
    scl = folder / f"{sha256}.scl"
    if not scl.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _convert(abc, name, lib, scl)
    return AbcLibrary(name, lib, scl, sha256)


def _convert(abc: AbcBinary, name: str, lib: Path, scl: Path) -> None:
    with tempfile.TemporaryDirectory(dir=scl.parent) as scratch:
        source, made = Path(scratch) / "source.lib", Path(scratch) / "made.scl"
        source.symlink_to(lib.resolve())
        commands = f"read_lib {source}; write_scl {made}; read_scl {made}; echo converted"
        answer = run_tool([str(abc.path), "-s", "-c", commands], time_limit=300)
        if "\nconverted" not in answer.output or not made.exists() or not made.stat().st_size:
            words = [row for row in answer.output.splitlines() if row.strip()][1:]
            reason = words[-1].strip()[:200] if words else f"exit status {answer.returncode}"
            raise InputError(f"{lib}: ABC cannot use library {name}: {reason}")
        made.replace(scl)
