"""A problem with cocotb tests: a counter, and what is added to it to deceive."""

import dataclasses
from collections.abc import Callable

from judge_settings import Settings

from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.judge import judge
from verilogeval.problem import CocotbJudge, Problem, Task
from verilogeval.verdict import Judgement

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


def sabotaged(extra: str) -> str:
    """A right counter with something added that is not."""
    return f"module TopModule {PORTS}\n{COUNTING}\n{extra}\nendmodule\n"


def judging(settings: Settings, tests: GoldenTests) -> Callable[..., Judgement]:
    """Judges a source of the counter, with some of the settings changed."""

    def judged(source: str, **changes: object) -> Judgement:
        return judge(problem(), source, tests, dataclasses.replace(settings, **changes))

    return judged
