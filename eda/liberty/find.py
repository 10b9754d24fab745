"""Finds a cell library by name or path and makes it ready for tools, once per content."""

import difflib
import gzip
import hashlib
import io
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from eda.errors import InputError
from eda.liberty import cache, catalogue, effort, function, generic, registers, write
from eda.liberty.facts import Facts
from eda.liberty.pdk import PDKS, find_pdk

GENERIC = "generic"
MAX_BYTES = 1 << 29  # of Liberty text; a compressed file may claim to hold any amount

_MAKERS = (catalogue, effort, function, generic, registers, write)  # what the text depends on
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Library:
    """A cell library that tools can read.

    Attributes:
        name: the name within the Liberty text.
        path: absolute path of the uncompressed text.
        sha256: hash of that text (64 hex digits).
        source: what the user named: a short name or a path.
        generic: whether it is the embedded one.
        facts: what its cells are good for.
    """

    name: str
    path: Path
    sha256: str
    source: str
    generic: bool
    facts: Facts


def resolve_library(spec: str | Path | None, cache_dir: Path) -> Library:
    """Find a library, decompress it where needed, and learn what it has.

    What was learnt is kept in `cache_dir` under the hash of the file's content, so the next call
    only reads and hashes the file. Several processes may share the folder.

    Args:
        spec: None or `generic` for the embedded library; a path to a `.lib` or `.lib.gz`; or the
            short name of a PDK below $PDK_ROOT: `sky130`, `gf180`, `ihp-sg13g2`.
        cache_dir: folder for decompressed text and for facts; made when absent.

    Raises:
        InputError: nothing of that name; the file is absent, not gzip, not Liberty, or its cells
            do not suffice to map circuits; the cache cannot be written.
    """
    if spec is None or spec == GENERIC:
        return _resolve_generic(cache_dir)
    path = _locate(spec)
    data = _read(path)
    if path.suffix == ".gz" and not data.startswith(_GZIP):
        raise InputError(f"{path}: not a gzip file, though its name ends in .gz")
    key = hashlib.sha256(data).hexdigest()
    compressed = data.startswith(_GZIP)
    known = cache.recall(cache_dir, key)
    if known is None:
        text = _decompress(data, path) if compressed else data
        known = cache.learn(cache_dir, key, text, str(path), store=compressed)
    _require_usable(known.facts, path)
    text_path = cache.text_path(cache_dir, known.sha256) if compressed else path
    return Library(
        known.facts.name, text_path.absolute(), known.sha256, str(spec), False, known.facts
    )


def _resolve_generic(cache_dir: Path) -> Library:
    """The embedded library; its key is the hash of the code that makes it."""
    sources = (Path(str(module.__file__)) for module in _MAKERS)
    key = hashlib.sha256(b"".join(_read(path) for path in sources)).hexdigest()
    known = cache.recall(cache_dir, key)
    if known is None:
        text = generic.library_text().encode("ascii")
        known = cache.learn(cache_dir, key, text, generic.LIBRARY_NAME, store=True)
    path = cache.text_path(cache_dir, known.sha256).absolute()
    return Library(known.facts.name, path, known.sha256, GENERIC, True, known.facts)


def _locate(spec: str | Path) -> Path:
    """The file that `spec` means."""
    if isinstance(spec, str) and spec in PDKS:
        return find_pdk(spec)
    path = Path(spec)
    if isinstance(spec, Path) or os.sep in spec or ".lib" in path.suffixes or path.is_file():
        return path
    names = (GENERIC, *PDKS)
    close = difflib.get_close_matches(spec.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'? " if close else ""
    known = ", ".join(names)
    raise InputError(f"no library {spec!a}: {hint}known names: {known}; or name a .lib file")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValueError as error:  # a NUL character in the name
        raise InputError(f"{str(path)!a}: {error}") from error


def _decompress(data: bytes, path: Path) -> bytes:
    """The text of a gzip file, bounded by MAX_BYTES."""
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            text = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: damaged gzip file: {error}") from error
    if len(text) > MAX_BYTES:
        raise InputError(f"{path}: holds more than {MAX_BYTES >> 20} MiB of text")
    return text


def _require_usable(facts: Facts, path: Path) -> None:
    """Refuse a library that a mapper cannot express every circuit with."""
    if not facts.combinational:
        missing = "no combinational cell"
    elif not facts.has_inverter:
        missing = "no inverter"
    elif not facts.has_nand_or_nor:
        missing = "no two-input AND, OR, NAND or NOR"
    else:
        return
    raise InputError(f"{path}: library {facts.name[:60]!a} cannot map circuits: {missing}")
