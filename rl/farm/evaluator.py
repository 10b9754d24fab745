"""What a cluster's worker is to a search: evaluates proposals and tells which circuits it made."""

import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda.abc.binary import find_abc
from eda.abc.library import convert_library
from eda.cache import Hashed, MemoryCache
from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import Flow
from eda.synthesizer import Limits, Synthesizer
from rl.evaluation import Outcome, Proposal, evaluate


@dataclass(frozen=True)
class Kit:
    """What a worker needs to measure as the machine that searches does.

    Attributes:
        abc: hash of the ABC executable.
        library: content of the liberty file, None where no flow needs it.
        name, sha256: the library's.
        start: the circuit that the search starts from.
        flow: how circuits are mapped and measured.
        limits: of ABC commands.
    """

    abc: str
    library: bytes | None
    name: str
    sha256: str
    start: bytes
    flow: Flow
    limits: Limits


@dataclass(frozen=True)
class Source:
    """A circuit that is not there, by its hash."""

    sha256: str


@dataclass(frozen=True)
class Transition:
    """A move's commands, on a circuit, and the AIGER bytes that it made."""

    source: Source
    move: str
    target: bytes


@dataclass(frozen=True)
class Answer:
    """What came of a proposal, and the transitions that were new to the worker, in their order."""

    outcome: Outcome
    news: tuple[Transition, ...]


class _NotingCache(MemoryCache):
    """A memory cache that notes which transitions were added."""

    def __init__(self) -> None:
        super().__init__()
        self.news: list[Transition] = []

    def add_transition(self, source: Hashed, move: str, target: Circuit) -> Circuit:
        """See `MemoryCache`."""
        self.news.append(Transition(Source(source.sha256), move, target.data))
        return super().add_transition(source, move, target)


class Evaluator:
    """One live ABC session on a worker.

    Raises:
        ToolError: the worker has no ABC, or another build than the search.
    """

    def __init__(self, kit: Kit) -> None:
        abc = find_abc(None)
        if abc.sha256 != kit.abc:
            raise ToolError(
                f"{socket.gethostname()} has another ABC build than this machine: install the same "
                "pyosys there, or let $EDA_RL_ABC name the same executable"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="eda-rl-")
        home, library = Path(self._folder.name), None
        if kit.library is not None:
            path = home / "library.lib"
            path.write_bytes(kit.library)
            library = convert_library(
                abc, name=kit.name, lib=path, sha256=kit.sha256, cache_dir=home
            )
        self._cache = _NotingCache()
        self._synthesizer = Synthesizer(abc, library, jobs=1, cache=self._cache, limits=kit.limits)
        self._start, self._flow = Circuit(kit.start), kit.flow

    def ready(self) -> bool:
        """Whether the worker is there."""
        return True

    def abandon(self) -> None:
        """Stop what is under way in another thread; the worker stays."""
        self._synthesizer.abandon()

    def end(self) -> None:
        """Stop what is under way in another thread, and leave nothing behind."""
        self._synthesizer.stop()
        self._synthesizer.close()
        self._folder.cleanup()

    def evaluate(self, proposal: Proposal, given: Sequence[Transition]) -> Answer:
        """Evaluate a proposal, knowing the transitions that the search has and this worker not."""
        for each in given:
            self._cache.add_transition(each.source, each.move, Circuit(each.target))
        self._cache.news.clear()
        outcome = evaluate(self._synthesizer, self._start, proposal, self._flow)
        return Answer(outcome, tuple(self._cache.news))
