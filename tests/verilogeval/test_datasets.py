import json
from pathlib import Path

import mini
import pytest

from eda.errors import InputError
from verilogeval.datasets.find import load
from verilogeval.problem import Task


def test_a_v2_folder(tmp_path: Path) -> None:
    dataset = load(str(mini.write_v2(tmp_path)))
    assert dataset.name == "verilog-eval-v2-spec-to-rtl"
    assert list(dataset.problems) == sorted(m.task_id for m in mini.ALL)
    problem = dataset.problems["adder"]
    assert problem.golden == mini.ADD.module("TopModule")
    assert problem.task is Task.SPEC_TO_RTL


def test_a_checkout_is_asked_for_its_task(tmp_path: Path) -> None:
    folder = mini.write_v2(tmp_path)
    other = tmp_path / "dataset_code-complete-iccad2023"
    other.mkdir()
    for path in folder.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    for m in mini.ALL:
        (other / f"{m.task_id}_ifc.txt").write_text(m.header("TopModule"))
    assert load(str(tmp_path)).problems["adder"].interface == ""
    found = load(str(tmp_path), Task.CODE_COMPLETE)
    assert found.problems["adder"].interface == mini.ADD.header("TopModule")
    with pytest.raises(InputError, match="this is the dataset of task spec-to-rtl"):
        load(str(folder), Task.CODE_COMPLETE)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = mini.write_v2(tmp_path)
    (folder / "adder_ref.sv").unlink()
    with pytest.raises(InputError, match=r"adder_ref\.sv"):
        load(str(folder))


def test_a_v1_file_with_its_descriptions(tmp_path: Path) -> None:
    path = mini.write_v1(tmp_path)
    row = {"task_id": "adder", "detail_description": "Add."}
    (tmp_path / "VerilogDescription_Mini.jsonl").write_text(json.dumps(row) + "\n")
    dataset = load(str(path))
    assert dataset.name == "verilog-eval-v1-mini"
    assert dataset.rule == "v1"
    assert dataset.problems["adder"].prompt.startswith("Add.\nmodule top_module(")
    assert dataset.problems["adder"].golden.split() == mini.ADD.module("top_module").split()


def test_a_broken_v1_line_is_named(tmp_path: Path) -> None:
    path = mini.write_v1(tmp_path)
    path.write_text(path.read_text() + '{"task_id": "x"}\n')
    with pytest.raises(InputError, match=r"jsonl:5: 'prompt' must be a string"):
        load(str(path))


def test_a_task_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = mini.write_v1(tmp_path)
    path.write_text(path.read_text() * 2)
    with pytest.raises(InputError, match="jsonl:5: task_id 'and_gate' stands there twice"):
        load(str(path))


def _own(folder: Path, toml: str) -> Path:
    problem = folder / "p"
    problem.mkdir()
    (problem / "problem.toml").write_text(toml)
    (problem / "prompt.md").write_text("prompt")
    (problem / "interface.sv").write_text("module TopModule(input a);")
    (problem / "reference.sv").write_text("module TopModule(input a); endmodule")
    (problem / "test_p.py").write_text("")
    return folder


def test_our_format_with_a_cocotb_judge(tmp_path: Path) -> None:
    toml = 'task_id = "p"\ncategory = "fsm"\n[cocotb]\nmodule = "test_p"\nparameters = [{W = 3}]\n'
    problem = load(str(_own(tmp_path, toml))).problems["p"]
    assert problem.category == "fsm"
    assert problem.cocotb is not None
    assert problem.cocotb.parameters == ({"W": 3},)
    assert load(str(tmp_path / "p")).problems["p"] == problem


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('task_id = "p"\n', r"needs \[testbench\] or \[cocotb\]"),
        ("task_id = 3\n", "task_id"),
        ('task_id = "p"\nwidth = 3\n', "width"),
        ("task_id\n", "problem.toml"),
        ('task_id = "p"\n[testbench]\nfile = "tb.sv"\n', "tb.sv"),
    ],
)
def test_a_wrong_problem_file_is_named(tmp_path: Path, toml: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        load(str(_own(tmp_path, toml)))


def test_what_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no dataset"):
        load(str(tmp_path / "absent"))
    with pytest.raises(InputError, match="no problems"):
        load(str(tmp_path))
    (tmp_path / "x.jsonl").write_text("")
    with pytest.raises(InputError, match="no problems"):
        load(str(tmp_path / "x.jsonl"))
