"""Keeps what was learnt of a library, and its decompressed text, under the hash of its file.

Files appear under their final name only when complete, so any number of processes may share the
folder; two that learn the same thing write the same bytes.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError
from eda.liberty.facts import Facts, Tie, read_facts

_FORMAT = 1  # count up when what `read_facts` finds changes


@dataclass(frozen=True)
class Entry:
    """What is known of one library file.

    Attributes:
        sha256: hash of the uncompressed text (64 hex digits).
        size: bytes of that text.
        stored: whether the text is kept in the cache too.
        facts: what its cells are good for.
    """

    sha256: str
    size: int
    stored: bool
    facts: Facts


def text_path(folder: Path, sha256: str) -> Path:
    """Where the text of that hash is kept."""
    return folder / f"{sha256}.lib"


def recall(folder: Path, key: str) -> Entry | None:
    """What was learnt under `key`; None if nothing was, or it is damaged or incomplete."""
    try:
        record = json.loads(_record_path(folder, key).read_bytes())
        entry = _decode(record)
        if entry.stored and text_path(folder, entry.sha256).stat().st_size != entry.size:
            return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return entry


def learn(folder: Path, key: str, text: bytes, source: str, *, store: bool) -> Entry:
    """Read the facts of `text`, and keep them under `key`; with `store` keep the text too.

    Args:
        folder: of the cache; made when absent.
        key: hash of the file that `text` comes from.
        text: uncompressed Liberty text.
        source: its name in errors.
        store: whether to keep the text.

    Raises:
        InputError: the text is not Liberty, or the folder cannot be written.
    """
    facts = read_facts(text.decode("utf-8", "replace"), source)
    entry = Entry(hashlib.sha256(text).hexdigest(), len(text), store, facts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if store:
            _write(text_path(folder, entry.sha256), text)
        _write(_record_path(folder, key), json.dumps(_encode(entry)).encode())
    except OSError as error:
        raise InputError(f"cannot write the cache folder {folder}: {error.strerror}") from error
    return entry


def _record_path(folder: Path, key: str) -> Path:
    return folder / f"{key}.facts.json"


def _write(path: Path, data: bytes) -> None:
    """Write a whole file under a passing name and rename it."""
    handle, passing = tempfile.mkstemp(prefix=path.name[:16] + ".", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(passing).chmod(0o644)
        Path(passing).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(passing).unlink()
        raise


def _encode(entry: Entry) -> dict[str, Any]:
    return {"format": _FORMAT, **asdict(entry)}


def _decode(record: dict[str, Any]) -> Entry:
    if record["format"] != _FORMAT:
        raise ValueError("another format")
    facts = dict(record["facts"])
    for constant in ("tie_low", "tie_high"):
        facts[constant] = Tie(**facts[constant]) if facts[constant] else None
    return Entry(record["sha256"], record["size"], record["stored"], Facts(**facts))
