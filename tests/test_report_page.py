"""`eda-rl report`: figures, and the page that shows them."""

import random
import re
import shlex
from pathlib import Path
from typing import Any

import made_up
import pytest
from conftest import Cli
from hypothesis import given, settings
from hypothesis import strategies as st

import eda_rl
from eda.objective import Goal
from rl.bench.convergence import Axis
from rl.commands.search import _settings, search
from rl.front import pareto
from rl.report.courses import courses, trace
from rl.report.graph import state_graph
from rl.report.moves import heat, used_moves
from rl.report.page import render
from rl.report.reproduce import search_command
from rl.report.source import Entry, Source, load
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
    for name in ("jobs", "address", "out", "resume", "cache_dir", "no_cache", "as_json"):
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
    cli.call("search", adder, "--budget", 4, "--table", "paper", "--out", "run")
    ended = cli.call("report", "run", "--json")
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
