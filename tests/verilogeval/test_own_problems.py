"""Our own problems: complete, solvable in two styles, and no wrong solution gets through."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyslang
import pytest

from verilogeval.cocotb_judge.case import of_cocotb
from verilogeval.cocotb_judge.installation import find_cocotb
from verilogeval.cocotb_judge.perform import Ran, Tools, compile_, simulate_
from verilogeval.cocotb_judge.place import spared, write_files, write_interpreter
from verilogeval.cocotb_judge.reports import TestReport
from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import CocotbJudge, Dataset
from verilogeval.sandbox.values import Ended, Limits

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROBLEMS = Path(__file__).parents[2] / "verilogeval" / "problems"
FOLDERS = sorted(path.parent for path in PROBLEMS.glob("*/problem.toml"))
CATEGORIES = {"combinational", "sequential", "fsm", "arithmetic", "memory", "pipeline", "bus"}
RIGHT = ("reference", "alternative")
#: How many wrong solutions are tried; EDA_RL_ALL_WRONG in the environment: all of them.
_WRONG = None if os.environ.get("EDA_RL_ALL_WRONG") else 6
#: A test that fails for one of these reasons found the design wrong; any other is its own error.
FAIR = {"AssertionError", "SimFailure"}

each_problem = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def description(folder: Path) -> dict:
    with (folder / "problem.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Outcome:
    """A source under one setting of the parameters; `ran` is None where it does not compile."""

    ran: Ran | None
    log: str

    @property
    def tests(self) -> tuple[TestReport, ...]:
        return self.ran.reports.tests if self.ran else ()

    @property
    def failures(self) -> list[TestReport]:
        return [test for test in self.tests if test.status != "passed"]


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return load("own")


@pytest.fixture(scope="session")
def tools() -> Tools:
    limits = Limits(
        wall_s=120, cpu_s=120, memory_bytes=1 << 30, file_bytes=16 << 20, output_bytes=32 << 20
    )
    return Tools(find_icarus(), find_cocotb(), limits, limits)


def run(
    judge: CocotbJudge, sources: list[Path], tools: Tools, tmp_path: Path
) -> dict[str, list[Outcome]]:
    """The outcomes of every source, by its name: one for each setting of the parameters.

    All tests run, also after one that fails. After a setting under which a source fails, the
    settings that follow are left out.
    """
    return {
        source.stem: outcomes(judge, source.read_text(), tools, tmp_path / source.stem)
        for source in sources
    }


def outcomes(judge: CocotbJudge, source: str, tools: Tools, folder: Path) -> list[Outcome]:
    case = of_cocotb(judge, "TopModule", source)
    write_files(folder, case.files)
    python = write_interpreter(folder, tools.cocotb)
    reads = [folder / name for name in case.reads]
    found: list[Outcome] = []
    for simulation in case.simulations:
        compiled = compile_(simulation, folder, reads, tools)
        if not compiled.ok:
            return [*found, Outcome(None, compiled.log)]
        names = spared(case.files, simulation.modules)
        ran = simulate_(
            simulation, folder, reads, tools, python=python, spared=names, stop_at_failure=False
        )
        found.append(Outcome(ran, ran.log))
        if found[-1].failures:
            break
    return found


def ports(text: str) -> set[tuple[str, str]]:
    """Direction and name of every port in a module's header."""
    header = text[: text.index(");")]
    return set(re.findall(r"^\s*(input|output)\b.*?(\w+)\s*,?\s*(?://.*)?$", header, re.MULTILINE))


def test_there_are_problems() -> None:
    assert FOLDERS


@each_problem
def test_format_is_complete(folder: Path) -> None:
    problem = description(folder)
    assert problem["task_id"] == folder.name
    assert problem["title"]
    assert problem["category"] in CATEGORIES
    assert problem["task"] == "spec-to-rtl"
    assert problem["top"] == "TopModule"
    assert problem["cocotb"]["module"] == f"test_{folder.name}"
    assert problem["cocotb"]["expected_tests"] >= 3
    assert (folder / f"test_{folder.name}.py").is_file()
    assert len(list((folder / "wrong").glob("*.sv"))) >= 5
    for path in (folder / "wrong").glob("*.sv"):
        assert path.read_text().startswith("// Wrong: "), path
    settings = problem["cocotb"].get("parameters", [{}])
    assert settings
    assert all(isinstance(value, int) for setting in settings for value in setting.values())


@each_problem
def test_prompt_and_reference_agree_on_the_interface(folder: Path) -> None:
    interface = (folder / "interface.sv").read_text()
    assert interface.startswith("module TopModule")
    assert interface.rstrip().endswith(");")
    assert (folder / "reference.sv").read_text().startswith(interface.rstrip())
    prompt = (folder / "prompt.md").read_text()
    assert "`TopModule`" in prompt
    names = {name for _, name in ports(interface)}
    assert names
    for name in names:
        assert f"`{name}`" in prompt
    for setting in description(folder)["cocotb"].get("parameters", []):
        for name in setting:
            assert f"`{name}`" in prompt
            assert re.search(rf"\bparameter\b.*\b{name}\b", interface)


@each_problem
def test_right_solutions_pass(folder: Path, dataset: Dataset, tools: Tools, tmp_path: Path) -> None:
    judge = dataset.problems[folder.name].cocotb
    assert isinstance(judge, CocotbJudge)
    right = [folder / f"{name}.sv" for name in RIGHT]
    for name, found in run(judge, right, tools, tmp_path).items():
        assert len(found) == len(judge.parameters)
        for outcome in found:
            assert outcome.ran, outcome.log
            assert outcome.failures == [], name
            assert len(outcome.tests) == judge.expected_tests
            assert outcome.ran.reports.done
            assert outcome.ran.outcome.ended is Ended.EXITED


@each_problem
def test_wrong_solutions_are_rejected(
    folder: Path, dataset: Dataset, tools: Tools, tmp_path: Path
) -> None:
    judge = dataset.problems[folder.name].cocotb
    assert isinstance(judge, CocotbJudge)
    wrong = sorted((folder / "wrong").glob("*.sv"))[:_WRONG]
    for name, found in run(judge, wrong, tools, tmp_path).items():
        for outcome in found:
            assert outcome.ran, f"{name}: {outcome.log}"
            assert outcome.ran.reports.done or outcome.failures, f"{name}: {outcome.log}"
            for test in outcome.failures:
                assert test.raised in FAIR, f"{name}: {test.name}: {test.raised}: {test.message}"
                assert "\n" not in test.message
        assert any(outcome.failures for outcome in found), f"{name} passes"


@each_problem
@pytest.mark.parametrize("name", RIGHT)
def test_slang_accepts_the_right_solutions(folder: Path, name: str) -> None:
    compilation = pyslang.ast.Compilation()
    compilation.addSyntaxTree(pyslang.syntax.SyntaxTree.fromFile(str(folder / f"{name}.sv")))
    errors = [str(each.code) for each in compilation.getAllDiagnostics() if each.isError()]
    assert errors == []


@each_problem
def test_yosys_synthesises_the_right_solutions_without_latches(folder: Path) -> None:
    commands = "; ".join(
        f"read_verilog -sv {folder / name}.sv; synth -top TopModule -noabc; check -assert;"
        " select -assert-none t:$_DLATCH* t:$dlatch*; design -reset"
        for name in RIGHT
    )
    code = f"from pyosys import libyosys as ys; ys.Design().run_pass({commands!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
