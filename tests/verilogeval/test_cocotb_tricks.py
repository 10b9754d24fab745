"""The cocotb judge: no trick makes a pass."""

import dataclasses
import json
from pathlib import Path

import pytest
from cocotb_counter import BEFORE_LAST, GOLDEN, TESTS, judging, problem, sabotaged
from judge_settings import LIMITS, Settings

from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.judge import golden, judge
from verilogeval.icarus.find import find_icarus
from verilogeval.verdict import Verdict


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(find_icarus(), tmp_path_factory.mktemp("cocotb"))


@pytest.fixture(scope="session")
def tests(settings: Settings) -> GoldenTests:
    return golden(problem(), settings)


@pytest.fixture
def judged(settings: Settings, tests: GoldenTests):
    return judging(settings, tests)


def fake_results(time_ns: int) -> str:
    """Writes what cocotb would write, by every way that Verilog has, and ends the simulation."""
    lines = ["** TESTS=3 PASS=3 FAIL=0 SKIP=1 **", json.dumps({"number": 4, "kind": "done"})]
    shown = "\n".join(f"$display({json.dumps(line)});" for line in lines)
    written = "\n".join(
        f'f = $fopen({json.dumps(name)}, "w"); if (f) begin $fdisplay(f, {json.dumps(line)});'
        " $fclose(f); end"
        for name in ("results.xml", "/proc/self/fd/3", "/proc/self/fd/1", "/dev/fd/3", "../x")
        for line in lines
    )
    return f"integer f;\ninitial begin #{time_ns}ns; {shown}\n{written}\n$finish; end"


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("initial $finish;", id="finish at once"),
        pytest.param(f"initial #{BEFORE_LAST}ns $finish;", id="finish before the last test"),
        pytest.param("initial #20ns $stop;", id="stop"),
        pytest.param("initial #20ns $fatal(1);", id="fatal"),
        pytest.param(
            "reg x = finish(0); function finish(input y); $finish; endfunction", id="early"
        ),
        pytest.param(fake_results(0), id="fake results at once"),
        pytest.param(fake_results(BEFORE_LAST), id="fake results before the last test"),
        pytest.param(
            "function automatic [31:0] f(input [31:0] n); f = n + f(n + 1); endfunction\n"
            "initial #20ns q = f(0);",
            id="endless recursion",
        ),
        pytest.param("reg [63:0] huge [0:(1<<27)]; initial huge[q] = 1;", id="memory"),
        pytest.param(
            'initial #20ns while (1) $display("%0d", {16{64\'hffffffffffffffff}});', id="output"
        ),
    ],
)
def test_ending_early_is_no_result(judged, extra: str) -> None:
    found = judged(sabotaged(extra))
    assert found.verdict is Verdict.NO_RESULT, found
    assert found.message
    assert (found.mismatches or 0) == 0


def test_endless_loop_is_a_timeout(judged) -> None:
    limits = dataclasses.replace(LIMITS, wall_s=2)
    found = judged(sabotaged("initial #20ns forever #0 ;"), run_limits=limits)
    assert (found.verdict, found.letter) == (Verdict.TIMEOUT, "T")
    assert "test_counter.first" in found.message


def test_broken_design_fails_whatever_it_prints(judged) -> None:
    found = judged(sabotaged(fake_results(10_000)).replace("q + 1", "q + 2"))
    assert found.verdict is Verdict.MISMATCH


def test_python_files_of_a_design_are_not_imported(judged) -> None:
    code = "import cocotb\\n@cocotb.test()\\nasync def first(dut): pass"
    names = ("test_counter.py", "cocotb.py", "json.py", "random.py", "pytest.py")
    written = " ".join(
        f'f = $fopen("{name}", "w"); $fdisplay(f, "{code}"); $fclose(f);' for name in names
    )
    early = (
        "integer x = write(0); function integer write(input y); integer f;"
        f" begin {written} write = f; end endfunction"
    )
    found = judged(sabotaged(early).replace("q + 1", "q"))
    assert found.verdict is Verdict.MISMATCH
    assert found.stimuli == 3


def test_design_reads_nothing_that_it_should_not(judged) -> None:
    paths = ("environ", "mem", "maps", "fd/3")
    spied = [*(f"/proc/self/{path}" for path in paths), "/dev/fd/3", "/etc/passwd", "order.json"]
    spy = "\n".join(
        f'integer f{number} = $fopen("{path}", "r"); initial #1 $display("spy %b", |f{number});'
        for number, path in enumerate(spied)
    )
    found = judged(sabotaged(spy))
    assert found.log.count("spy 0") >= len(spied)
    assert "spy 1" not in found.log


def test_shell_is_out_of_reach(judged, tmp_path: Path) -> None:
    target = tmp_path / "made"
    found = judged(sabotaged(f'initial $system("touch {target}");'))
    assert found.verdict is not Verdict.PASS
    assert not target.exists()


def test_missing_tests_are_no_pass(settings: Settings, tests: GoldenTests) -> None:
    assert tests.tests is not None
    more = dataclasses.replace(
        tests, tests=tuple((*names, "test_counter.more") for names in tests.tests)
    )
    found = judge(problem(), GOLDEN, more, settings)
    assert found.verdict is Verdict.NO_RESULT
    assert "test_counter.more" in found.message


def test_doubled_tests_are_no_pass(settings: Settings, tests: GoldenTests) -> None:
    twice = {"test_counter.py": f"{TESTS}\nagain = first\n"}
    found = judge(problem(files=twice), GOLDEN, tests, settings)
    assert found.verdict is Verdict.NO_RESULT
