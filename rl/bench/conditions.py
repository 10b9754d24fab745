"""Under which conditions rows were made: what stands beside every figure."""

import hashlib
import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eda.abc.binary import AbcBinary

_PACKAGES = ("eda", "rl")


class Conditions(BaseModel):
    """One run of the command.

    Attributes:
        abc: the line that ABC's `version` prints.
        abc_sha256: hash of its executable.
        code: short hash of the source of `eda` and `rl`.
        cores: of the machine.
        load: of the machine, when the run began.
        command: as it was typed.
        at: when the run began.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    abc: str
    abc_sha256: str
    pyosys: str
    python: str
    eda_rl: str
    code: str
    cores: int
    load: float
    command: str
    at: str


def conditions(abc: AbcBinary, command: str) -> Conditions:
    """Those of now."""
    return Conditions(
        abc=abc.version,
        abc_sha256=abc.sha256,
        pyosys=version("pyosys"),
        python=platform.python_version(),
        eda_rl=version("eda-rl"),
        code=code_hash(),
        cores=len(os.sched_getaffinity(0)),
        load=round(os.getloadavg()[0], 2),
        command=command,
        at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )


def code_hash() -> str:
    """Short hash of everything of ours that a row depends on."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
