"""What fails waits until something passes: a sample, or the golden source."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import mini
import pytest

from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Problem
from verilogeval.sample import Sample
from verilogeval.scoring import asking, worker
from verilogeval.scoring.asking import Asking
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.messages import Confirm
from verilogeval.scoring.plan import Work
from verilogeval.scoring.prepared_cache import PreparedCache
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.testbench import template

RIGHT = mini.ADD.module("TopModule")
WRONG = mini.ADD.module("TopModule", "assign sum = a - b;")
BROKEN = mini.ADD.module("TopModule", "assign sum = ;")
REFUSED = mini.ADD.module("TopModule", 'integer f = $fopen("x");')


class Here:
    """Answers as a pool does, in this process; `asked` holds the requests."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.asked: list[Any] = []

    def submit(self, request: Any, urgency: float = 0.0) -> "Future[Any]":
        del urgency
        self.asked.append(request)
        future: Future[Any] = Future()
        future.set_result(worker._do(self._judge, request))
        return future

    @property
    def confirmations(self) -> int:
        return sum(isinstance(request, Confirm) for request in self.asked)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Here]:
    settings = JudgeSettings(
        icarus=find_icarus(),
        official=False,
        max_mismatches=1000,
        time_limit_s=30.0,
        memory_mib=1024,
        scratch=tmp_path,
    )
    with Judge(settings) as judge:
        yield Here(judge)


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    return load(str(mini.write_v2(tmp_path, (mini.ADD,)))).problems["adder"]


@pytest.fixture
def cache(tmp_path: Path) -> PreparedCache:
    return PreparedCache(tmp_path / "cache", "")


def verdicts(pool: Here, cache: PreparedCache, problem: Problem, *sources: str) -> list[str]:
    """The verdicts in the order of the sources."""
    todo = [
        Work(problem, f"{source}// {n}\n", str(n), [Sample(problem.task_id, n, "")])
        for n, source in enumerate(sources)
    ]
    found = Asking(pool, cache, official=False).findings(todo)  # type: ignore[arg-type]
    by_key = {work.key: judged.judgement.verdict.value for work, judged in found}
    return [by_key[str(n)] for n in range(len(sources))]


def golden_is(problem: Problem, source: str) -> Problem:
    return replace(problem, golden=source)


def test_a_sample_that_passes_spares_the_golden_source(
    pool: Here, cache: PreparedCache, problem: Problem
) -> None:
    found = verdicts(pool, cache, problem, WRONG, BROKEN, RIGHT, WRONG)
    assert found == ["mismatch", "compile_error", "pass", "mismatch"]
    assert pool.confirmations == 0
    prepared = cache.get(problem)
    assert prepared is not None
    assert prepared.confirmed


def test_where_nothing_passes_the_golden_source_is_asked_once(
    pool: Here, cache: PreparedCache, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 2)
    found = verdicts(pool, cache, problem, WRONG, BROKEN, WRONG, REFUSED, WRONG)
    assert found == ["mismatch", "compile_error", "mismatch", "rejected", "mismatch"]
    assert pool.confirmations == 1
    assert verdicts(pool, cache, problem, WRONG) == ["mismatch"]
    assert pool.confirmations == 1  # it is known


def test_no_sample_fails_where_the_golden_source_does(
    pool: Here, cache: PreparedCache, problem: Problem
) -> None:
    for golden in (WRONG, BROKEN):
        wrong = golden_is(problem, golden)
        found = verdicts(pool, cache, wrong, WRONG, BROKEN, REFUSED)
        assert found == ["tool_error", "tool_error", "rejected"]
        again = cache.get(wrong)
        assert again is None or not again.confirmed
        assert verdicts(pool, cache, wrong, WRONG, RIGHT) == ["mismatch", "pass"]


def test_what_no_sample_can_pass_is_no_failure_of_samples(
    pool: Here, cache: PreparedCache, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "_stop", lambda *_: ("not Verilog", ""))
    assert verdicts(pool, cache, problem, RIGHT, WRONG) == ["tool_error", "tool_error"]


def test_what_the_golden_source_shows_counts_more_than_what_the_reference_did(
    pool: Here, cache: PreparedCache, problem: Problem
) -> None:
    (prepared,) = [worker._do(pool._judge, asking.Prepare(problem))]
    cache.put(problem, replace(prepared, stimuli=5))
    assert verdicts(pool, cache, problem, RIGHT, WRONG) == ["pass", "mismatch"]
    assert pool.confirmations == 1
