"""Finds the ABC to use and tells which build it is."""

import hashlib
import importlib.util
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eda.errors import ToolError
from eda.process import run_tool

ENVIRONMENT_VARIABLE = "EDA_RL_ABC"


@dataclass(frozen=True)
class AbcBinary:
    """One ABC executable.

    Attributes:
        path: absolute path.
        version: the line that ABC's `version` command prints.
        sha256: hash of the executable (64 hex digits): what caches are versioned by, since
            builds of different behaviour print the same version.
    """

    path: Path
    version: str
    sha256: str


def find_abc(path: Path | None = None) -> AbcBinary:
    """Locate ABC: `path`, else $EDA_RL_ABC, else the one inside the `pyosys` wheel.

    Raises:
        ToolError: none is there, or what is there does not answer as ABC does.
    """
    if path is None and os.environ.get(ENVIRONMENT_VARIABLE):
        path = Path(os.environ[ENVIRONMENT_VARIABLE])
    if path is None:
        path = _pyosys_abc()
    located = shutil.which(path)
    if located is None:
        raise ToolError(f"no ABC executable at {path}: name one with --abc or $EDA_RL_ABC")
    return _inspect(Path(located).resolve())


def _pyosys_abc() -> Path:
    spec = importlib.util.find_spec("pyosys")
    if spec is None or spec.origin is None:
        raise ToolError("no ABC found: run 'pip install pyosys', or name one with $EDA_RL_ABC")
    return Path(spec.origin).parent / "yosys-abc"


@cache
def _inspect(path: Path) -> AbcBinary:
    answer = run_tool([str(path), "-s", "-c", "version"], time_limit=30)
    version = next((line for line in answer.output.splitlines() if line.startswith("UC Berk")), "")
    if answer.returncode != 0 or not version:
        raise ToolError(f"{path} does not answer as ABC does: name another with $EDA_RL_ABC")
    with path.open("rb") as executable:
        digest = hashlib.sha256(executable.read()).hexdigest()
    return AbcBinary(path, version.strip(), digest)
