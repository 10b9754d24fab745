"""Ways to size: one mapping serves all, the best counts, and each replays exactly."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import multiplier_aig

from eda.abc.library import AbcLibrary
from eda.abc.session import AbcSession
from eda.flow import DCH, PLAIN, Ending, Flow, FlowKind, Target
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.endings import ENDINGS, SIZINGS, WIDE, numbers, sized
from rl.evaluation import Proposal, Sizing, evaluate
from rl.journal import Memory
from rl.support import mappable
from rl.table import FULL, PAPER

Make = Callable[..., Synthesizer]
DC2 = Move("dc2", "dc2")
BROKEN = sized(PLAIN, "no-such-command")
LATE = Ending("late", "", "map", SIZINGS[0], Target.CELLS, "sleep never-made")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What sessions are told to run."""
    told: list[str] = []
    run = AbcSession.run

    def noting(session: AbcSession, line: str, deadline: float) -> str:
        told.append(line)
        return run(session, line, deadline)

    monkeypatch.setattr(AbcSession, "run", noting)
    return told


@pytest.mark.parametrize(
    "ending", [PLAIN, DCH, WIDE[5], Flow().endings(WIDE)[-2]], ids=lambda each: each.group
)
def test_each_way_costs_what_it_costs_alone_and_replays_exactly(
    ending: Ending, library: AbcLibrary, make_synthesizer: Make, lines: list[str]
) -> None:
    synthesizer, flow = make_synthesizer(library), Flow()
    start = synthesizer.canonical(multiplier_aig(5))
    endings = (ending, *(sized(ending, way) for way in SIZINGS))
    with synthesizer.worker() as worker:
        found = worker.costs(start, flow, endings)
        again = worker.costs(start, flow, endings)
    assert found == again
    assert sum("map" in line for line in lines) == 1
    alone = make_synthesizer(library)
    assert found == {each: alone.cost(start, flow, each) for each in endings}
    for each in endings:
        replayed = replay(alone.abc, start, Recipe((), each), flow, library, time_limit=60)
        assert replayed.qor == found[each]


def test_a_way_that_fails_is_left_out_and_the_first_must_not(
    library: AbcLibrary, make_synthesizer: Make
) -> None:
    synthesizer, flow = make_synthesizer(library), Flow()
    start = synthesizer.canonical(multiplier_aig(4))
    good = sized(PLAIN, SIZINGS[0])
    with synthesizer.worker() as worker:
        assert list(worker.costs(start, flow, (PLAIN, BROKEN, good))) == [PLAIN, good]
        with pytest.raises(MoveFailedError, match="no-such-command"):
            worker.costs(start, flow, (BROKEN, good))


def test_a_mapping_that_takes_too_long_is_tried_once(
    library: AbcLibrary, make_synthesizer: Make, lines: list[str]
) -> None:
    synthesizer, flow = make_synthesizer(library), Flow()
    start = synthesizer.canonical(multiplier_aig(4))
    with synthesizer.worker() as worker:
        for _ in ("begun", "known"):
            with pytest.raises(MoveFailedError, match="did not finish"):
                worker.costs(start, flow, (LATE, sized(LATE, SIZINGS[1])), deadline_s=0.3)
        assert sum("sleep" in line for line in lines) == 1
        with pytest.raises(MoveFailedError, match="did not finish"):
            worker.cost(start, Flow(FlowKind.MAP), LATE, deadline_s=0.3)
        # A way to size that takes too long takes nothing from those before it.
        slow = sized(PLAIN, "sleep never-made")
        ways = (PLAIN, slow, sized(PLAIN, SIZINGS[0]))
        assert list(worker.costs(start, flow, ways, deadline_s=1.0)) == [PLAIN]


def test_improving_a_mapped_network_has_as_much_patience_as_a_slow_move(
    library: AbcLibrary, make_synthesizer: Make
) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(4))
    sizing = Sizing(SIZINGS, lambda qor: -qor.adp)
    proposal = Proposal((Recipe((DC2,), LATE),), patience_s=0.05, sizing=sizing)
    for wanted in (proposal, replace(proposal, sizing=None)):
        outcome = evaluate(synthesizer, start, wanted, Flow())
        assert outcome.qor is None
        assert outcome.failure is not None
        assert outcome.wall_s < 10
    plain = evaluate(synthesizer, start, replace(proposal, recipes=(Recipe((DC2,)),)), Flow())
    assert plain.qor is not None


def test_what_promises_nothing_is_sized_in_its_own_way_alone(
    library: AbcLibrary, make_synthesizer: Make, lines: list[str]
) -> None:
    synthesizer, flow = make_synthesizer(library), Flow()
    start = synthesizer.canonical(multiplier_aig(5))
    endings = (DCH, *(sized(DCH, way) for way in SIZINGS))
    with synthesizer.worker() as worker:
        for _ in ("measured", "known"):
            assert list(worker.costs(start, flow, endings, lambda _: False)) == [DCH]
        assert sum("upsize" in line for line in lines) == 1
        own = worker.cost(start, flow, DCH)
        found = worker.costs(start, flow, endings, lambda qor: qor == own)
    assert list(found) == list(endings)
    assert sum("map" in line for line in lines) == 2


