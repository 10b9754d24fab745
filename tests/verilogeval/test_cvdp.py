"""CVDP: rows become problems, answers become files, harnesses are run without containers."""

import dataclasses
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from eda.errors import InputError
from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.judge import golden, judge
from verilogeval.cvdp.answer import read_answer, source_of, to_files, to_source
from verilogeval.cvdp.services import read_environment
from verilogeval.datasets import cvdp
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.sandbox.values import Limits
from verilogeval.verdict import Judgement, Verdict

MIB = 2**20
LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=512 * MIB, file_bytes=16 * MIB, output_bytes=MIB)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "cvdp"
EXAMPLES = "example_nonagentic_code_generation_"

needs_examples = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no CVDP examples in {SHARED}")

COMPOSE = """
services:
  direct:
    build: .
    volumes:
      - ./src/:/src/:ro # what the tests need
    env_file    : ./src/.env
    command     : pytest -s --log-cli-level=INFO -o cache_dir=/rundir/.cache /src/test_runner.py -v
"""
ENVIRONMENT = """
SIM             = icarus
TOPLEVEL_LANG   = verilog
VERILOG_SOURCES = /code/rtl/scale.sv  # the answer
TOPLEVEL        = scale
MODULE          = test_scale
PYTHONPATH      = /src
"""
RUNNER = """
import os
from cocotb_tools.runner import get_runner

sources = os.getenv("VERILOG_SOURCES").split()

def test_runner():
    runner = get_runner(os.getenv("SIM", "icarus"))
    runner.build(sources=sources, hdl_toplevel=os.getenv("TOPLEVEL"), always=True, clean=True,
                 verbose=True, waves=True, timescale=("1ns", "1ns"), log_file="build.log")
    runner.test(hdl_toplevel=os.getenv("TOPLEVEL"), test_module=os.getenv("MODULE"), waves=True)
"""
TESTS = """
import cocotb
from cocotb.triggers import Timer

@cocotb.test()
async def scales(dut):
    for value in (0, 1, 7):
        dut.a.value = value
        await Timer(1, unit="ns")
        assert int(dut.y.value) == 3 * value, f"{value} became {dut.y.value}"
"""
SOLUTION = "module scale(input [3:0] a, output [7:0] y);\n  assign y = 3 * a;\nendmodule\n"
#: The same, with its factor from elsewhere.
GENERAL = """module scale #(parameter FACTOR = 3) (input [3:0] a, output [7:0] y);
  assign y = FACTOR * a;
endmodule
"""
GENERAL_TESTS = """
import os
import cocotb
from cocotb.triggers import Timer

@cocotb.test()
async def scales(dut):
    factor = int(cocotb.plusargs.get("factor", os.environ.get("FACTOR", 3)))
    for value in (0, 1, 7):
        dut.a.value = value
        await Timer(1, unit="ns")
        assert int(dut.y.value) == factor * value
"""


def row(**changes: Any) -> dict[str, Any]:
    """A row of one problem; `files` and `src` are added to the harness's files."""
    files = {
        "docker-compose.yml": changes.pop("compose", COMPOSE),
        "src/.env": ENVIRONMENT,
        "src/test_runner.py": changes.pop("runner", RUNNER),
        "src/test_scale.py": changes.pop("tests", TESTS),
    }
    files |= {f"src/{name}": text for name, text in changes.pop("src", {}).items()}
    return {
        "id": changes.pop("id", "cvdp_copilot_scale_0001"),
        "categories": changes.pop("categories", ["cid003", "easy"]),
        "input": {
            "prompt": "Multiply by three.",
            "context": changes.pop("context", {}),
        },
        "output": {
            "response": "",
            "context": changes.pop("solution", {"rtl/scale.sv": SOLUTION}),
        },
        "harness": {"files": files | changes.pop("files", {})},
        **changes,
    }


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in rows))
    return path


def only(tmp_path: Path, entry: dict[str, Any]) -> Problem:
    """The problem of a file with one row."""
    dataset = cvdp.load(write(tmp_path / "rows.jsonl", entry))
    assert not dataset.left_out
    (problem,) = dataset.problems.values()
    return problem


@dataclass(frozen=True)
class Settings:
    icarus: Icarus
    scratch: Path
    compile_limits: Limits = LIMITS
    run_limits: Limits = LIMITS
    stop_at_mismatch: bool = False


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Settings(find_icarus(), scratch)


class Judged:
    """A problem that is ready to judge answers."""

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self.tests: GoldenTests = golden(problem, settings)

    def answer(self, text: str) -> Judgement:
        assert isinstance(self.problem.cocotb, HarnessJudge)
        outputs = self.problem.cocotb.outputs
        return judge(self.problem, source_of(text, outputs), self.tests, self.settings)


# rows


def test_format_is_recognised(tmp_path: Path) -> None:
    assert cvdp.is_cvdp(write(tmp_path / "a.jsonl", row()))
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(row()).encode()))
    assert cvdp.is_cvdp(packed)
    other = {"task_id": "x", "prompt": "", "canonical_solution": "", "test": ""}
    assert not cvdp.is_cvdp(write(tmp_path / "b.jsonl", other))
    (tmp_path / "c.jsonl").write_text("nonsense\n")
    assert not cvdp.is_cvdp(tmp_path / "c.jsonl")


