"""Steps confirmed in plain processes while a search goes on."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, adder_aig, multiplier_aig, wait_until

from eda.abc.binary import AbcBinary
from eda.circuit import Circuit
from eda.equivalence import Equivalence, check_equivalence
from eda.errors import ToolError
from eda.flow import Flow, FlowKind
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from eda.replay import Replayed
from eda.synthesizer import Synthesizer
from rl.clock import Clock
from rl.evaluation import SLOW_TIMES, Proposal, Step, evaluate, steps
from rl.findings import Candidate
from rl.finish import finish, replay_exactly
from rl.journal import Journal
from rl.prepare import prepared
from rl.rehearsal import Rehearsal
from rl.runfolder import RunFolder
from rl.scripts import SCRIPTS, Script
from rl.search import Search
from rl.settings import Settings
from rl.show import Silent
from rl.verifier import Verifier

DC2, NOTHING = Move("dc2", "dc2"), Move("strash", "strash")
HANG = Move("hang", "sleep never-made", deadline_s=600)
SLOW = Move("slow", "; ".join(["&get -n", *["&syn4"] * 2000, "&put"]))


@pytest.fixture
def made(make_synthesizer: Callable[..., Synthesizer]) -> tuple[Circuit, Circuit]:
    synthesizer = make_synthesizer(None)
    start = synthesizer.canonical(multiplier_aig(5))
    return start, synthesizer.apply(start, DC2)


def wait(verifier: Verifier) -> None:
    until = time.monotonic() + 60
    while not verifier.wants(Step("other", DC2, "other"), 9.0):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_steps_leave_out_what_changed_nothing(made: tuple[Circuit, Circuit],
    make_synthesizer: Callable[..., Synthesizer]) -> None:  # fmt: skip
    start, better = made
    proposal = Proposal((Recipe((NOTHING, DC2, NOTHING)),))
    outcome = evaluate(make_synthesizer(None), start, proposal, Flow(FlowKind.AIG))
    assert steps(outcome, start.sha256) == [Step(start.sha256, DC2, better.sha256)]
    assert len(outcome.steps_s) == 4


def test_a_step_is_confirmed_by_a_plain_process(
    abc: AbcBinary, made: tuple[Circuit, Circuit]
) -> None:
    start, better = made
    verifier, step = Verifier(abc), Step(start.sha256, DC2, better.sha256)
    assert not verifier.wants(step, 0.5)
    assert verifier.left_s(step, 5.0) == 5.0
    verifier.confirm(step, start, 5.0)
    wait(verifier)
    assert verifier.confirmed == {step: better}
    assert verifier.left_s(step, 5.0) == 0.0
    assert not verifier.wants(step, 9.0)


@pytest.mark.parametrize("move", [DC2, Move("broken", "no_such_command")])
def test_what_a_plain_process_does_not_confirm_stays_open(
    move: Move, abc: AbcBinary, made: tuple[Circuit, Circuit]
) -> None:
    start, _ = made
    verifier, step = Verifier(abc), Step(start.sha256, move, "something else")
    verifier.confirm(step, start, 5.0)
    wait(verifier)
    assert verifier.confirmed == {}
    assert verifier.left_s(step, 5.0) == 5.0
    assert not verifier.wants(step, 9.0)  # once is enough


def test_a_process_that_takes_much_longer_than_the_session_is_given_up(
    abc: AbcBinary, made: tuple[Circuit, Circuit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rl.verifier._AT_LEAST_S", 0.1)
    verifier, step = Verifier(abc), Step(made[0].sha256, SLOW, "unknown")
    verifier.confirm(step, Circuit(multiplier_aig(12)), 0.1)
    verifier.end((step,))
    assert verifier.confirmed == {}
    assert not verifier.wants(step, 9.0)


def test_what_is_under_way_is_killed_unless_it_is_wanted(
    abc: AbcBinary, made: tuple[Circuit, Circuit]
) -> None:
    start, better = made
    verifier, step = Verifier(abc), Step(start.sha256, SLOW, "unknown")
    verifier.confirm(step, Circuit(multiplier_aig(12)), 60.0)
    assert not verifier.wants(Step("other", DC2, "other"), 9.0)
    assert verifier.left_s(step, 100.0) < 100.0
    began = time.monotonic()
    verifier.end(())
    assert time.monotonic() - began < 30  # generous: the move takes minutes
    assert verifier.confirmed == {}
    verifier, step = Verifier(abc), Step(start.sha256, DC2, better.sha256)
    verifier.confirm(step, start, 5.0)
    verifier.end((step,))
    assert verifier.confirmed == {step: better}


def result(replayed: Replayed) -> tuple[Circuit, Qor, bytes]:
    """Without the first line of the network, which has the time."""
    return replayed.circuit, replayed.qor, replayed.mapped.partition(b"\n")[2]


def searched(path: Path, cache: Path, workdir: Path, **settings: Any):  # type: ignore[no-untyped-def]
    given = Settings(files=(path,), **settings)
    return prepared(
        given, workdir=workdir, cache_dir=cache, disk_cache=False, jobs=2, warn=lambda _: None
    )


def test_a_replay_that_goes_on_from_confirmed_steps_is_that_of_the_whole(
    cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "multiplier.aig"
    path.write_bytes(multiplier_aig(5))
    moves = tuple(Move(name, name) for name in ("balance", "dc2", "resub -K 8 -N 1", "rewrite -z"))
    with searched(path, cli.cache, tmp_path, budget=1) as ready:
        outcome = evaluate(ready.synthesizer, ready.start, Proposal((Recipe(moves),)), ready.flow)
        assert outcome.qor is not None
        candidate = Candidate(outcome, outcome.qor, None)
        whole = result(replay_exactly(ready, candidate, 60))
        taken = steps(outcome, ready.start.sha256)
        assert len(taken) >= 2
        circuit, confirmed = ready.start, {}
        for step in taken:
            circuit = ready.synthesizer.apply(circuit, step.move)
            confirmed[step] = circuit
            part = {step: circuit}
            assert result(replay_exactly(ready, candidate, 60, part)) == whole
        assert result(replay_exactly(ready, candidate, 60, confirmed)) == whole
        wrong = {taken[0]: Circuit(adder_aig(6))}
        with pytest.raises(ToolError, match="another circuit"):
            replay_exactly(ready, candidate, 60, wrong)


def test_a_timed_search_has_its_long_steps_confirmed_when_it_ends(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rl.verifier.LEAST_S", 0.0)
    monkeypatch.setattr("rl.search.VERIFY_FROM", 0.0)
    path, began = tmp_path / "multiplier.aig", time.perf_counter()
    path.write_bytes(multiplier_aig(5))
    with searched(path, cli.cache, tmp_path, time_limit=8.0) as ready:
        clock = Clock(8.0, began, ready.start.ands)
        journal = Journal(tmp_path / "events.jsonl")
        search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
        findings = search.run()
        journal.close()
        assert findings.confirmed
        for step, circuit in findings.confirmed.items():
            assert circuit.sha256 == step.target
        at_leisure = Clock(None, began, ready.start.ands)
        claim = finish(ready, findings, RunFolder(tmp_path), tmp_path, at_leisure)
        assert claim.verified
        assert claim.notes == ()
        best = findings.best[0]
        again = replay_exactly(ready, best, 60)
        assert result(again) == result(claim.replayed)


def test_a_timed_search_has_nothing_to_confirm_of_what_plain_processes_made(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rl.apart.LARGE", 0)
    monkeypatch.setattr("rl.verifier.LEAST_S", 0.0)
    monkeypatch.setattr("rl.search.VERIFY_FROM", 0.0)
    monkeypatch.setattr("rl.search.SCRIPTS", SCRIPTS[:1])
    path, began = tmp_path / "multiplier.aig", time.perf_counter()
    path.write_bytes(multiplier_aig(5))
    with searched(path, cli.cache, tmp_path, time_limit=8.0) as ready:
        clock = Clock(8.0, began, ready.start.ands)
        with closing(Journal(tmp_path / "events.jsonl")) as journal:
            search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
            findings = search.run()
        best = findings.best[0]
        assert best.script is None
        for candidate in findings.best:
            taken = steps(candidate.outcome, ready.start.sha256)
            assert candidate.script or set(taken) <= set(findings.confirmed)
        again = result(replay_exactly(ready, best, 60))
        assert result(replay_exactly(ready, best, 60, findings.confirmed)) == again


def test_a_search_whose_results_take_too_long_to_replay_ends_with_the_best_script(
    cli: Cli, tmp_path: Path
) -> None:
    path, began = tmp_path / "multiplier.aig", time.perf_counter()
    path.write_bytes(multiplier_aig(5))
    with searched(path, cli.cache, tmp_path, budget=1) as ready:
        clock = Clock(None, began, ready.start.ands)
        journal = Journal(tmp_path / "events.jsonl")
        search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
        findings = search.run()
        journal.close()
        script = findings.best_script
        assert script is not None
        assert script.script in findings.scripts
        better = min(findings.scripts.values(), key=lambda q: q.adp if q else float("inf"))
        assert script.qor == better
        slow = replace(script.outcome, proposed=Recipe((SLOW,)), states=("somewhere",))
        findings.best = [Candidate(slow, script.qor, None)]
        late = Clock(0.5, began, ready.start.ands)
        claim = finish(ready, findings, RunFolder(tmp_path), tmp_path, late)
        assert claim.candidate == script
        assert claim.verified
        assert "did not finish" in claim.notes[0]


@pytest.mark.parametrize("cached", [True, False])
def test_a_circuit_is_proven_whether_the_cache_still_has_it_or_not(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, cached: bool
) -> None:
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(8))
    proven: list[str] = []

    def check(abc: AbcBinary, golden: bytes, revised: bytes, **limits: float) -> Equivalence:
        proven.append(Circuit(revised).sha256)
        return check_equivalence(abc, golden, revised, **limits)

    monkeypatch.setattr("rl.finish.check_equivalence", check)
    with searched(path, cli.cache, tmp_path, budget=4, table="paper") as ready:
        clock = Clock(None, time.perf_counter(), ready.start.ands)
        with closing(Journal(tmp_path / "events.jsonl")) as journal:
            search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
            findings = search.run()
        if not cached:
            monkeypatch.setattr(Synthesizer, "known", lambda *_: None)
        claim = finish(ready, findings, RunFolder(tmp_path), tmp_path, clock)
    assert claim.verified
    assert claim.replayed.circuit.sha256 in proven
    assert len(proven) == 2


def test_a_search_goes_on_where_the_scripts_take_too_long(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Script("slow", Recipe((HANG,)))
    monkeypatch.setattr("rl.search.SCRIPTS", (*SCRIPTS[:2], slow))
    path, began = tmp_path / "adder.aig", time.perf_counter()
    path.write_bytes(adder_aig(8))
    with searched(path, cli.cache, tmp_path, time_limit=12.0, table="paper") as ready:
        clock = Clock(12.0, began, ready.start.ands)
        journal = Journal(tmp_path / "events.jsonl")
        search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
        findings = search.run()
        journal.close()
    assert findings.scripts["slow"] is None
    assert findings.scripts["resyn2"] is not None
    assert findings.evaluations > 0


def test_the_baseline_is_waited_for_even_where_scripts_have_had_their_time(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(HANG, deadline_s=8.0)
    scripts = (Script(SCRIPTS[0].name, Recipe((late,))), SCRIPTS[1])
    monkeypatch.setattr("rl.search.SCRIPTS", scripts)
    path, began = tmp_path / "adder.aig", time.perf_counter()
    path.write_bytes(adder_aig(8))
    with searched(path, cli.cache, tmp_path, time_limit=15.0, table="paper") as ready:
        clock = Clock(15.0, began, ready.start.ands)
        with closing(Journal(tmp_path / "events.jsonl")) as journal:
            search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
            findings = search.run()
    assert findings.baseline is not None
    assert findings.baseline[0] == SCRIPTS[0].name


def test_most_evaluations_that_there_is_time_for_are_the_searchers(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = [Move(f"{at}", f"sleep never-made-{at}", deadline_s=0.6) for at in range(8)]
    scripts = [Script(move.name, Recipe((move,))) for move in slow]
    monkeypatch.setattr("rl.search.SCRIPTS", (SCRIPTS[0], *scripts))
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(8))
    with searched(path, cli.cache, tmp_path, time_limit=9.0, table="paper") as ready:
        clock = Clock(9.0, time.perf_counter(), ready.start.ands)
        journal = Journal(tmp_path / "events.jsonl")
        search = Search(ready, jobs=2, clock=clock, journal=journal, observer=Silent())
        findings = search.run()
        journal.close()
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert 2 <= sum(event["phase"] == "script" for event in events) < 8
    assert findings.evaluations > 0


def test_a_move_gets_no_more_time_than_the_search_has_for_it(
    make_synthesizer: Callable[..., Synthesizer],
) -> None:
    synthesizer = make_synthesizer(None)
    start = synthesizer.canonical(multiplier_aig(5))
    proposal = Proposal((Recipe((DC2, HANG, NOTHING)),), patience_s=0.5)
    outcome = evaluate(synthesizer, start, proposal, Flow(FlowKind.AIG))
    assert outcome.failure is not None
    assert "within 0.5 s" in outcome.failure
    assert outcome.recipe.moves == (DC2, NOTHING)
    assert outcome.proposed.moves == (DC2, HANG, NOTHING)
    assert outcome.broken == (HANG.commands,)
    assert outcome.qor is not None
    slowest = replace(HANG, commands="sleep never", cost_class=3)
    # What rebuilds all of a circuit is worth more patience, most where other sessions go on.
    for times, seconds in ((SLOW_TIMES, "1.2"), (SLOW_TIMES / 2, "0.6")):
        slowest = replace(slowest, commands=f"{slowest.commands}; {slowest.commands}")
        proposal = Proposal((Recipe((slowest,)),), patience_s=0.2, slow_times=times)
        failure = evaluate(synthesizer, start, proposal, Flow(FlowKind.AIG)).failure
        assert failure is not None
        assert f"within {seconds} s" in failure


def test_a_rehearsed_proof_tells_how_long_proofs_take(
    abc: AbcBinary, made: tuple[Circuit, Circuit]
) -> None:
    start, better = made
    rehearsal = Rehearsal(abc, start.data)
    assert (rehearsal.begun, rehearsal.took_s, rehearsal.at_least_s) == (False, None, 0.0)
    rehearsal.begin(better, 60.0)
    wait_until(lambda: rehearsal.took_s is not None)
    assert rehearsal.took_s == rehearsal.at_least_s > 0
    endless = Rehearsal(abc, multiplier_aig(14))
    endless.begin(Circuit(multiplier_aig(14, swapped=True)), 600.0)
    began = time.monotonic()
    endless.end()
    assert time.monotonic() - began < 30
    assert endless.took_s is None


def test_proofs_that_take_long_leave_less_time_to_search() -> None:
    clock = Clock(60.0, time.perf_counter(), 5000)
    unknown, quick, slow = (clock.searching_left_s(2.0, proof) for proof in (None, 0.1, 9.0))
    assert quick == pytest.approx(unknown, abs=0.1)
    assert unknown > slow + 5 > 5