def test_the_best_way_counts_by_the_merit_that_is_asked_for(
    library: AbcLibrary, make_synthesizer: Make
) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(5))
    proposal = Proposal((Recipe((DC2,), DCH),))
    own = evaluate(synthesizer, start, proposal, Flow())
    assert own.proposed.ending == DCH
    merits: tuple[Callable[[Qor], float], ...] = (lambda q: -q.area, lambda q: -q.delay)
    for merit in merits:
        sizing = Sizing((*SIZINGS, "no-such-command"), merit)
        best = evaluate(synthesizer, start, replace(proposal, sizing=sizing), Flow())
        costs = {
            each: synthesizer.cost(synthesizer.apply(start, DC2), Flow(), each)
            for each in (DCH, *(sized(DCH, way) for way in SIZINGS))
        }
        assert best.qor == costs[best.proposed.ending]
        assert best.recipe == best.proposed
        assert merit(costs[best.proposed.ending]) == max(map(merit, costs.values()))


def test_a_flow_that_does_not_size_has_one_way(library: AbcLibrary, make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(multiplier_aig(4))
    proposal = Proposal((Recipe((DC2,)),), sizing=Sizing(SIZINGS, lambda qor: -qor.adp))
    for kind in (FlowKind.MAP, FlowKind.LUT):
        assert evaluate(synthesizer, start, proposal, Flow(kind)).proposed.ending == PLAIN


def test_groups_tell_mappings_apart_and_not_sizings() -> None:
    assert len({ending.group for ending in WIDE}) == len(WIDE)
    assert all(sized(DCH, way).group == DCH.group for way in SIZINGS)
    luts = [ending for ending in WIDE if ending.target is Target.LUTS]
    assert len({ending.group for ending in luts}) == len(luts) > 1
    assert all(ENDINGS[ending.name] == ending for ending in WIDE)
    assert numbers(["plain", "dch", sized(DCH, SIZINGS[1]).name, "gone"]) == {
        "map": 0, "dch; map": 1, "gone": 3,
    }  # fmt: skip


def test_a_recipe_of_another_sizing_is_taken_for_its_mapping() -> None:
    assert FULL.sizings == SIZINGS
    assert PAPER.sizings == ()
    named = sized(WIDE[4], SIZINGS[2]).name
    assert FULL.recipe(["dc2"], named) == Recipe((DC2,), WIDE[4])
    assert PAPER.recipe(["balance"], named) is None


def test_a_resumed_search_takes_the_way_that_was_best() -> None:
    chosen = sized(DCH, SIZINGS[1])
    event = {
        "event": "evaluation", "phase": "search", "number": 0, "moves": ["dc2"], "worked": ["dc2"],
        "ending": chosen.name, "states": ["a"], "qor": None, "failure": None, "wall_s": 1.0,
    }  # fmt: skip
    memory = Memory([event])
    proposal = Proposal((Recipe((DC2,), DCH),))
    assert memory.recall("search", 0, proposal) is None
    ways = replace(proposal, sizing=Sizing(SIZINGS, lambda qor: -qor.adp))
    recalled = memory.recall("search", 0, ways)
    assert recalled is not None
    assert recalled.proposed == recalled.recipe == Recipe((DC2,), chosen)
    other = replace(ways, recipes=(Recipe((DC2,), PLAIN),))
    assert memory.recall("search", 0, other) is None


def test_ways_that_fail_with_a_library_are_not_in_its_table(
    library: AbcLibrary, make_synthesizer: Make
) -> None:
    broken = "no-such-command"
    table = replace(
        FULL, endings=(PLAIN, sized(DCH, broken), WIDE[5]), sizings=(broken, SIZINGS[1])
    )
    found = mappable(table, make_synthesizer(library), Flow())
    assert found.sizings == (SIZINGS[1],)
    assert found.endings == (PLAIN, sized(DCH, SIZINGS[1]), WIDE[5])
    none = mappable(replace(table, sizings=(broken,)), make_synthesizer(library), Flow())
    assert none.sizings == ()
    assert none.endings == (PLAIN, sized(DCH, ""), WIDE[5])


def test_a_table_whose_ways_all_work_stays_as_it_is(
    library: AbcLibrary, make_synthesizer: Make
) -> None:
    found = mappable(FULL, make_synthesizer(library), Flow())
    assert found.sizings == FULL.sizings
    assert found.endings == tuple(e for e in Flow().endings(FULL.endings) if e in found.endings)
    assert set(found.endings) >= {e for e in Flow().endings(FULL.endings) if not e.rework}
