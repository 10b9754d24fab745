"""Our own problems: complete, solvable in two styles, and no wrong solution gets through."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyslang
import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
PROBLEMS = HERE.parents[1] / "verilogeval" / "problems"
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


def run(folder: Path, sources: list[Path], tmp_path: Path) -> dict[str, list[dict]]:
    """The outcomes of every source, by its name: one for each setting of the parameters.

    After a setting under which a source fails, the settings that follow are left out.
    """
    problem = description(folder)
    order = {
        "module": problem["cocotb"]["module"],
        "python_path": [str(PROBLEMS), str(folder)],
        "sources": [str(source) for source in sources],
        "settings": problem["cocotb"].get("parameters", [{}]),
        "folder": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-B", HERE / "own_problem_child.py"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
    )
    assert done.returncode == 0, done.stderr
    return dict(zip([source.stem for source in sources], json.loads(done.stdout), strict=True))


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
def test_right_solutions_pass(folder: Path, tmp_path: Path) -> None:
    expected = description(folder)["cocotb"]["expected_tests"]
    for name, outcomes in run(folder, [folder / f"{name}.sv" for name in RIGHT], tmp_path).items():
        for outcome in outcomes:
            assert outcome["compiled"], outcome["log"]
            assert outcome["failures"] == [], name
            assert len(outcome["tests"]) == expected


@each_problem
def test_wrong_solutions_are_rejected(folder: Path, tmp_path: Path) -> None:
    sources = sorted((folder / "wrong").glob("*.sv"))[:_WRONG]
    for name, outcomes in run(folder, sources, tmp_path).items():
        for outcome in outcomes:
            assert outcome["compiled"], f"{name}: {outcome['log']}"
            for test, kind, message in outcome["failures"]:
                assert kind in FAIR, f"{name}: {test}: {kind}: {message}"
                assert "\n" not in message
        assert any(outcome["failures"] for outcome in outcomes), f"{name} passes"


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
