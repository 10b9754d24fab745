"""Prepared problems on disk, for later runs."""

import hashlib
import json
import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from verilogeval.problem import Problem
from verilogeval.scoring.prepared import Prepared
from verilogeval.testbench.powerup import is_unspecified

_PREPARED = TypeAdapter(Prepared)
_PROBLEM = TypeAdapter(Problem)


def fingerprint(problem: Problem) -> str:
    """A hash of all that decides a problem's verdicts."""
    value = _PROBLEM.dump_python(problem, mode="json")
    value["power_up_unspecified"] = is_unspecified(problem)
    for aside in ("prompt", "category"):
        del value[aside]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


class PreparedCache:
    """Prepared problems on disk, for later runs; what cannot be read is made again."""

    def __init__(self, folder: Path, versions: str) -> None:
        self._folder = folder
        self._versions = versions

    def get(self, problem: Problem) -> Prepared | None:
        """What an earlier run found with the same tools, or None."""
        try:
            return _PREPARED.validate_json(self._path(problem).read_bytes())
        except (OSError, ValidationError):  # absent, or left by a full disk: it can be made again
            return None

    def put(self, problem: Problem, prepared: Prepared) -> None:
        """Keep what was found, whole or not at all; a cache that cannot be written is no loss."""
        path = self._path(problem)
        partial = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_PREPARED.dump_json(prepared))
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)

    def _path(self, problem: Problem) -> Path:
        key = hashlib.sha256(f"{self._versions} {fingerprint(problem)}".encode()).hexdigest()
        return self._folder / f"{key}.json"
