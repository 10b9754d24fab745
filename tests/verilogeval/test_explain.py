"""Why samples fail: causes from netlists and waveforms."""

import json
from collections.abc import Iterator
from pathlib import Path

import mini
import pytest
from click.testing import CliRunner

from eda.abc.binary import find_abc
from verilogeval.commands.explain import explain
from verilogeval.commands.score import score
from verilogeval.diagnosis.drawing import draw
from verilogeval.diagnosis.explain import Explainer
from verilogeval.diagnosis.values import Cause
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Problem, Task, TestbenchJudge
from verilogeval.proof.prove import ProofSettings
from verilogeval.report.wave import Signal, Wave
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings

COUNT = mini.COUNT
PLAIN = "always @(posedge clk) r <= reset ? 0 : r + 1;"
FAULTS = {
    Cause.INTERFACE: COUNT.module("TopModule").replace("output [3:0] q", "output [2:0] q"),
    Cause.CLOCK_EDGE: COUNT.module("TopModule").replace("posedge", "negedge"),
    Cause.RESET_KIND: COUNT.module(
        "TopModule",
        "reg [3:0] r; always @(posedge clk, posedge reset) if (reset) r <= 0; else r <= r + 1;"
        " assign q = r;",
    ),
    Cause.RESET_POLARITY: COUNT.module("TopModule").replace("? 0 : r + 1", "? r + 1 : 0"),
    Cause.RESET_MISSING: COUNT.module("TopModule").replace("reset ? 0 : r + 1", "r + 1"),
    Cause.LATE: COUNT.module(
        "TopModule", f"reg [3:0] r, s; {PLAIN} always @(posedge clk) s <= r; assign q = s;"
    ),
    Cause.WIDTH: COUNT.module("TopModule", f"reg [1:0] r; {PLAIN} assign q = r;"),
    Cause.UNKNOWN: COUNT.module("TopModule", f"reg [3:0] r, s; {PLAIN} assign q = r ^ s;"),
    Cause.LOOP: COUNT.module(
        "TopModule", f"reg [3:0] r; {PLAIN} wire [3:0] t; assign t = q ^ r; assign q = t & r;"
    ),
    Cause.LATCH: COUNT.module(
        "TopModule",
        f"reg [3:0] r, s; {PLAIN} always @* if (r[0]) s = r; assign q = s;",
    ),
    Cause.LANGUAGE: COUNT.module("TopModule", "assign q = ;"),
    Cause.FUNCTION: COUNT.module("TopModule").replace("r + 1", "r + 3"),
}


@pytest.fixture
def explainer(tmp_path: Path) -> Iterator[Explainer]:
    judging = JudgeSettings(
        icarus=find_icarus(),
        official=False,
        max_mismatches=1000,
        time_limit_s=2.0,  # a combinational loop takes all of it
        memory_mib=1024,
        scratch=tmp_path,
    )
    with Judge(judging) as judge:
        yield Explainer(ProofSettings(find_abc(), 5.0, judging), judge)


def counter() -> Problem:
    """A counter whose testbench resets it first and then seldom."""
    bench = mini.bench_text(COUNT).replace("reset = $random;", "reset = $random % 4 == 0;")
    judge = TestbenchJudge(bench, COUNT.module("RefModule"), "RefModule")
    return Problem("c", Task.SPEC_TO_RTL, "TopModule", "", "", COUNT.module("TopModule"), judge)


@pytest.mark.parametrize("cause", FAULTS, ids=lambda cause: cause.value)
def test_a_fault_is_named(explainer: Explainer, cause: Cause) -> None:
    explained = explainer.explain(counter(), FAULTS[cause])
    assert explained.diagnosis is not None
    assert explained.diagnosis.cause is cause
    assert all(finding.text for finding in explained.diagnosis.findings)


def test_what_passes_has_no_cause(explainer: Explainer) -> None:
    assert explainer.explain(counter(), COUNT.module("TopModule")).diagnosis is None


def test_a_waveform_is_a_table_around_the_mismatch() -> None:
    clock = Signal(name="clk", width=1, role="input", changes=((0, "0"), (5, "1"), (10, "0")))
    wide = Signal(name="q (sample)", width=6, role="sample", changes=((0, "xxxxxx"), (5, "101010")))
    wave = Wave.model_validate(
        {"timescale": "1ps", "from": 0, "to": 20, "mismatch": 10, "signals": [clock, wide]}
    )
    assert draw(wave) == [
        "time/1ps     0   5  >10",
        "clk          0   1    0",
        "q (sample)  xx  2a   2a",
    ]


def test_the_command_explains_a_sample_of_a_run(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path, (mini.AND,))
    samples = tmp_path / "samples.jsonl"
    wrong = mini.AND.module("TopModule", "assign y = a | b;")
    samples.write_text(json.dumps({"task_id": "and_gate", "completion": wrong}) + "\n")
    out = tmp_path / "run"
    words = [str(samples), "--dataset", str(dataset), "--out", str(out), "--jobs", "1",
             "--no-waves", "--json"]  # fmt: skip
    CliRunner().invoke(score, words, standalone_mode=False)
    given = ["--task", "and_gate", "--dataset", str(dataset)]
    ran = CliRunner().invoke(explain, [str(out), *given], standalone_mode=False)
    assert "likely cause: function" in ran.stdout
    assert "y (reference)" in ran.stdout
    ran = CliRunner().invoke(explain, [str(out), *given, "--json"], standalone_mode=False)
    assert json.loads(ran.stdout)["wave"]["mismatch"] > 0
    ran = CliRunner().invoke(explain, [str(out), *given, "--sample", "2"], standalone_mode=False)
    assert "no sample 2" in str(ran.exception)
