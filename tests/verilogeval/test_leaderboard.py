"""Several runs side by side."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from verilogeval.commands.report import report
from verilogeval.ppa.rows import cost_row
from verilogeval.ppa.values import Compared, Figures
from verilogeval.proof.store import ProofRow
from verilogeval.proof.values import Proof, ProofVerdict
from verilogeval.scoring.store import Row
from verilogeval.verdict import Verdict


def write_run(folder: Path, passes: list[bool], dataset: str = "d", **more: object) -> Path:
    """A run of two problems with as many samples as there are `passes`."""
    folder.mkdir()
    rows = [
        Row(task, n, Verdict.PASS if ok else Verdict.MISMATCH, "." if ok else "R", 0, 9, None, "",
            0.1, f"h{task}{n}")
        for task in ("a", "b")
        for n, ok in enumerate(passes, 1)
    ]  # fmt: skip
    (folder / "results.jsonl").write_text("".join(row.line() for row in rows))
    c, n = sum(passes), len(passes)
    summary = {
        "dataset": dataset, "problems": 2, "samples": 2 * n, "scored": 2 * n, "reused": 0,
        "pass_at": {"1": c / n, "5": None, "10": None}, "ci": {"1": None, "5": None, "10": None},
        "verdicts": {"pass": 2 * c, "mismatch": 2 * (n - c)}, "letters": {".": 2 * c},
        "sandbox": "none", "versions": {"iverilog": "12"}, "wall_s": 1.0,
        "tasks": {t: {"category": "", "prompt": "", "n": n, "c": c} for t in ("a", "b")},
        **more,
    }  # fmt: skip
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(report, [str(a) for a in arguments], standalone_mode=False)


def test_runs_stand_side_by_side_the_best_first(tmp_path: Path) -> None:
    worse = write_run(tmp_path / "worse", [True, False, False, False])
    better = write_run(tmp_path / "better", [True, True, True, False])
    proofs = [ProofRow("a", 1, "ha1", Proof(ProofVerdict.EQUIVALENT)),
              ProofRow("a", 2, "ha2", Proof(ProofVerdict.BOUNDED, bound=3))]  # fmt: skip
    (better / "proof.jsonl").write_text("".join(row.line() for row in proofs))
    one, two = Figures(2, 2, 3, 1, 0, 0), Figures(4, 4, 3, 2, 0, 0)
    costs = [cost_row("a", 1, "ha1", "s", Compared(two, one)),
             cost_row("a", 2, "ha2", "s", Compared(None, one, "no"))]  # fmt: skip
    (better / "ppa.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in costs))
    (better / "generated.json").write_text(
        json.dumps({"model": "<b>m</b>", "prompt_tokens": 10, "completion_tokens": 20, "cost": 1.5})
    )
    out = tmp_path / "board.html"
    told = json.loads(run(worse, better, "--out", out, "--json").stdout)
    assert told["runs"] == ["better", "worse"]
    with Path(told["csv"]).open(encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert (first["run"], first["pass@1"], second["pass@1"]) == ("better", "0.75", "0.25")
    assert (first["proven"], first["proof bounded"], second["proven"]) == ("0.125", "1", "")
    assert (first["best ADP ratio@1"], first["measured"]) == ("2.0", "1")
    assert (first["cost"], first["prompt tokens"], first["classes"]) == ("1.5", "10", ".:6")
    page = out.read_text("utf-8")
    assert "&lt;b&gt;m&lt;/b&gt;" in page
    assert "<b>m</b>" not in page
    assert "75.0 %" in page
    assert "area x2.00, delay x1.00" in page
    assert "not measured alike" not in page
    other = [cost_row("a", 1, "ha1", "t", Compared(one, one))]
    (worse / "ppa.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in other))
    run(worse, better, "--out", out)
    assert "not measured alike" in out.read_text("utf-8")


def test_runs_of_different_datasets_are_refused(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / name, [True], name) for name in ("x", "y")]
    ran = run(*runs, "--out", tmp_path / "board.html")
    assert "different datasets: x, y" in str(ran.exception)


@pytest.mark.parametrize("name", ["proof.jsonl", "ppa.jsonl"])
def test_a_broken_line_is_named(tmp_path: Path, name: str) -> None:
    runs = [write_run(tmp_path / run, [True]) for run in ("x", "y")]
    (runs[0] / name).write_text('{"task_id": "a"}\n')
    ran = run(*runs, "--out", tmp_path / "board.html")
    assert f"{name}:1" in str(ran.exception)
