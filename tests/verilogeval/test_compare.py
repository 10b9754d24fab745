"""Two runs side by side: what differs, what is left out, and what is said about it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from browser import Page, opened
from click.testing import CliRunner
from synthetic_run import make_run, result, write_run

from eda.errors import InputError
from verilogeval.commands.compare import compare as command
from verilogeval.report import compare_view as view
from verilogeval.report.compare import ChangedSample, compare
from verilogeval.report.compare_page import write_comparison
from verilogeval.report.run import load_run
from verilogeval.verdict import Verdict

EVIL = "</title><img src=x onerror=alert(1)>[bold]"
P, M, C, T = Verdict.PASS, Verdict.MISMATCH, Verdict.COMPILE_ERROR, Verdict.TOOL_ERROR


def run(folder: Path, verdicts: dict[str, list[Verdict]], text: str = "", **options: Any) -> Path:
    """A run of the verdicts given for each problem; sources differ between runs by `text`."""
    results = [
        result(task_id, sample, verdict, f"{task_id} {sample} {text}")
        for task_id, of_task in verdicts.items()
        for sample, verdict in enumerate(of_task, 1)
    ]
    return write_run(folder, results, tasks=dict.fromkeys(verdicts, ("gates", "")), **options)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Better in `up`, worse in `down`, other verdicts alone in `swapped`."""
    a = {"up": [M, M, P, M], "down": [P, P], "swapped": [P, M], "same": [P, C], "first": [P]}
    b = {"up": [P, P, P, C], "down": [P, M], "swapped": [M, P], "same": [P, C], "second": [P]}
    return run(tmp_path / "a", a, "a"), run(tmp_path / "b", b, "b")


def test_problems_that_differ_come_with_the_largest_difference_first(
    two: tuple[Path, Path],
) -> None:
    found = compare(*two)
    changes = [(p.task_id, (p.a.c, p.a.n), (p.b.c, p.b.n), p.difference) for p in found.problems]
    assert changes == [("up", (1, 4), (3, 4), 0.5), ("down", (2, 2), (1, 2), -0.5)]
    assert (found.only_a, found.only_b) == (("first",), ("second",))
    assert found.test.problems == 4
    assert found.test.difference == 0.0
    assert found.a.pass_at_1.value == (0.25 + 1 + 0.5 + 0.5) / 4


def test_samples_whose_verdict_differs(two: tuple[Path, Path]) -> None:
    found = compare(*two)
    assert found.samples == (
        ChangedSample("up", 1, M, P, same_source=False),
        ChangedSample("up", 2, M, P, same_source=False),
        ChangedSample("up", 4, M, C, same_source=False),
        ChangedSample("down", 2, P, M, same_source=False),
        ChangedSample("swapped", 1, P, M, same_source=False),
        ChangedSample("swapped", 2, M, P, same_source=False),
    )
    assert found.verdicts == {(P, P): 3, (P, M): 2, (M, P): 3, (M, C): 1, (C, C): 1}


def test_the_same_source_with_another_verdict_is_the_judges_difference(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {"x": [P, M, M]})
    b = run(tmp_path / "b", {"x": [M, M, P]})
    for path in (b / "sources").iterdir():
        if path.read_text().startswith("x 3"):
            path.unlink()
    found = compare(a, b)
    assert [(entry.sample, entry.same_source) for entry in found.samples] == [(1, True), (3, None)]
    assert any("1 sample with the same source" in line for line in view.cautions(found))


