"""JSON Lines, plain or gzipped, with the line's number in every complaint."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eda.errors import InputError


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of its line; blank lines are passed over.

    Raises:
        InputError: the file cannot be read, or a line is not a JSON object in UTF-8.
    """
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _object(path, number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read after line {number}: {error}") from error


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}:{number}: not UTF-8: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{number}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise InputError(f"{path}:{number}: JSON is nested too deeply") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}:{number}: a JSON object is expected")
    return value


def text_field(path: Path, number: int, line: dict[str, Any], name: str) -> str:
    """A field that must be a string.

    Raises:
        InputError: it is missing or is something else.
    """
    value = line.get(name)
    if not isinstance(value, str):
        raise InputError(f"{path}:{number}: '{name}' must be a string")
    # Half of a surrogate pair is no character: what a model wrote there is lost already.
    return value.encode("utf-8", "replace").decode("utf-8")
