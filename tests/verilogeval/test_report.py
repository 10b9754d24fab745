"""The report: what it shows, that samples' text stays text, and what it says of bad input."""

import base64
import json
import random
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from browser import POLICY, Page, after, opened
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import add_worth, make_run, make_wave, result, write_run

from eda.errors import InputError, ToolError
from verilogeval.commands.report import report
from verilogeval.report import view
from verilogeval.report.details import details, error_lines, packed_details
from verilogeval.report.page import write_report
from verilogeval.report.run import Run, load_run
from verilogeval.report.text import percent, visible
from verilogeval.statistics import Tally
from verilogeval.verdict import Verdict

EVIL = (
    "</script></textarea><img src=x onerror=\"document.title='owned'\">"
    "<script>document.title='owned'</script>\" onmouseover=\"document.title='owned'"
)


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run") / "run", problems=12, samples=10)


@pytest.fixture(scope="module")
def page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("page") / "report.html"
    write_report(run_folder, out)
    return out


def small_run(folder: Path, *results: dict[str, Any], **options: Any) -> Run:
    tasks = {entry["task_id"]: ("gates", "a prompt") for entry in results}
    write_run(folder, list(results), tasks=tasks, **options)
    return load_run(folder)


def hostile_run(folder: Path) -> Path:
    evil = [
        result(EVIL, 1, Verdict.COMPILE_ERROR, EVIL, message=f"line 1: {EVIL}", letter=EVIL),
        result(
            EVIL, 2, Verdict.MISMATCH, EVIL + "2", message=EVIL,
            first_mismatch={"time": 1, "signals": [EVIL]},
        ),
    ]  # fmt: skip
    wave = make_wave(random.Random(1))
    wave = wave.model_copy(
        update={"signals": tuple(s.model_copy(update={"name": EVIL}) for s in wave.signals)}
    )
    return write_run(
        folder,
        evil,
        tasks={EVIL: (EVIL, EVIL), "other": ("plain", "")},
        logs={entry["hash"]: EVIL for entry in evil},
        waves={evil[1]["hash"]: wave},
        dataset=EVIL,
    )


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


