"""The report: what it shows, and what it says of bad input."""

import base64
import json
import random
import re
import zlib
from pathlib import Path

import pytest
from browser import POLICY, Page
from click.testing import CliRunner
from hostile_run import small_run
from synthetic_run import make_run, result

from eda.errors import InputError, ToolError
from verilogeval.commands.report import report
from verilogeval.report import view
from verilogeval.report.details import details, error_lines, packed_details
from verilogeval.report.page import write_report
from verilogeval.report.text import percent
from verilogeval.statistics import Tally
from verilogeval.verdict import Verdict


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run") / "run", problems=12, samples=10)


@pytest.fixture(scope="module")
def page(run_folder: Path) -> Path:
    write_report(run_folder, run_folder.with_name("report.html"))
    return run_folder.with_name("report.html")


def test_the_page_carries_everything_and_asks_for_nothing(page: Path) -> None:
    found = Page(page.read_text())
    for tag, attributes in found.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        for name in attributes:
            assert name not in ("src", "style", "srcdoc")
            assert not name.startswith("on")
    addresses = set(re.findall(r"https?://[\w./]+", page.read_text()))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_only_the_pages_own_script_and_style_may_run(page: Path) -> None:
    policy = POLICY.search(page.read_text())
    assert policy is not None
    assert "default-src 'none'" in policy.group().replace("&#39;", "'")
    assert "unsafe" not in policy.group()
    assert page.read_text().count("</script>") == len(Page(page.read_text()).named("script"))


def test_the_overview_says_what_the_summary_says(run_folder: Path, page: Path) -> None:
    summary = json.loads((run_folder / "summary.json").read_text())
    text = Page(page.read_text()).text
    assert summary["dataset"] in text
    assert f"{100 * summary['pass_at']['1']:.1f} %" in text
    low, high = (percent(edge) for edge in summary["ci"]["5"])
    assert f"{low} to {high}" in text
    for verdict, count in summary["verdicts"].items():
        assert re.search(rf"{view.NAMES[Verdict(verdict)]}\s*{count}", text)
    for task_id, task in summary["tasks"].items():
        assert re.search(rf"{task_id}.*?{task['c']} / {task['n']}", text, re.DOTALL)


def test_what_was_not_judged_is_told(tmp_path: Path) -> None:
    small_run(
        tmp_path / "run",
        result("a", 1, Verdict.PASS, "module a;"),
        missing={"a": 3},
        missing_as="leave-out",
        unknown={"elsewhere": 2},
        left_out={"cvdp_1": "it is agentic"},
        official=True,
    )
    write_report(tmp_path / "run", tmp_path / "report.html")
    text = Page((tmp_path / "report.html").read_text()).text
    assert "missing3, left out" in text
    assert "of no problem2, left out" in text
    assert "verdictsofficial, which samples can cheat" in text
    assert re.search(
        r"1 of the dataset's problems cannot be judged.*cvdp_1it is agentic", text, re.S
    )


def test_a_k_that_has_no_value_says_why(tmp_path: Path) -> None:
    small_run(tmp_path / "run", result("a", 1, Verdict.PASS, "module a;"))
    write_report(tmp_path / "run", tmp_path / "report.html")
    assert "not every problem has 5 samples" in Page((tmp_path / "report.html").read_text()).text


def test_samples_with_the_same_source_are_shown_once(tmp_path: Path) -> None:
    run = small_run(
        tmp_path / "run",
        result("a", 1, Verdict.PASS, "module a;"),
        result("a", 2, Verdict.MISMATCH, "module b;"),
        result("a", 3, Verdict.PASS, "module a;"),
    )
    shown = details(run, "a", 1000)["groups"]
    assert [(group["samples"], group["source"]) for group in shown] == [
        ([2], "module b;"),
        ([1, 3], "module a;"),
    ]


def test_a_later_line_of_a_sample_holds(tmp_path: Path) -> None:
    run = small_run(
        tmp_path / "run",
        result("a", 1, Verdict.TOOL_ERROR, "module a;"),
        result("a", 1, Verdict.PASS, "module a;"),
    )
    assert [entry.verdict for entry in run.results] == [Verdict.PASS]


def test_texts_are_cut_until_all_details_fit(tmp_path: Path) -> None:
    rng = random.Random(0)
    noise = ["".join(chr(rng.randrange(33, 127)) for _ in range(20_000)) for _ in range(20)]
    run = small_run(
        tmp_path / "run",
        *(result(f"p{i}", 1, Verdict.PASS, text) for i, text in enumerate(noise)),
    )
    whole = packed_details(run)
    assert whole.limit == 64_000
    room = sum(map(len, whole.blocks)) // 2
    packed = packed_details(run, most_bytes=room)
    assert packed.limit == 4_000
    assert sum(map(len, packed.blocks)) <= room
    block, place = packed.places[3]
    shown = json.loads(zlib.decompress(base64.b64decode(packed.blocks[block])))[place]
    cut = shown["groups"][0]["source"]
    assert cut.startswith(noise[3][:4_000] + "\n[16,000 more characters in sources/")


