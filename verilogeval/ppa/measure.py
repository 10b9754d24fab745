"""One source, from Verilog to its figures: front end, library and flow of `eda-rl search`."""

import hashlib
import json
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eda.abc.binary import find_abc
from eda.abc.library import AbcLibrary, convert_library
from eda.aiger import parse_header
from eda.cache import Cache, DiskCache, MemoryCache
from eda.errors import InputError, ToolError
from eda.flow import Flow
from eda.folders import cache_folder
from eda.frontend import Design, Source, read_design
from eda.frontend.library import load_library
from eda.frontend.shell import decode
from eda.liberty.find import resolve_library
from eda.move import Move
from eda.qor import Qor
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.scripts import BASELINE, RESYN2
from verilogeval.ppa.once import Once
from verilogeval.ppa.settings import CostSettings
from verilogeval.ppa.values import Compared, Figures

if TYPE_CHECKING:
    from verilogeval.ppa.searched import Searches

#: Raised with every change of this package that can change a figure.
METHOD = 1
#: What every search is measured against, and so what a circuit is optimised with here.
SCRIPT = Move(BASELINE, RESYN2, deadline_s=180.0)
_TIME_LIMIT_S = 60.0
_MEMORY_BYTES = 4 * 2**30


class Meter:
    """Measures sources; may be used by as many threads as it has jobs. A context manager.

    Args:
        settings: library, flow and how circuits are optimised.
        jobs: how many sources at once.
    """

    def __init__(self, settings: CostSettings, jobs: int) -> None:
        abc = find_abc()
        folder = cache_folder()
        self.library = resolve_library(settings.liberty, folder)
        converted = convert_library(
            abc,
            name=self.library.name,
            lib=self.library.path,
            sha256=self.library.sha256,
            cache_dir=folder,
        )
        self._abc, self._settings = abc, settings
        self._flow = Flow(settings.flow)
        self._cache = _cache(settings, folder, abc.sha256)
        self._synthesizer = Synthesizer(abc, converted, jobs=jobs, cache=self._cache)
        self._folder = Path(tempfile.mkdtemp(prefix="eda-rl-ppa-"))
        self._cells = load_library(
            self.library.path,
            workdir=self._subfolder(),
            time_limit=_TIME_LIMIT_S,
            memory_limit=_MEMORY_BYTES,
        )
        self._searches = self._searching(converted) if settings.evaluations else None
        self._known: Once[Figures | str] = Once()

    def __enter__(self) -> "Meter":
        return self

    def __exit__(self, *_: object) -> None:
        self._synthesizer.close()
        self._cache.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End what is measured in other threads."""
        self._synthesizer.stop()

    @property
    def key(self) -> str:
        """Differs wherever the same source could get other figures."""
        settings = self._settings
        decisive = [METHOD, self._abc.sha256, self.library.sha256, settings.flow.value]
        decisive += [version(package) for package in ("pyosys", "pyslang")]
        if settings.evaluations:
            decisive += [settings.evaluations, settings.seed, version("eda-rl")]
        return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:16]

    def compare(self, source: str, reference: str, top: str) -> Compared:
        """A sample beside its reference."""
        theirs = self._figures(reference, top)
        if isinstance(theirs, str):
            return Compared(None, None, f"the reference: {theirs}")
        ours = self._figures(source, top)
        if isinstance(ours, str):
            return Compared(None, theirs, ours)
        return Compared(ours, theirs)

    def _searching(self, converted: AbcLibrary) -> "Searches":
        # What searches takes a while to import.
        from verilogeval.ppa.searched import Searches  # noqa: PLC0415

        return Searches(
            self._settings, self._synthesizer, self.library, converted, self._subfolder()
        )

    def _figures(self, source: str, top: str) -> Figures | str:
        """The figures of a source, or why there are none; the same source is measured once."""
        key = hashlib.sha256(f"{top}\n{source}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._known.get(key, lambda: self._try(source, top))

    def _try(self, source: str, top: str) -> Figures | str:
        try:
            return self._measure(source, top)
        except (InputError, ToolError) as error:
            return " ".join(str(error).split())

    def _measure(self, source: str, top: str) -> Figures:
        design = self._read(source, top)
        qor = Qor(0.0, 0.0, 0, 0, 0)
        if parse_header(design.core)[0].outputs:
            try:
                qor = self._cost(design)
            except MoveFailedError as error:
                raise ToolError(f"ABC: {error}") from error
        registers = self._register_area(design)
        return Figures(
            area=qor.area + registers,
            logic_area=qor.area,
            delay=qor.delay,
            gates=qor.gates,
            flops=design.flops,
            latches=design.latches,
        )

    def _cost(self, design: Design) -> Qor:
        if self._searches is not None:
            return self._searches.cost(design)
        circuit = self._synthesizer.apply(self._synthesizer.canonical(design.core), SCRIPT)
        return self._synthesizer.cost(circuit, self._flow)

    def _read(self, source: str, top: str) -> Design:
        """By slang, or else by Yosys's own front end: what Icarus takes, one of them may not."""
        complaint: InputError | None = None
        for suffix in (".sv", ".v"):
            folder = self._subfolder()
            path = folder / f"design{suffix}"
            path.write_text(source, "utf-8")
            given = Source((path,), top=top, time_limit=_TIME_LIMIT_S, memory_limit=_MEMORY_BYTES)
            try:
                return read_design(
                    given, library=self.library.path, workdir=folder / "work", abc=self._abc
                )
            except InputError as error:
                complaint = complaint or InputError(str(error).replace(f"{folder}/", ""))
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        assert complaint is not None  # noqa: S101 - both suffixes were refused
        raise complaint

    def _register_area(self, design: Design) -> float:
        shell = decode(design.shell)
        missing = {r.kind for r in shell.registers if r.kind not in shell.cells}
        if missing:
            kinds = ", ".join(sorted(missing))
            raise InputError(f"the library has no cell for registers of kind {kinds}")
        return sum(self._cells.area(shell.cells[r.kind].cell) for r in shell.registers)

    def _subfolder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._folder))


def _cache(settings: CostSettings, folder: Path, build: str) -> Cache:
    """Where searches look up and keep what they evaluate, that of `eda-rl search`."""
    if not settings.evaluations or not settings.cached:
        return MemoryCache()
    return DiskCache(
        folder / "evaluations", build, warn=lambda words: click.echo(f"warning: {words}", err=True)
    )
