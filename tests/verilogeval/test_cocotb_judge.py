"""The cocotb judge: right sources pass, wrong ones fail, and problems that are wrong are told."""

import dataclasses
from pathlib import Path

import pytest
from cocotb_counter import BEFORE_LAST, GOLDEN, PORTS, judging, problem, sabotaged
from judge_settings import Settings

from eda.errors import InputError, ToolError
from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.installation import find_cocotb
from verilogeval.cocotb_judge.judge import golden, judge
from verilogeval.datasets import own
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import CocotbJudge, Problem, Task
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings
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


def test_a_python_without_a_shared_library_is_the_tools_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_cocotb.cache_clear()
    monkeypatch.setattr("find_libpython.find_libpython", lambda: None)
    settings = JudgeSettings(find_icarus(), False, 1000, 30.0, 1024, tmp_path)
    prepared = Judge(settings).prepare(problem())
    assert "no shared library" in prepared.failure
    assert "apt-get install libpython" in prepared.failure


def test_golden_source_tells_the_tests_of_every_simulation(tests: GoldenTests) -> None:
    names = ("test_counter.first", "test_counter.wraps", "test_counter.last")
    assert tests.tests == (names, names)
    assert tests.time_ns > 2 * BEFORE_LAST


def test_right_source_passes(judged) -> None:
    other = GOLDEN.replace("q + 1", "q - {WIDTH{1'b1}}")
    found = judged(other)
    assert (found.verdict, found.letter) == (Verdict.PASS, "."), found
    assert (found.mismatches, found.stimuli) == (0, 6)


def test_wrong_source_fails_with_test_time_and_signal(judged) -> None:
    found = judged(GOLDEN.replace("q + 1", "(q == 9 ? 0 : q + 1)"))
    assert (found.verdict, found.letter) == (Verdict.MISMATCH, "R")
    assert (found.mismatches, found.stimuli) == (1, 3)
    assert found.message == "test_counter.wraps: cycle 10: q is 0, expected 10"
    assert found.first_mismatch is not None
    assert found.first_mismatch.signals == ("q",)
    assert 100 < found.first_mismatch.time < 300


def test_later_simulations_count_too(judged) -> None:
    found = judged(GOLDEN.replace("q + 1", "WIDTH == 3 ? 5 : q + 1"))
    assert found.verdict is Verdict.MISMATCH
    assert (found.mismatches, found.stimuli) == (3, 6)


def test_stopping_at_the_first_failure_leaves_out_the_rest(judged) -> None:
    wrong = GOLDEN.replace("q + 1", "q")
    assert judged(wrong).stimuli == 3
    found = judged(wrong, stop_at_mismatch=True)
    assert (found.verdict, found.mismatches, found.stimuli) == (Verdict.MISMATCH, 1, 1)


def test_missing_port_is_named(judged) -> None:
    found = judged(GOLDEN.replace("rst", "reset"))
    assert found.verdict is Verdict.MISMATCH
    assert "no port or signal named 'rst'" in found.message


def test_unknown_output_is_a_mismatch(judged) -> None:
    found = judged(f"module TopModule {PORTS} endmodule")
    assert found.verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    ("source", "letter", "message"),
    [
        (
            "module TopModule(\n  input clk\n);\nassign = 1;\nendmodule\n",
            "S",
            "sample.sv:4: syntax",
        ),
        ("module Other; endmodule", "C", "root module"),
        (f"module TopModule {PORTS} Absent a(); endmodule", "m", "sample.sv:1:"),
        ('`include "/etc/passwd"\n', "C", "error"),
        ("", "C", ""),
    ],
)
def test_compile_errors_have_their_line_and_letter(judged, source, letter, message) -> None:
    found = judged(source)
    assert (found.verdict, found.letter) == (Verdict.COMPILE_ERROR, letter), found
    assert message in found.message
    assert found.stimuli is None


@pytest.mark.parametrize("timescale", ["1s/1s", "1ns/1fs"])
def test_timescale_of_a_sample_does_not_matter(judged, timescale: str) -> None:
    assert judged(f"`timescale {timescale}\n{GOLDEN}").verdict is Verdict.PASS


