"""Fronts of area and delay, and searches for them."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st
from test_searchers import PROBLEM, judged

from eda.qor import Qor
from rl.evaluation import Outcome
from rl.front import hypervolume, joined, pareto, rewards, thinned
from rl.searchers import SEARCHERS
from rl.searchers.directions import Directions

Points = list[tuple[int, int]]


@dataclass(frozen=True)
class Point:
    qor: Qor


def point(area: float, delay: float) -> Point:
    return Point(Qor(area, delay, 1, 1, 1))


def places(front: list[Point]) -> list[tuple[float, float]]:
    return [(one.qor.area, one.qor.delay) for one in front]


points = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=30)


@given(points)
def test_a_front_grown_point_by_point_is_the_front_of_all(given_points: Points) -> None:
    front: list[Point] = []
    for area, delay in given_points:
        front = joined(front, point(area, delay))
    assert places(front) == pareto(given_points)
    for area, delay in given_points:
        assert any(a <= area and d <= delay for a, d in places(front))


@given(points, st.integers(1, 12))
def test_what_is_thinned_keeps_both_ends(given_points: Points, most: int) -> None:
    front = [point(*place) for place in pareto(given_points)]
    kept = places(thinned(front, most))
    assert len(kept) == min(len(front), max(most, 2))
    assert set(kept) <= set(places(front))
    assert kept[0] == places(front)[0]
    assert kept[-1] == places(front)[-1]


@given(points)
def test_the_hypervolume_counts_the_cells_that_are_dominated(given_points: Points) -> None:
    cells = sum(
        any(x <= column and y <= row for x, y in given_points)
        for column in range(12)
        for row in range(12)
    )
    assert hypervolume(given_points, (12, 12)) == pytest.approx(cells / 144)


def test_thinning_drops_what_adds_least() -> None:
    front = [point(1, 10), point(2, 9.9), point(5, 3), point(10, 1)]
    assert places(thinned(front, 3)) == [(1, 10), (5, 3), (10, 1)]


def test_directions_reward_area_delay_and_their_product() -> None:
    base = Qor(100.0, 200.0, 1, 1, 1)
    product, area, delay, *_ = rewards(base)
    halved = replace(base, area=50.0)
    assert product(halved) == pytest.approx(0.5)
    assert area(halved) > 0.7
    assert abs(delay(halved)) < 0.02
    assert product(base) == area(base) == delay(base) == 0.0
    assert area(replace(base, area=1e9)) == -1.0


@pytest.mark.parametrize("name", sorted(SEARCHERS))
def test_directions_take_turns_and_each_is_told_of_its_own(name: str) -> None:
    told: list[list[int]] = [[], []]

    def spied(index: int):  # type: ignore[no-untyped-def]
        searcher = SEARCHERS[name](replace(PROBLEM, seed=index))
        tell = searcher.tell

        def spy(number: int, outcome: Outcome) -> None:
            told[index].append(number)
            tell(number, outcome)

        searcher.tell = spy  # type: ignore[method-assign]
        return searcher

    both = Directions([spied(0), spied(1)])
    for number in range(60):
        proposal = both.ask()
        assert proposal is not None
        both.tell(number, judged(proposal))
    assert told[0] == list(range(len(told[0])))
    assert told[1] == list(range(len(told[1])))
    assert len(told[0]) + len(told[1]) == 60
    assert len(told[1]) >= 15


def test_a_search_for_a_front_hands_out_proven_results(cli: Cli, adder: Path) -> None:
    ended = cli.call(
        "search", adder, "--objective", "pareto", "--budget", 16, "--table", "paper", "--json",
        "--out", "run",
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    result = ended.json
    front = result["front"]
    measured = [(row["area"], row["delay"]) for row in front]
    assert measured == pareto(measured)
    assert len(front) >= 2
    scripts = [(row["area"], row["delay"]) for row in result["scripts"]]
    for area, delay in scripts:
        assert any(a <= area and d <= delay for a, d in measured)
    assert result["hypervolume"]["front"] >= result["hypervolume"]["scripts"] > 0
    assert result["best"]["adp"] == min(row["adp"] for row in front)
    run = Path(result["run_dir"])
    for row in front:
        there = {path.name for path in (run / row["folder"]).iterdir()}
        assert there >= {"recipe.abc", "replay.abc", "netlist.v", "best.aig"}
    again = cli.call("replay", run, "--json")
    assert again.status == 0, again.stderr
    assert [row["ok"] for row in again.json["front"]] == [True] * len(front)
    damaged = run / front[0]["folder"] / "netlist.v"
    other = run / front[-1]["folder"] / "netlist.v"
    damaged.write_text(other.read_text().replace("XOR2_", "XNOR2_", 1))
    ended = cli.call("replay", run, "--json")
    assert ended.status == 1
    assert ended.json["front"][0]["ok"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--objective", "pareto", "--max-delay", "1ns"], "--max-delay goes with"),
    ],
)
def test_what_a_front_cannot_have(cli: Cli, adder: Path, arguments: list[str], words: str) -> None:
    ended = cli.call("search", adder, *arguments)
    assert ended.status == 2
    assert words in ended.stderr
