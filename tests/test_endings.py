"""Endings: which are for which flow, their commands, and that each replays exactly."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Cli, adder_aig, multiplier_aig

from eda.abc.binary import AbcBinary
from eda.abc.library import AbcLibrary, convert_library
from eda.flow import DCH, DCH_FAST, PLAIN, Ending, Flow, FlowKind, Target
from eda.liberty.find import resolve_library
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import Synthesizer
from rl.endings import ENDINGS, SIZINGS, WIDE, sized
from rl.prepare import prepared
from rl.settings import Settings
from rl.table import FULL, TABLES

SIZED = Ending("a", "dch", "map -a", "upsize{patience}{target}; dnsize{target}", Target.CELLS)


def test_an_ending_maps_and_sizes_in_its_own_way() -> None:
    assert Flow().mapping(SIZED) == "dch; map -a; topo; upsize -J 10; dnsize; topo"
    limited = "dch; map -a -D 500; topo; upsize -J 10 -D 500; dnsize -D 500; topo"
    assert Flow(max_delay=500.0).mapping(SIZED) == limited
    assert Flow(FlowKind.MAP).mapping(SIZED) == "dch; map -a; topo"


def test_the_mapped_network_is_improved_before_it_is_sized() -> None:
    better = Ending("d", "", "map", "upsize; dnsize", Target.CELLS, "mfs3 -W 5")
    assert Flow().mapping(better) == "map; topo; mfs3 -W 5; topo; upsize; dnsize; topo"
    assert Flow(FlowKind.MAP).mapping(better) == "map; topo; mfs3 -W 5; topo"


def test_cells_that_would_end_abc_are_left_out(
    abc: AbcBinary, make_synthesizer: Callable[..., Synthesizer], tmp_path: Path
) -> None:
    """`mfs3` reads truth tables of 64 bits, and ASAP7 has cells of seven to nine inputs."""
    path = ROOT.parent / "shared/data/liberty/asap7_rvt_tt.lib.gz"
    if not path.exists():
        pytest.skip(f"no {path}")
    found = resolve_library(str(path), tmp_path)
    library = convert_library(
        abc, name=found.name, lib=found.path, sha256=found.sha256, cache_dir=tmp_path
    )
    wide = {cell.split("x")[0] for cell in library.wide}
    assert {"AO322", "AOI333", "OA331"} <= wide
    assert not {"AOI222", "OAI22", "INV", "FA"} & wide
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(4))
    for ending in (PLAIN, *(ending for ending in Flow().endings(WIDE) if ending.rework)):
        measured = synthesizer.cost(start, Flow(), ending)
        replayed = replay(abc, start, Recipe((), ending), Flow(), library, time_limit=60)
        assert replayed.qor == measured, ending.name


def test_an_ending_that_fails_with_a_library_is_not_offered(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Ending("broken", "", "map", "", Target.CELLS, "no-such-command")
    table = replace(TABLES["paper"], endings=(*WIDE, broken))
    monkeypatch.setitem(TABLES, "paper", table)
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(4))
    with prepared(
        Settings(files=(path,), table="paper", budget=1),
        workdir=tmp_path, cache_dir=cli.cache, disk_cache=False, jobs=1, warn=print,
    ) as ready:  # fmt: skip
        assert ready.table.endings == Flow().endings(WIDE)


def test_luts_have_endings_of_their_own() -> None:
    luts = Ending("b", "dch", "if -K {lut} -a", "", Target.LUTS, "mfs2")
    flow = Flow(FlowKind.LUT, lut_inputs=5)
    assert flow.mapping(luts) == "dch; if -K 5 -a; mfs2"
    assert flow.endings((PLAIN, SIZED, luts)) == (PLAIN, luts)
    assert Flow().endings((PLAIN, SIZED, luts)) == (PLAIN, SIZED)


def test_improving_luts_leaves_fewer_of_them_than_mapping_alone(
    make_synthesizer: Callable[..., Synthesizer],
) -> None:
    synthesizer = make_synthesizer(None)
    start = synthesizer.canonical(multiplier_aig(8))
    flow = Flow(FlowKind.LUT)
    costs = {ending: synthesizer.cost(start, flow, ending).gates for ending in flow.endings(WIDE)}
    improved = min(luts for ending, luts in costs.items() if ending.rework)
    assert improved < min(luts for ending, luts in costs.items() if not ending.rework)


def test_moves_for_luts_are_offered_to_searches_for_luts_alone() -> None:
    for_luts = {move for move in FULL.moves if move.target is Target.LUTS}
    assert for_luts
    assert for_luts < set(FULL.for_flow(Flow(FlowKind.LUT)).moves)
    for kind in (FlowKind.SIZED, FlowKind.MAP, FlowKind.AIG):
        assert set(FULL.for_flow(Flow(kind)).moves) == set(FULL.moves) - for_luts


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
    "flow",
    [
        Flow(),
        Flow(FlowKind.MAP),
        Flow(max_delay=300.0),
        Flow(FlowKind.LUT),
        Flow(FlowKind.LUT, lut_inputs=3),
        Flow(FlowKind.LUT, lut_inputs=8),
    ],
    ids=str,
)
def test_every_ending_replays_exactly_whatever_ran_before(
    flow: Flow, library: AbcLibrary, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    """One session measures them one after the other; each replay is a process of its own."""
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(4))
    ways = (sized(PLAIN, way) for way in SIZINGS)
    for ending in flow.endings((*WIDE, DCH_FAST, *ways)):
        measured = synthesizer.cost(start, flow, ending)
        replayed = replay(synthesizer.abc, start, Recipe((), ending), flow, library, time_limit=60)
        assert replayed.qor == measured, ending.name
