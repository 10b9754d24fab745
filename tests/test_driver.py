"""The driver: as many jobs as one likes, always the same search."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from conftest import multiplier_aig
from test_searchers import PROBLEM, judged

from eda.abc.library import AbcLibrary
from eda.flow import Flow, FlowKind
from eda.recipe import Recipe
from eda.synthesizer import StoppedError, Synthesizer
from rl.driver import Budget, Telling, Told, drive
from rl.evaluation import Outcome, Proposal, evaluate
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem
from rl.searchers.fixed import FixedScripts
from rl.table import PAPER


def nothing() -> None:
    pass


def outcome_of(told: Told) -> Outcome:
    return told.outcome


def uneven(number: int, proposal: Proposal) -> Outcome:
    """Takes longer for some than for others, so that they end in another order."""
    time.sleep(random.Random(number).choice((0.0, 0.0, 0.002, 0.01)))
    return judged(proposal)


@pytest.mark.parametrize("name", sorted(SEARCHERS))
def test_jobs_change_nothing(name: str) -> None:
    found = []
    for jobs in (1, 2, 3, 8):
        searcher = SEARCHERS[name](PROBLEM)
        found.append(list(drive(searcher, uneven, Budget(120), jobs=jobs, stop=nothing)))
    assert len(found[0]) == 120
    assert all(other == found[0] for other in found)


@pytest.mark.parametrize("name", sorted(SEARCHERS))
def test_jobs_change_nothing_with_abc_either(
    name: str, library: AbcLibrary, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    found = []
    for jobs in (1, 2, 3):
        synthesizer = make_synthesizer(library, jobs=jobs)
        start = synthesizer.canonical(multiplier_aig(4))
        problem = Problem(start.sha256, PAPER, 5, lambda qor: 1 - qor.adp / 40_000, 1, start.ands)

        def measure(_number: int, proposal: Proposal, using=synthesizer, of=start) -> Outcome:  # type: ignore[no-untyped-def]
            return evaluate(using, of, proposal, Flow(FlowKind.MAP))

        outcomes = drive(SEARCHERS[name](problem), measure, Budget(25), jobs=jobs, stop=nothing)
        found.append(
            [(o.proposed, o.recipe, o.states, o.qor, o.failure) for o in map(outcome_of, outcomes)]
        )
    assert len(found[0]) == 25
    assert found[1] == found[0]
    assert found[2] == found[0]


@pytest.mark.parametrize("lag", [1, 2, 8])
def test_no_more_under_way_than_jobs_and_lag_allow(lag: int) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def counted(number: int, proposal: Proposal) -> Outcome:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        outcome = uneven(number, proposal)
        with lock:
            now -= 1
        return outcome

    searcher = SEARCHERS["random"](PROBLEM)
    assert len(list(drive(searcher, counted, Budget(60), jobs=4, lag=lag, stop=nothing))) == 60
    assert most <= min(4, lag)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_budget_is_kept_exactly(count: int) -> None:
    for name in SEARCHERS:
        searcher = SEARCHERS[name](PROBLEM)
        outcomes = drive(searcher, uneven, Budget(count), jobs=3, stop=nothing)
        assert len(list(outcomes)) == count


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_without_a_lag_so_many_proposals_wait_for_a_session(ahead: int) -> None:
    searcher = SEARCHERS["mcts"](PROBLEM)
    course = drive(searcher, uneven, Budget(30), jobs=2, lag=None, ahead=ahead, stop=nothing)
    told = list(course)
    assert len(told) == 30
    # Whenever it is told of one more, so many have been asked for.
    before = [each.telling.asked - number for number, each in enumerate(told)]
    assert set(before[: -2 - ahead]) == {2 + ahead}


def test_a_searcher_that_has_nothing_left_ends_the_search() -> None:
    recipes = [Recipe((move,)) for move in PROBLEM.table.moves]
    outcomes = drive(FixedScripts(recipes), uneven, Budget(100), jobs=3, stop=nothing)
    assert [told.outcome.proposed for told in outcomes] == recipes


def test_time_ends_the_search_and_what_hangs_is_stopped() -> None:
    stopped = threading.Event()
    until = time.monotonic() + 0.5

    def hanging(number: int, proposal: Proposal) -> Outcome:
        if number >= 5:
            assert stopped.wait(60)
            raise StoppedError("stopped")
        return judged(proposal)

    budget = Budget(None, lambda: until - time.monotonic())
    searcher = SEARCHERS["mcts"](PROBLEM)
    outcomes = list(drive(searcher, hanging, budget, jobs=2, stop=stopped.set))
    assert len(outcomes) == 5
    assert stopped.is_set()


def test_what_had_not_begun_when_it_was_stopped_is_stopped_again() -> None:
    stops = threading.Semaphore(0)
    until = time.monotonic() + 0.2

    def late(_number: int, _proposal: Proposal) -> Outcome:
        for _ in range(2):
            assert stops.acquire(timeout=60)
        raise StoppedError("stopped")

    budget = Budget(None, lambda: until - time.monotonic())
    assert not list(drive(SEARCHERS["mcts"](PROBLEM), late, budget, jobs=1, stop=stops.release))


def test_no_time_is_no_evaluation() -> None:
    budget = Budget(None, lambda: 0.0)
    assert not list(drive(SEARCHERS["mcts"](PROBLEM), uneven, budget, jobs=2, stop=nothing))


def test_leaving_early_stops_what_is_under_way() -> None:
    stopped = threading.Event()

    def slow(number: int, proposal: Proposal) -> Outcome:
        if number > 0:
            stopped.wait(60)
        return judged(proposal)

    searcher = SEARCHERS["random"](PROBLEM)
    outcomes = drive(searcher, slow, Budget(50), jobs=2, stop=stopped.set)
    next(outcomes)
    outcomes.close()
    assert stopped.is_set()


def test_an_unexpected_error_comes_through() -> None:
    def breaks(number: int, proposal: Proposal) -> Outcome:
        if number == 3:
            raise ZeroDivisionError
        return judged(proposal)

    outcomes = drive(SEARCHERS["random"](PROBLEM), breaks, Budget(50), jobs=2, stop=nothing)
    with pytest.raises(ZeroDivisionError):
        list(outcomes)


def reversed_in_twos(number: int, proposal: Proposal) -> Outcome:
    """Of each two that run side by side the second ends first."""
    time.sleep(0.05 if number % 2 == 0 else 0.0)
    return judged(proposal)


@pytest.mark.parametrize("name", sorted(SEARCHERS.keys() - {"greedy"}))  # waits for all moves
def test_without_a_lag_nothing_waits_for_what_takes_long(name: str) -> None:
    released = threading.Event()

    def first_takes_long(number: int, proposal: Proposal) -> Outcome:
        if number == 0:
            assert released.wait(60)
        elif number == 30:
            released.set()
        return judged(proposal)

    searcher = SEARCHERS[name](PROBLEM)
    numbers = [
        told.telling.number
        for told in drive(searcher, first_takes_long, Budget(60), jobs=2, lag=None, stop=nothing)
    ]
    assert sorted(numbers) == list(range(60))
    assert numbers.index(0) >= 27  # those that end with it may be told after it


@pytest.mark.parametrize("name", sorted(SEARCHERS))
def test_a_search_without_a_lag_can_be_gone_through_again(name: str) -> None:
    def course(before: list[Telling], count: int, jobs: int) -> list[Told]:
        searcher = SEARCHERS[name](PROBLEM)
        evaluate = uneven if before else reversed_in_twos
        told = drive(
            searcher, evaluate, Budget(count), jobs=jobs, lag=None, before=before, stop=nothing
        )
        return list(told)

    first = course([], 40, 4)
    assert [told.telling.number for told in first] != list(range(40))
    tellings = [told.telling for told in first]
    assert course(tellings, 40, 1) == first
    assert course(tellings[:20], 40, 3)[:20] == first[:20]
