"""Brings the user's files to where tools can read them: unpacked, under names that are only names.

Yosys and slang expand `*`, `?`, `~` and `$X` in file names, and ABC splits its commands at blanks
and semicolons. A file whose path holds anything but plain characters is reached through a link.
"""

import gzip
import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from eda.errors import InputError

MAX_UNPACKED = 2 * 2**30  # bytes; a larger one is taken for a decompression bomb
_PLAIN = re.compile(r"/[A-Za-z0-9_./+-]*\Z")
_DEFINE = re.compile(r"[A-Za-z_]\w*(=[^\x00-\x1f\"\\;]*)?\Z")
_PARAM_VALUE = re.compile(r"-?[0-9]+|[0-9]*'[sS]?[bodhBODH][0-9a-fA-F_xXzZ?]+|\"[\w .:/+-]*\"")
_CHUNK = 1 << 20


@dataclass
class Stage:
    """Paths for tools, and the names that the user knows them by.

    Attributes:
        folder: where links and unpacked files are put.
        names: path for a tool to name for the user.
    """

    folder: Path
    names: dict[str, str] = field(default_factory=dict)

    def file(self, path: Path) -> Path:
        """A path of plain characters to the contents of `path`, unpacked if it ends in `.gz`."""
        check_file(path)
        if path.suffix == ".gz":
            target = self._unused(path.with_suffix("").name)
            target.write_bytes(read_bytes(path))
        elif _PLAIN.match(str(path.absolute())):
            target = path.absolute()
        else:
            target = self._unused(path.name)
            target.symlink_to(path.absolute())
        self.names[str(target)] = str(path)
        return target

    def directory(self, path: Path) -> Path:
        """A path of plain characters to the folder `path`."""
        if not path.is_dir():
            raise InputError(f"{path}: no such folder (--include)")
        target = path.absolute()
        if not _PLAIN.match(str(target)):
            target = self._unused("include")
            target.symlink_to(path.absolute(), target_is_directory=True)
        self.names[str(target)] = str(path)
        return target

    def restore(self, text: str) -> str:
        """`text` with the tool's paths replaced by those that the user gave."""
        known = dict(self.names)
        for path, name in self.names.items():
            # slang names a file relative to the working folder at times, links resolved
            known.setdefault(os.path.relpath(path), name)
            known.setdefault(os.path.relpath(name), name)
        paths = sorted((path for path in known if len(path) > 2), key=len, reverse=True)
        if not paths:
            return text
        pattern = rf"(?<![\w./-])(?:{'|'.join(map(re.escape, paths))})"
        return re.sub(pattern, lambda found: known[found[0]], text)

    def _unused(self, name: str) -> Path:
        plain = re.sub(r"[^A-Za-z0-9_.]", "_", name)
        folder = self.folder / f"in{len(self.names)}"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / plain
        target.unlink(missing_ok=True)
        return target


def check_file(path: Path) -> None:
    """Refuse what is not a readable, non-empty file.

    Raises:
        InputError: with the reason.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file")
    if not path.is_file():
        raise InputError(f"{path}: not a file")
    try:
        with path.open("rb") as stream:
            first = stream.read(1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if not first:
        raise InputError(f"{path}: the file is empty")


def read_bytes(path: Path, limit: int = MAX_UNPACKED) -> bytes:
    """The contents of a file, unpacked if it ends in `.gz`.

    Raises:
        InputError: it cannot be read, is not gzip, is cut short, or unpacks to above `limit` bytes.
    """
    check_file(path)
    if path.suffix != ".gz":
        return path.read_bytes()
    chunks, size = [], 0
    try:
        with gzip.open(path, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise InputError(f"{path}: unpacks to more than {limit} bytes")
                chunks.append(chunk)
    except EOFError as error:
        raise InputError(f"{path}: the gzip file is truncated") from error
    except (gzip.BadGzipFile, zlib.error, OSError) as error:
        raise InputError(f"{path}: not a gzip file, or a damaged one ({error})") from error
    if not size:
        raise InputError(f"{path}: the file is empty")
    return b"".join(chunks)


def check_defines(defines: Iterable[str]) -> None:
    """Refuse macro definitions that are not `NAME` or `NAME=VALUE`."""
    for define in defines:
        if not _DEFINE.match(define):
            raise InputError(f"--define '{define}': expected NAME or NAME=VALUE")


def check_params(params: Iterable[tuple[str, str]]) -> None:
    """Refuse parameter values that are not Verilog numbers or strings."""
    for name, value in params:
        if not re.fullmatch(r"[A-Za-z_][\w$]*", name) or not _PARAM_VALUE.fullmatch(value):
            raise InputError(
                f"--param '{name}={value}': expected NAME=VALUE with a Verilog number or string"
            )
