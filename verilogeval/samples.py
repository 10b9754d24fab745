"""Samples of a model, from JSON Lines or from a folder in the official layout."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eda.errors import InputError
from verilogeval.datasets.lines import read_json_lines, text_field
from verilogeval.sample import Sample

#: The official generator's names: `Prob001_zero_sample01.sv`, in a folder for each problem.
_FILE = re.compile(r"(?P<task>.+)_sample(?P<number>\d+)\.sv(?:\.gz)?$")


def read_samples(path: Path) -> Iterator[Sample]:
    """The samples of a `.jsonl` file or of a folder, gzipped or not, in their order.

    Raises:
        InputError: the path holds no samples, or a line is broken; the text names the line.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    yield from _of_folder(path) if path.is_dir() else _of_file(path)


def _of_file(path: Path) -> Iterator[Sample]:
    seen: Counter[str] = Counter()
    for number, line in read_json_lines(path):
        task_id = text_field(path, number, line, "task_id")
        completion = text_field(path, number, line, "completion")
        seen[task_id] += 1
        yield Sample(task_id, seen[task_id], completion)
    if not seen:
        raise InputError(f"{path}: no samples in this file")


def _of_folder(folder: Path) -> Iterator[Sample]:
    found = []
    for path in folder.rglob("*_sample*.sv*"):
        match = _FILE.fullmatch(path.name)
        if match and path.is_file():
            found.append((match.group("task"), int(match.group("number")), path))
    if not found:
        raise InputError(f"{folder}: no files named <task_id>_sample<number>.sv in this folder")
    seen: Counter[str] = Counter()
    for task_id, _, path in sorted(found):
        seen[task_id] += 1
        yield Sample(task_id, seen[task_id], _text(path))


def _text(path: Path) -> str:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    return raw.decode("utf-8", "replace")
