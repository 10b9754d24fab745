"""The workers of a cluster as evaluators of one search, which share what they find."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from eda.circuit import Circuit
from eda.errors import EdaError, ToolError
from eda.synthesizer import StoppedError
from rl.evaluation import Outcome, Proposal, worthwhile
from rl.farm.connect import connected
from rl.farm.evaluator import Answer, Evaluator, Kit, Source, Transition
from rl.prepare import Prepared

_ATTEMPTS = 3
#: Seconds that workers have to end by themselves.
_END_S = 10.0


@dataclass
class _Worker:
    """An actor, and the transitions that it was given or told of, by source and move."""

    actor: Any
    has: set[tuple[str, str]] = field(default_factory=set)


class Farm:
    """Evaluates proposals on workers; safe for as many threads as it has workers.

    Whatever circuit one worker makes comes back and is sent to those that need it, so none derives
    it again.

    Args:
        ray: the connected module.
        prepared: the design, as this machine has it.
        workers: how many to use.

    Raises:
        ToolError: a worker cannot evaluate.
    """

    def __init__(self, ray: Any, prepared: Prepared, workers: int) -> None:
        self._ray, self._prepared = ray, prepared
        needed = prepared.flow.needs_library
        self._kit = ray.put(
            Kit(
                abc=prepared.abc.sha256,
                library=prepared.library.path.read_bytes() if needed else None,
                name=prepared.library.name,
                sha256=prepared.library.sha256,
                start=prepared.start.data,
                flow=prepared.flow,
                limits=prepared.synthesizer.limits,
            )
        )
        self._actor = ray.remote(Evaluator)
        self._stopped = threading.Event()
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all = [self._hired() for _ in range(workers)]
        try:
            ray.get([worker.actor.ready.remote() for worker in self._all])
        except ray.exceptions.RayError as error:
            self.stop()
            raise ToolError(_words(error)) from error
        for worker in self._all:
            self._free.put(worker)

    def evaluate(self, proposal: Proposal) -> Outcome:
        """What comes of a proposal; see `rl.evaluation.evaluate`.

        A worker that is lost is replaced, and the proposal evaluated again.

        Raises:
            StoppedError: the farm was stopped, or what was under way abandoned.
            ToolError: a worker failed, or several were lost.
        """
        worker = self._free.get()
        try:
            self._raise_if_stopped(None)
            for _ in range(_ATTEMPTS):
                given = self._missing(worker, proposal)
                try:
                    answer: Answer = self._ray.get(worker.actor.evaluate.remote(proposal, given))
                except self._ray.exceptions.RayTaskError as error:
                    self._raise_if_stopped(error)
                    if isinstance(error.cause, StoppedError):
                        raise StoppedError("the evaluation was abandoned") from error
                    raise ToolError(_words(error)) from error
                except self._ray.exceptions.RayError as error:
                    self._raise_if_stopped(error)
                    lost, worker = _words(error), self._hired()
                    self._all.append(worker)
                    continue
                self._learn(worker, given, answer)
                return answer.outcome
            raise ToolError(f"{_ATTEMPTS} workers were lost, one after the other: {lost}")
        finally:
            self._free.put(worker)

    def abandon(self) -> None:
        """End what is under way, as `stop` does; the workers stay."""
        told = [worker.actor.abandon.remote() for worker in self._all]
        self._ray.wait(told, num_returns=len(told), timeout=_END_S)

    def stop(self) -> None:
        """End all workers; evaluations that are under way raise StoppedError."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        ended = [worker.actor.end.remote() for worker in self._all]
        self._ray.wait(ended, num_returns=len(ended), timeout=_END_S)
        for worker in self._all:
            self._ray.kill(worker.actor)

    def _hired(self) -> _Worker:
        # Two threads: one that evaluates, and one that can be told to end.
        return _Worker(self._actor.options(num_cpus=1, max_concurrency=2).remote(self._kit))

    def _raise_if_stopped(self, error: BaseException | None) -> None:
        if self._stopped.is_set():
            raise StoppedError("the search was stopped") from error

    def _missing(self, worker: _Worker, proposal: Proposal) -> list[Transition]:
        """Transitions on the candidates' ways that are known here and not to the worker."""
        missing, start = [], self._prepared.start
        for recipe in proposal.recipes:
            circuit = start
            for move in recipe.moves:
                if not worthwhile(move, circuit, start):
                    continue
                made = self._prepared.synthesizer.known(circuit, move)
                if made is None:
                    break
                if (circuit.sha256, move.commands) not in worker.has:
                    source = Source(circuit.sha256)
                    missing.append(Transition(source, move.commands, made.data))
                circuit = made
        return list(dict.fromkeys(missing))

    def _learn(self, worker: _Worker, given: list[Transition], answer: Answer) -> None:
        worker.has.update((each.source.sha256, each.move) for each in (*given, *answer.news))
        for each in answer.news:
            self._prepared.synthesizer.remember(each.source, each.move, Circuit(each.target))


@contextmanager
def farm(prepared: Prepared, address: str, jobs: int | None) -> Iterator[tuple[Farm, int]]:
    """A farm and its number of workers: `jobs`, or all processors of the cluster.

    Args:
        prepared: the design.
        address: of the cluster, such as HOST:6379; `auto`: the one that this machine is part of;
            `local`: Ray is started here.
        jobs: workers, or None.

    Raises:
        InputError: it is no address.
        ToolError: Ray is not installed, or the cluster cannot be reached or used.
    """
    ray = connected(jobs or prepared.synthesizer.jobs, None if address == "local" else address)
    try:
        there = max(1, int(ray.cluster_resources().get("CPU", 1)))
        workers = min(jobs or there, there)
        evaluators = Farm(ray, prepared, workers)
        try:
            yield evaluators, workers
        finally:
            evaluators.stop()
    finally:
        ray.shutdown()


def _words(error: BaseException) -> str:
    cause = getattr(error, "cause", None)
    if isinstance(cause, EdaError):
        return str(cause)
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"a worker of the cluster failed: {lines[-1][:300]}"
