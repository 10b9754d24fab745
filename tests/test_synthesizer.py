"""ABC as a function on circuits: same question, same answer, and failures stay failures."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import adder_aig, multiplier_aig, random_aig, wait_until

from eda import aiger
from eda.abc.binary import find_abc
from eda.abc.library import AbcLibrary
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.equivalence import Equivalence, check_equivalence
from eda.errors import ToolError
from eda.flow import DCH, Flow, FlowKind
from eda.move import Move
from eda.synthesizer import MoveFailedError, StoppedError, Synthesizer

Make = Callable[..., Synthesizer]
BALANCE, REWRITE, DC2 = (Move(name, name) for name in ("balance", "rewrite", "dc2"))
HANG = Move("hang", "sleep never-made", deadline_s=0.3)


@pytest.mark.parametrize("seed", range(4))
def test_canonical_is_a_fixed_point(seed: int, make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    start = synthesizer.canonical(random_aig(seed))
    assert synthesizer.canonical(start.data) == start
    assert make_synthesizer().canonical(start.data) == start
    assert aiger.strip(start.data) == start.data


def test_two_ways_to_one_circuit_meet_in_one_state(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    start = synthesizer.canonical(adder_aig(8))
    once = synthesizer.apply(start, BALANCE)
    twice = synthesizer.apply(once, BALANCE)
    other = synthesizer.apply(start, Move("both", "balance; strash; balance"))
    assert twice == other
    assert twice is other  # one object, so one place in memory
    assert twice.sha256 == other.sha256


def test_what_was_computed_is_not_computed_again(make_synthesizer: Make) -> None:
    cache = MemoryCache()
    first = make_synthesizer(cache=cache)
    start = first.canonical(adder_aig(8))
    moved = first.apply(start, DC2)
    luts = first.cost(moved, Flow(FlowKind.LUT))
    second = make_synthesizer(cache=cache)
    assert second.apply(start, DC2) is moved
    assert second.cost(moved, Flow(FlowKind.LUT)) == luts
    assert second.busy_s == 0.0


def test_a_session_changes_nothing(make_synthesizer: Make, library: AbcLibrary) -> None:
    """The answers do not depend on what the session did before."""
    moves = [BALANCE, REWRITE, DC2]
    starts = [make_synthesizer().canonical(random_aig(seed, nodes=80)) for seed in range(3)]
    busy = make_synthesizer(library)
    for start in starts:
        for move in moves:
            used = busy.apply(start, move)
            fresh = make_synthesizer(library)
            assert fresh.apply(start, move) == used
            assert fresh.cost(used, Flow()) == busy.cost(used, Flow())


def test_moves_keep_inputs_outputs_and_function(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    start = synthesizer.canonical(multiplier_aig(5))
    circuit = start
    for move in (DC2, REWRITE, BALANCE, DC2):
        circuit = synthesizer.apply(circuit, move)
        assert (circuit.inputs, circuit.outputs) == (10, 10)
    assert circuit.ands < start.ands
    answer = check_equivalence(synthesizer.abc, start.data, circuit.data, time_limit=60)
    assert answer is Equivalence.EQUIVALENT


@pytest.mark.parametrize(
    "move",
    [Move("unknown", "frobnicate"), Move("empty", "empty"), HANG, Move("fewer", "cone -O 0")],
)
def test_a_failure_is_one_line_and_remembered(move: Move, make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    start = synthesizer.canonical(adder_aig(4))
    with pytest.raises(MoveFailedError) as caught:
        synthesizer.apply(start, move)
    assert "\n" not in str(caught.value)
    spent = synthesizer.busy_s
    with pytest.raises(MoveFailedError) as again:
        synthesizer.apply(start, move)
    assert str(again.value) == str(caught.value)
    assert synthesizer.busy_s == spent
    assert synthesizer.apply(start, BALANCE).outputs == 5


def test_a_circuit_that_abc_crashes_on(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    cut = Circuit(adder_aig(8)[:80])
    with pytest.raises(MoveFailedError, match="ABC died"):
        synthesizer.apply(cut, BALANCE)
    assert synthesizer.canonical(adder_aig(4)).outputs == 5


def test_a_crash_that_passes_is_tried_once_more(
    make_synthesizer: Make, fake_abc: Callable[..., Path]
) -> None:
    dies_once = fake_abc(
        "if 'dc2' in line and not os.path.exists(folder + '/died'):\n"
        "    open(folder + '/died', 'w').close()\n"
        "    os._exit(9)"
    )
    synthesizer = make_synthesizer(binary=find_abc(dies_once))
    plain = make_synthesizer()
    start = plain.canonical(adder_aig(8))
    assert synthesizer.apply(start, DC2) == plain.apply(start, DC2)
    assert (dies_once.parent / "died").exists()


def test_a_stale_result_is_never_taken(
    make_synthesizer: Make, fake_abc: Callable[..., Path]
) -> None:
    """An ABC that says it wrote a circuit but did not is a failure, not the last circuit."""
    lies = fake_abc("if 'dc2' in line:\n    line = line.replace('write_aiger', 'echo')")
    synthesizer = make_synthesizer(binary=find_abc(lies))
    start = synthesizer.canonical(adder_aig(8))
    synthesizer.apply(start, BALANCE)
    with pytest.raises(MoveFailedError, match="left no circuit"):
        synthesizer.apply(start, DC2)
    assert synthesizer.apply(start, REWRITE) == make_synthesizer().apply(start, REWRITE)


def test_a_kill_in_mid_work_changes_no_result(make_synthesizer: Make) -> None:
    plain, shot_at = make_synthesizer(), make_synthesizer(jobs=2)
    start = plain.canonical(multiplier_aig(8))
    moves = [Move(f"m{n}", f"dc2; resub -K {n}; dc2; rewrite -z") for n in range(5, 12)]
    done = threading.Event()

    def shoot() -> None:
        while not done.wait(0.15):
            shot_at._pool.kill()

    thread = threading.Thread(target=shoot)
    thread.start()
    answers: list[Circuit | str] = []
    for move in moves:
        try:
            answers.append(shot_at.apply(start, move))
        except MoveFailedError as error:
            answers.append(str(error))
    done.set()
    thread.join()
    for move, answer in zip(moves, answers, strict=True):
        assert answer == plain.apply(start, move) or "signal 9" in str(answer)


def test_costs(make_synthesizer: Make, library: AbcLibrary) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(adder_aig(8))
    mapped, sized = (synthesizer.cost(start, Flow(kind)) for kind in (FlowKind.MAP, FlowKind.SIZED))
    assert mapped.area > 0
    assert sized.delay > 0
    assert mapped != sized
    assert (mapped.nodes, mapped.levels) == (start.ands, start.levels)
    assert synthesizer.cost(start, Flow(), DCH) != sized
    counts = synthesizer.cost(start, Flow(FlowKind.AIG))
    assert (counts.area, counts.nodes, counts.levels) == (0.0, start.ands, start.levels)
    late = synthesizer.cost(start, Flow(max_delay=1.0))  # a limit that is missed is no failure
    assert late.delay > 1.0
    luts = synthesizer.cost(start, Flow(FlowKind.LUT, lut_inputs=4))
    assert luts.gates > synthesizer.cost(start, Flow(FlowKind.LUT, lut_inputs=6)).gates


def test_mapping_without_a_library_is_refused(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer()
    with pytest.raises(ToolError, match="needs a library"):
        synthesizer.cost(synthesizer.canonical(adder_aig(2)), Flow())


def test_circuits_without_ands(make_synthesizer: Make, library: AbcLibrary) -> None:
    synthesizer = make_synthesizer(library)
    for data in (b"aig 1 1 0 1 0\n2\n", b"aig 1 1 0 2 0\n0\n3\n", b"aig 0 0 0 1 0\n1\n"):
        start = synthesizer.canonical(data)
        assert synthesizer.apply(start, DC2).ands == 0
        assert synthesizer.cost(start, Flow()).area >= 0


def test_stop_ends_calls_at_once_and_keeps_what_is_cached(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer(jobs=2)
    start = synthesizer.canonical(adder_aig(4))
    moved = synthesizer.apply(start, BALANCE)
    ended: list[BaseException] = []

    def work() -> None:
        try:
            synthesizer.apply(start, Move("long", "sleep never-made", deadline_s=600))
        except StoppedError as error:
            ended.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: sum(s._process is not None for s in synthesizer._pool._all) == 2)
    synthesizer.stop()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 3
    assert synthesizer.apply(start, BALANCE) is moved
    with pytest.raises(StoppedError):
        synthesizer.apply(start, DC2)


def test_what_is_abandoned_ends_at_once_and_later_calls_work(make_synthesizer: Make) -> None:
    synthesizer = make_synthesizer(jobs=1)
    start = synthesizer.canonical(adder_aig(4))
    ended: list[BaseException] = []

    def work() -> None:
        with synthesizer.worker() as worker:
            for move in (Move("long", "sleep never-made", deadline_s=600), DC2):
                try:
                    worker.apply(start, move)
                except StoppedError as error:
                    ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: any(s._process is not None for s in synthesizer._pool._all))
    synthesizer.abandon()
    thread.join(30)
    assert len(ended) == 2  # the rest of an abandoned evaluation is abandoned, too
    assert synthesizer.apply(start, DC2).ands <= start.ands
    assert not synthesizer.stopped
