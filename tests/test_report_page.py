"""`eda-rl report`: figures, and the page that shows them, also in a browser."""

import random
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import made_up
import pytest
from conftest import Cli
from hypothesis import given, settings
from hypothesis import strategies as st

import eda_rl
from eda.errors import InputError, ToolError
from eda.objective import Goal
from rl.bench.convergence import Axis
from rl.commands.search import _settings, search
from rl.front import pareto
from rl.report.courses import courses, trace
from rl.report.graph import state_graph
from rl.report.mlflow_runs import write_mlflow
from rl.report.moves import heat, used_moves
from rl.report.page import render, write_report
from rl.report.plots import VARIABLE, find_chromium, png, write_plots
from rl.report.reproduce import search_command
from rl.report.source import Entry, Source, load
from rl.report.tracking import write_tensorboard
from rl.settings import Settings
from rl.store.add import add_folder
from rl.store.database import Database
from rl.sweep.task import Kind

FIGURE = st.floats(0.1, 1000.0)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = made_up.sweep(tmp_path_factory.mktemp("small") / "sweep", 12)
    return load(str(folder.path), sweep=None, limit=9)


@settings(deadline=None)
@given(st.lists(st.tuples(FIGURE, FIGURE), min_size=1))
def test_the_pareto_front_is_what_nothing_beats(points: list[tuple[float, float]]) -> None:
    front = pareto(points)
    assert set(front) <= set(points)
    for point in points:
        assert any(x <= point[0] and y <= point[1] for x, y in front)
    for one in front:
        others = (other for other in points if other != one)
        assert not any(x <= one[0] and y <= one[1] for x, y in others)


@settings(deadline=None)
@given(st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=20))
def test_a_course_only_goes_down_and_ends_with_the_search(
    costs: list[tuple[float, float]],
) -> None:
    found = [
        made_up.event("search", number, ["dc2"], ["s"], *cost) for number, cost in enumerate(costs)
    ]
    entry = entry_of(found)
    for axis in Axis:
        points = trace(entry, axis)
        assert [ratio for _, ratio in points] == sorted((r for _, r in points), reverse=True)
        assert points[-1][1] == pytest.approx(min(a * d for a, d in costs) / 1000.0)
    assert trace(entry, Axis.EVALUATIONS)[-1][0] == len(costs)


def entry_of(events: list[dict[str, Any]]) -> Entry:
    base = {"objective": "adp", "baseline": made_up.figures(100.0, 10.0)}
    return Entry(
        kind=Kind.SEARCH, name="a", suite="", held_out=False, choices={"searcher": "random"},
        settings=None, scoring=None, error=None, wall_s=1.0, result=base, events=events, where="",
        at="",
    )  # fmt: skip


def test_the_graph_has_the_circuits_and_the_way_to_the_best() -> None:
    entry = entry_of(
        [
            made_up.event("search", 0, ["a", "b"], ["one", "two"], 90, 9),
            made_up.event("search", 1, ["a", "a", "c"], ["one", "one", "three"], 80, 9),
            made_up.event("search", 2, ["d"], ["two"], 90, 9),
        ]
    )
    graph = state_graph(entry)
    assert graph is not None
    assert (graph.shown, graph.left_out) == (3, 0)
    assert [stop.label for stop in graph.stops] == ["the design", "a", "c"]
    assert graph.edges.count("M") == 4, "three states, and one that is reached in two ways"


def test_a_large_graph_keeps_the_best() -> None:
    found = made_up.events(random.Random(0), "x", 400)
    entry = entry_of(found)
    graph = state_graph(entry)
    assert graph is not None
    assert 0 < graph.shown < 320 < graph.shown + graph.left_out
    best = min(found[2:], key=lambda event: entry.value(event["qor"]) or 0)
    assert [stop.label for stop in graph.stops][1:] == best["moves"]


def test_moves_that_help_are_told_from_others(small: Source) -> None:
    picture = heat(small.searches)
    assert picture is not None
    assert picture.rows[0][1] == "dc2"
    cells = [cell for cell in picture.cells if cell.label.startswith("dc2;")]
    assert {cell.style for cell in cells} == {"helps"}


def test_a_move_that_changed_nothing_was_not_used() -> None:
    event = {"moves": ["a", "b", "c"], "states": ["", "s", "s"]}
    assert used_moves(event) == {"b"}


SETTINGS = st.builds(
    Settings,
    files=st.just((Path("/a b.v"), Path("/c.sv"))),
    top=st.none() | st.just("t"),
    defines=st.just(()) | st.just(("X", "Y=1")),
    params=st.just(()) | st.just((("W", "3"),)),
    include_dirs=st.just(()) | st.just((Path("/inc"),)),
    liberty=st.sampled_from(["generic", "/x/y.lib"]),
    objective=st.sampled_from([Goal.AREA]),
    max_delay=st.none() | st.integers(1, 999).map(float),
    flow=st.sampled_from(["sized", "map"]),
    table=st.sampled_from(["full", "paper"]),
    searcher=st.sampled_from(["evolution", "random"]),
    length=st.none() | st.integers(1, 200),
    budget=st.none() | st.integers(0, 99),
    time_limit=st.none() | st.integers(1, 99).map(float),
    seed=st.integers(0, 9),
    memory_limit=st.integers(64, 9999),
)


