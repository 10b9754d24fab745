"""What a golden source tells of a testbench, with and without a recording of the reference."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mini
import pytest

from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Dataset, Problem
from verilogeval.sandbox.values import Ended, Limits, Outcome
from verilogeval.scoring import preparing
from verilogeval.scoring.build import Builder
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.testbench import record

WRONG = {
    "and_gate": "assign y = a | b;",
    "adder": "assign sum = a - b;",
    "counter": "reg [3:0] r; always @(posedge clk) r <= reset ? 1 : r + 1; assign q = r;",
    "toggle": "reg r; initial r = 0; always @(posedge clk) r <= ~r; assign q = r;",
}
each = pytest.mark.parametrize("m", mini.ALL, ids=lambda m: m.task_id)


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    settings = JudgeSettings(
        icarus=find_icarus(),
        official=False,
        max_mismatches=1000,
        time_limit_s=30.0,
        memory_mib=1024,
        scratch=tmp_path,
    )
    with Judge(settings) as judge:
        yield judge


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Limits]:
    """The limits of all simulations to come."""
    seen: list[Limits] = []
    simulate = Builder.simulate

    def noted(
        self: Builder, program: bytes, limits: Limits, *, dump: bool = False
    ) -> tuple[Outcome, bytes]:
        seen.append(limits)
        return simulate(self, program, limits, dump=dump)

    monkeypatch.setattr(Builder, "simulate", noted)
    return seen


def only(tmp_path: Path, m: mini.Mini) -> Problem:
    dataset: Dataset = load(str(mini.write_v2(tmp_path, (m,))))
    return dataset.problems[m.task_id]


@each
def test_the_reference_alone_tells_what_the_golden_source_does(
    tmp_path: Path, judge: Judge, m: mini.Mini, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = only(tmp_path, m)
    prepared = judge.prepare(problem)
    assert not prepared.confirmed
    confirmed = judge.confirm(problem, prepared)
    assert confirmed == replace(prepared, confirmed=True)
    monkeypatch.setattr(preparing, "_echo", lambda *_: "")  # and with it the short way
    golden = judge.prepare(problem)
    assert golden.confirmed
    assert (golden.stimuli, golden.end) == (prepared.stimuli, prepared.end)


@each
def test_a_slow_reference_is_played_and_gives_the_same_findings(
    tmp_path: Path, judge: Judge, m: mini.Mini, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = only(tmp_path, m)
    simulated = judge.prepare(problem)
    monkeypatch.setattr(preparing, "QUICK_S", -1.0)
    played = judge.prepare(problem)
    assert simulated.recording is None
    assert played.recording is not None
    assert (played.stimuli, played.end) == (simulated.stimuli, simulated.end)
    for body in (m.body, WRONG[m.task_id], "initial $finish;"):
        source = m.module("TopModule", body)
        one, two = (judge.judge(problem, p, source)[0] for p in (simulated, played))
        assert (one.verdict, one.mismatches, one.stimuli, one.first_mismatch) == (
            two.verdict,
            two.mismatches,
            two.stimuli,
            two.first_mismatch,
        )


def test_a_reference_that_changes_often_is_not_played(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "QUICK_S", -1.0)
    monkeypatch.setattr(preparing, "FEW_CHANGES", 3)
    seen = counted(monkeypatch)
    prepared = judge.prepare(only(tmp_path, mini.ADD))
    assert (prepared.failure, prepared.recording, prepared.stimuli) == ("", None, 119)
    assert [limits.cpu_s for limits in seen] == [150]


def test_a_golden_source_that_fails_by_the_reference_alone_is_simulated_beside_it(
    tmp_path: Path, judge: Judge
) -> None:
    problem = only(tmp_path, mini.ADD)
    prepared = judge.prepare(problem)
    wrong = replace(problem, golden=mini.ADD.module("TopModule", "assign sum = a - b;"))
    assert "does not pass its golden source" in judge.confirm(wrong, prepared).failure
    broken = replace(problem, golden=mini.ADD.module("TopModule", "assign sum = ;"))
    assert "does not compile it" in judge.confirm(broken, prepared).failure


def test_random_numbers_are_the_same_from_whichever_sequence(tmp_path: Path, judge: Judge) -> None:
    problem = only(tmp_path, mini.ADD)
    prepared = judge.prepare(problem)
    drawn, not_drawn = (
        judge.judge(problem, prepared, mini.ADD.module("TopModule", body))[0]
        for body in ("assign sum = a - b; integer i = $random;", "assign sum = a - b;")
    )
    assert drawn.mismatches == not_drawn.mismatches
    assert drawn.first_mismatch == not_drawn.first_mismatch


def test_a_golden_simulation_that_never_ends_is_told_without_secrets(
    tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate = Builder.simulate

    def stopped(
        self: Builder, program: bytes, limits: Limits, *, dump: bool = False
    ) -> tuple[Outcome, bytes]:
        outcome, wave = simulate(self, program, limits, dump=dump)
        return replace(outcome, ended=Ended.WALL, status=-9, stdout=outcome.stdout[:-200]), wave

    monkeypatch.setattr(Builder, "simulate", stopped)
    failure = judge.prepare(only(tmp_path, mini.ADD)).failure
    said = "it does not pass its golden source: it was stopped after 0 s by the clock"
    assert failure.endswith(said)


def test_a_busy_machine_is_no_failure_of_golden_source_or_sample(judge: Judge) -> None:
    settings = judge._settings
    assert settings.golden_limits.cpu_s == 5 * settings.time_limit_s
    assert settings.sample_limits(0.1) == settings.run_limits
    assert settings.sample_limits(20.5).cpu_s == 62
    for limits in (settings.golden_limits, settings.run_limits, settings.sample_limits(20.5)):
        assert limits.wall_s >= 3.9 * limits.cpu_s


def test_a_recording_is_whole_or_absent() -> None:
    lines = ["out 0 0 x", "out 0 5 1", "out 1 5 xx", "out 0 5 0", "last 0 3 0", "last 1 1 xx"]
    recorded = record.read(lines, 2, 4)
    assert recorded.recording is not None
    assert recorded.recording.changes == (((0, "x"), (5, "0")), ((5, "xx"),))
    assert not recorded.ends_unknown
    assert record.read(lines, 2, 3).recording is None  # there may have been more
    assert record.read(lines[:-1], 2, 4).recording is None  # it did not come to its end
    assert record.read(["out 0 5 x", "last 0 1 x"], 1, 4).ends_unknown
    assert not record.read(["last 0 0 x"], 1, 4).ends_unknown