def test_hostile_text_is_escaped_wherever_it_comes_from(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    write_report(hostile_run(tmp_path / "run"), out)
    found = Page(out.read_text())
    kinds = [attributes.get("type") for attributes in found.named("script")]
    assert kinds == ["text/plain", None]
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    assert EVIL in found.text


@pytest.mark.parametrize("sample", [1, 2])
@pytest.mark.parametrize("policy", ["with", "without"])
def test_hostile_text_does_nothing_in_a_browser(tmp_path: Path, sample: int, policy: str) -> None:
    # Without its security policy the page must be harmless as well: escaping is not to rely on it.
    out = tmp_path / "report.html"
    write_report(hostile_run(tmp_path / "run"), out)
    if policy == "without":
        out.write_text(POLICY.sub("", out.read_text()))
    found = opened(out, f"{encoded(EVIL)}/{sample}")
    assert found.title == f"{EVIL}: verdicts"
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    assert found.text.count(EVIL) >= 7  # prompt, message, source and log among them


def encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_the_address_opens_a_sample_with_source_log_and_waveform(
    run_folder: Path, page: Path
) -> None:
    wrong = next(r for r in load_run(run_folder).results if r.verdict is Verdict.MISMATCH)
    found = opened(page, f"{wrong.task_id}/{wrong.sample}")
    bodies = [a for tag, a in found.elements if tag == "div" and a.get("class") == "body two"]
    assert len(bodies) == 1
    assert "else if (d ==" in found.text
    assert "Hint: Output 'q' has 12 mismatches." in found.text
    assert "mismatch 105 ns" in found.text
    titles = [piece for piece in found.pieces if re.fullmatch(r".*, \d bit, \w+", piece)]
    drawn = [title.partition(",")[0] for title in titles]
    inputs, pairs = ["clk", "reset", "d"], ["q (reference)", "q (sample)", "done_ref", "done_dut"]
    assert drawn == inputs + pairs
    shaded = [a for a in found.named("rect") if a.get("class") == "differs"]
    assert len(shaded) > 1
    assert [a for a in found.named("span") if a.get("class") == "t-keyword"]


def test_the_line_of_a_compile_error_is_marked(run_folder: Path, page: Path) -> None:
    wrong = next(r for r in load_run(run_folder).results if r.verdict is Verdict.COMPILE_ERROR)
    found = opened(page, f"{wrong.task_id}/{wrong.sample}")
    rows = [a["class"] for a in found.named("span") if str(a.get("class")).startswith("row")]
    assert [number for number, css in enumerate(rows, 1) if css == "row bad"] == [9, 10]


def test_filters_and_sorting_choose_and_order_problems(run_folder: Path, page: Path) -> None:
    answer = after(
        page,
        """
        const seen = () => $$("tr.problem").filter((r) => !r.hidden).map((r) => r.dataset.name);
        const type = (text) => {
          $("#filter").value = text;
          $("#filter").dispatchEvent(new Event("input"));
        };
        const found = {all: seen()};
        type("kmap"); found.name = seen();
        type("out of memory"); found.message = seen();
        type("no such thing"); found.none = seen(); found.nothing = $("#nothing").hidden; type("");
        $('#verdicts [data-value="timeout"]').click(); found.timeout = seen();
        $('#verdicts [data-value="timeout"]').click();
        $('#outcomes [data-value="never"]').click(); found.never = seen();
        $('#outcomes [data-value="never"]').click();
        $('[data-sort="rate"] button').click(); found.rising = seen();
        $('[data-sort="rate"] button').click(); found.falling = seen();
        return found;
        """,
    )
    run = load_run(run_folder)
    names = list(run.summary.tasks)
    rate = {entry.task_id: entry.c / entry.n for entry in run.tallies}

    def having(verdict: Verdict) -> list[str]:
        return [name for name in names if any(r.verdict is verdict for r in run.by_task[name])]

    assert answer["all"] == names
    assert answer["name"] == [name for name in names if "kmap" in name]
    assert answer["message"] == having(Verdict.TOOL_ERROR) != []
    assert (answer["none"], answer["nothing"]) == ([], False)
    assert answer["timeout"] == having(Verdict.TIMEOUT) != []
    assert answer["never"] == [name for name in names if rate[name] == 0] != []
    assert answer["rising"] == sorted(names, key=lambda name: rate[name])
    assert answer["falling"] == sorted(names, key=lambda name: -rate[name])


def test_the_keyboard_reaches_everything(page: Path) -> None:
    answer = after(
        page,
        """
        const press = (key) => document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
        const at = () =>
          document.activeElement.closest("tr")?.dataset.name ?? document.activeElement.id;
        const places = [];
        press("/"); places.push(at());
        press("ArrowDown"); places.push(at());
        press("ArrowDown"); places.push(at());
        document.activeElement.click();
        await until("tr.detail details.sample summary");
        const samples = $$("tr.detail details.sample summary").length;
        const open = document.activeElement.getAttribute("aria-expanded");
        press("ArrowUp"); places.push(at());
        return {places, samples, open, hash: location.hash};
        """,
    )
    first, second = "Prob001_zero", "Prob002_m2014_q4i"
    assert answer["places"] == ["filter", first, second, first]
    assert answer["samples"] > 1
    assert answer["open"] == "true"
    assert answer["hash"] == f"#{second}"


def last_passing(run: Run) -> str:
    return [r.task_id for r in run.results if r.verdict is Verdict.PASS][-1]


@pytest.fixture(scope="module")
def worth_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = add_worth(make_run(tmp_path_factory.mktemp("worth") / "run", problems=12, samples=10))
    write_report(folder, folder / "report.html")
    return folder / "report.html"


def test_proofs_and_figures_have_columns_where_there_are_any(page: Path, worth_page: Path) -> None:
    columns = {"proof", "area", "delay", "adp"}
    for path, wanted in ((page, set()), (worth_page, columns)):
        sorts = {head.get("data-sort") for head in Page(path.read_text()).named("th")}
        assert sorts & columns == wanted
    run = load_run(worth_page.parent)
    found = Page(worth_page.read_text())
    rows = [a for a in found.named("tr") if a.get("class") == "problem"]
    for row in rows:
        passing = [r for r in run.by_task[str(row["data-name"])] if r.verdict is Verdict.PASS]
        least = min((r.sample for r in passing), default=None)
        if least is None or row["data-name"] == last_passing(run):
            assert (row["data-adp"], row["data-area"]) == ("", "")
        else:
            assert float(str(row["data-adp"])) == least
            assert (float(str(row["data-area"])), float(str(row["data-delay"]))) == (least, 1)
            even = sum(r.sample % 2 == 0 for r in passing)
            assert float(str(row["data-proof"])) == pytest.approx(100 * even / len(passing), 1e-4)
    assert "no ratio: the reference has no cell" in found.text
    assert "library generic45, flow sized, resyn2" in found.text
    best = run.best["1"]
    assert best is not None
    assert f"best of 1{best['ratio']:.3f}" in found.text


def test_the_scatter_has_each_problem_that_has_figures_and_leads_to_it(worth_page: Path) -> None:
    rows = [a for a in Page(worth_page.read_text()).named("tr") if a.get("class") == "problem"]
    measured = [row["data-name"] for row in rows if row["data-adp"]]
    links = [str(a["href"]) for a in Page(worth_page.read_text()).named("a")]
    assert links == [f"#{name}" for name in measured]
    answer = after(
        worth_page,
        """
        $(".scatter a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
        await until("tr.problem.open + tr.detail details.sample");
        return $("tr.problem.open").dataset.name;
        """,
    )
    assert answer == measured[0]


def test_problems_are_ordered_by_ratio_and_chosen_by_proof(worth_page: Path) -> None:
    answer = after(
        worth_page,
        """
        const seen = () => $$("tr.problem").filter((r) => !r.hidden);
        $('[data-sort="adp"] button').click();
        const rising = seen().map((r) => r.dataset.adp);
        $('[data-sort="adp"] button').click();
        const falling = seen().map((r) => r.dataset.adp);
        $('#proofs [data-value="unknown"]').click();
        return {rising, falling, unknown: seen().map((r) => r.dataset.name)};
        """,
    )
    known = [float(ratio) for ratio in answer["rising"] if ratio]
    assert known == sorted(known)
    assert "" in answer["rising"]
    assert answer["rising"].index("") == len(known), "those without a ratio come last"
    assert [float(ratio) for ratio in answer["falling"] if ratio] == sorted(known, reverse=True)
    assert answer["falling"].index("") == len(known)
    assert answer["unknown"] == [last_passing(load_run(worth_page.parent))]


def test_an_opened_sample_tells_its_proof_and_figures(worth_page: Path) -> None:
    run = load_run(worth_page.parent)
    passing = [r for r in run.results if r.verdict is Verdict.PASS]
    one = next(r for r in passing if r.sample % 2 and r.task_id != last_passing(run))
    text = opened(worth_page, f"{one.task_id}/{one.sample}").text
    assert "proofbounded 12" in text
    assert "assumesa reset comes first" in text
    assert f"area{2 * one.sample}, reference 2" in text
    assert f"area-delay product{one.sample:.3f} of the reference's" in text


def test_what_is_known_of_another_source_is_not_told(tmp_path: Path) -> None:
    folder = add_worth(make_run(tmp_path / "run", problems=4, samples=4))
    assert load_run(folder).proofs
    for name in ("proof.jsonl", "ppa.jsonl"):
        path = folder / name
        path.write_text(re.sub(r'"hash": ?"\w', '"hash":"_', path.read_text()))
    run = load_run(folder)
    assert (run.proofs, run.costs) == ({}, {})


def test_reasons_are_escaped(tmp_path: Path) -> None:
    folder = add_worth(make_run(tmp_path / "run", problems=4, samples=4), reason=EVIL)
    write_report(folder, tmp_path / "report.html")
    found = opened(tmp_path / "report.html")
    assert EVIL in found.text
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]


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


