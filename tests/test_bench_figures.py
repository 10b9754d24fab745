"""Figures of a comparison, from rows made by hand."""

import itertools
import math
from typing import Any

import pytest

from rl.bench import view
from rl.bench.convergence import Axis, convergence
from rl.bench.plot import BOTTOM, HEIGHT, LABEL_GAP, picture
from rl.bench.protocol import protocol
from rl.bench.rows import Claimed, Kind, Row
from rl.bench.statistics import Wins, geometric_mean, spread, wins
from rl.bench.summary import BEST_BASELINE, BEST_SCRIPT, summarise
from rl.rowfile import latest

OPEN = protocol("open", {"jobs": 2})
PAPERS = protocol("abc-rl", {"jobs": 2})


def claimed(value: float, **given: Any) -> Claimed:
    facts: dict[str, Any] = {
        "area": value, "delay": 1.0, "gates": 1, "nodes": 1, "levels": 1, "value": value,
        "improvement": 1 - value / 100, "recipe": ("dc2",), "commands": ("strash",),
        "equivalence": "EQUIVALENT", "replayed": True,
    }  # fmt: skip
    return Claimed(**(facts | given))


def row(
    design: str, contender: str, value: float | None, seed: int = 0, **given: Any
) -> Row:  # resyn2 is worth 100 everywhere
    kinds = {"random": Kind.SEARCHER, "mcts": Kind.SEARCHER, "deepsyn": Kind.DEEPSYN}
    best = None if value is None else claimed(value)
    facts: dict[str, Any] = {
        "design": design, "suite": "", "design_sha256": "0", "held_out": False, "liberty": "lib",
        "library_sha256": "1", "contender": contender, "seed": seed, "best": best, "found": best,
        "kind": kinds.get(contender, Kind.SCRIPT), "ands": 10, "before": 200.0, "reference": 100.0,
        "verified": True, "replayed": True,
    }  # fmt: skip
    return Row(**(facts | given))


ROWS = [
    row("a", "resyn2", 100), row("a", "dc2", 80), row("a", "deepsyn", 50),
    row("a", "mcts", 40, 0), row("a", "mcts", 90, 1),
    row("b", "resyn2", 100), row("b", "dc2", 120), row("b", "deepsyn", 125),
    row("b", "mcts", 50, 0), row("b", "mcts", 50, 1),
]  # fmt: skip


def test_the_geometric_mean() -> None:
    assert geometric_mean([2, 8]) == pytest.approx(4)
    assert geometric_mean([3]) == pytest.approx(3)
    assert geometric_mean([0, 5]) == 0
    assert geometric_mean([]) is None


def test_spread() -> None:
    known = spread([1, 2, 3, 4])
    assert known is not None
    assert (known.mean, known.count) == (2.5, 4)
    assert known.sd == pytest.approx(math.sqrt(5 / 3))
    one = spread([7])
    assert one is not None
    assert (one.mean, one.sd) == (7, 0)
    assert spread([]) is None


def test_wins() -> None:
    counted = wins([0.5, 0.9, 1.0, 1 + 1e-12, 1.1])
    assert counted == Wins(2, 2, 1)
    assert counted.share == pytest.approx(0.4)
    assert wins([]).share is None


def test_a_summary_by_hand() -> None:
    (library,) = summarise(PAPERS, ROWS).libraries
    a, b = library.lines
    assert a.scores[BEST_SCRIPT].name == "dc2"
    assert b.scores[BEST_SCRIPT].name == "resyn2"
    assert a.baseline is not None
    assert (a.baseline.name, a.baseline.ratio) == ("deepsyn", pytest.approx(0.5))
    assert b.baseline is not None
    assert (b.baseline.name, b.baseline.ratio) == ("resyn2", pytest.approx(1.0))
    assert a.scores["mcts"].cut.mean == pytest.approx((60 + 10) / 2)
    assert a.scores["mcts"].cut.sd == pytest.approx(50 / math.sqrt(2))
    assert a.scores["mcts"].ratio == pytest.approx(0.6)  # sqrt(0.4 * 0.9)
    total = library.totals["mcts"]
    assert total.cut.mean == pytest.approx((35 + 50) / 2)
    assert total.cut.sd == pytest.approx(25 / math.sqrt(2))  # 55 and 30 by seed
    assert total.ratio == pytest.approx(math.sqrt(0.6 * 0.5))
    assert total.to_baseline == pytest.approx(math.sqrt(0.6 / 0.5 * 0.5 / 1.0))
    assert total.wins == Wins(1, 0, 1)
    assert library.totals[BEST_SCRIPT].cut.mean == pytest.approx(10)
    assert library.totals[BEST_BASELINE].cut.mean == pytest.approx(25)
    assert library.totals["deepsyn"].cut.mean == pytest.approx((50 - 25) / 2)
    assert library.totals["deepsyn"].wins is None
    assert library.scripts == ("resyn2", "dc2")
    assert library.others == ("deepsyn", "mcts")


