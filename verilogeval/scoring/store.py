"""`results.jsonl`: one line for each sample, appended as it is judged."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from verilogeval.sample import Sample
from verilogeval.verdict import FirstMismatch, Judgement, Verdict


@dataclass(frozen=True)
class Row:
    """A judged sample; `hash` names source, problem and tools that the verdict is for."""

    task_id: str
    sample: int
    verdict: Verdict
    letter: str
    mismatches: int | None
    stimuli: int | None
    first_mismatch: FirstMismatch | None
    message: str
    wall_s: float
    hash: str

    def line(self) -> str:
        """The row as JSON, with the line's end."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


def row_of(sample: Sample, judgement: Judgement, wall_s: float, key: str) -> Row:
    """The row for a sample that was judged."""
    return Row(
        task_id=sample.task_id,
        sample=sample.sample,
        verdict=judgement.verdict,
        letter=judgement.letter,
        mismatches=judgement.mismatches,
        stimuli=judgement.stimuli,
        first_mismatch=judgement.first_mismatch,
        message=judgement.message,
        wall_s=round(wall_s, 4),
        hash=key,
    )


class Store:
    """A run folder's files, written so that a kill at any time loses no finished line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results = folder / "results.jsonl"

    def open(self, *, resume: bool) -> list[Row]:
        """Make the folder ready and give back what it already holds.

        Raises:
            InputError: it holds results and `resume` was not asked for, or they cannot be read.
            ToolError: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            rows = self._rows() if self.results.exists() else []
            if rows and not resume:
                raise InputError(f"{self.results} exists: give --resume to go on, or another --out")
            for name in ("sources", "logs", "waves"):
                (self.folder / name).mkdir(exist_ok=True)
            self._file = self.results.open("a", encoding="utf-8")
        except OSError as error:
            raise ToolError(f"{self.folder}: cannot be written: {error.strerror}") from error
        return rows

    def append(self, rows: list[Row]) -> None:
        """Add lines; they are with the operating system when this returns.

        Raises:
            ToolError: the disk is full; the lines before are whole.
        """
        text = "".join(row.line() for row in rows)
        at = self._file.tell()
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            os.truncate(self.results, at)
            raise ToolError(f"{self.results}: cannot be written: {error.strerror}") from error

    def keep(self, name: str, text: str) -> None:
        """Write one file of the folder, such as a source or a log, unless it is there.

        Raises:
            ToolError: the disk is full.
        """
        path = self.folder / name
        if path.exists():
            return
        partial = path.with_name(f".{path.name}.partial")
        try:
            partial.write_text(text, "utf-8")
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise ToolError(f"{path}: cannot be written: {error.strerror}") from error

    def replace(self, name: str, value: dict[str, Any]) -> Path:
        """Write one JSON file anew.

        Raises:
            ToolError: the disk is full.
        """
        path = self.folder / name
        path.unlink(missing_ok=True)
        self.keep(name, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
        return path

    def close(self) -> None:
        """Close the results' file."""
        self._file.close()

    def _rows(self) -> list[Row]:
        """The whole lines; a last one that a kill cut short is taken away."""
        data = self.results.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            os.truncate(self.results, len(whole))
        return [_row(self.results, n, line) for n, line in enumerate(whole.splitlines(), 1)]


def read_rows(path: Path) -> list[Row]:
    """The rows of a `results.jsonl`.

    Raises:
        InputError: the file cannot be read or a line is broken.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return [_row(path, number, line) for number, line in enumerate(data.splitlines(), 1)]


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        value = json.loads(line)
        first = value["first_mismatch"]
        value["first_mismatch"] = first and FirstMismatch(first["time"], tuple(first["signals"]))
        value["verdict"] = Verdict(value["verdict"])
        return Row(**value)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}:{number}: not a line of results: {error}") from error
