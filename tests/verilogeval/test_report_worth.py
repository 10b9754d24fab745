"""The report's proofs and figures."""

import re
from pathlib import Path

import pytest
from browser import Page, after, opened
from synthetic_run import add_worth, make_run

from verilogeval.report.page import write_report
from verilogeval.report.run import Run, load_run
from verilogeval.verdict import Verdict


def last_passing(run: Run) -> str:
    return [r.task_id for r in run.results if r.verdict is Verdict.PASS][-1]


@pytest.fixture(scope="module")
def worth_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = add_worth(make_run(tmp_path_factory.mktemp("worth") / "run", problems=12, samples=10))
    write_report(folder, folder / "report.html")
    return folder / "report.html"


def test_proofs_and_figures_have_columns_where_there_are_any(
    tmp_path: Path, worth_page: Path
) -> None:
    columns = {"proof", "area", "delay", "adp"}
    plain = tmp_path / "plain.html"
    write_report(make_run(tmp_path / "run", problems=4, samples=4), plain)
    for path, wanted in ((plain, set()), (worth_page, columns)):
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
