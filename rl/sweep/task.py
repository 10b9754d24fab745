"""What a sweep is made of: one search or one scoring, as a value."""

import hashlib
import json
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from rl.settings import Settings


class Kind(str, Enum):
    """What a task does."""

    SEARCH = "search"
    VERILOGEVAL = "verilogeval"


class Scoring(BaseModel):
    """What a scoring is told; see `eda-rl verilogeval score`.

    Attributes:
        samples: absolute path.
        dataset: a name, or an absolute path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: Path
    dataset: str
    task: str | None
    official: bool
    allow_partial: bool
    missing: str
    max_mismatches: int
    time_limit: float
    memory: int

    def arguments(self) -> list[str]:
        """The same as options of the command."""
        words = [str(self.samples), "--dataset", self.dataset, "--missing", self.missing]
        for name in ("task", "max_mismatches", "time_limit", "memory"):
            value = getattr(self, name)
            if value is not None:
                words += [f"--{name.replace('_', '-')}", str(value)]
        for name in ("official", "allow_partial"):
            words += [f"--{name.replace('_', '-')}"] * getattr(self, name)
        return words


class Task(BaseModel):
    """One task.

    Attributes:
        name: of the design, or of the file of samples.
        suite: the design's suite, or empty.
        held_out: whether the design is for testing only.
        liberty: what rows call the library; empty for a scoring.
        contents: hash of each file that the result depends on, by what it is.
        search: the settings of a search, else None.
        scoring: what a scoring is told, else None.
        ands: estimate of the circuit's size; 0 for a scoring.
        seconds: estimate of how long it takes with one job.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    suite: str = ""
    held_out: bool = False
    liberty: str = ""
    contents: dict[str, str]
    search: Settings | None = None
    scoring: Scoring | None = None
    ands: int = 0
    seconds: float = 0.0

    @property
    def kind(self) -> Kind:
        """Whether it searches or scores."""
        return Kind.SEARCH if self.search is not None else Kind.VERILOGEVAL

    @property
    def key(self) -> str:
        """Hash of everything that decides the result (16 hex digits); paths do not."""
        decisive: dict[str, Any] = {"name": self.name, **self.contents}
        given = self.search if self.search is not None else self.scoring
        if given is not None:
            out = {"files", "include_dirs", "liberty", "samples", "dataset", "abc"}
            decisive |= given.model_dump(mode="json", exclude=out)
        text = json.dumps(decisive, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def id(self) -> str:
        """What its folder is called."""
        plain = "".join(c if c.isalnum() or c in "-_" else "_" for c in self.name)[:48]
        return f"{plain}-{self.key}"

    @property
    def choices(self) -> dict[str, Any]:
        """What tells it from its neighbours in the matrix."""
        if self.search is not None:
            names = ("objective", "flow", "table", "searcher", "budget", "time_limit", "seed")
            chosen = self.search.model_dump(mode="json", include=set(names))
            return {"liberty": self.liberty, **{name: chosen[name] for name in names}}
        if self.scoring is None:
            return {}
        return {"dataset": self.scoring.dataset, "official": self.scoring.official}


def files_hash(paths: list[Path]) -> str:
    """Hash of files' content, folders with all that is in them (64 hex digits).

    Raises:
        OSError: one cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for one in inner:
            name = str(one.relative_to(path)) if path.is_dir() else ""
            digest.update(name.encode() + b"\0" + hashlib.sha256(one.read_bytes()).digest())
    return digest.hexdigest()
