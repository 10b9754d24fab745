"""What is known of a problem before any sample is judged, found out once by its golden source."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from verilogeval.cocotb_judge import GoldenTests
from verilogeval.problem import Problem
from verilogeval.testbench.powerup import is_unspecified
from verilogeval.testbench.record import Recording
from verilogeval.testbench.template import Template


@dataclass(frozen=True)
class Prepared:
    """A problem made ready for one version of Icarus.

    Attributes:
        template: the rewritten testbench, None where the problem has none.
        stimuli: how many comparisons a whole simulation makes.
        end: the testbench's end that a whole simulation reaches.
        known_inputs: let the testbench's signals start as 0 where it gives them no value, as the
            reference would stay unknown otherwise.
        recording: the reference's outputs, where playing them is faster than simulating it.
        tests: the cocotb tests that the golden source passes.
        wall_s: seconds that the golden source took, for the order of work.
        failure: why this version of Icarus cannot judge the problem, "" where it can.
    """

    template: Template | None = None
    stimuli: int = 0
    end: str = ""
    known_inputs: bool = False
    recording: Recording | None = None
    tests: GoldenTests | None = None
    wall_s: float = 0.0
    failure: str = ""


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
