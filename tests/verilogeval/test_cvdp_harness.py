"""CVDP: harnesses are run without containers."""

import dataclasses
import json
from pathlib import Path

import pytest
from cvdp_rows import (
    COMPOSE,
    ENVIRONMENT,
    EXAMPLES,
    GENERAL,
    GENERAL_TESTS,
    RUNNER,
    SHARED,
    SOLUTION,
    TESTS,
    Judged,
    needs_examples,
    only,
    row,
)
from judge_settings import Settings

from eda.errors import InputError
from verilogeval.cocotb_judge.judge import golden
from verilogeval.datasets import cvdp
from verilogeval.icarus.find import find_icarus
from verilogeval.verdict import Verdict


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Settings(find_icarus(), scratch)


@needs_examples
def test_example_solution_passes_and_mutants_fail(settings: Settings) -> None:
    path = SHARED / f"{EXAMPLES}no_commercial_with_solutions.jsonl"
    dataset = cvdp.load(path)
    (problem,) = dataset.problems.values()
    judged = Judged(problem, settings)
    assert judged.tests.tests == (tuple(f"test_lfsr.test_non_zero_{n}" for n in (1, 2, 3)),)
    assert judged.answer(f"```systemverilog\n{problem.golden}\n```").verdict is Verdict.PASS
    for old, new in (
        ("lfsr_out[2]", "lfsr_out[3]"),
        ("q1,q2,lfsr", "q2,q1,lfsr"),
        ("!reset", "reset"),
    ):
        assert old in problem.golden
        found = judged.answer(problem.golden.replace(old, new, 1))
        assert found.verdict is Verdict.MISMATCH, (old, found)
    assert judged.answer(problem.golden.replace(";", "", 1)).verdict is Verdict.COMPILE_ERROR
    early = problem.golden.replace("endmodule", "initial #3000 $finish; endmodule")
    assert judged.answer(early).verdict is Verdict.NO_RESULT


@needs_examples
def test_example_without_solution_is_judged_by_what_it_plans(settings: Settings) -> None:
    solved = cvdp.load(SHARED / f"{EXAMPLES}no_commercial_with_solutions.jsonl")
    dataset = cvdp.load(SHARED / f"{EXAMPLES}no_commercial.jsonl")
    ((name, problem),) = dataset.problems.items()
    assert problem.golden == ""
    judged = Judged(problem, settings)
    assert judged.tests.tests is None
    assert judged.answer(solved.problems[name].golden).verdict is Verdict.PASS


def test_wrong_answers_of_every_kind(tmp_path: Path, settings: Settings) -> None:
    judged = Judged(only(tmp_path, row()), settings)
    assert judged.answer(SOLUTION).verdict is Verdict.PASS
    wrong = judged.answer(SOLUTION.replace("3 *", "4 *"))
    assert wrong.verdict is Verdict.MISMATCH
    assert wrong.message == "test_scale.scales: 1 became 00000100"
    assert judged.answer("I cannot do that.").verdict is Verdict.COMPILE_ERROR
    broken = judged.answer("module scale(\n input a;\n")
    assert broken.message.startswith("rtl/scale.sv:")


def test_parametrised_runner_gives_one_simulation_each(tmp_path: Path, settings) -> None:
    runner = RUNNER.replace("def test_runner():", "def run(factor):").replace(
        "always=True", 'always=True, parameters={"FACTOR": factor}'
    )
    runner = runner.replace("waves=True)", 'waves=True, extra_env={"FACTOR": str(factor)})')
    runner = f"""
import random
import pytest
{runner}
@pytest.mark.parametrize("factor", [3, 5, random.randint(6, 9)])
def test_scale(factor):
    run(factor)
"""
    entry = row(runner=runner, tests=GENERAL_TESTS, solution={"rtl/scale.sv": GENERAL})
    judged = Judged(only(tmp_path, entry), settings)
    assert judged.tests.tests == (("test_scale.scales",),) * 3
    assert judged.answer(GENERAL.replace("FACTOR = 3", "FACTOR = 7")).verdict is Verdict.PASS
    fixed = judged.answer(GENERAL.replace("FACTOR *", "5 *"))
    assert fixed.verdict is Verdict.MISMATCH
    assert fixed.stimuli == 1
    assert judged.tests == dataclasses.replace(
        golden(judged.problem, settings),
        wall_s=judged.tests.wall_s,
        tests_s=judged.tests.tests_s,
    )


