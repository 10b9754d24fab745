"""Golden solutions pass and their mutants fail, in each layout of a dataset."""

import asyncio
from pathlib import Path

import mini
import pytest
from conftest import DATA

from verilogeval import Scorer, Verdict
from verilogeval.datasets.find import load
from verilogeval.problem import Dataset
from verilogeval.testbench.powerup import is_unspecified

#: For each miniature problem, bodies that are wrong and compile.
MUTANTS = {
    "and_gate": ("assign y = a | b;", "assign y = a & ~b;", "assign y = a;"),
    "adder": ("assign sum = a - b;", "assign sum = a + b + 1;", "assign sum[7:0] = a + b;"),
    "counter": (
        "reg [3:0] r; always @(negedge clk) r <= reset ? 0 : r + 1; assign q = r;",
        "reg [3:0] r; always @(posedge clk) r <= reset ? 1 : r + 1; assign q = r;",
        "reg [3:0] r; always @(posedge clk) r <= r + 1; assign q = r;",
        "reg [3:0] r; always @(posedge clk or posedge reset) r <= reset ? 0 : r + 1; assign q = r;",
        "reg [3:0] r; always @(posedge clk) r <= reset ? 0 : r + 2; assign q = r;",
    ),
    "toggle": (
        "reg r; initial r = 0; always @(posedge clk) r <= r | t; assign q = r;",
        "reg r; initial r = 0; always @(posedge clk) r <= ~r; assign q = r;",
        "reg r; initial r = 0; always @(negedge clk) r <= r ^ t; assign q = r;",
    ),
}
OWN = """task_id = "{name}"
top = "TopModule"
[testbench]
file = "bench.sv"
"""
PUBLIC = {
    "spec-to-rtl": "dataset_spec-to-rtl",
    "code-complete": "dataset_code-complete-iccad2023",
    "human": "v1/VerilogEval_Human.jsonl",
    "machine": "v1/VerilogEval_Machine.jsonl",
}
#: Problems whose golden solution takes a second or more.
SLOW = ("082", "141", "144", "156", "conwaylife", "gshare")


@pytest.fixture(autouse=True)
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDA_RL_CACHE", str(tmp_path / "cache"))


def write_own(folder: Path) -> Path:
    for each in mini.ALL:
        problem = folder / "own" / each.task_id
        problem.mkdir(parents=True)
        (problem / "problem.toml").write_text(OWN.format(name=each.task_id))
        (problem / "prompt.md").write_text(each.prompt)
        (problem / "interface.sv").write_text(each.header("TopModule"))
        (problem / "reference.sv").write_text(each.module("TopModule"))
        (problem / "bench.sv").write_text(mini.bench_text(each))
    return folder / "own"


def verdicts(
    dataset: Dataset, samples: list[tuple[str, str]], iverilog: Path | None = None
) -> list[Verdict]:
    with Scorer(dataset, jobs=2, iverilog=iverilog) as scorer:
        return asyncio.run(scorer.score_batch(samples))


def golden(dataset: Dataset, task_id: str) -> str:
    problem = dataset.problems[task_id]
    header = f"{problem.interface}\n" if dataset.rule == "v1" else ""
    return problem.golden.removeprefix(header)


@pytest.mark.parametrize("write", [mini.write_v2, mini.write_v1, write_own])
def test_golden_solutions_pass_and_their_mutants_fail(write, tmp_path: Path) -> None:
    dataset = load(str(write(tmp_path)))
    right = [(task_id, golden(dataset, task_id)) for task_id in dataset.problems]
    wrong = [
        (
            each.task_id,
            f"{body}\nendmodule" if dataset.rule == "v1" else each.module("TopModule", body),
        )
        for each in mini.ALL
        for body in MUTANTS[each.task_id]
    ]
    found = verdicts(dataset, right + wrong)
    assert found[: len(right)] == [Verdict.PASS] * len(right)
    assert found[len(right) :] == [Verdict.MISMATCH] * len(wrong)


def test_any_power_up_value_is_right_where_the_prompt_is_silent(tmp_path: Path) -> None:
    dataset = load(str(mini.write_v2(tmp_path)))
    assert is_unspecified(dataset.problems["toggle"])
    bodies = (
        "reg r; always @(posedge clk) r <= r ^ t; assign q = r;",
        "reg r; always @(posedge clk) r <= ~r; assign q = r;",
    )
    samples = [("toggle", mini.TOGGLE.module("TopModule", body)) for body in bodies]
    assert verdicts(dataset, samples) == [Verdict.PASS, Verdict.MISMATCH]


@pytest.mark.parametrize("name", PUBLIC)
def test_golden_solutions_of_public_datasets_pass(name: str) -> None:
    path = DATA / "verilog-eval" / PUBLIC[name]
    if not path.exists():
        pytest.skip(f"{path} is not there: the public datasets are no part of this project")
    dataset = load(str(path))
    quick = [t for t in dataset.problems if not any(slow in t for slow in SLOW)]
    some = quick[:: len(quick) // 10]
    found = verdicts(dataset, [(task_id, golden(dataset, task_id)) for task_id in some])
    assert {t: v for t, v in zip(some, found, strict=True) if v is not Verdict.PASS} == {}
