"""How long cocotb takes beyond the tests themselves: our judge, and cocotb's own runner.

    python -m benchmarks.cocotb_start [--rounds N] [PROBLEM...]

For every problem the golden source is compiled and simulated, by both in turn. What is left when
the seconds that cocotb counts for the tests are taken off is the start: preparing the folder,
compiling, starting the simulator and Python, importing cocotb and the tests, reporting.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.common import quiet_folder
from verilogeval.cocotb_judge.judge import golden
from verilogeval.datasets import own
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.problem import CocotbJudge, Problem
from verilogeval.sandbox.values import Limits

DEFAULT = ("saturating_adder", "seven_segment", "edge_detector", "fifo_sync", "gray_counter")
_MIB = 2**20
_LIMITS = Limits(
    wall_s=60, cpu_s=60, memory_bytes=1024 * _MIB, file_bytes=64 * _MIB, output_bytes=4 * _MIB
)
#: What a user of cocotb's runner would write, as a program of its own: it may end its process.
_RUNNER = """
import sys
from cocotb_tools.runner import get_runner
source, top, module, *settings = sys.argv[1:]
parameters = dict(pair.split("=") for pair in settings)
runner = get_runner("icarus")
runner.build(sources=[source], hdl_toplevel=top, parameters=parameters, timescale=("1ns", "1ps"))
runner.test(test_module=module, hdl_toplevel=top, results_xml="results.xml",
            extra_env={f"PARAMETER_{name}": value for name, value in parameters.items()})
"""


@dataclass(frozen=True)
class Settings:
    """What the judge needs to know; see `verilogeval.cocotb_judge.Settings`."""

    icarus: Icarus
    scratch: Path
    compile_limits: Limits = _LIMITS
    run_limits: Limits = _LIMITS
    stop_at_mismatch: bool = False


def ours(problem: Problem, settings: Settings) -> tuple[float, float]:
    """Seconds of the judge: in all, and for the tests."""
    began = time.perf_counter()
    found = golden(problem, settings)
    return time.perf_counter() - began, found.tests_s


def theirs(problem: Problem, settings: Settings) -> tuple[float, float]:
    """Seconds of cocotb's runner: in all, and for the tests."""
    judge = problem.cocotb
    assert isinstance(judge, CocotbJudge)  # noqa: S101 - ours are
    folder = settings.scratch / f"runner-{time.monotonic_ns()}"
    folder.mkdir()
    for name, text in {**judge.files, "runner.py": _RUNNER, "sample.sv": problem.golden}.items():
        (folder / name).write_text(text, "utf-8")
    search = f"{settings.icarus.iverilog.parent}{os.pathsep}{os.environ['PATH']}"
    tests_s = 0.0
    began = time.perf_counter()
    for parameters in judge.parameters:
        pairs = [f"{name}={value}" for name, value in parameters.items()]
        subprocess.run(
            [sys.executable, "-B", "runner.py", "sample.sv", problem.top, judge.module, *pairs],
            cwd=folder,
            env={**os.environ, "PATH": search},
            check=True,
            capture_output=True,
        )
        suites = ElementTree.parse(folder / "sim_build" / "results.xml").iter("testcase")  # noqa: S314
        tests_s += sum(float(case.get("time", 0)) for case in suites)
    return time.perf_counter() - began, tests_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("problems", nargs="*", default=DEFAULT, metavar="PROBLEM")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    icarus = find_icarus()
    print(
        f"Icarus {icarus.version_text}; cocotb {version('cocotb')}; Python "
        f"{platform.python_version()}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print("seconds beyond the tests, median (least) of the rounds; simulations; tests' seconds")
    print(f"{'problem':22} {'our judge':>16} {'cocotb runner':>16} {'sims':>5} {'tests':>6}")
    with quiet_folder() as scratch:
        settings = Settings(icarus, scratch)
        for name in arguments.problems:
            (problem,) = own.load(own.folder_of_shipped() / name, "own").problems.values()
            ours(problem, settings)  # what is done once in a process
            rounds = [
                (ours(problem, settings), theirs(problem, settings))
                for _ in range(arguments.rounds)
            ]
            starts = [
                [whole - tests for whole, tests in kind] for kind in zip(*rounds, strict=True)
            ]
            shown = [f"{statistics.median(kind):.3f} ({min(kind):.3f})" for kind in starts]
            assert isinstance(problem.cocotb, CocotbJudge)  # noqa: S101 - ours are
            tests_s = statistics.median(mine[1] for mine, _ in rounds)
            count = len(problem.cocotb.parameters)
            print(f"{name:22} {shown[0]:>16} {shown[1]:>16} {count:5} {tests_s:6.3f}", flush=True)


if __name__ == "__main__":
    main()