@settings(deadline=None)
@given(SETTINGS)
def test_the_command_that_is_shown_is_the_search_that_was_run(settings: Settings) -> None:
    words = shlex.split(search_command(settings))
    assert words[:2] == ["eda-rl", "search"]
    given_options = dict(search.make_context("search", words[2:]).params)
    files = given_options.pop("files")
    for name in ("jobs", "out", "resume", "cache_dir", "no_cache", "as_json"):
        given_options.pop(name)
    assert _settings(files, given_options) == settings


def test_a_sweep_and_its_store_tell_the_same(tmp_path: Path) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 6)
    database = Database(str(tmp_path / "store"))
    assert add_folder(database, folder.path) == 6
    database.close()
    of_sweep = load(str(folder.path), sweep=None, limit=9)
    of_store = load(str(tmp_path / "store"), sweep="made-up", limit=9)
    stored = {
        (one.name, one.choices["searcher"], one.choices["seed"]): one for one in of_store.entries
    }
    assert len(stored) == 6
    for one in of_sweep.entries:
        other = stored[one.name, one.choices["searcher"], one.choices["seed"]]
        assert (one.gain, one.error, one.settings) == (other.gain, other.error, other.settings)
        assert trace(one, Axis.EVALUATIONS) == trace(other, Axis.EVALUATIONS)
        ours, theirs = state_graph(one), state_graph(other)
        assert ours == theirs


def test_the_curves_are_of_each_searcher(small: Source) -> None:
    course = courses(small.searches, Axis.EVALUATIONS)
    assert course is not None
    assert {curve.name for curve in course.curves} == {"evolution", "random"}
    assert [level.name for level in course.levels] == ["best script"]


def test_the_page_loads_nothing_and_hides_nothing(small: Source) -> None:
    page = render(small)
    assert not re.findall(r"(?:src|href)\s*=", page)
    assert set(re.findall(r"https?://[^\"' <]+", page)) == {"http://www.w3.org/2000/svg"}
    assert page.count('<tr class="row') == 12


def test_names_cannot_become_markup(tmp_path: Path) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 4, name="<img src=x onerror=alert(1)>\"'")
    page = render(load(str(folder.path), sweep=None, limit=9))
    assert "<img" not in page
    assert "&lt;img" in page


def test_a_search_has_a_page_of_its_own(cli: Cli, adder: Path) -> None:
    cli.run("search", adder, "--budget", 4, "--table", "paper", "--out", "run")
    ended = cli.run("report", "run", "--json")
    assert ended.status == 0, ended.stderr
    page = Path(ended.json["report"])
    assert page == cli.folder / "run" / "report.html"
    assert page.stat().st_size == ended.json["bytes"]
    assert "data-alone" in page.read_text()


@pytest.mark.parametrize("spec", ["none", "text", ".", "sqlite:///none"])
def test_what_is_nothing_to_report_on_is_one_line(
    spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("no database" * 100)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        eda_rl.main(["report", spec])
    assert ended.value.code == (3 if spec == "text" else 2)
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, headless."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium is found: apt-get install chromium, or set $EDA_RL_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=chromium, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 200 tasks."""
    folder = made_up.sweep(tmp_path_factory.mktemp("large") / "sweep", 200)
    written = write_report(load(str(folder.path), sweep=None, limit=9), folder.path / "report.html")
    assert written.size_bytes < 5_000_000
    return written.path


@pytest.fixture
def opened(browser: Any, large: Path) -> Iterator[Any]:
    """The report in a browser that must not complain."""
    said: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if ":" in request.url[5:] else None)
    page.goto(large.as_uri())
    yield page
    page.close()
    assert said == []


def names(page: Any) -> list[str]:
    """Of the rows that are shown, in their order."""
    shown: list[str] = page.locator("tr.row:visible th").all_inner_texts()
    return shown


def test_every_plot_is_drawn(opened: Any) -> None:
    drawn = opened.locator("main svg.plot")
    assert drawn.count() == 5
    for number in range(5):
        box = drawn.nth(number).bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100
        assert drawn.nth(number).locator("path, rect, circle").count() > 3


def test_the_table_sorts_and_filters(opened: Any) -> None:
    assert len(names(opened)) == 200
    opened.click('[data-sort="gain"] button')
    gains = opened.evaluate("[...document.querySelectorAll('tr.row')].map(r => r.dataset.gain)")
    known = [float(gain) for gain in gains if gain]
    assert known == sorted(known)
    assert gains[180:] == [""] * 20, "those without a result come last"
    opened.click('[data-sort="gain"] button')
    assert opened.get_attribute('[data-sort="gain"]', "aria-sort") == "descending"
    opened.click('[data-sort="name"] button')
    assert names(opened)[8:12] == ["design2"] * 4
    opened.fill("#filter", "design12 random")
    assert names(opened) == ["design12"] * 2
    opened.fill("#filter", "")
    opened.click('#states button[data-value="failed"]')
    assert len(names(opened)) == 20
    assert opened.inner_text("#shown") == "20 of 200 runs"


