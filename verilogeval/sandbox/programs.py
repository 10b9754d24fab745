"""What the system must read to start a program: its interpreter and its shared libraries."""

import errno
import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eda.errors import ToolError

_PT_INTERP = 3
#: Where the dynamic linker finds which library is where; without it it tries many places.
_LINKER_CACHE = tuple(name for name in ("/etc/ld.so.cache",) if Path(name).exists())


@dataclass(frozen=True)
class Needs:
    """Files that starting a program touches.

    Attributes:
        executed: the program, the interpreter of a script, the dynamic linker.
        libraries: shared libraries.
    """

    executed: tuple[str, ...]
    libraries: tuple[str, ...]


def needs(program: Path, library_path: str = "") -> Needs:
    """What is needed to start `program`.

    Args:
        program: its path.
        library_path: LD_LIBRARY_PATH of the run.

    Raises:
        ToolError: there is no such program, or a library of it is missing.
    """
    try:
        changed = program.stat().st_mtime_ns
        if not os.access(program, os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return _needs(str(program), changed, library_path)
    except OSError as error:
        raise ToolError(f"cannot start {program}: {error.strerror}") from error


def needed_by(*plugins: Path, library_path: str = "") -> tuple[Path, ...]:
    """The shared libraries that plug-ins (.so, .vpi, .tgt) load, to be among a run's `reads`.

    A library that cannot be found is left out: the program that loads the plug-in may have it.

    Raises:
        ToolError: a plug-in cannot be read.
    """
    linker = _interpreter(Path(sys.executable).resolve())
    if linker is None:
        return ()
    found: dict[str, None] = {}
    for plugin in plugins:
        if not plugin.is_file():
            raise ToolError(f"cannot read {plugin}")
        libraries, _ = _linked(linker, str(plugin), plugin.stat().st_mtime_ns, library_path)
        found.update(dict.fromkeys(libraries))
    return tuple(Path(name) for name in found)


@lru_cache(maxsize=256)
def _needs(program: str, changed: int, library_path: str) -> Needs:
    script = _script_interpreter(Path(program))
    if script is not None:
        inner = needs(Path(script), library_path)
        return Needs((program, *inner.executed), inner.libraries)
    linker = _interpreter(Path(program))
    if linker is None:
        return Needs((program,), ())
    libraries, missing = _linked(linker, program, changed, library_path)
    if missing:
        raise ToolError(f"cannot start {program}: it needs {missing[0]}, which is not installed")
    return Needs((program, linker), (*libraries, *_LINKER_CACHE))


def _script_interpreter(path: Path) -> str | None:
    with path.open("rb") as file:
        line = file.readline(256)
    if not line.startswith(b"#!"):
        return None
    return os.fsdecode(line[2:].split()[0])


def _interpreter(path: Path) -> str | None:
    """The dynamic linker that an ELF file names, None where it names none."""
    with path.open("rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":  # 64 bits, little-endian
            return None
        (table,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        for index in range(count):
            file.seek(table + index * size)
            kind, _, offset, _, _, length = struct.unpack("<IIQQQQ", file.read(40))
            if kind == _PT_INTERP:
                file.seek(offset)
                return os.fsdecode(file.read(length).rstrip(b"\0"))
    return None


@lru_cache(maxsize=1024)
def _linked(
    linker: str, file: str, changed: int, library_path: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The shared libraries of a file that are found, and those that are not."""
    del changed  # only to ask again when the file is another
    listing = subprocess.run(
        [linker, "--list", file],
        capture_output=True,
        check=False,
        env={"LD_LIBRARY_PATH": library_path} if library_path else {},
    )
    found, missing = [], []
    for row in os.fsdecode(listing.stdout).splitlines():
        name, _, place = row.strip().partition(" => ")
        path = (place or name).rsplit(" (", 1)[0]
        if path == "not found":
            missing.append(name)
        elif path.startswith("/"):
            found.append(path)
    return tuple(found), tuple(missing)