def test_where_scripts_count_what_a_searcher_found_alone_is_shown_beside_it() -> None:
    rows = [*ROWS[:3], row("a", "mcts", 50, found=claimed(70))]
    (library,) = summarise(OPEN, rows).libraries
    assert library.others == ("deepsyn", "mcts", "mcts alone")
    assert library.totals["mcts"].wins == Wins(0, 1, 0)
    assert library.totals["mcts alone"].cut.mean == pytest.approx(30)
    assert "mcts alone" not in summarise(PAPERS, rows).libraries[0].totals


def test_a_claim_that_does_not_hold_counts_for_nothing_and_is_told() -> None:
    broken = row(
        "a",
        "deepsyn",
        None,
        best=claimed(10, equivalence="DIFFERENT"),
        error="not proven: DIFFERENT",
    )
    summary = summarise(PAPERS, [*ROWS[:2], broken, row("a", "mcts", None, error="no time")])
    (library,) = summary.libraries
    assert library.lines[0].baseline is not None
    assert library.lines[0].baseline.name == "dc2"
    assert "deepsyn" not in library.totals
    assert view.failures(summary.failed) == [
        "a, lib, deepsyn, seed 0: not proven: DIFFERENT",
        "a, lib, mcts, seed 0: no time",
    ]
    cells = view.main_table(library, summary.failed, "adp").rows[0]
    assert [cell.text for cell in cells] == ["a", "10", "100", "20.0 (dc2)", "failed", "failed"]


def test_a_searcher_that_fails_on_a_design_has_lost_it() -> None:
    rows = [*ROWS[:3], row("a", "mcts", 40), *ROWS[5:8], row("b", "mcts", None, error="crash")]
    (library,) = summarise(PAPERS, [*rows, row("c", "resyn2", 100)]).libraries
    total = library.totals["mcts"]
    assert (total.designs, total.wins) == (1, Wins(1, 0, 1))  # of c there is no row yet
    assert library.lines[1].empty == {"mcts"}
    assert "on average over 1 of 2 designs" in view.headlines(library)[0]
    assert view.main_table(library, (), "adp").totals[0][-1].text == "60.0 (1 of 3)"


def test_no_reference_no_score() -> None:
    rows = [row("a", "resyn2", 0, reference=0.0), row("a", "mcts", 0, reference=0.0)]
    (library,) = summarise(PAPERS, rows).libraries
    assert library.lines[0].scores == {}
    assert library.totals == {}


def test_the_last_row_of_a_key_counts() -> None:
    rows = [row("a", "mcts", None, error="crash"), row("b", "mcts", 1), row("a", "mcts", 2)]
    assert latest(rows) == [rows[2], rows[1]]
    assert summarise(PAPERS, rows).failed == ()


def traced(design: str, seed: int, *trace: tuple[int, float, float]) -> Row:
    return row(design, "mcts", trace[-1][2], seed, trace=trace)


def test_convergence_by_hand() -> None:
    rows = [
        *ROWS[:3],
        *ROWS[5:8],
        traced("a", 0, (1, 1.0, 100), (3, 2.0, 25), (4, 4.0, 25)),
        traced("b", 0, (2, 1.0, 50), (4, 2.0, 50)),
        row("a", "random", 10, trace=((1, 1.0, 10),)),  # b is missing: only a is common
    ]
    (library,) = summarise(PAPERS, rows).libraries
    course = convergence(library, rows, Axis.EVALUATIONS)
    assert course is not None
    assert (course.designs, course.log) == (1, False)
    assert [curve.name for curve in course.curves] == ["mcts", "random"]
    assert course.curves[0].points == ((0, 2.0), (1, 1.0), (2, 1.0), (3, 0.25), (4, 0.25))
    assert [(level.name, level.ratio) for level in course.levels] == [
        (BEST_SCRIPT, pytest.approx(0.8)),
        ("deepsyn", pytest.approx(0.5)),
    ]
    both = convergence(library, rows[:-1], Axis.EVALUATIONS)
    assert both is not None
    assert both.designs == 2
    assert dict(both.curves[0].points)[3] == pytest.approx(math.sqrt(0.25 * 0.5))
    seconds = convergence(library, rows[:-1], Axis.SECONDS)
    assert seconds is not None
    assert seconds.curves[0].points[-1] == (4.0, pytest.approx(math.sqrt(0.25 * 0.5)))


def test_nothing_to_draw() -> None:
    (library,) = summarise(PAPERS, ROWS).libraries
    assert convergence(library, ROWS, Axis.SECONDS) is None


@pytest.mark.parametrize("last", [1, 90, 5000])
def test_a_picture_keeps_within_its_box(last: int) -> None:
    rows = [*ROWS[:3], traced("a", 0, (1, 0.01, 101), (last, 100.0, 99))]
    (library,) = summarise(PAPERS, rows).libraries
    for axis in Axis:
        course = convergence(library, rows, axis)
        assert course is not None
        drawn = picture(course, "lib")
        assert drawn.x_ticks
        assert all(drawn.left - 0.1 <= tick.at <= drawn.right + 0.1 for tick in drawn.x_ticks)
        assert all(drawn.top - 0.1 <= tick.at <= drawn.bottom + 0.1 for tick in drawn.y_ticks)
        places = sorted(line.label_y for line in drawn.lines)
        assert all(b - a >= LABEL_GAP - 1e-9 for a, b in itertools.pairwise(places))
        assert places[-1] <= HEIGHT - BOTTOM
