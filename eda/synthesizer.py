"""Applies moves to circuits and measures circuits, each thing once."""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.abc.library import AbcLibrary
from eda.abc.pool import SessionPool
from eda.abc.session import AbcCommandError, AbcSession
from eda.cache import Cache, Hashed
from eda.circuit import Circuit
from eda.errors import EdaError, ToolCrash, ToolError, ToolTimeout
from eda.flow import PLAIN, Ending, Flow, FlowKind
from eda.move import Move
from eda.qor import Qor, parse_luts, parse_stime

_READ_DEADLINE = 60.0


@dataclass(frozen=True)
class Limits:
    """What one ABC command may take.

    Attributes:
        memory: bytes of address space of each ABC process.
        cost_deadline_s: seconds for mapping, sizing and timing of one circuit.
    """

    memory: int = 4 * 2**30
    cost_deadline_s: float = 300.0


class MoveFailedError(ToolError):
    """A move or a measurement does not work on a circuit, now or when tried again."""


class StoppedError(EdaError):
    """The synthesizer was stopped while a call was under way; nothing is known of its result."""


class Synthesizer:
    """ABC as a function on circuits; safe for as many threads as it has sessions.

    Args:
        abc: which ABC.
        library: the library that flows map to; None when no flow needs one.
        jobs: number of live ABC sessions.
        cache: where results are looked up and kept.
        limits: what one command may take.
    """

    def __init__(
        self,
        abc: AbcBinary,
        library: AbcLibrary | None,
        *,
        jobs: int,
        cache: Cache,
        limits: Limits = Limits(),
    ) -> None:
        self.abc = abc
        self.library = library
        self.jobs = jobs
        self._cache = cache
        self._limits = limits
        preamble = [library.read_command] if library is not None else []
        self._pool = SessionPool(abc, jobs=jobs, preamble=preamble, memory_limit=limits.memory)
        self._failed: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._beside_s = 0.0
        self._stopped = threading.Event()
        self._round = 0

    @property
    def busy_s(self) -> float:
        """Seconds spent in ABC commands, by all sessions and by what ran beside them."""
        return sum(self._pool.busy_s) + self._beside_s

    def spent_beside(self, seconds: float) -> None:
        """Count seconds that an ABC process of its own took for these sessions' caller."""
        with self._lock:
            self._beside_s += seconds

    @property
    def session_busy_s(self) -> tuple[float, ...]:
        """Seconds that each session has spent in ABC commands."""
        return self._pool.busy_s

    @contextmanager
    def worker(self) -> "Iterator[Worker]":
        """Borrow a session for several calls in a row; waits while all are in use."""
        with self._pool.session() as session:
            yield Worker(self, session)

    def apply(self, circuit: Circuit, move: Move) -> Circuit:
        """The circuit that `move` makes of `circuit`.

        Raises:
            MoveFailedError: the move does not work on this circuit; remembered.
        """
        with self.worker() as worker:
            return worker.apply(circuit, move)

    def known(self, circuit: Circuit, move: Move) -> Circuit | None:
        """The circuit that `move` made of `circuit`, where that is in the cache."""
        return self._cache.transition(circuit, move.commands)

    def remember(self, source: Hashed, commands: str, target: Circuit) -> Circuit:
        """Take in what the commands of a move made of a circuit elsewhere, with the same build."""
        return self._cache.add_transition(source, commands, target)

    def cost(self, circuit: Circuit, flow: Flow, ending: Ending = PLAIN) -> Qor:
        """What `circuit` costs under `flow`.

        Raises:
            MoveFailedError: mapping or measuring does not work; remembered.
        """
        with self.worker() as worker:
            return worker.cost(circuit, flow, ending)

    def canonical(self, data: bytes) -> Circuit:
        """The circuit that a search starts from: the AIG as ABC itself would write it.

        Args:
            data: binary AIGER without latches.
        """
        return self.apply(Circuit(aiger.strip(data)), Move("strash", "strash"))

    def stop(self) -> None:
        """End what runs in other threads at once: their calls, and later ones, raise StoppedError.

        What is cached can still be asked for.
        """
        self._stopped.set()
        self._pool.kill()

    def abandon(self) -> None:
        """End what runs in other threads at once, as `stop` does; later calls work again."""
        self._round += 1
        self._pool.kill()

    @property
    def round(self) -> int:
        """How many times what was under way was abandoned."""
        return self._round

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def close(self) -> None:
        """End all sessions. The cache stays open: it is its owner's."""
        self._pool.close()

    def failure(self, circuit: Circuit, what: str) -> str | None:
        """Why `what` failed on `circuit` before, if it did."""
        with self._lock:
            return self._failed.get((circuit.sha256, what))

    def refuse_known_failure(self, circuit: Circuit, what: str) -> None:
        """Raise MoveFailedError if `what` failed on `circuit` before."""
        before = self.failure(circuit, what)
        if before is not None:
            raise MoveFailedError(before)

    def fail(self, circuit: Circuit, what: str, why: str) -> NoReturn:
        """Raise MoveFailedError, and spare later callers what is known to fail."""
        with self._lock:
            self._failed[circuit.sha256, what] = why
        raise MoveFailedError(why)

    @property
    def cache(self) -> Cache:
        """Where results are looked up and kept."""
        return self._cache

    @property
    def limits(self) -> Limits:
        """What one command may take."""
        return self._limits


