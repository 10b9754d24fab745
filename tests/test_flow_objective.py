"""Flows, objectives, recipes and figures as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda.errors import InputError, ToolError
from eda.flow import DCH, PLAIN, Flow, FlowKind
from eda.move import Move
from eda.objective import Goal, Objective
from eda.qor import Qor, parse_luts, parse_stime
from eda.recipe import Recipe

QORS = st.builds(
    Qor,
    area=st.floats(1, 1e6),
    delay=st.floats(1, 1e6),
    gates=st.integers(1, 1000),
    nodes=st.integers(1, 1000),
    levels=st.integers(1, 1000),
)
STIME = 'WireLoad = "none"  Gates =     22 ( 13.6 %)   Cap =  1.4 ff   Area =       46.12 ( 90.0 %)'
STIME += "   Delay =    81.10 ps  ( 13.6 %)"


def test_flows_are_full_abc_commands() -> None:
    assert Flow(FlowKind.MAP).commands() == "map; topo; stime"
    sized = "map -D 500; topo; buffer -c; topo; upsize -J 10 -D 500; dnsize -D 500; topo; stime"
    assert Flow(max_delay=500.0).commands() == sized
    assert Flow(FlowKind.LUT, lut_inputs=4).commands(DCH) == "dch; if -K 4; print_stats"
    assert not Flow(FlowKind.AIG).needs_library


@pytest.mark.parametrize(
    ("objective", "kind"),
    [
        (Objective(), FlowKind.SIZED),
        (Objective(Goal.AREA, 500.0), FlowKind.SIZED),
        (Objective(Goal.NODES), FlowKind.AIG),
        (Objective(Goal.LEVELS), FlowKind.AIG),
        (Objective(Goal.LUTS), FlowKind.LUT),
    ],
)
def test_an_objective_picks_its_flow(objective: Objective, kind: FlowKind) -> None:
    flow = objective.flow(FlowKind.SIZED, 5)
    assert flow.kind is kind
    assert flow.max_delay == objective.max_delay


@given(QORS, QORS)
def test_rank_follows_the_value(ours: Qor, theirs: Qor) -> None:
    for goal in Goal:
        objective = Objective(goal)
        if objective.value(ours) < objective.value(theirs):
            assert objective.rank(ours) < objective.rank(theirs)
            assert objective.improvement(theirs, ours) > 0


@given(QORS, QORS, st.floats(1, 1e6))
def test_a_delay_limit_comes_before_area(ours: Qor, theirs: Qor, limit: float) -> None:
    objective = Objective(Goal.AREA, limit)
    if objective.meets(ours) and not objective.meets(theirs):
        assert objective.rank(ours) < objective.rank(theirs)
        assert objective.reward(theirs, theirs) < 0
    if objective.meets(ours) and objective.meets(theirs) and ours.area < theirs.area:
        assert objective.rank(ours) < objective.rank(theirs)


@given(QORS, QORS)
def test_reward_is_bounded_and_zero_for_the_baseline(ours: Qor, theirs: Qor) -> None:
    for goal in Goal:
        assert Objective(goal).reward(ours, ours) == 0
        assert -1 <= Objective(goal).reward(ours, theirs) <= 1


def test_a_baseline_of_nothing_cannot_be_improved() -> None:
    nothing = Qor(0.0, 0.0, 0, 0, 0)
    for goal in Goal:
        assert Objective(goal).improvement(nothing, nothing) == 0.0


@pytest.mark.parametrize("delay", [0.0, -1.0, float("inf"), float("nan")])
def test_wrong_delay_limits_are_refused(delay: float) -> None:
    with pytest.raises(InputError, match="--max-delay"):
        Objective(Goal.AREA, delay)


@pytest.mark.parametrize("goal", [goal for goal in Goal if goal is not Goal.AREA])
def test_a_delay_limit_goes_with_area_only(goal: Goal) -> None:
    with pytest.raises(InputError, match="--objective area"):
        Objective(goal, 100.0)


def test_figures_are_read_as_printed() -> None:
    assert parse_stime(f"noise\n{STIME}\nnoise") == (46.12, 81.1, 22)
    assert parse_luts("top : i/o = 8/ 5  lat = 0  nd = 7  edge = 30  lev = 3") == (7.0, 3.0, 7)


@pytest.mark.parametrize("text", ["", "Error: no library", STIME.replace("81.10", "-nan")])
def test_no_figures_are_an_error(text: str) -> None:
    with pytest.raises((ToolError, ValueError)):
        parse_stime(text)
    with pytest.raises(ToolError):
        parse_luts(text)


@pytest.mark.parametrize("figure", ["inf", "nan", "-1.0"])
def test_impossible_figures_are_an_error(figure: str) -> None:
    with pytest.raises(ToolError):
        parse_stime(STIME.replace("46.12", figure))


def test_recipes_separate_moves_by_strash() -> None:
    recipe = Recipe((Move("a", "balance"), Move("b", "dc2; dc2")), DCH)
    assert recipe.names == ["a", "b", "dch"]
    assert recipe.script(Flow(FlowKind.MAP)) == [
        "strash",
        "balance; strash; strash",
        "dc2; dc2; strash; strash",
        "dch; map; topo",
    ]
    assert Recipe((), PLAIN).names == []