def test_row_becomes_a_problem(tmp_path: Path) -> None:
    context = {"docs/spec.md": "three times", "rtl/absent.sv": None}
    problem = only(tmp_path, row(context=context))
    assert problem.task_id == "cvdp_copilot_scale_0001"
    assert problem.top == "scale"
    assert problem.category == "cid003"
    assert problem.golden == SOLUTION
    for part in ("Multiply by three.", "docs/spec.md", "three times", "rtl/scale.sv"):
        assert part in problem.prompt


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"categories": ["cid006", "easy"]}, "cid006"),
        ({"solution": {}}, "no file"),
        ({"files": {"docker-compose.yml": "services:\n  a:\n    command: yosys x"}}, "'yosys'"),
        ({"files": {"docker-compose.yml": None}}, "docker-compose.yml"),
        (
            {"files": {"docker-compose.yml": "services: {a: {image: __VERIF_EDA_IMAGE__}}"}},
            "commerc",
        ),
        ({"src": {".env": ENVIRONMENT.replace("icarus", "xcelium")}}, "xcelium"),
        (
            {"src": {"lint.py": "import subprocess\ncmd = 'verilator x'\nsubprocess.run(cmd)"}},
            "veril",
        ),
        ({"src": {"lint.py": "import os\nos.system(f'yosys {x}')"}}, "'yosys'"),
        ({"tests": "import absent_package"}, "absent_package"),
        ({"tests": "def broken("}, "no Python"),
        ({"solution": {"../scale.sv": SOLUTION}}, "outside"),
    ],
)
def test_rows_that_cannot_be_judged_are_named(tmp_path: Path, changes, reason: str) -> None:
    dataset = cvdp.load(write(tmp_path / "rows.jsonl", row(**changes)))
    assert not dataset.problems
    assert reason in dataset.left_out["cvdp_copilot_scale_0001"]


def test_agentic_rows_are_named(tmp_path: Path) -> None:
    agentic = {"id": "a", "categories": ["cid003"], "prompt": "", "context": {}, "patch": {}}
    path = write(tmp_path / "rows.jsonl", {**agentic, "harness": {}})
    assert cvdp.is_cvdp(path)
    assert "agentic" in cvdp.load(path).left_out["a"]


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [({"id": "x", "categories": ["cid003"]}, "input"), ({**row(), "output": 3}, "output")],
)
def test_broken_rows_are_named_with_their_line(tmp_path: Path, broken, complaint: str) -> None:
    path = write(tmp_path / "rows.jsonl", row(), broken)
    with pytest.raises(InputError, match=rf"rows\.jsonl:2: {complaint}"):
        cvdp.load(path)


def test_environment_is_read_as_docker_does() -> None:
    text = "A = b c # d\n# E = f\nG=\"h # i\"\nexport J='k'\nL =\n\nM=n#o\n"
    expected = {"A": "b c", "G": "h # i", "J": "k", "L": "", "M": "n#o"}
    assert read_environment(text) == expected


# answers


ONE, TWO = ("rtl/a.sv",), ("rtl/a.sv", "rtl/b.sv")


@pytest.mark.parametrize(
    ("text", "outputs", "files"),
    [
        ("module a;\nendmodule", ONE, {"rtl/a.sv": "module a;\nendmodule\n"}),
        ("Here:\n```verilog\nmodule a;\n```\nand\n```\nb\n```", ONE, {"rtl/a.sv": "module a;\n"}),
        ('{"code": [{"rtl/a.sv": "x\\n"}]}', ONE, {"rtl/a.sv": "x\n"}),
        ('{"response": "x"}', ONE, {"rtl/a.sv": "x\n"}),
        ('{"rtl/a.sv": "x", "rtl/b.sv": "y"}', TWO, {"rtl/a.sv": "x\n", "rtl/b.sv": "y\n"}),
        (
            '```json\n{"code": [{"rtl/a.sv": "x"}, {"rtl/b.sv": "y"}]}\n```',
            TWO,
            {"rtl/a.sv": "x\n", "rtl/b.sv": "y\n"},
        ),
        ("module a; endmodule", TWO, {}),
        ('{"rtl/a.sv": 3}', TWO, {}),
        ('{"code": [{"../../etc/x": "y"}]}', TWO, {}),
        ("assign {a, b} = {c, d};", ONE, {"rtl/a.sv": "assign {a, b} = {c, d};\n"}),
    ],
)
def test_answers_become_files(text: str, outputs, files) -> None:
    assert read_answer(text, outputs) == files


@pytest.mark.parametrize(
    ("files", "outputs"),
    [
        ({"rtl/a.sv": "x\n"}, ONE),
        ({"rtl/a.sv": "x\n", "rtl/b.sv": "y\n"}, TWO),
        ({"rtl/b.sv": "y\n"}, TWO),
        ({}, TWO),
    ],
)
def test_files_survive_as_one_source(files, outputs) -> None:
    assert to_files(to_source(files, outputs), outputs) == files


# harnesses


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


@needs_examples
def test_commercial_example_is_left_out() -> None:
    dataset = cvdp.load(SHARED / f"{EXAMPLES}commercial.jsonl")
    assert list(dataset.left_out) == ["cvdp_copilot_gf_multiplier_0039"]
    assert "commercial" in next(iter(dataset.left_out.values()))


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