def test_a_run_compared_with_itself_does_not_differ(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", problems=5, samples=6)
    found = compare(folder, folder)
    assert (found.problems, found.samples, found.test.p_value) == ((), (), 1.0)
    assert view.problem_rows(found) == ()


def test_problems_without_samples_that_count_are_told(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {"x": [P], "y": [T]})
    b = run(tmp_path / "b", {"x": [P], "y": [P]}, dataset="another")
    found = compare(a, b)
    assert found.uncounted == ("y",)
    assert found.test.problems == 1
    cautions = "\n".join(view.cautions(found))
    assert "1 problem without samples" in cautions
    assert "the datasets differ: verilog-eval v2, spec-to-rtl and another" in cautions


def test_runs_without_a_common_problem_cannot_be_compared(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", {"x": [P]}), run(tmp_path / "b", {"y": [P]})
    with pytest.raises(InputError, match="no problem in common"):
        compare(a, b)


def test_words_for_a_clear_difference(tmp_path: Path) -> None:
    names = [f"p{i}" for i in range(12)]
    a = run(tmp_path / "a", {name: [M, M] for name in names})
    b = run(tmp_path / "b", {name: [P, P] if name in names[:10] else [M, M] for name in names})
    found = compare(a, b)
    assert view.difference_words(found).startswith("+83.3 points, 95 % interval +58.3 to +100.0")
    assert view.significance(found) == (
        "p = 0.002, significant at 5 % (exact sign-flip permutation test over 12 problems, "
        "10 with another pass rate)"
    )


def test_the_command_prints_a_table(two: tuple[Path, Path]) -> None:
    ended = CliRunner().invoke(command, [str(path) for path in two], standalone_mode=False)
    assert ended.return_value == 0
    rows = {line.split()[0]: line.split()[1:] for line in ended.output.splitlines() if line.split()}
    assert rows["up"] == ["1/4", "3/4", "+50.0", "2", "1"]
    assert rows["down"] == ["2/2", "1/2", "-50.0", "1"]
    assert rows["swapped"] == ["same", "same", "0.0", "1", "1"]
    assert "same" not in rows
    assert "note: 1 problem only in A, left out" in ended.output


def test_the_command_prints_one_json_object(two: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    arguments = [*map(str, two), "--json", "--html", str(page)]
    ended = CliRunner().invoke(command, arguments, standalone_mode=False)
    found = json.loads(ended.output)
    assert found["a"]["run"] == str(two[0])
    assert found["b"]["pass_at_1"] == 0.5625
    assert (found["difference"], found["p_value"], found["exact"]) == (0.0, 1.0, True)
    assert found["problem_differences"][0] == {
        "task_id": "up",
        "category": "gates",
        "a": {"n": 4, "c": 1},
        "b": {"n": 4, "c": 3},
        "difference": 0.5,
    }
    assert {"a": "pass", "b": "pass", "samples": 3} in found["verdicts"]
    assert len(found["sample_differences"]) == 6
    assert page.exists()


def test_the_page_shows_every_difference_without_a_script(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    write_comparison(compare(*two), tmp_path / "page.html")
    found = Page((tmp_path / "page.html").read_text())
    assert not found.named("script")
    assert len(found.named("details")) == 3
    text = re.sub(r"\s+", "", found.text)
    assert "mismatch→passsamples1,2" in text
    assert "mismatch→compileerrorsample4" in text
    assert "swappedsamesame0.0thesamepassrate,otherverdicts" in text


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    a = run(tmp_path / "a", {EVIL: [P], "x": [P]}, dataset=EVIL)
    b = run(tmp_path / "b", {EVIL: [M], "x": [P]})
    page = tmp_path / "page.html"
    write_comparison(compare(a, b), page)
    found = opened(page)
    assert not found.named("img")
    assert EVIL in found.text
    ended = CliRunner().invoke(command, [str(a), str(b)], standalone_mode=False)
    assert "[bold]" in ended.output


def test_two_runs_of_many_problems(tmp_path: Path) -> None:
    a = make_run(tmp_path / "a", seed=1, problems=60, samples=5)
    b = make_run(tmp_path / "b", seed=2, problems=60, samples=5)
    found = compare(a, b)
    rates = [{t.task_id: t.c / t.n for t in load_run(path).tallies} for path in (a, b)]
    changed = {name for name in rates[0] if rates[0][name] != rates[1][name]}
    assert {entry.task_id for entry in found.problems} == changed
    differences = [abs(entry.difference) for entry in found.problems]
    assert differences == sorted(differences, reverse=True)
    mean = sum(rates[1][name] - rates[0][name] for name in rates[0]) / 60
    assert found.test.difference == pytest.approx(mean)
    low, high = found.test.interval or (0.0, 0.0)
    assert low < mean < high
