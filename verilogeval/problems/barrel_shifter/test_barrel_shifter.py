"""Tests of the barrel shifter."""

import random
from itertools import product
from typing import Any

import cocotb
from bench import Bench, Coverage

ROTATE, LEFT, RIGHT, ARITHMETIC = range(4)
WORDS = [0, 1, 0x8000, 0xFFFF, 0x7FFF, 0xA5C3, 0x8001, 0x4000]


def outputs(data: int, amount: int, mode: int) -> dict[str, int]:
    """The specified outputs, found by single-place steps."""
    last = 0
    for _ in range(amount):
        if mode in (ROTATE, LEFT):
            last = data >> 15
            data = (data << 1 & 0xFFFF) | (last if mode == ROTATE else 0)
        else:
            last = data & 1
            data = data >> 1 | (data & 0x8000 if mode == ARITHMETIC else 0)
    return {"result": data, "last": last, "zero": data == 0}


async def apply(bench: Bench, data: int, amount: int, mode: int) -> dict[str, int]:
    """Compares the design's outputs for one operation."""
    expected = outputs(data, amount, mode)
    await bench.settle({"data": data, "amount": amount, "mode": mode}, expected)
    return expected


@cocotb.test
async def no_shift(dut: Any) -> None:
    """An amount of zero keeps the word and no bit leaves it."""
    bench = Bench(dut)
    for mode, data in product(range(4), WORDS):
        await apply(bench, data, 0, mode)


@cocotb.test
async def every_amount(dut: Any) -> None:
    """Telling words by every amount in every mode."""
    bench = Bench(dut)
    for mode, data, amount in product(range(4), WORDS, range(16)):
        await apply(bench, data, amount, mode)


@cocotb.test
async def single_bits(dut: Any) -> None:
    """Every bit by every third amount arrives where it should."""
    bench = Bench(dut)
    for mode, place, amount in product(range(4), range(16), range(1, 16, 3)):
        await apply(bench, 1 << place, amount, mode)


@cocotb.test
async def random_shifts(dut: Any) -> None:
    """Random words, amounts and modes."""
    rng = random.Random(0)
    amounts = product(range(4), range(16))
    others = product(range(4), ("last", "zero"))
    coverage = Coverage([*amounts, *others])
    bench = Bench(dut)
    for _ in range(1200):
        data, amount, mode = rng.getrandbits(16), rng.randrange(16), rng.randrange(4)
        if rng.randrange(8) == 0:
            data = rng.choice(WORDS)
        expected = await apply(bench, data, amount, mode)
        coverage.hit((mode, amount))
        coverage.hit((mode, "last"), expected["last"])
        coverage.hit((mode, "zero"), expected["zero"])
    coverage.require()
