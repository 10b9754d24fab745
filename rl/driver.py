"""Runs a searcher: keeps every ABC session busy and stays reproducible.

A searcher is asked for proposal k once it was told the outcomes up to k - lag, no earlier and
no later, whatever finished meanwhile. So what it proposes depends on the lag, which is a
setting, and not on the number of jobs or on which evaluation happened to end first.
"""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass

from eda.synthesizer import StoppedError
from rl.evaluation import Outcome, Proposal
from rl.searchers.base import Searcher

LAG = 8


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


def drive(
    searcher: Searcher,
    evaluate: Callable[[int, Proposal], Outcome],
    budget: Budget,
    *,
    jobs: int,
    lag: int = LAG,
    stop: Callable[[], None],
) -> Generator[Outcome, None, None]:
    """Yield the outcomes of a searcher's proposals, in their order.

    Args:
        searcher: what proposes.
        evaluate: called in `jobs` threads with the proposal's number, from 0, and itself.
        budget: when to stop. What is under way when the time is up is abandoned.
        jobs: evaluations at once; no more than `lag` of them can be.
        lag: how many proposals may be under way.
        stop: makes evaluations that are under way raise StoppedError; called when some are left.
    """
    with ThreadPoolExecutor(min(jobs, lag)) as executor:
        pending: deque[Future[Outcome]] = deque()
        asked, exhausted = 0, False
        try:
            while True:
                while not exhausted and len(pending) < lag and budget.allows(asked):
                    proposal = searcher.ask()
                    if proposal is None:
                        exhausted = not pending
                        break
                    pending.append(executor.submit(evaluate, asked, proposal))
                    asked += 1
                if not pending:
                    break
                outcome = _oldest(pending, budget)
                if outcome is None:
                    break
                searcher.tell(outcome)
                yield outcome
            for future in list(pending):
                # The time is up. What has ended meanwhile still counts.
                if future.done() and future.exception() is None:
                    yield future.result()
        finally:
            if pending:
                for future in pending:
                    future.cancel()
                stop()


def _oldest(pending: deque[Future[Outcome]], budget: Budget) -> Outcome | None:
    """The oldest evaluation's outcome, or None when the time is up first."""
    while True:
        left = None if budget.seconds_left is None else budget.seconds_left()
        if left is not None and left <= 0 and not pending[0].done():
            return None
        try:
            outcome = pending[0].result(None if left is None else min(max(left, 0.0), 1.0))
        except FutureTimeoutError:
            continue
        except StoppedError:
            return None
        pending.popleft()
        return outcome