@pytest.mark.parametrize(
    ("verdict", "message", "lines"),
    [
        (Verdict.COMPILE_ERROR, "line 12: syntax error", [12]),
        (Verdict.COMPILE_ERROR, "sample.sv:7: error: x\nsample.sv:3: error: y", [3, 7]),
        (Verdict.COMPILE_ERROR, "Prob001/Prob001_sample01.sv:5: syntax error", [5]),
        (Verdict.COMPILE_ERROR, "dataset/Prob001_test.sv:95: error: Unable to bind", []),
        (Verdict.REJECTED, "line 2: $finish", [2]),
        (Verdict.MISMATCH, "test_a at test_top.py:40: line 3 of the table", []),
        (Verdict.COMPILE_ERROR, "no line in it; 8:30 it was", []),
    ],
)
def test_lines_are_those_that_the_compiler_names(
    tmp_path: Path, verdict: Verdict, message: str, lines: list[int]
) -> None:
    run = small_run(tmp_path / "run", result("a", 1, verdict, "x", message=message))
    assert error_lines(run.results[0]) == lines


@pytest.mark.parametrize(
    ("n", "c", "column"),
    [(20, 0, 0), (20, 1, 1), (20, 2, 1), (20, 3, 2), (20, 19, 10), (20, 20, 11), (1, 1, 11)],
)
def test_pass_rates_of_0_and_1_have_columns_of_their_own(n: int, c: int, column: int) -> None:
    columns = [entry.count for entry in view.histogram([Tally("a", n, c), Tally("none", 0, 0)])]
    assert columns == [int(place == column) for place in range(12)]


def test_percentages_say_0_and_100_only_where_that_is_exact() -> None:
    shown = [percent(share) for share in (0, 0.0001, 0.0006, 0.5, 0.9994, 0.9999, 1)]
    assert shown == ["0.0", "<0.1", "0.1", "50.0", "99.9", ">99.9", "100.0"]


def damaged(folder: Path, what: str) -> Path:
    if what == "absent":
        return folder
    make_run(folder, problems=2, samples=2)
    results, summary = folder / "results.jsonl", folder / "summary.json"
    lines = results.read_text().splitlines()
    if what == "no summary":
        summary.unlink()
    elif what == "no JSON":
        results.write_text("\n".join([lines[0], lines[1][:30]]))
    elif what == "path for a hash":
        results.write_text(json.dumps(json.loads(lines[0]) | {"hash": "../../etc/passwd"}))
    elif what == "unknown verdict":
        results.write_text(json.dumps(json.loads(lines[0]) | {"verdict": "maybe"}))
    elif what == "unknown problem":
        results.write_text(json.dumps(json.loads(lines[0]) | {"task_id": "elsewhere"}))
    elif what == "bad summary":
        summary.write_text('{"dataset": "x"}')
    elif what == "bad wave":
        for path in (folder / "waves").iterdir():
            path.write_text('{"timescale": "1 parsec"}')
    return folder


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("absent", "is not a run folder: no results.jsonl"),
        ("no summary", "no summary.json: the scoring did not end"),
        ("no JSON", "results.jsonl:2: not JSON"),
        ("path for a hash", "results.jsonl:1: hash"),
        ("unknown verdict", "results.jsonl:1: verdict"),
        ("unknown problem", "elsewhere is not in summary.json"),
        ("bad summary", "summary.json: problems"),
        ("bad wave", ".json: timescale"),
    ],
)
def test_a_damaged_run_folder_is_told_by_file_and_line(
    tmp_path: Path, what: str, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        write_report(damaged(tmp_path / "run", what), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_file_that_cannot_be_written_is_told(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"cannot write .*absent"):
        write_report(run_folder, tmp_path / "absent" / "report.html")


def test_the_command_writes_beside_the_run_and_says_where(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "run", problems=2, samples=2)
    ended = CliRunner().invoke(report, [str(folder)], standalone_mode=False)
    assert ended.return_value == 0
    assert ended.output == f"{folder / 'report.html'}\n"
    out = tmp_path / "elsewhere.html"
    arguments = [str(folder), "--out", str(out), "--json"]
    ended = CliRunner().invoke(report, arguments, standalone_mode=False)
    assert json.loads(ended.output) == {
        "report": str(out),
        "problems": 2,
        "samples": 4,
        "bytes": out.stat().st_size,
        "text_limit": 64_000,
    }
    assert out.read_bytes() == (folder / "report.html").read_bytes()
