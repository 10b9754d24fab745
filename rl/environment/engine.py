"""ABC and a library, kept open while designs come and go."""

import shutil
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda.abc.binary import find_abc
from eda.abc.library import convert_library
from eda.abc.pool import scratch_folder
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.errors import InputError, ToolError
from eda.flow import PLAIN, Flow
from eda.folders import cache_folder
from eda.frontend import Source, read_design
from eda.liberty.find import resolve_library
from eda.qor import Qor
from eda.synthesizer import Limits, MoveFailedError, Synthesizer
from rl.prepare import COST_DEADLINE_S
from rl.scripts import SCRIPTS
from rl.suites import SuiteDesign, find_suite, single_design

KEPT_DESIGNS = 256
_MEMORY = 4 * 2**30


@dataclass(frozen=True)
class Loaded:
    """A design ready for episodes.

    Attributes:
        name: of the design.
        start: the circuit that episodes begin with.
        cost: its own cost, or None where it cannot be measured.
        baseline: cost of resyn2 under the same flow, or of the first script that works.
    """

    name: str
    start: Circuit
    cost: Qor | None
    baseline: Qor


class Engine:
    """One ABC session with one library and one flow, for any number of designs.

    Args:
        flow: how circuits are mapped and measured.
        liberty: what `eda.liberty.find.resolve_library` takes; not looked at by a flow without
            cells.
        abc: path of the ABC executable, or None for the one that is found.

    Raises:
        InputError: the library cannot be used.
        ToolError: ABC is missing or failed.
    """

    def __init__(self, flow: Flow, liberty: str = "generic", abc: Path | None = None) -> None:
        self.flow = flow
        self._abc = find_abc(abc)
        self._library = resolve_library(liberty, cache_folder())
        converted = None
        if flow.needs_library:
            converted = convert_library(
                self._abc,
                name=self._library.name,
                lib=self._library.path,
                sha256=self._library.sha256,
                cache_dir=cache_folder(),
            )
        self._cache = MemoryCache()
        limits = Limits(_MEMORY, COST_DEADLINE_S)
        self.synthesizer = Synthesizer(
            self._abc, converted, jobs=1, cache=self._cache, limits=limits
        )
        self._loaded: OrderedDict[tuple[Path, ...], Loaded] = OrderedDict()

    def load(self, design: SuiteDesign) -> Loaded:
        """Read a design and measure its baseline; the last few hundred are remembered.

        Raises:
            InputError: the design cannot be read or has no logic.
            ToolError: no script can be measured on it.
        """
        known = self._loaded.get(design.files)
        if known is not None:
            self._loaded.move_to_end(design.files)
            return known
        workdir = scratch_folder()
        try:
            read = read_design(
                Source(files=design.files, top=design.top),
                library=self._library.path,
                workdir=workdir,
                abc=self._abc,
            )
        finally:
            shutil.rmtree(workdir, ignore_errors=True)
        start = self.synthesizer.canonical(read.core)
        if start.outputs == 0:
            raise InputError(f"{design.name}: no logic between its registers and ports to optimise")
        loaded = Loaded(design.name, start, self.cost(start), self._baseline(design.name, start))
        self._loaded[design.files] = loaded
        if len(self._loaded) > KEPT_DESIGNS:
            self._loaded.popitem(last=False)
        return loaded

    def cost(self, circuit: Circuit) -> Qor | None:
        """What `circuit` costs, or None where it cannot be measured."""
        try:
            return self.synthesizer.cost(circuit, self.flow)
        except MoveFailedError:
            return None

    def _baseline(self, name: str, start: Circuit) -> Qor:
        for script in SCRIPTS:  # resyn2 is the first of them
            if script.recipe.ending == PLAIN:
                circuit = start
                try:
                    for move in script.recipe.moves:
                        circuit = self.synthesizer.apply(circuit, move)
                    return self.synthesizer.cost(circuit, self.flow)
                except MoveFailedError:
                    continue
        raise ToolError(f"{name}: no fixed script could be measured")

    def close(self) -> None:
        """End ABC."""
        self.synthesizer.close()
        self._cache.close()


def named_designs(designs: str | Path | Sequence[str | Path]) -> tuple[SuiteDesign, ...]:
    """Files and suites by name, as designs.

    Args:
        designs: a file, a suite that `eda-rl suites` lists, a folder; or several of them.

    Raises:
        InputError: one of them is not there.
    """
    found: list[SuiteDesign] = []
    for spec in [designs] if isinstance(designs, str | Path) else designs:
        if Path(spec).is_file():
            found.append(single_design(Path(spec)))
        else:
            found.extend(find_suite(str(spec)).designs)
    if not found:
        raise InputError("no design")
    return tuple(found)