def test_a_row_opens_by_keyboard_and_its_recipe_can_be_copied(opened: Any) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.keyboard.press("/")
    opened.keyboard.type("design3")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    detail = opened.locator("tr.detail")
    detail.locator("svg.plot").first.wait_for()
    assert detail.locator("svg.plot").count() == 4
    assert opened.locator("tr.row.open").get_attribute("data-index") == "13"
    detail.locator('[data-copies="recipe"]').click()
    detail.get_by_text("Copied").wait_for()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied == detail.locator('[data-copy="recipe"]').text_content()
    assert copied.startswith("strash\n")
    opened.locator("tr.row.open .open-button").press("Enter")
    assert opened.locator("tr.detail").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_phone(browser: Any, large: Path, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.goto(large.as_uri())
    page.locator("tr.row .open-button").first.click()
    page.locator("tr.detail svg.plot").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = max(map(int, re.findall(r"\d+", background))) < 60
    assert dark == (scheme == "dark")
    page.close()


def test_pictures_are_files_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 8)
    monkeypatch.setenv(VARIABLE, "none")
    source = load(str(folder.path), sweep=None, limit=9)
    warnings: list[str] = []
    written = write_plots(source, tmp_path / "plots", warnings.append)
    stems = ["gains", "by-evaluations", "by-seconds", "scatter", "heat"]
    assert [path.name for path in written] == [f"{stem}.svg" for stem in stems]
    assert len(warnings) == 1
    assert VARIABLE in warnings[0]
    for path in written:
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_tensorboard_reads_the_courses(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    folder = made_up.sweep(tmp_path / "sweep", 4)
    source = load(str(folder.path), sweep=None, limit=9)
    logs = write_tensorboard(source, tmp_path / "logs")
    assert len(logs) == 4
    for entry, log in zip(source.searches, logs, strict=True):
        read = accumulator.EventAccumulator(str(log)).Reload()
        areas = [event.value for event in read.Scalars("area")]
        assert areas == pytest.approx([event["qor"]["area"] for event in entry.events[2:]])
        best = read.Scalars("best so far, ratio to the baseline")[-1]
        assert best.value == pytest.approx(trace(entry, Axis.EVALUATIONS)[-1][1])
    with pytest.raises(InputError, match="not empty"):
        write_tensorboard(source, tmp_path / "logs")


def test_mlflow_reads_the_courses_and_has_no_search_twice(tmp_path: Path) -> None:
    mlflow = pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    folder = made_up.sweep(tmp_path / "sweep", 10)
    source = load(str(folder.path), sweep=None, limit=9)
    place = tmp_path / "mlflow.db"
    assert write_mlflow(source, str(place)) == 10
    assert write_mlflow(source, str(place)) == 0
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{place}")
    experiment = client.get_experiment_by_name(source.title)
    runs = client.search_runs([experiment.experiment_id])
    assert len(runs) == 10
    by_folder = {run.data.tags["eda_rl.folder"]: run for run in runs}
    for entry in source.searches:
        run = by_folder[entry.where]
        assert run.data.params["design"] == entry.name
        assert run.info.status == ("FINISHED" if entry.error is None else "FAILED")
        areas = client.get_metric_history(run.info.run_id, "area")
        measured = [event["qor"]["area"] for event in entry.events[2:]]
        assert [metric.value for metric in sorted(areas, key=lambda m: m.step)] == measured
        if entry.gain is not None:
            assert run.data.metrics["saved"] == pytest.approx(entry.gain)


def test_without_mlflow_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made_up.sweep(tmp_path / "sweep", 2)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ToolError, match=r"pip install eda-rl\[mlflow\]"):
        write_mlflow(load(str(folder.path), sweep=None, limit=9), str(tmp_path / "mlflow.db"))


def test_an_mlflow_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    folder = made_up.sweep(tmp_path / "sweep", 2)
    source = load(str(folder.path), sweep=None, limit=9)
    (tmp_path / "text").write_text("no database" * 100)
    for place in (str(tmp_path / "text"), f"file://user:secret@{tmp_path}/runs"):
        with pytest.raises(ToolError, match="MLflow at") as ended:
            write_mlflow(source, place)
        assert "\n" not in str(ended.value)
        assert "secret" not in str(ended.value)


def test_a_browser_draws_pictures(tmp_path: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium is found: apt-get install chromium, or set $EDA_RL_CHROMIUM")
    path = tmp_path / "x.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>')
    data = png(chromium, path, (300, 200)).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)] == [600, 400]
