"""What the benchmarks share: designs, libraries, the conditions of a measurement."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary, convert_library
from eda.abc.pool import scratch_folder
from eda.circuit import Circuit
from eda.folders import cache_folder
from eda.frontend import Source, read_design
from eda.liberty.find import resolve_library
from eda.synthesizer import Synthesizer

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
LIBRARIES: dict[str, str | Path] = {
    "generic": "generic",
    "asap7": SHARED / "liberty" / "asap7_rvt_tt.lib.gz",
    "sg13g2": SHARED / "liberty" / "sg13g2_typ.lib.gz",
    "sky130": SHARED / "liberty" / "sky130hd_tt.lib.gz",
}


def library(abc: AbcBinary, name: str) -> AbcLibrary:
    """One of LIBRARIES, converted for `abc`; ends the benchmark where its file is absent."""
    found = resolve_library(LIBRARIES[name], cache_folder())
    return convert_library(
        abc, name=found.name, lib=found.path, sha256=found.sha256, cache_dir=cache_folder()
    )


def design_file(name: str) -> Path:
    """A circuit of the shared data by its file's stem, or one of our examples by its file name."""
    for folder, pattern in ((SHARED / "designs", f"*/{name}.*"), (ROOT / "examples", name)):
        found = sorted(folder.glob(pattern))
        if found:
            return found[0]
    sys.exit(f"no design '{name}' under {SHARED / 'designs'} or {ROOT / 'examples'}")


def circuit(name: str, synthesizer: Synthesizer) -> Circuit:
    """The combinational core of a design, as a search starts from it."""
    lib = resolve_library(None, cache_folder())
    with TemporaryDirectory() as workdir:
        design = read_design(
            Source((design_file(name),)),
            library=lib.path,
            workdir=Path(workdir),
            abc=synthesizer.abc,
        )
    return synthesizer.canonical(design.core)


def conditions() -> str:
    """One line that belongs beside every figure."""
    abc = find_abc()
    load = os.getloadavg()[0]
    return (
        f"{abc.version}; pyosys {version('pyosys')}; Python {platform.python_version()}; "
        f"{os.cpu_count()} cores, load {load:.1f}"
    )


@contextmanager
def quiet_folder() -> Iterator[Path]:
    """A folder for a benchmark's files, in memory where there is such a place."""
    folder = scratch_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
