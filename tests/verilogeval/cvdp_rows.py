"""CVDP's rows with a harness of their own, and the judging of answers to them."""

import json
from pathlib import Path
from typing import Any

import pytest
from judge_settings import Settings

from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.judge import golden, judge
from verilogeval.cvdp.answer import source_of
from verilogeval.datasets import cvdp
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.verdict import Judgement

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
    """A dataset of these rows."""
    path.write_text("".join(f"{json.dumps(each)}\n" for each in rows))
    return path


def only(tmp_path: Path, entry: dict[str, Any]) -> Problem:
    """The problem of a file with one row."""
    dataset = cvdp.load(write(tmp_path / "rows.jsonl", entry))
    assert not dataset.left_out
    (problem,) = dataset.problems.values()
    return problem


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
