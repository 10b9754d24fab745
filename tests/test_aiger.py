"""The AIGER parser: what it reads, writes, and refuses."""

import contextlib
import random
from dataclasses import replace

import numpy as np
import pytest
from conftest import adder_aig, random_aig
from hypothesis import given, settings
from hypothesis import strategies as st

from eda.aiger import Aig, AigerError, Header, combinational, levels, parse, strip, write

NAMES = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=8
)  # fmt: skip


@st.composite
def aigs(draw: st.DrawFn) -> Aig:
    inputs, latches = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    ands, outputs = draw(st.integers(0, 12)), draw(st.integers(0, 4))
    first = inputs + latches + 1
    rng = random.Random(draw(st.integers(0, 10**6)))
    fanins = [
        sorted((rng.randrange(2 * (first + at)) for _ in range(2)), reverse=True)
        for at in range(ands)
    ]
    limit = 2 * (first + ands)
    resets = [rng.choice((0, 1, 2 * (inputs + 1 + at))) for at in range(latches)]
    return Aig(
        Header(first + ands - 1, inputs, latches, outputs, ands),
        tuple(rng.randrange(limit) for _ in range(latches)),
        tuple(resets),
        tuple(rng.randrange(limit) for _ in range(outputs)),
        np.array(fanins, dtype=np.int64).reshape(-1, 2),
        {at: draw(NAMES) for at in range(inputs) if draw(st.booleans())},
        {at: draw(NAMES) for at in range(latches) if draw(st.booleans())},
        {at: draw(NAMES) for at in range(outputs) if draw(st.booleans())},
    )


def same(ours: Aig, theirs: Aig) -> bool:
    empty = np.zeros((0, 2), dtype=np.int64)
    return replace(ours, fanins=empty).__repr__() == replace(theirs, fanins=empty).__repr__() and (
        np.array_equal(ours.fanins, theirs.fanins)
    )


def in_ascii(aig: Aig, rng: random.Random) -> bytes:
    """The same circuit as ASCII, its ANDs in any order and its fan-ins either way round."""
    header = aig.header
    first, base = header.inputs + header.latches + 1, header.inputs + 1
    rows = [f"aag {header.max_variable} {header.inputs} {header.latches} {header.outputs}"]
    rows[0] += f" {header.ands}"
    rows += [str(2 * at) for at in range(1, base)]
    for at, (following, reset) in enumerate(zip(aig.latch_next, aig.latch_reset, strict=True)):
        rows.append(f"{2 * (base + at)} {following} {reset}")
    rows += [str(literal) for literal in aig.outputs]
    ands = []
    for at, pair in enumerate(aig.fanins.tolist()):
        rng.shuffle(pair)
        ands.append(f"{2 * (first + at)} {pair[0]} {pair[1]}")
    rng.shuffle(ands)
    return ("\n".join(rows + ands) + "\n").encode()


def compute(aig: Aig, given: int) -> list[int]:
    """The outputs and next states for one assignment of the inputs and latches."""
    free = aig.header.inputs + aig.header.latches
    value = [0] + [given >> at & 1 for at in range(free)]
    for pair in aig.fanins.tolist():
        left, right = (value[literal >> 1] ^ (literal & 1) for literal in pair)
        value.append(left & right)
    return [value[lit >> 1] ^ (lit & 1) for lit in aig.outputs + aig.latch_next]


@given(aigs())
def test_what_is_written_reads_the_same(aig: Aig) -> None:
    data = write(aig)
    assert same(parse(data), aig)
    assert write(parse(data)) == data


@given(aigs(), st.randoms(use_true_random=False))
def test_ascii_is_the_same_circuit(aig: Aig, rng: random.Random) -> None:
    read = parse(in_ascii(aig, rng))
    assert read.header == aig.header
    assert read.latch_reset == aig.latch_reset
    for _ in range(8):
        assignment = rng.getrandbits(8)
        assert compute(read, assignment) == compute(aig, assignment)
    assert levels(read) == levels(aig)


