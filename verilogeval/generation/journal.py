"""`replies.jsonl`: every reply as it came, appended before anything is made of it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from verilogeval.generation.request import Reply, Request

NAME = "replies.jsonl"


@dataclass(frozen=True)
class Entry:
    """A reply, and what it answers; `refused`: why there never will be one."""

    task_id: str
    sample: int
    round: int
    prompt_hash: str
    seed: int | None
    attempts: int
    wall_s: float
    reply: Reply | None
    refused: str = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """Problem, sample and round."""
        return self.task_id, self.sample, self.round

    def line(self) -> str:
        """As JSON, with the line's end."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


def entry_of(
    request: Request, attempts: int, wall_s: float, reply: Reply | None, refused: str = ""
) -> Entry:
    """The entry for a request that is done with."""
    return Entry(
        task_id=request.task_id,
        sample=request.sample,
        round=request.round,
        prompt_hash=request.prompt_hash,
        seed=request.seed,
        attempts=attempts,
        wall_s=round(wall_s, 3),
        reply=reply,
        refused=refused,
    )


class Journal:
    """The file, written so that a kill at any time loses no whole line."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def open(self) -> list[Entry]:
        """What is there; a last line that a kill cut short is taken away.

        Raises:
            InputError: a line is broken.
            ToolError: the file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                data = self.path.read_bytes()
                whole = data.rfind(b"\n") + 1
                if whole < len(data):
                    os.truncate(self.path, whole)
            self._file = self.path.open("a", encoding="utf-8", errors="surrogatepass")
        except OSError as error:
            raise ToolError(f"{self.path}: cannot be written: {error.strerror}") from error
        return read_entries(self.path)

    def append(self, entry: Entry) -> None:
        """Add a line; it is on the disk when this returns.

        Raises:
            ToolError: the disk is full; the lines before are whole.
        """
        at = self._file.tell()
        try:
            self._file.write(entry.line())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            os.truncate(self.path, at)
            raise ToolError(f"{self.path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_entries(path: Path) -> list[Entry]:
    """The entries of a journal.

    Raises:
        InputError: it cannot be read, or a line is broken.
    """
    try:
        text = path.read_text("utf-8", errors="surrogatepass")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return [_entry(path, n, line) for n, line in enumerate(text.split("\n"), 1) if line]


def _entry(path: Path, number: int, line: str) -> Entry:
    try:
        value: dict[str, Any] = json.loads(line)
        reply = value.pop("reply")
        return Entry(reply=Reply(**reply) if reply else None, **value)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}:{number}: not a line of replies: {error}") from error