def test_without_golden_source_the_planned_tests_decide(settings: Settings) -> None:
    unknown = dataclasses.replace(problem(expected_tests=None), golden="")
    none = golden(unknown, settings)
    assert none.tests is None
    assert judge(unknown, GOLDEN, none, settings).verdict is Verdict.PASS
    early = sabotaged(f"initial #{BEFORE_LAST}ns $finish;")
    assert judge(unknown, early, none, settings).verdict is Verdict.NO_RESULT


def test_count_of_the_problem_decides_too(settings: Settings) -> None:
    with pytest.raises(InputError, match="3 tests ran where 4 were to"):
        golden(problem(expected_tests=4), settings)


def test_tests_that_cannot_be_imported_are_the_problems_fault(settings: Settings) -> None:
    broken = problem(files={"test_counter.py": "import absent_module\n"})
    with pytest.raises(InputError, match="absent_module"):
        golden(broken, settings)


def test_golden_source_that_fails_is_the_problems_fault(settings: Settings) -> None:
    wrong = dataclasses.replace(problem(), golden=GOLDEN.replace("q + 1", "q"))
    with pytest.raises(InputError, match="cannot judge this problem"):
        golden(wrong, settings)


def test_problem_sources_and_environment_are_there(settings: Settings) -> None:
    tests_text = """
import os

import cocotb
from cocotb.triggers import Timer


@cocotb.test()
async def one(dut):
    await Timer(1, "ns")
    assert int(dut.y.value) == int(os.environ["EXPECTED"])
    assert not [name for name in os.environ if name.startswith(("EDA_RL", "PYTEST", "PYTHONPATH"))]
"""
    whole = Problem(
        task_id="helper",
        task=Task.SPEC_TO_RTL,
        top="Wrapper",
        prompt="",
        interface="",
        golden="module Wrapper(output [3:0] y); Seven s(y); endmodule",
        cocotb=CocotbJudge(
            module="test_helper",
            files={"test_helper.py": tests_text},
            environment={"EXPECTED": "7"},
            sources={"seven.sv": "module Seven(output [3:0] y); assign y = 7; endmodule"},
        ),
    )
    found = golden(whole, settings)
    assert found.tests == (("test_helper.one",),)
    wrong = judge(whole, "module Wrapper(output [3:0] y); assign y = 6; endmodule", found, settings)
    assert wrong.verdict is Verdict.MISMATCH
    assert "test_helper.py:" in wrong.message  # an assertion without a text shows its line


def test_random_numbers_are_the_same_for_all(settings: Settings) -> None:
    text = """
import random

import cocotb

@cocotb.test()
async def fails(dut):
    assert False, f"drew {random.random()} {hash('text')}"
"""
    drawing = problem(files={"test_counter.py": text}, expected_tests=None)
    none = GoldenTests(None, 0.0, 0.0, 0.0)
    messages = {judge(drawing, GOLDEN, none, settings).message for _ in range(2)}
    assert len(messages) == 1
    assert "drew" in messages.pop()


def test_tests_may_use_pytest(settings: Settings) -> None:
    text = """
import cocotb
import pytest

@cocotb.test()
async def raises(dut):
    with pytest.raises(AttributeError):
        dut.absent
"""
    using = problem(files={"test_counter.py": text}, expected_tests=1)
    assert golden(using, settings).tests == (("test_counter.raises",),) * 2


def test_missing_cocotb_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    find_cocotb.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ToolError, match="pip install"):
        find_cocotb()


def test_missing_libpython_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    find_cocotb.cache_clear()
    monkeypatch.setattr("find_libpython.find_libpython", lambda: None)
    with pytest.raises(ToolError, match=r"libpython3.*apt-get install"):
        find_cocotb()


SHIPPED = sorted(path.parent for path in own.folder_of_shipped().glob("*/problem.toml"))


@pytest.mark.parametrize("folder", SHIPPED[2:3], ids=lambda folder: folder.name)
def test_shipped_problems_are_judged(folder: Path, settings: Settings) -> None:
    (shipped,) = own.load(folder, "own").problems.values()
    found = golden(shipped, settings)
    wrong = sorted((folder / "wrong").glob("*.sv"))[0]
    assert judge(shipped, wrong.read_text(), found, settings).verdict is Verdict.MISMATCH