@given(aigs())
def test_ascii_in_order_is_the_binary_file(aig: Aig) -> None:
    class Unshuffled(random.Random):
        def shuffle(self, x: object) -> None:
            del x

    plain = replace(aig, input_names={}, latch_names={}, output_names={})
    assert write(parse(in_ascii(plain, Unshuffled()))) == write(plain)


@given(aigs())
@settings(max_examples=30)
def test_every_truncation_is_an_error(aig: Aig) -> None:
    data = write(replace(aig, input_names={}, latch_names={}, output_names={}))
    for end in range(len(data)):
        with pytest.raises(AigerError):
            parse(data[:end])
        if not aig.header.latches:
            with pytest.raises(AigerError):
                strip(data[:end])
    text = in_ascii(aig, random.Random(1))
    for end in range(len(text)):
        with pytest.raises(AigerError):
            parse(text[:end])


@given(st.integers(0, 50), st.binary(max_size=12), st.integers(0, 400))
def test_damage_is_an_error_or_another_circuit(seed: int, junk: bytes, at: int) -> None:
    data = random_aig(seed)
    place = at % len(data)
    damaged = data[:place] + junk + data[place + len(junk) // 2 :]
    for reader in (parse, strip):
        with contextlib.suppress(AigerError):  # and no other exception
            reader(damaged)


@given(aigs(), st.binary(max_size=40))
def test_strip_keeps_exactly_the_circuit(aig: Aig, comment: bytes) -> None:
    whole = combinational(aig)
    bare = write(whole)
    assert strip(bare) == bare
    named = write(replace(whole, output_names={at: f"o{at}" for at in range(len(whole.outputs))}))
    assert strip(named + b"c\n" + comment) == bare


def test_strip_refuses_what_is_no_combinational_binary_file() -> None:
    for data in (b"aig 1 0 1 0 0\n3\n", b"aag 0 0 0 0 0\n", b"", b"module top;\n"):
        with pytest.raises(AigerError):
            strip(data)


@pytest.mark.parametrize(
    "data",
    [
        b"aig 99999999999 0 0 0 99999999999\n",
        b"aig 9 99999999999999999999 0 1 0\n",
        b"aig 99999999999999999999 0 0 99999999999999999999 0\n",
        b"aig 300000000 300000000 0 0 0\n",
        b"aag 9999999999 0 0 0 9999999999\n",
        b"aig 3 2 0 1 1\n99\n\x02\x02",
        b"aig 3 2 0 1 1\n6\n\x00\x02",
        b"aig 3 2 0 1 1\n6\n\xff\xff\xff\xff\xff\xff\x01\x02",
        b"aig 3 2 0 1 1\n-6\n\x02\x02",
        b"aag 3 2 0 1 1\n2\n4\n6\n6 6 2\n",
        b"aag 4 2 0 1 2\n2\n4\n8\n6 8 2\n8 6 4\n",
        b"aag 3 2 0 1 1\n2\n2\n6\n6 2 4\n",
        b"aag 5 2 0 1 1\n2\n4\n6\n6 2 10\n",
        b"aig 3 2 0 1 1 1\n6\n6\n\x02\x02",
        "aig ³ 2 0 1 1\n6\n".encode(),
    ],
)
def test_nonsense_is_refused_quickly(data: bytes) -> None:
    with pytest.raises(AigerError):
        parse(data)


def test_levels() -> None:
    assert levels(parse(b"aig 2 2 0 1 0\n2\n")) == 0
    chain = "".join(f"{2 * n} {2 * n - 2} 2\n" for n in range(3, 13))
    assert levels(parse(f"aag 12 2 0 1 10\n2\n4\n24\n{chain}".encode())) == 10
    assert levels(parse(adder_aig(8))) > levels(parse(adder_aig(4)))


def test_symbols_are_kept() -> None:
    aig = parse(b"aig 3 2 0 1 1\n6\n\x02\x02i0 a[0]\ni1 \xc3\xa9\no0 y\nc\nanything \x00\xff\n")
    assert (aig.input_names, aig.output_names) == ({0: "a[0]", 1: "é"}, {0: "y"})
