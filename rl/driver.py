"""Runs a searcher and keeps every ABC session busy.

With a lag a searcher is asked for proposal k once it was told the outcomes up to k - lag, no
earlier and no later, whatever finished meanwhile. So what it proposes depends on the lag, which is
a setting, and not on the number of jobs or on which evaluation happened to end first.

Without one it is asked whenever a session is free, and told of each evaluation as it ends: nothing
waits for one that takes long. What it proposes depends on the machine; so does a budget of seconds,
which is what this is for. From the order of its tellings such a search can be gone through again.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from eda.synthesizer import StoppedError
from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Searcher

LAG = 8
_POLL_S = 1.0


@dataclass(frozen=True)
class Budget:
    """When to stop.

    Attributes:
        evaluations: after so many, or None.
        seconds_left: how long the search may still go on, asked again and again, or None.
    """

    evaluations: int | None = None
    seconds_left: Callable[[], float] | None = None

    def allows(self, asked: int) -> bool:
        """Whether another evaluation may begin."""
        if self.evaluations is not None and asked >= self.evaluations:
            return False
        return self.seconds_left is None or self.seconds_left() > 0


@dataclass(frozen=True)
class Telling:
    """When a searcher was told of an evaluation.

    Attributes:
        number: the proposal's, from 0.
        asked: how many proposals it had made by then.
    """

    number: int
    asked: int


@dataclass(frozen=True)
class Told:
    """An evaluation that a searcher was told of, or that ended when there was nothing more to tell.

    Attributes:
        telling: when.
        outcome: what came of it.
    """

    telling: Telling
    outcome: Outcome


def drive(
    searcher: Searcher,
    evaluate: Callable[[int, Proposal], Outcome],
    budget: Budget,
    *,
    jobs: int,
    lag: int | None = LAG,
    ahead: int = 1,
    before: Sequence[Telling] = (),
    stop: Callable[[], None],
) -> Generator[Told, None, None]:
    """Yield the outcomes of a searcher's proposals, as it is told of them.

    Args:
        searcher: what proposes.
        evaluate: called in `jobs` threads with the proposal's number, from 0, and itself.
        budget: when to stop. What is under way when the time is up is abandoned.
        jobs: evaluations at once; with a lag no more than `lag` of them can be.
        lag: how many proposals may be under way; None: see the module.
        ahead: without a lag, how many proposals wait for a session. With none a session waits for
            the searcher, which is nothing beside an evaluation that takes seconds; then the
            searcher knows more.
        before: without a lag, the tellings of an interrupted run, to be gone through first.
        stop: makes evaluations that are under way raise StoppedError; called when some are left,
            until they have ended.
    """
    with ThreadPoolExecutor(jobs if lag is None else min(jobs, lag)) as executor:
        pending: dict[int, Future[Outcome]] = {}
        again = deque(before if lag is None else ())
        asked, exhausted = 0, False

        def wanted() -> bool:
            if exhausted or not budget.allows(asked):
                return False
            if again:
                return asked < again[0].asked
            return len(pending) < (jobs + ahead if lag is None else lag)

        try:
            while True:
                while wanted():
                    proposal = searcher.ask()
                    if proposal is None:
                        exhausted = not pending
                        break
                    pending[asked] = executor.submit(evaluate, asked, proposal)
                    asked += 1
                if not pending:
                    break
                due = again.popleft().number if again else None if lag is None else min(pending)
                number = _ended(pending, due if due in pending else None, budget)
                outcome = None if number is None else _result(pending[number])
                if number is None or outcome is None:
                    break
                del pending[number]
                searcher.tell(number, outcome)
                yield Told(Telling(number, asked), outcome)
            for number, future in pending.items():
                # The time is up. What has ended meanwhile still counts.
                if future.done() and future.exception() is None:
                    yield Told(Telling(number, asked), future.result())
        finally:
            if pending:
                for future in pending.values():
                    future.cancel()
                stop()
                # One that was only about to begin has not noticed.
                while wait(pending.values(), _POLL_S).not_done:
                    stop()


def _ended(pending: dict[int, Future[Outcome]], due: int | None, budget: Budget) -> int | None:
    """The evaluation that was waited for, `due` or any; None when the time is up first."""
    awaited = pending if due is None else {due: pending[due]}
    while True:
        left = None if budget.seconds_left is None else budget.seconds_left()
        poll = None if left is None else min(max(left, 0.0), _POLL_S)
        wait(awaited.values(), poll, FIRST_COMPLETED)
        ended = [number for number, future in awaited.items() if future.done()]
        if ended:
            return min(ended)
        if left is not None and left <= 0:
            return None


def _result(future: Future[Outcome]) -> Outcome | None:
    """What came of an evaluation that has ended; None where it was stopped."""
    try:
        return future.result()
    except StoppedError:
        return None
