"""Finds the Icarus Verilog to use and tells which build it is."""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from eda.errors import ToolError
from verilogeval.icarus.probe import probe
from verilogeval.sandbox.programs import needed_by

ENVIRONMENT_VARIABLE = "EDA_RL_IVERILOG"
_PROJECT = Path(__file__).parents[2]
_BUILT = _PROJECT / ".icarus" / "12" / "bin" / "iverilog"
_REMEDY = (
    "run 'make icarus' in a checkout of eda-rl, or 'sudo apt-get install iverilog', or name one "
    f"with --iverilog or ${ENVIRONMENT_VARIABLE}"
)


@dataclass(frozen=True)
class Icarus:
    """One installation of Icarus Verilog.

    Attributes:
        iverilog: the driver.
        vvp: the simulator that belongs to it.
        base: folder of ivl, ivlpp and the code generators.
        modules: folder of the VPI modules that programs load.
        version: major and minor number.
        version_text: as the driver prints it, such as "12.0 (stable)".
        sha256: hash of compiler, code generator and simulator (64 hex digits): results are kept
            apart by it, since builds of different behaviour print the same version.
    """

    iverilog: Path
    vvp: Path
    base: Path
    modules: Path
    version: tuple[int, int]
    version_text: str
    sha256: str

    @cached_property
    def readable(self) -> tuple[Path, ...]:
        """The files and folders that compiler and simulator read beside their own executables."""
        plugins = (self.base / "vvp.tgt", *sorted(self.modules.glob("*.vpi")))
        return tuple(dict.fromkeys((self.base, self.modules, *needed_by(*plugins))))


def find_icarus(path: Path | None = None) -> Icarus:
    """Locate Icarus: `path`, else the variable's, else `.icarus/12` of a checkout, else on PATH.

    Args:
        path: the `iverilog` executable.

    Raises:
        ToolError: none is there, or what is there does not answer as Icarus does.
    """
    if path is None and os.environ.get(ENVIRONMENT_VARIABLE):
        path = Path(os.environ[ENVIRONMENT_VARIABLE])
    if path is None and _BUILT.exists():
        path = _BUILT
    located = shutil.which(path or "iverilog")
    if located is None:
        problem = f"no Icarus Verilog at {path}" if path else "Icarus Verilog is not installed"
        raise ToolError(f"{problem}: {_REMEDY}")
    return _inspect(Path(located).absolute())


@cache
def _inspect(iverilog: Path) -> Icarus:
    found = probe(iverilog)
    number = re.match(r"(\d+)\.(\d+)", found.version)
    if number is None:
        raise ToolError(f"{iverilog} tells no version ('{found.version}'): {_REMEDY}")
    vvp = _vvp(iverilog, found.base)
    digest = hashlib.sha256()
    for part in (found.base / "ivl", found.base / "vvp.tgt", vvp, found.modules / "system.vpi"):
        try:
            digest.update(part.read_bytes())
        except OSError as error:
            raise ToolError(f"{iverilog} lacks a part, {part}: {error.strerror}") from error
    return Icarus(
        iverilog=iverilog,
        vvp=vvp,
        base=found.base,
        modules=found.modules,
        version=(int(number[1]), int(number[2])),
        version_text=found.version,
        sha256=digest.hexdigest(),
    )


def _vvp(iverilog: Path, base: Path) -> Path:
    """The simulator beside the driver, or the one that the code generator names in its programs."""
    named = re.search(r"^flag:VVP_EXECUTABLE=(.+)$", (base / "vvp.conf").read_text(), re.MULTILINE)
    beside = (iverilog.with_name("vvp"), iverilog.resolve().with_name("vvp"))
    for candidate in (*beside, *([Path(named[1])] if named else [])):
        if os.access(candidate, os.X_OK):
            return candidate
    raise ToolError(f"no vvp beside {iverilog}: {_REMEDY}")
