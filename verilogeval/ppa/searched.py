"""The best recipe for a circuit: found, replayed and proven as `eda-rl search` does it."""

import tempfile
import time
from contextlib import closing
from pathlib import Path

from eda.abc.library import AbcLibrary
from eda.errors import ToolError
from eda.frontend import Design
from eda.liberty.find import Library
from eda.qor import Qor
from eda.synthesizer import Synthesizer
from rl.clock import Clock
from rl.findings import Findings
from rl.finish import finish
from rl.journal import Journal
from rl.prepare import Prepared
from rl.runfolder import RunFolder
from rl.search import Search
from rl.settings import Settings
from rl.show import Silent
from rl.support import check_support, mappable
from rl.table import TABLES
from verilogeval.ppa.once import Once
from verilogeval.ppa.settings import CostSettings

#: Seconds for replay and proofs of one circuit.
_PROOF_S = 300.0


class Searches:
    """Searches circuits, each distinct one once; may be used by several threads.

    Args:
        settings: budget, seed and flow.
        synthesizer: the engine; each search uses one of its sessions at a time.
        library: the cells.
        abc_library: the same, as ABC loads it.
        folder: where temporary files go.
    """

    def __init__(
        self,
        settings: CostSettings,
        synthesizer: Synthesizer,
        library: Library,
        abc_library: AbcLibrary,
        folder: Path,
    ) -> None:
        # A user's own model would make figures differ from machine to machine.
        self._settings = Settings.model_validate(
            {
                "files": ("design.sv",),
                "flow": settings.flow.value,
                "budget": settings.evaluations,
                "seed": settings.seed,
                "model": "none",
            }
        )
        self._flow = self._settings.goal.flow(self._settings.flow_kind, self._settings.lut)
        self._synthesizer, self._folder = synthesizer, folder
        self._library, self._abc_library = library, abc_library
        supported = check_support(synthesizer, TABLES[self._settings.table]).table
        self._table = mappable(supported, synthesizer, self._flow)
        self._found: Once[Findings] = Once()

    def cost(self, design: Design) -> Qor:
        """What the design's logic costs at best.

        Raises:
            ToolError: nothing could be measured, replayed or proven.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as at:
            ready, folder = self._prepared(design), RunFolder(Path(at))
            findings = self._found.get(ready.start.sha256, lambda: self._search(ready, folder))
            clock = Clock(_PROOF_S, time.perf_counter(), ready.start.ands)
            claim = finish(ready, findings, folder, folder.path, clock)
        if not claim.verified:
            raise ToolError(f"what the best recipe makes is not proven: {claim.proof.answers}")
        return claim.candidate.qor

    def _search(self, ready: Prepared, folder: RunFolder) -> Findings:
        clock = Clock(None, time.perf_counter(), ready.start.ands)
        with closing(Journal(folder.events)) as journal:
            return Search(ready, jobs=1, clock=clock, journal=journal, observer=Silent()).run()

    def _prepared(self, design: Design) -> Prepared:
        start = self._synthesizer.canonical(design.core)
        return Prepared(
            settings=self._settings,
            abc=self._synthesizer.abc,
            library=self._library,
            abc_library=self._abc_library,
            design=design,
            start=start,
            flow=self._flow,
            objective=self._settings.goal,
            table=self._table.suited(start, self._flow),
            model=None,
            synthesizer=self._synthesizer,
            frontend_s=0.0,
        )
