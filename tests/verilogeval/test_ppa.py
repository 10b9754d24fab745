"""Area and delay of samples beside their references."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import mini
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from eda.equivalence import Equivalence
from eda.flow import FlowKind
from rl import finish
from rl.findings import Findings
from rl.scripts import BASELINE, SCRIPTS
from rl.search import Search
from verilogeval.commands.score import score
from verilogeval.ppa.best import best_at, best_of_k
from verilogeval.ppa.measure import SCRIPT, Meter
from verilogeval.ppa.once import Once
from verilogeval.ppa.rows import read_costs
from verilogeval.ppa.settings import CostSettings
from verilogeval.ppa.values import Compared, Figures


@given(st.lists(st.floats(0.1, 9), max_size=5), st.integers(0, 3), st.data())
def test_the_expected_best_is_the_mean_over_all_draws(
    ratios: list[float], failures: int, data: st.DataObject
) -> None:
    n = len(ratios) + failures
    if n == 0:
        return
    k = data.draw(st.integers(1, n))
    draws = itertools.combinations([*ratios, *[None] * failures], k)
    bests = [min(found) for draw in draws if (found := [r for r in draw if r is not None])]
    value = best_of_k(ratios, n, k)
    if not bests:
        assert value is None
    else:
        assert value is not None
        assert math.isclose(value, sum(bests) / len(bests))


def test_draws_that_cannot_be_made_are_refused() -> None:
    for ratios, n, k in (([1.0], 1, 2), ([1.0], 1, 0), ([1.0, 2.0], 1, 1)):
        with pytest.raises(ValueError, match="cannot draw"):
            best_of_k(ratios, n, k)


def test_over_problems_it_is_the_geometric_mean_of_those_with_a_result() -> None:
    found = best_at({"a": [2.0], "b": [0.5, 1.0]}, {"a": 2, "b": 2, "c": 2, "d": 0}, ks=(1, 2, 5))
    one, two, five = found.values()
    assert one is not None
    assert one["ratio"] == pytest.approx(math.sqrt(2.0 * 0.75))
    assert (one["mean"], one["median"], one["problems"]) == (1.375, 1.375, 2)
    assert one["largest"] == {"task_id": "a", "ratio": 2.0}
    assert two is not None
    assert two["ratio"] == pytest.approx(1.0)
    assert five is None


def test_one_problem_does_not_decide_the_figure_of_all() -> None:
    ratios = {str(number): [1.0] for number in range(99)} | {"chain": [50.0]}
    found = best_at(ratios, dict.fromkeys(ratios, 1), ks=(1,))["1"]
    assert found is not None
    assert found["mean"] == pytest.approx(1.49)
    assert found["ratio"] == pytest.approx(50 ** (1 / 100))
    assert found["median"] == 1
    assert found["largest"] == {"task_id": "chain", "ratio": 50.0}


def test_a_ratio_of_nothing_is_counted_and_left_out() -> None:
    found = best_at({"a": [0.0], "b": [3.0]}, {"a": 1, "b": 1}, ks=(1,))["1"]
    assert found is not None
    assert (found["ratio"], found["problems"], found["zero"]) == (pytest.approx(3.0), 1, 1)
    assert best_at({"a": [0.0]}, {"a": 1}, ks=(1,)) == {"1": None}


def figures(area: float, delay: float) -> Figures:
    return Figures(area, area, delay, 1, 0, 0)


def test_a_ratio_of_nothing_to_nothing_is_one() -> None:
    wires = figures(0, 0)
    assert Compared(wires, wires).ratio == 1
    assert Compared(figures(3, 0), figures(2, 0)).ratio == 1.5
    assert Compared(figures(3, 2), figures(4, 3)).ratio == 0.5
    assert Compared(wires, figures(4, 3)).ratio == 0
    lost = Compared(figures(3, 2), wires)
    assert lost.ratio is None
    assert lost.why


def test_circuits_are_optimised_by_what_searches_are_measured_against() -> None:
    baseline = next(script for script in SCRIPTS if script.name == BASELINE)
    assert SCRIPT.commands == baseline.recipe.moves[0].commands


def test_figures_of_sources() -> None:
    with Meter(CostSettings(flow=FlowKind.MAP), 1) as meter:
        golden = mini.ADD.module("TopModule")
        assert meter.compare(golden, golden, "TopModule").ratio == 1
        wide = mini.ADD.module("TopModule", "assign sum = {1'b0, a} + {1'b0, b};")
        assert meter.compare(wide, golden, "TopModule").ratio == 1
        twice = mini.ADD.module("TopModule", "assign sum = a * b;")
        bigger = meter.compare(twice, golden, "TopModule").ratio
        assert bigger is not None
        assert bigger > 1
        count = meter.compare(mini.COUNT.module("TopModule"), golden, "TopModule").sample
        assert count is not None
        assert (count.flops, count.latches) == (4, 0)
        assert count.area > count.logic_area > 0
        wire = "module TopModule(input a, output y); assign y = a; endmodule"
        assert meter.compare(wire, wire, "TopModule").ratio == 1
        delayed = "module TopModule(output reg y); initial forever #1 y = ~y; endmodule"
        refused = meter.compare(delayed, wire, "TopModule")
        assert refused.ratio is None
        assert refused.reason


SEARCHED = CostSettings(flow=FlowKind.MAP, evaluations=3, cached=False)


def test_a_search_finds_a_better_recipe_than_resyn2_and_the_same_one_for_a_seed() -> None:
    golden = mini.ADD.module("TopModule", "assign sum = a == b;")
    found = []
    for settings in (CostSettings(flow=FlowKind.MAP), SEARCHED, SEARCHED):
        with Meter(settings, 1) as meter:
            found.append(meter.compare(golden, golden, "TopModule").sample)
    plain, one, again = found
    assert plain is not None
    assert one is not None
    assert one.adp < plain.adp
    assert again == one


def test_equal_circuits_are_searched_once_and_cost_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searches: list[str] = []
    run = Search.run

    def spied(search: Search) -> Findings:
        searches.append("")
        return run(search)

    monkeypatch.setattr(Search, "run", spied)
    golden = mini.ADD.module("TopModule")
    with Meter(SEARCHED, 1) as meter:
        assert meter.compare(golden, golden, "TopModule").ratio == 1
        other = mini.ADD.module("TopModule", "wire [8:0] s = a + b; assign sum = s;")
        assert meter.compare(other, golden, "TopModule").ratio == 1
        assert len(searches) == 1
        wire = "module TopModule(input a, output y); assign y = a; endmodule"
        assert meter.compare(wire, wire, "TopModule").ratio == 1
        assert len(searches) == 1


def test_what_a_search_finds_and_cannot_prove_has_no_ratio(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(finish, "check_equivalence", lambda *_, **__: Equivalence.UNDECIDED)
    golden = mini.AND.module("TopModule")
    with Meter(SEARCHED, 1) as meter:
        compared = meter.compare(golden, golden, "TopModule")
    assert compared.ratio is None
    assert "not proven: AIG UNDECIDED, netlist UNDECIDED" in compared.why


def test_what_decides_figures_is_told_apart() -> None:
    keys = []
    for settings in (
        CostSettings(),
        CostSettings(flow=FlowKind.MAP),
        CostSettings(evaluations=3),
        CostSettings(evaluations=4),
        CostSettings(evaluations=3, seed=1),
    ):
        with Meter(settings, 1) as meter:
            keys.append(meter.key)
    assert len(set(keys)) == len(keys)


def test_a_value_is_made_once_and_a_failure_told_to_all() -> None:
    once: Once[int] = Once()
    made = iter((1, 2))
    assert [once.get("a", lambda: next(made)) for _ in range(2)] == [1, 1]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            once.get("b", lambda: 1 // 0)


def scored(samples: Path, dataset: Path, out: Path, *more: str) -> dict[str, Any]:
    ran = CliRunner().invoke(
        score,
        [str(samples), "--dataset", str(dataset), "--out", str(out), "--jobs", "1", "--ppa",
         "--flow", "map", "--no-waves", "--json", *more],
        standalone_mode=False,
    )  # fmt: skip
    assert ran.exception is None
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_a_run_with_ppa_has_a_figure_or_a_reason_for_each_passing_sample(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path, (mini.AND,))
    samples = tmp_path / "samples.jsonl"
    delay = mini.AND.module("TopModule", "reg r; initial r = 0; always @* r = a & b; assign y = r;")
    answers = [mini.AND.module("TopModule"), mini.AND.module("TopModule", "assign y = a;"), delay]
    samples.write_text(
        "".join(json.dumps({"task_id": "and_gate", "completion": a}) + "\n" for a in answers)
    )
    summary = scored(samples, dataset, tmp_path / "run")
    rows = sorted(read_costs(tmp_path / "run" / "ppa.jsonl"), key=lambda row: row.sample)
    assert [row.sample for row in rows] == [1, 3]
    assert all((row.compared.ratio is None) == bool(row.compared.why) for row in rows)
    assert rows[0].compared.ratio == 1
    assert summary["ppa"]["best_adp_at"]["1"]["ratio"] == pytest.approx(1)
    assert summary["ppa"]["library"]


def test_figures_are_kept_on_resume_unless_what_decides_them_differs(tmp_path: Path) -> None:
    dataset, out = mini.write_v2(tmp_path, (mini.AND,)), tmp_path / "run"
    samples = tmp_path / "samples.jsonl"
    answers = [mini.AND.module("TopModule", f"assign y = {a};") for a in ("a & b", "b & a")]
    samples.write_text(
        "".join(json.dumps({"task_id": "and_gate", "completion": a}) + "\n" for a in answers)
    )
    scored(samples, dataset, out)
    costs = out / "ppa.jsonl"
    first, second = costs.read_text().splitlines()
    kept = json.dumps(json.loads(first) | {"figures": json.loads(first)["figures"] | {"gates": 99}})
    costs.write_text(f"{kept}\n{second[:30]}")
    scored(samples, dataset, out, "--resume")
    rows = read_costs(costs)
    assert [row.figures and row.figures.gates for row in rows] == [99, 1]
    summary = scored(samples, dataset, out, "--resume", "--ppa-search", "2")
    rows = read_costs(costs)
    assert [row.figures and row.figures.gates for row in rows] == [1, 1]
    assert [row.ratio for row in rows] == [1, 1]
    assert len(costs.read_text().splitlines()) == 2
    assert (summary["ppa"]["search"], summary["ppa"]["seed"]) == (2, 0)
