"""The cocotb judge: right sources pass, wrong ones fail, and no trick makes a pass."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from eda.errors import InputError, ToolError
from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.installation import find_cocotb
from verilogeval.cocotb_judge.judge import golden, judge
from verilogeval.datasets import own
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.problem import CocotbJudge, Problem, Task
from verilogeval.sandbox.values import Limits
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.verdict import Judgement, Verdict

MIB = 2**20
LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=512 * MIB, file_bytes=16 * MIB, output_bytes=MIB)

TESTS = """
import os

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, Timer

WIDTH = int(os.environ["PARAMETER_WIDTH"])


async def count(dut, cycles, start):
    Clock(dut.clk, 10, "ns").start(start_high=False)
    dut.rst.value = 1
    await FallingEdge(dut.clk)
    await FallingEdge(dut.clk)
    assert int(dut.q.value) == 0, f"after reset: q is {dut.q.value}, expected 0"
    dut.rst.value = 0
    for number in range(1, cycles):
        await FallingEdge(dut.clk)
        expected = number % (1 << WIDTH)
        got = int(dut.q.value)
        assert got == expected, f"cycle {number}: q is {got}, expected {expected}"


@cocotb.test()
async def first(dut):
    await count(dut, 5, 0)


@cocotb.test()
async def wraps(dut):
    await count(dut, 40, 0)


@cocotb.test(skip=True)
async def not_ready(dut):
    assert False


@cocotb.test()
async def last(dut):
    await Timer(500, "ps")
    await count(dut, 3, 0)
"""
GOLDEN = """
module TopModule #(parameter WIDTH = 4) (input clk, input rst, output reg [WIDTH-1:0] q);
  always @(posedge clk) q <= rst ? 0 : q + 1;
endmodule
"""
PORTS = "#(parameter WIDTH = 4) (input clk, input rst, output reg [WIDTH-1:0] q);"
COUNTING = "always @(posedge clk) q <= rst ? 0 : q + 1;"
#: Simulated nanoseconds in which all tests but the last are over.
BEFORE_LAST = 470


@dataclass(frozen=True)
class Settings:
    icarus: Icarus
    scratch: Path
    compile_limits: Limits = LIMITS
    run_limits: Limits = LIMITS
    stop_at_mismatch: bool = False


def problem(**changes: object) -> Problem:
    """The counter, with some of its judge's settings changed."""
    cocotb = CocotbJudge(
        module="test_counter",
        files={"test_counter.py": TESTS},
        parameters=({"WIDTH": 4}, {"WIDTH": 3}),
        expected_tests=3,
    )
    return Problem(
        task_id="counter",
        task=Task.SPEC_TO_RTL,
        top="TopModule",
        prompt="",
        interface="",
        golden=GOLDEN,
        cocotb=dataclasses.replace(cocotb, **changes),
    )


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(find_icarus(), tmp_path_factory.mktemp("cocotb"))


@pytest.fixture(scope="session")
def tests(settings: Settings) -> GoldenTests:
    return golden(problem(), settings)


@pytest.fixture
def judged(settings: Settings, tests: GoldenTests):
    """Judges a source of the counter."""

    def of(source: str, **changes: object) -> Judgement:
        return judge(problem(), source, tests, dataclasses.replace(settings, **changes))

    return of


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


def sabotaged(extra: str) -> str:
    """A right counter with something added that is not."""
    return f"module TopModule {PORTS}\n{COUNTING}\n{extra}\nendmodule\n"


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
