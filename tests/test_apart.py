"""Circuits derived by plain ABC processes in the first place."""

import resource
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import adder_aig, multiplier_aig, wait_until

from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import Flow, FlowKind
from eda.move import SLOW, Move
from eda.recipe import Recipe
from eda.synthesizer import MoveFailedError, StoppedError, Synthesizer
from rl.apart import LARGE, Apart
from rl.evaluation import Proposal, Step, evaluate

DC2 = Move("dc2", "dc2")
SLOW_DC2 = replace(DC2, cost_class=SLOW)
HANG = Move("hang", "sleep never-made", cost_class=SLOW)


@pytest.fixture
def synthesizer(make_synthesizer: Callable[..., Synthesizer]) -> Synthesizer:
    return make_synthesizer(None)


def test_slow_moves_and_large_circuits_are_worth_a_process(synthesizer: Synthesizer) -> None:
    apart, small = Apart(synthesizer), Circuit(adder_aig(4))
    assert not apart.wants(DC2, small)
    assert apart.wants(SLOW_DC2, small)
    large = Circuit(multiplier_aig(32))
    assert large.ands >= LARGE
    assert apart.wants(DC2, large)


def test_a_process_arrives_where_a_session_does_and_what_it_made_is_known(
    synthesizer: Synthesizer, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    start = synthesizer.canonical(multiplier_aig(5))
    apart = Apart(synthesizer)
    before = synthesizer.busy_s
    made = apart.apply(start, DC2, 60.0)
    assert synthesizer.busy_s > before
    assert made == make_synthesizer(None).apply(start, DC2)
    step = Step(start.sha256, DC2, made.sha256)
    assert apart.made(step)
    assert synthesizer.known(start, DC2) == made
    # What a session has made is taken as it is, and remains to be confirmed.
    other = Apart(synthesizer)
    assert other.apply(start, DC2, 60.0) == made
    assert not other.made(step)


def test_an_evaluation_uses_it_for_what_it_wants(
    synthesizer: Synthesizer, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    start = synthesizer.canonical(multiplier_aig(5))
    balance = Move("balance", "balance")
    proposal, flow = Proposal((Recipe((balance, SLOW_DC2, balance)),)), Flow(FlowKind.AIG)
    apart = Apart(synthesizer)
    outcome = evaluate(synthesizer, start, proposal, flow, apart)
    alone = evaluate(make_synthesizer(None), start, proposal, flow)
    assert (outcome.states, outcome.qor) == (alone.states, alone.qor)
    begun = (start.sha256, *outcome.states)
    made = [
        apart.made(Step(before, move, after))
        for before, move, after in zip(begun, outcome.proposed.moves, outcome.states, strict=False)
    ]
    assert made == [False, True, False]


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ("no_such_command", "left no circuit"),
        ("sleep never-made", "did not finish within 0.3 s"),
        ("cone -O 0", "changed the inputs or outputs"),
    ],
)
def test_a_move_that_fails_is_remembered(
    commands: str, why: str, synthesizer: Synthesizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = synthesizer.canonical(adder_aig(4))
    move, apart = Move("it", commands), Apart(synthesizer)
    with pytest.raises(MoveFailedError, match=why):
        apart.apply(start, move, 0.3)

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("rl.apart.replay", never)
    with pytest.raises(MoveFailedError, match=why):
        apart.apply(start, move, 60.0)


def test_what_is_under_way_ends_when_it_is_stopped(synthesizer: Synthesizer) -> None:
    start = synthesizer.canonical(adder_aig(4))
    apart, raised = Apart(synthesizer), []

    def run() -> None:
        try:
            apart.apply(start, HANG, 600.0)
        except (StoppedError, ToolError) as error:
            raised.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    live = apart._scope._live
    wait_until(lambda: bool(live))
    # Nobody may be left to stop it.
    pid = next(iter(live)).pid
    wait_until(lambda: resource.prlimit(pid, resource.RLIMIT_CPU)[0] == 601)
    apart.stop()
    thread.join(30)
    assert raised == [StoppedError]
    # Nothing is known of the move.
    assert synthesizer.failure(start, HANG.commands) is None
    with pytest.raises(StoppedError):
        apart.apply(start, DC2, 60.0)