def test_thousands_of_problems_are_shown_in_portions_and_all_are_found(tmp_path: Path) -> None:
    run = tmp_path / "run"
    small_run(run, *(result(f"p{i}", 1, Verdict.PASS, "x" * (i % 700)) for i in range(600)))
    write_report(run, tmp_path / "report.html")
    answer = after(
        tmp_path / "report.html",
        """
        const seen = () => $$("tr.problem").filter((row) => !row.hidden).length;
        const counts = [seen()];
        location.hash = "#p599";
        await until(".code");
        const source = $(".code").textContent;
        $("#rest button").click();
        return {counts: [...counts, seen()], source};
        """,
    )
    assert answer["counts"] == [500, 600]
    assert answer["source"] == "x" * 599 + "\n"


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


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_character_hides(text: str) -> None:
    shown = visible(text)
    assert all(letter in "\n\t" or letter.isprintable() or ord(letter) > 0x7F for letter in shown)
    assert not set(shown) & set("\u202e\u2066\u200b\ufeff\x1b\x9b")
    shown.encode()
    assert visible(shown) == shown


def test_direction_overrides_are_spelt_out() -> None:
    assert visible("a\u202eb\x1b[31m\ud800\r\n") == "a<U+202E>b\u241b[31m<U+D800>\n"


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
