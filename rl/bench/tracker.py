"""Follows a search: its best so far, with and without the fixed scripts."""

import time
from pathlib import Path

from eda.objective import Objective
from rl.driver import Telling
from rl.evaluation import Outcome
from rl.findings import Candidate, Findings
from rl.journal import Journal
from rl.show import Silent

SCRIPT_PHASE = "script"


class Tracker:
    """What a row needs of a search.

    Args:
        objective: what is minimised.
        scripts_count: whether the fixed scripts are among the candidates that `trace` follows.

    Attributes:
        found: the searcher's best candidate.
        evaluations: of the searcher so far.
        trace: (evaluations, `time.perf_counter()`, best figure so far) at each improvement.
    """

    def __init__(self, objective: Objective, *, scripts_count: bool) -> None:
        self._objective, self._scripts_count = objective, scripts_count
        self._script: Candidate | None = None
        self.found: Candidate | None = None
        self.evaluations = 0
        self.trace: list[tuple[int, float, float]] = []

    def add(self, outcome: Outcome, *, is_script: bool = False) -> None:
        """Take in what came of a fixed script or of a proposal."""
        self.evaluations += not is_script
        if outcome.qor is None:
            return
        before = self.best
        candidate = Candidate(outcome, outcome.qor, None)
        if is_script:
            self._script = self._better(self._script, candidate)
        else:
            self.found = self._better(self.found, candidate)
        best = self.best
        if best is not None and best is not before:
            value = self._objective.value(best.qor)
            self.trace.append((self.evaluations, time.perf_counter(), value))

    @property
    def best(self) -> Candidate | None:
        """The best candidate that counts; the searcher's where a script is no better."""
        if not self._scripts_count or self._script is None:
            return self.found
        return self._script if self.found is None else self._better(self.found, self._script)

    def _better(self, known: Candidate | None, other: Candidate) -> Candidate:
        rank = self._objective.rank
        return other if known is None or rank(other.qor) < rank(known.qor) else known


class TrackingJournal(Journal):
    """The journal of a search, which tells a tracker, too.

    Args:
        path: the journal's file.
        tracker: is told every outcome.
    """

    def __init__(self, path: Path, tracker: Tracker) -> None:
        super().__init__(path)
        self._tracker = tracker

    def add_outcome(self, phase: str, telling: Telling, outcome: Outcome, elapsed_s: float) -> None:
        """See `Journal.add_outcome`."""
        super().add_outcome(phase, telling, outcome, elapsed_s)
        self._tracker.add(outcome, is_script=phase == SCRIPT_PHASE)


class Start(Silent):
    """Notes when the searcher begins.

    Attributes:
        at: `time.perf_counter()` of that moment, None before.
    """

    def __init__(self) -> None:
        self.at: float | None = None

    def search_begin(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""
        super().search_begin(findings)
        if self.at is None:
            self.at = time.perf_counter()
