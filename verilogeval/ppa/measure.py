"""One source, from Verilog to its figures: front end, library and flow of `eda-rl search`."""

import hashlib
import shutil
import tempfile
import threading
from pathlib import Path

from eda.abc.binary import find_abc
from eda.abc.library import convert_library
from eda.aiger import parse_header
from eda.cache import MemoryCache
from eda.errors import InputError, ToolError
from eda.flow import Flow, FlowKind
from eda.folders import cache_folder
from eda.frontend import Design, Source, read_design
from eda.frontend.library import load_library
from eda.frontend.shell import decode
from eda.liberty.find import resolve_library
from eda.move import Move
from eda.qor import Qor
from eda.synthesizer import MoveFailedError, Synthesizer
from verilogeval.ppa.values import Compared, Figures

#: What every search is measured against, and so what a circuit is optimised with here.
SCRIPT = Move(
    "resyn2",
    "balance; rewrite; refactor; balance; rewrite; rewrite -z; balance; refactor -z; "
    "rewrite -z; balance",
    deadline_s=180.0,
)
_TIME_LIMIT_S = 60.0
_MEMORY_BYTES = 4 * 2**30


class Meter:
    """Measures sources; may be used by as many threads as it has jobs. A context manager.

    Args:
        liberty: a library as `eda-rl search --liberty` names it; None for the generic one.
        kind: the flow.
        jobs: how many sources at once.
    """

    def __init__(self, liberty: str | None, kind: FlowKind, jobs: int) -> None:
        abc = find_abc()
        folder = cache_folder()
        self.library = resolve_library(liberty, folder)
        converted = convert_library(
            abc,
            name=self.library.name,
            lib=self.library.path,
            sha256=self.library.sha256,
            cache_dir=folder,
        )
        self._abc = abc
        self._flow = Flow(kind)
        self._synthesizer = Synthesizer(abc, converted, jobs=jobs, cache=MemoryCache())
        self._folder = Path(tempfile.mkdtemp(prefix="eda-rl-ppa-"))
        self._cells = load_library(
            self.library.path,
            workdir=self._subfolder(),
            time_limit=_TIME_LIMIT_S,
            memory_limit=_MEMORY_BYTES,
        )
        self._known: dict[str, Figures | str] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "Meter":
        return self

    def __exit__(self, *_: object) -> None:
        self._synthesizer.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def flow(self) -> FlowKind:
        """How circuits are mapped."""
        return self._flow.kind

    def compare(self, source: str, reference: str, top: str) -> Compared:
        """A sample beside its reference."""
        theirs = self._figures(reference, top)
        if isinstance(theirs, str):
            return Compared(None, None, f"the reference: {theirs}")
        ours = self._figures(source, top)
        if isinstance(ours, str):
            return Compared(None, theirs, ours)
        return Compared(ours, theirs)

    def _figures(self, source: str, top: str) -> Figures | str:
        """The figures of a source, or why there are none; the same source is measured once."""
        key = hashlib.sha256(f"{top}\n{source}".encode("utf-8", "surrogatepass")).hexdigest()
        with self._lock:
            known = self._known.get(key)
        if known is None:
            try:
                known = self._measure(source, top)
            except (InputError, ToolError) as error:
                known = " ".join(str(error).split())
            with self._lock:
                self._known[key] = known
        return known

    def _measure(self, source: str, top: str) -> Figures:
        design = self._read(source, top)
        qor = Qor(0.0, 0.0, 0, 0, 0)
        if parse_header(design.core)[0].outputs:
            circuit = self._synthesizer.canonical(design.core)
            try:
                circuit = self._synthesizer.apply(circuit, SCRIPT)
                qor = self._synthesizer.cost(circuit, self._flow)
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