def test_plusargs_defines_includes_and_libraries_of_tests(tmp_path: Path, settings) -> None:
    runner = RUNNER.replace(
        "always=True", 'defines={"OFFSET": "0"}, includes=["/code/rtl"], build_args=["-Wall"]'
    ).replace("waves=True)", 'plusargs=["+factor=3"], testcase="scales")')
    helper = "def expected(value):\n    return 3 * value\n"
    tests = TESTS.replace("3 * value", "lib.expected(value)").replace(
        "import cocotb\n", "import cocotb\nimport harness_library as lib\n", 1
    )
    tests += """
    assert cocotb.plusargs["factor"] == "3"

@cocotb.test()
async def not_asked_for(dut):
    assert False
"""
    solution = '`include "factor.svh"\n' + SOLUTION.replace("3 *", "`OFFSET + `FACTOR *")
    entry = row(
        runner=runner,
        tests=tests,
        src={"harness_library.py": helper},
        context={"rtl/factor.svh": "`define FACTOR 3\n"},
        solution={"rtl/scale.sv": solution},
    )
    judged = Judged(only(tmp_path, entry), settings)
    assert judged.tests.tests == (("test_scale.scales",),)
    assert judged.answer(solution.replace("`FACTOR", "2")).verdict is Verdict.MISMATCH


def test_answers_of_several_files(tmp_path: Path, settings: Settings) -> None:
    environment = ENVIRONMENT.replace("scale.sv", "scale.sv /code/rtl/triple.sv")
    parts = {
        "rtl/scale.sv": SOLUTION.replace("assign y = 3 * a", "triple t(a, y)"),
        "rtl/triple.sv": SOLUTION.replace("scale", "triple"),
    }
    problem = only(tmp_path, row(src={".env": environment}, solution=parts))
    judged = Judged(problem, settings)
    assert judged.answer(json.dumps({"code": [parts]})).verdict is Verdict.PASS
    wrong = {**parts, "rtl/triple.sv": parts["rtl/triple.sv"].replace("3 *", "2 *")}
    assert judged.answer(json.dumps(wrong)).verdict is Verdict.MISMATCH
    missing = judged.answer(json.dumps({"rtl/scale.sv": parts["rtl/scale.sv"]}))
    assert missing.verdict is Verdict.COMPILE_ERROR
    assert "rtl/triple.sv" in missing.message


def test_runner_run_as_a_program_and_in_a_second_service(tmp_path: Path, settings) -> None:
    compose = COMPOSE.replace(
        "pytest -s --log-cli-level=INFO -o cache_dir=/rundir/.cache /src/test_runner.py -v",
        "sh -c 'python3 /src/test_runner.py'",
    )
    compose += """
  second:
    image: any
    environment: {MODULE: test_more, TOPLEVEL: scale, VERILOG_SOURCES: /code/rtl/scale.sv}
    command: ["pytest", "/src/test_runner.py"]
"""
    more = TESTS.replace("(0, 1, 7)", "(15,)")
    entry = row(compose=compose, runner=f"{RUNNER}\ntest_runner()\n", src={"test_more.py": more})
    judged = Judged(only(tmp_path, entry), settings)
    assert judged.tests.tests is not None
    first, *others = judged.tests.tests
    assert first == ("test_scale.scales",)
    assert set(others) == {("test_more.scales",)}
    narrow = SOLUTION.replace("3 * a", "a == 15 ? 0 : 3 * a")
    found = judged.answer(narrow)
    assert found.verdict is Verdict.MISMATCH
    assert found.message.startswith("test_more.scales")


