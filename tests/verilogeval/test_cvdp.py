"""CVDP: rows become problems, and answers become files."""

import gzip
import json
from pathlib import Path

import pytest
from cvdp_rows import ENVIRONMENT, EXAMPLES, SHARED, SOLUTION, needs_examples, only, row, write

from eda.errors import InputError
from verilogeval.cvdp.answer import read_answer, to_files, to_source
from verilogeval.cvdp.services import read_environment
from verilogeval.datasets import cvdp


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


@needs_examples
def test_commercial_example_is_left_out() -> None:
    dataset = cvdp.load(SHARED / f"{EXAMPLES}commercial.jsonl")
    assert list(dataset.left_out) == ["cvdp_copilot_gf_multiplier_0039"]
    assert "commercial" in next(iter(dataset.left_out.values()))
