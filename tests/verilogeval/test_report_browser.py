"""The report in a browser: what opens, is found, and is reached by the keyboard."""

import re
from pathlib import Path

import pytest
from browser import after, opened
from hostile_run import small_run
from synthetic_run import make_run, result

from verilogeval.report.page import write_report
from verilogeval.report.run import load_run
from verilogeval.verdict import Verdict


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run") / "run", problems=12, samples=10)


@pytest.fixture(scope="module")
def page(run_folder: Path) -> Path:
    write_report(run_folder, run_folder.with_name("report.html"))
    return run_folder.with_name("report.html")


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