def test_harness_that_looks_at_the_answer_is_asked_each_time(tmp_path: Path, settings) -> None:
    runner = RUNNER.replace(
        "    runner = get", '    assert "assign" in open(sources[0]).read()\n    runner = get'
    )
    judged = Judged(only(tmp_path, row(runner=runner)), settings)
    assert judged.tests.plan == ""
    unsolved = Judged(only(tmp_path, row(runner=runner, solution={"rtl/scale.sv": ""})), settings)
    assert unsolved.answer(SOLUTION).verdict is Verdict.PASS
    assert judged.answer(SOLUTION).verdict is Verdict.PASS
    procedural = SOLUTION.replace("output", "output reg").replace("assign", "always @*")
    found = judged.answer(procedural)
    assert found.verdict is Verdict.MISMATCH, found
    assert "assert" in found.message


@pytest.mark.parametrize(
    ("runner", "reason"),
    [
        ("def test_nothing():\n    pass\n", "no cocotb tests"),
        ("import absent_thing_of_the_harness\n", "absent_thing"),
        ("def test_fails():\n    raise ValueError('no luck')\n", "no luck"),
        (RUNNER.replace('os.getenv("SIM", "icarus")', '"verilator"'), "'verilator'"),
        (f"import os\nrun = os.system\n{RUNNER}    run('ls')\n", "other programs"),
        (RUNNER.replace("always=True", 'build_args=["-fmore.f"]'), "-fmore.f"),
    ],
)
def test_harness_that_cannot_be_followed_says_why(tmp_path, settings, runner, reason) -> None:
    entry = row(runner=runner, src={"absent_thing_of_the_harness": ""})
    with pytest.raises(InputError, match=reason):
        golden(only(tmp_path, entry), settings)


def test_results_that_a_harness_looks_at_are_there(tmp_path: Path, settings: Settings) -> None:
    runner = RUNNER.replace("    runner.test(", "    results = runner.test(")
    runner += "    from cocotb_tools.check_results import get_results\n"
    runner += "    assert get_results(results)[1] == 0\n"
    judged = Judged(only(tmp_path, row(runner=runner)), settings)
    assert judged.answer(SOLUTION.replace("3 *", "1 *")).verdict is Verdict.MISMATCH


def test_tests_written_for_cocotb_1_work(tmp_path: Path, settings: Settings) -> None:
    tests = """
import cocotb
from cocotb.binary import BinaryValue
from cocotb.result import TestFailure
from cocotb.triggers import Timer

@cocotb.coroutine
async def settle():
    await Timer(1, units="ns")

@cocotb.test()
async def old(dut):
    task = cocotb.fork(settle())
    dut.a.value = BinaryValue(value=5, n_bits=4)
    await task
    await settle()
    y = dut.y.value
    assert (y.integer, y.binstr, y.n_bits) == (15, "00001111", 8)
    assert dut.y[0].value == 1 and dut.y[7].value == 0 and int(dut.y[3]) == 1
    assert y > 14 and y <= 15 and y + 1 == 16 and 1 + y == 16 and y & 6 == 6 and y >> 1 == 7
    dut.a[1].value = 1
    await settle()
    assert dut.a.value == 7
    if dut.y.value.integer != 21:
        raise TestFailure(f"y is {dut.y.value.integer}")
"""
    runner = RUNNER.replace("cocotb_tools.runner", "cocotb.runner")
    judged = Judged(only(tmp_path, row(runner=runner, tests=tests)), settings)
    found = judged.answer(SOLUTION.replace("3 * a", "a == 7 ? 20 : 3 * a"))
    assert found.message == "test_scale.old: y is 20"


def test_repeated_simulations_draw_other_numbers(tmp_path: Path, settings: Settings) -> None:
    runner = RUNNER.replace("def test_runner():", "def run():")
    runner += """
import pytest

@pytest.mark.parametrize("test", range(3))
def test_often(test):
    run()
"""
    tests = TESTS + "    import random\n    print('drew', random.getrandbits(64))\n"
    judged = Judged(only(tmp_path, row(runner=runner, tests=tests)), settings)
    drawn = [line for line in judged.answer(SOLUTION).log.splitlines() if "drew" in line]
    assert (len(drawn), len(set(drawn))) == (3, 3)
    assert [line for line in judged.answer(SOLUTION).log.splitlines() if "drew" in line] == drawn
