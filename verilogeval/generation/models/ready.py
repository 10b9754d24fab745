"""Replies that somebody else asked for, from a folder or a file."""

import re
from pathlib import Path
from typing import Any

from eda.errors import InputError
from verilogeval.datasets.lines import read_json_lines, text_field
from verilogeval.generation.request import RefusedError, Reply, Request

_FILE = re.compile(r"(?P<task>.+?)_sample(?P<number>\d+)(?:_response)?\.(?:txt|md|sv|v)$")


class Ready:
    """Hands out replies in their order.

    They are files `<task_id>_sample<number>.txt` (or .md) anywhere below a folder, or the lines
    `{"task_id": ..., "reply": ...}` of a JSON Lines file.

    Raises:
        InputError: there are none, or a line is broken.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
        self._path = path
        self._replies = _of_folder(path) if path.is_dir() else _of_file(path)
        if not self._replies:
            expected = "<task_id>_sample<number>.txt" if path.is_dir() else "task_id and reply"
            raise InputError(f"{path}: no replies here: expected {expected}")

    def describe(self) -> dict[str, Any]:
        """See `Model`."""
        return {"by": "ready replies", "model": self._path.name.split(".")[0]}

    async def close(self) -> None:
        """See `Model`."""

    async def ask(self, request: Request) -> Reply:
        """See `Model`."""
        replies = self._replies.get(request.task_id, [])
        if request.round or request.sample > len(replies):
            raise RefusedError(f"there are {len(replies)} replies")
        return Reply(replies[request.sample - 1])


def _of_folder(folder: Path) -> dict[str, list[str]]:
    found: list[tuple[str, int, Path]] = []
    for path in folder.rglob("*_sample*"):
        match = _FILE.fullmatch(path.name)
        if match and path.is_file():
            found.append((match["task"], int(match["number"]), path))
    replies: dict[str, list[str]] = {}
    for task_id, _, path in sorted(found):
        try:
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
        replies.setdefault(task_id, []).append(text)
    return replies


def _of_file(path: Path) -> dict[str, list[str]]:
    replies: dict[str, list[str]] = {}
    for number, line in read_json_lines(path):
        task_id = text_field(path, number, line, "task_id")
        replies.setdefault(task_id, []).append(text_field(path, number, line, "reply"))
    return replies
