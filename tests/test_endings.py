"""Endings: which are for which flow, their commands, and that each replays exactly."""

from collections.abc import Callable

import pytest
from conftest import multiplier_aig

from eda.abc.library import AbcLibrary
from eda.flow import DCH, PLAIN, Ending, Flow, FlowKind, Target
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import Synthesizer
from rl.endings import ENDINGS, WIDE

SIZED = Ending("a", "dch", "map -a", "upsize{patience}{target}; dnsize{target}", Target.CELLS)


def test_an_ending_maps_and_sizes_in_its_own_way() -> None:
    assert Flow().mapping(SIZED) == "dch; map -a; topo; upsize -J 10; dnsize; topo"
    limited = "dch; map -a -D 500; topo; upsize -J 10 -D 500; dnsize -D 500; topo"
    assert Flow(max_delay=500.0).mapping(SIZED) == limited
    assert Flow(FlowKind.MAP).mapping(SIZED) == "dch; map -a; topo"


def test_luts_have_endings_of_their_own() -> None:
    luts = Ending("b", "dch", "if -K {lut} -a", "mfs2", Target.LUTS)
    flow = Flow(FlowKind.LUT, lut_inputs=5)
    assert flow.mapping(luts) == "dch; if -K 5 -a; mfs2"
    assert flow.endings((PLAIN, SIZED, luts)) == (PLAIN, luts)
    assert Flow().endings((PLAIN, SIZED, luts)) == (PLAIN, SIZED)


def test_no_ending_stands_twice_under_two_names() -> None:
    twin = Ending("c", "dch", "map -a", "buffer", Target.CELLS)
    assert Flow(FlowKind.MAP).endings((SIZED, twin)) == (SIZED,)
    assert Flow().endings((SIZED, twin)) == (SIZED, twin)
    assert Flow(FlowKind.AIG).endings(WIDE) == (PLAIN,)


def test_names_tell_endings_apart() -> None:
    assert len({ending.name for ending in WIDE}) == len(WIDE)
    assert set(WIDE) <= set(ENDINGS.values())
    assert WIDE[:2] == (PLAIN, DCH)


@pytest.mark.parametrize(
    "flow", [Flow(), Flow(FlowKind.MAP), Flow(FlowKind.LUT), Flow(max_delay=300.0)], ids=str
)
def test_every_ending_replays_exactly_whatever_ran_before(
    flow: Flow, library: AbcLibrary, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    """One session measures them one after the other; each replay is a process of its own."""
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(4))
    for ending in flow.endings(tuple(ENDINGS.values())):
        measured = synthesizer.cost(start, flow, ending)
        replayed = replay(synthesizer.abc, start, Recipe((), ending), flow, library, time_limit=60)
        assert replayed.qor == measured, ending.name
