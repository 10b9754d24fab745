"""`proof.jsonl`: a line for each sample that was proved, appended as it comes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from eda.errors import InputError, ToolError
from verilogeval.proof.values import Proof, proof_of

NAME = "proof.jsonl"


@dataclass(frozen=True)
class ProofRow:
    """A sample's proof; `hash` is that of its line in `results.jsonl`."""

    task_id: str
    sample: int
    hash: str
    proof: Proof

    def line(self) -> str:
        """The row as JSON, with the line's end."""
        head = {"task_id": self.task_id, "sample": self.sample, "hash": self.hash}
        return json.dumps({**head, **self.proof.to_json()}) + "\n"


def read_proofs(path: Path) -> list[ProofRow]:
    """The rows of a `proof.jsonl`; none where there is no such file.

    Raises:
        InputError: it cannot be read, or a line is broken.
    """
    if not path.exists():
        return []
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return [_row(path, number, line) for number, line in enumerate(data.splitlines(), 1)]


def _row(path: Path, number: int, line: bytes) -> ProofRow:
    try:
        value = json.loads(line)
        return ProofRow(value["task_id"], value["sample"], value["hash"], proof_of(value))
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}:{number}: not a line of proofs: {error}") from error


class ProofStore:
    """Appends rows; a last line that a kill cut short is taken away first."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def open(self) -> list[ProofRow]:
        """What is there already.

        Raises:
            InputError: a line is broken.
            ToolError: the file cannot be written.
        """
        try:
            if self.path.exists():
                data = self.path.read_bytes()
                whole = data.rfind(b"\n") + 1
                if whole < len(data):
                    os.truncate(self.path, whole)
            self._file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise ToolError(f"{self.path}: cannot be written: {error.strerror}") from error
        return read_proofs(self.path)

    def append(self, rows: list[ProofRow]) -> None:
        """Add lines; they are with the operating system when this returns.

        Raises:
            ToolError: the disk is full; the lines before are whole.
        """
        at = self._file.tell()
        try:
            self._file.write("".join(row.line() for row in rows))
            self._file.flush()
        except OSError as error:
            os.truncate(self.path, at)
            raise ToolError(f"{self.path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()