class Worker:
    """One borrowed session: keeps its circuit loaded from call to call."""

    def __init__(self, synthesizer: Synthesizer, session: AbcSession) -> None:
        self._owner = synthesizer
        self._session = session
        self._round = synthesizer.round

    @property
    def _stopped(self) -> bool:
        return self._owner.stopped or self._round != self._owner.round

    def apply(self, circuit: Circuit, move: Move) -> Circuit:
        """See `Synthesizer.apply`."""
        known = self._owner.cache.transition(circuit, move.commands)
        if known is not None:
            return known
        result = self._session.workdir / "out.aig"
        result.unlink(missing_ok=True)
        line = f"{move.line}; write_aiger out.aig"
        self._run(circuit, line, move.deadline_s, what=move.commands)
        try:
            made = Circuit(aiger.strip(result.read_bytes()))
        except (OSError, aiger.AigerError) as error:
            self._session.loaded = None
            self._owner.fail(circuit, move.commands, f"'{move.name}' left no circuit: {error}")
        if (made.inputs, made.outputs) != (circuit.inputs, circuit.outputs):
            self._session.loaded = None
            self._owner.fail(circuit, move.commands, f"'{move.name}' changed the inputs or outputs")
        self._session.loaded = made.sha256
        return self._owner.cache.add_transition(circuit, move.commands, made)

    def cost(
        self,
        circuit: Circuit,
        flow: Flow,
        ending: Ending = PLAIN,
        *,
        deadline_s: float = math.inf,
    ) -> Qor:
        """See `Synthesizer.cost`; `deadline_s` is what it may take if that is less than usual."""
        if flow.kind is FlowKind.AIG:
            return Qor(0.0, 0.0, 0, circuit.ands, circuit.levels)
        commands = flow.commands(ending)
        known = self._owner.cache.cost(circuit, commands, self._library(flow))
        if known is not None:
            return known
        deadline = min(deadline_s, self._owner.limits.cost_deadline_s)
        text = self._run(circuit, commands, deadline, what=commands)
        return self._measured(circuit, flow, commands, text)

    def costs(
        self,
        circuit: Circuit,
        flow: Flow,
        endings: Sequence[Ending],
        promising: Callable[[Qor], bool] = lambda _: True,
        *,
        deadline_s: float = math.inf,
    ) -> dict[Ending, Qor]:
        """What `circuit` costs with each of several endings of one group, mapped once for all.

        With structural choices mapping often takes longer than sizing. Each cost is what `cost`
        finds.

        Args:
            circuit: what to map.
            flow: one that sizes cells.
            endings: at least one, all of the same `Ending.group`. Of those after the first the
                ones that fail are left out.
            promising: whether the first one's cost makes the others worth their time.
            deadline_s: what a mapping, and then a way to size, may take if that is less than usual.

        Raises:
            MoveFailedError: the first does not work; remembered.
        """
        cache, library = self._owner.cache, self._library(flow)
        first, *others = endings
        known = cache.cost(circuit, flow.commands(first), library)
        missing = [e for e in others if cache.cost(circuit, flow.commands(e), library) is None]
        if known is None:
            self._owner.refuse_known_failure(circuit, flow.commands(first))
        # What a failure leaves is measured one by one; what takes too long would do so again.
        try:
            if known is None and missing:
                self._size(circuit, flow, (first, *missing), promising, deadline_s)
            elif len(missing) > 1 and known is not None and promising(known):
                self._size(circuit, flow, missing, lambda _: True, deadline_s)
        except ToolTimeout as error:
            if cache.cost(circuit, flow.commands(first), library) is None:
                self._owner.fail(circuit, flow.commands(first), str(error))
            others = [e for e in others if cache.cost(circuit, flow.commands(e), library)]
        except (AbcCommandError, ToolCrash, MoveFailedError):
            pass
        found = {first: self.cost(circuit, flow, first, deadline_s=deadline_s)}
        for each in others if promising(found[first]) else ():
            with suppress(MoveFailedError):
                found[each] = self.cost(circuit, flow, each, deadline_s=deadline_s)
        return found

    def _size(
        self,
        circuit: Circuit,
        flow: Flow,
        endings: Sequence[Ending],
        promising: Callable[[Qor], bool],
        deadline_s: float,
    ) -> None:
        """Map once and measure each way to size; what is measured is in the cache then."""
        deadline = min(deadline_s, self._owner.limits.cost_deadline_s)
        self._load_and_run(circuit, f"{flow.unsized(endings[0])}; backup", deadline)
        restore = ""
        for each in endings:
            text = self._session.run(f"{restore}{flow.sizing(each)}; stime", deadline)
            qor = self._measured(circuit, flow, flow.commands(each), text)
            if not (restore or promising(qor)):
                return
            restore = "restore; "

    def _library(self, flow: Flow) -> str:
        """Hash of the library that costs under `flow` depend on; empty: on none."""
        if not flow.needs_library:
            return ""
        if self._owner.library is None:
            raise ToolError(f"flow {flow.kind.value} needs a library")
        return self._owner.library.sha256

    def _measured(self, circuit: Circuit, flow: Flow, commands: str, text: str) -> Qor:
        """The cost that ABC printed, kept."""
        self._session.loaded = None
        parse = parse_stime if flow.needs_library else parse_luts
        try:
            area, delay, gates = parse(text)
        except ToolError as error:
            self._owner.fail(circuit, commands, str(error))
        qor = Qor(area, delay, gates, circuit.ands, circuit.levels)
        self._owner.cache.add_cost(circuit, commands, self._library(flow), qor)
        return qor

    def _run(self, circuit: Circuit, line: str, deadline: float, *, what: str) -> str:
        """Load `circuit` if it is not loaded, and run `line`; a crash is tried once more."""
        self._owner.refuse_known_failure(circuit, what)
        for attempt in (1, 2):
            try:
                return self._load_and_run(circuit, line, deadline)
            except (AbcCommandError, ToolTimeout) as error:
                self._session.loaded = None
                self._owner.fail(circuit, what, str(error))
            except ToolCrash as error:
                if attempt == 2 and not self._stopped:
                    self._owner.fail(circuit, what, str(error))
        raise StoppedError("the search was stopped")

    def _load_and_run(self, circuit: Circuit, line: str, deadline: float) -> str:
        session = self._session
        if self._stopped:
            raise StoppedError("the search was stopped")
        session.start()
        if session.loaded != circuit.sha256:
            (session.workdir / "in.aig").write_bytes(circuit.data)
            session.loaded = None
            session.run("read_aiger in.aig", _READ_DEADLINE)
        session.loaded = None
        return session.run(line, deadline)
