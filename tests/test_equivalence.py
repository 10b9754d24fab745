"""Equivalence checking: every answer can come, and none is mistaken for another."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from conftest import adder_aig, multiplier_aig, random_aig
from hypothesis import given, settings
from hypothesis import strategies as st

from eda import aiger
from eda.abc.binary import AbcBinary, find_abc
from eda.cache import MemoryCache
from eda.equivalence import Equivalence, check_equivalence, read_answer
from eda.errors import ToolError
from eda.move import Move
from eda.synthesizer import Synthesizer

EQUIVALENT, DIFFERENT = Equivalence.EQUIVALENT, Equivalence.DIFFERENT
TIMEOUT, UNDECIDED = Equivalence.TIMEOUT, Equivalence.UNDECIDED


def check(abc: AbcBinary, ours: bytes, theirs: bytes, limit: float = 60) -> Equivalence:
    return check_equivalence(abc, ours, theirs, time_limit=limit)


def flipped(data: bytes, seed: int) -> bytes:
    """The circuit with one fan-in of one AND inverted."""
    aig = aiger.parse(data)
    rng = random.Random(seed)
    fanins = aig.fanins.copy()
    fanins[rng.randrange(len(fanins)), rng.randrange(2)] ^= 1
    return aiger.write(replace(aig, fanins=fanins))


def truth(data: bytes) -> list[int]:
    """Every output as a truth table over all inputs, computed without ABC."""
    aig = aiger.parse(data)
    size = 1 << aig.header.inputs
    everything = (1 << size) - 1
    value = [0]
    for at in range(aig.header.inputs):
        value.append(sum(1 << row for row in range(size) if row >> at & 1))
    for pair in aig.fanins.tolist():
        left, right = (value[lit >> 1] ^ (everything if lit & 1 else 0) for lit in pair)
        value.append(left & right)
    return [value[lit >> 1] ^ (everything if lit & 1 else 0) for lit in aig.outputs]


@given(seed=st.integers(0, 10**6), where=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_one_flipped_fanin_is_judged_as_the_truth_tables_say(
    abc: AbcBinary, seed: int, where: int
) -> None:
    data = random_aig(seed, inputs=5, nodes=12, outputs=2)
    changed = flipped(data, where) if aiger.parse(data).header.ands else data
    expected = EQUIVALENT if truth(data) == truth(changed) else DIFFERENT
    assert check(abc, data, changed) is expected


def test_a_moved_circuit_is_equivalent(abc: AbcBinary) -> None:
    data = multiplier_aig(6)
    synthesizer = Synthesizer(abc, None, jobs=1, cache=MemoryCache())
    start = synthesizer.canonical(data)
    moved = synthesizer.apply(start, Move("m", "dc2; resub -K 8 -N 1; balance"))
    synthesizer.close()
    assert moved != start
    assert check(abc, data, moved.data) is EQUIVALENT
    assert check(abc, flipped(data, 3), moved.data) is DIFFERENT


def test_other_counts_of_inputs_or_outputs_are_a_difference(abc: AbcBinary) -> None:
    assert check(abc, adder_aig(3), adder_aig(4)) is DIFFERENT
    one, two = random_aig(1, outputs=1), random_aig(1, outputs=2)
    assert check(abc, one, two) is DIFFERENT


def test_constants_and_wires(abc: AbcBinary) -> None:
    false, true = b"aig 1 1 0 1 0\n0\n", b"aig 1 1 0 1 0\n1\n"
    wire, inverted = b"aig 1 1 0 1 0\n2\n", b"aig 1 1 0 1 0\n3\n"
    all_of_them = [false, true, wire, inverted]
    for ours in all_of_them:
        for theirs in all_of_them:
            expected = EQUIVALENT if ours is theirs else DIFFERENT
            assert check(abc, ours, theirs) is expected


def test_no_time_is_timeout(abc: AbcBinary) -> None:
    assert check(abc, adder_aig(4), adder_aig(4), limit=0.0) is TIMEOUT


def test_a_hanging_checker_is_timeout(fake_abc: Callable[..., Path]) -> None:
    hangs = find_abc(fake_abc("if 'cec' in line:\n    time.sleep(1000)"))
    assert check(hangs, adder_aig(4), adder_aig(4), limit=0.7) is TIMEOUT


def test_an_interrupted_check_tries_nothing_more(
    fake_abc: Callable[..., Path], tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    asked.touch()
    hangs = find_abc(
        fake_abc(
            "if 'cec' in line:\n"
            f"    open({str(asked)!r}, 'a').write(line.split(' ../')[0] + '\\n')\n"
            "    time.sleep(1000)"
        )
    )
    interrupter = Thread(target=interrupt_at, args=(asked, 2))
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        check(hangs, adder_aig(4), adder_aig(4), limit=50)
    interrupter.join()
    assert sorted(asked.read_text("utf-8").splitlines()) == ["&cec -x", "cec -n -T 50"]


def interrupt_at(path: Path, lines: int) -> None:
    """Send this process SIGINT when a file has so many lines."""
    while path.read_text("utf-8").count("\n") < lines:
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


def test_undecided_is_said_so(fake_abc: Callable[..., Path]) -> None:
    undecided = "if 'cec' in line:\n    line = 'echo Networks are UNDECIDED; ' + line.split(';')[1]"
    unsure = find_abc(fake_abc(undecided))
    assert check(unsure, adder_aig(4), adder_aig(4)) is UNDECIDED


@pytest.mark.parametrize("broken", ["os._exit(3)", "line = 'frobnicate;' + line", "line = 'echo;'"])
def test_one_broken_strategy_is_not_the_end(broken: str, fake_abc: Callable[..., Path]) -> None:
    breaks = broken if broken.startswith("os.") else f"{broken} + line.split(';')[-1]"
    half = find_abc(fake_abc(f"if '&cec' in line:\n    {breaks}"))
    assert check(half, adder_aig(4), adder_aig(4)) is EQUIVALENT
    assert check(half, adder_aig(4), flipped(adder_aig(4), 1)) is DIFFERENT


def test_nothing_but_crashes_is_an_error(fake_abc: Callable[..., Path]) -> None:
    dies = find_abc(fake_abc("if 'cec' in line:\n    os._exit(3)"))
    with pytest.raises(ToolError, match="exit status 3"):
        check(dies, adder_aig(4), adder_aig(4))


def test_checkers_that_contradict_each_other_are_an_error(fake_abc: Callable[..., Path]) -> None:
    lies = find_abc(
        fake_abc(
            "if 'cec' in line:\n"
            "    time.sleep(0.3)\n"
            "    words = 'NOT EQUIVALENT' if '&cec' in line else 'equivalent'\n"
            "    line = 'echo Networks are ' + words + ';' + line.split(';')[1]"
        )
    )
    try:
        answer = str(check(lies, adder_aig(4), adder_aig(4)).value)
    except ToolError as error:
        answer = str(error)
    # an answer: the first one ended the check before the second came
    assert answer in ("EQUIVALENT", "DIFFERENT") or "contradict" in answer


def test_damaged_circuits_are_an_error(abc: AbcBinary) -> None:
    with pytest.raises(ToolError):
        check(abc, b"nonsense", adder_aig(4))
    with pytest.raises(ToolError):
        check(abc, adder_aig(8), adder_aig(8)[:60])


@pytest.mark.parametrize("answer", list(Equivalence))
def test_an_answer_has_no_truth_value(answer: Equivalence) -> None:
    with pytest.raises(TypeError, match="not a truth value"):
        bool(answer)


def test_answers_are_read_from_the_text() -> None:
    assert read_answer("Networks are NOT EQUIVALENT.  Time = 0.0") is DIFFERENT
    assert read_answer("Networks are equivalent.") is EQUIVALENT
    with pytest.raises(ToolError, match="no answer"):
        read_answer("something else")
