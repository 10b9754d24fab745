"""Asks the workers about sources, and first about their problems.

A finding that something fails may be the harness's own fault, as long as nothing is known to pass
there. So it waits, until another sample passes, or the golden source was judged. Golden sources of
which the samples show the same are not simulated.
"""

import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from eda.errors import ToolError
from verilogeval.problem import Problem
from verilogeval.scoring.messages import Confirm, Judged, JudgeSource, Prepare
from verilogeval.scoring.plan import Work
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.prepared_cache import PreparedCache
from verilogeval.verdict import Judgement, Verdict

#: So many findings of a problem wait at most before its golden source is judged; a run that is
#: killed has lost no more.
MOST_WAITING = 8
#: What is asked about a problem goes before all samples, as nobody knows yet how slow they are.
_FIRST = 1e9
#: These do not depend on testbench or reference.
_CERTAIN = {Verdict.REJECTED, Verdict.TOOL_ERROR}

Finding = tuple[Work, Judged]
_Then = Callable[["Future[Any]"], Iterable[Finding]]


@dataclass
class _Group:
    """A problem's sources.

    Attributes:
        prepared: what is known of the problem.
        held: findings that wait.
        asked: how many sources the workers are still to answer for.
        golden: whether the golden source is being judged, or was.
        shown: what its own simulation showed, if it failed by what is known.
    """

    problem: Problem
    work: list[Work] = field(default_factory=list)
    prepared: Prepared = field(default_factory=Prepared)
    held: list[Finding] = field(default_factory=list)
    asked: int = 0
    golden: bool = False
    shown: Prepared | None = None

    def release(self) -> list[Finding]:
        """The findings that waited."""
        held, self.held = self.held, []
        return held


class Asking:
    """Asks about the sources of one run; `prepared` is what is known of problems, by task_id."""

    def __init__(self, pool: Pool, cache: PreparedCache, *, official: bool) -> None:
        self.prepared: dict[str, Prepared] = {}
        self._pool = pool
        self._cache = cache
        self._official = official
        self._answers: queue.SimpleQueue[tuple[_Then, Future[Any]]] = queue.SimpleQueue()
        self._waiting = 0

    def findings(self, todo: Iterable[Work]) -> Iterator[Finding]:
        """Findings as they come; the slowest problems are begun first."""
        groups: dict[str, _Group] = {}
        for work in todo:
            group = groups.setdefault(work.problem.task_id, _Group(work.problem))
            group.work.append(work)
        for group in groups.values():
            prepared = Prepared() if self._official else self._cache.get(group.problem)
            if prepared is not None:
                self._judge(group, group.work, prepared)
            else:
                judge = group.problem.testbench
                urgency = _FIRST + len(judge.testbench if judge else "")
                self._ask(Prepare(group.problem), urgency, partial(self._on_prepared, group))
        while self._waiting:
            then, future = self._answers.get()
            self._waiting -= 1
            yield from then(future)

    def _ask(self, request: Any, urgency: float, then: _Then) -> None:
        future = self._pool.submit(request, urgency)
        future.add_done_callback(lambda done: self._answers.put((then, done)))
        self._waiting += 1

    def _judge(self, group: _Group, those: list[Work], prepared: Prepared) -> None:
        self._know(group, prepared)
        for work in those:
            group.asked += 1
            request = JudgeSource(group.problem, prepared, work.source)
            self._ask(request, prepared.wall_s, partial(self._on_judged, group, work))

    def _know(self, group: _Group, prepared: Prepared) -> None:
        group.prepared = self.prepared[group.problem.task_id] = prepared

    def _learn(self, group: _Group, prepared: Prepared) -> None:
        self._know(group, prepared)
        if not prepared.failure:
            self._cache.put(group.problem, prepared)

    def _on_prepared(self, group: _Group, future: "Future[Any]") -> Iterable[Finding]:
        prepared = _prepared(future)
        self._learn(group, prepared)
        self._judge(group, group.work, prepared)
        return ()

    def _on_judged(self, group: _Group, work: Work, future: "Future[Any]") -> Iterable[Finding]:
        judged = _judged(future)
        group.asked -= 1
        finding = work, judged
        if group.prepared.confirmed or judged.judgement.verdict in _CERTAIN:
            released = [finding]
        elif judged.judgement.verdict is Verdict.PASS and not judged.judgement.message:
            self._learn(group, replace(group.prepared, confirmed=True))
            released = [*group.release(), finding]
        else:
            group.held.append(finding)
            released = []
        self._doubt(group)
        return released

    def _doubt(self, group: _Group) -> None:
        """Ask for more, if nothing has passed and no sample can tell."""
        if group.prepared.confirmed or not group.held:
            return
        last = not group.asked
        if not group.golden and (last or len(group.held) >= MOST_WAITING):
            group.golden = True
            request = Confirm(group.problem, group.prepared)
            self._ask(request, _FIRST, partial(self._on_confirmed, group))
        elif last and group.shown:
            again = [work for work, _ in group.release()]
            self._learn(group, group.shown)
            self._judge(group, again, group.shown)

    def _on_confirmed(self, group: _Group, future: "Future[Any]") -> Iterable[Finding]:
        shown = _prepared(future)
        if group.prepared.confirmed:  # a sample passed in the meantime
            return ()
        if shown == replace(group.prepared, confirmed=True):
            self._learn(group, shown)
            return group.release()
        group.shown = shown
        self._doubt(group)
        return ()


def _prepared(future: "Future[Any]") -> Prepared:
    try:
        prepared: Prepared = future.result()
    except ToolError as error:
        return Prepared(failure=str(error))
    return prepared


def _judged(future: "Future[Any]") -> Judged:
    try:
        judged: Judged = future.result()
    except ToolError as error:
        return Judged(Judgement(Verdict.TOOL_ERROR, "", message=str(error), log=str(error)), 0.0)
    return judged
