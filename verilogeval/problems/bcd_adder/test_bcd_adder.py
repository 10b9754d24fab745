"""Tests of the BCD adder."""

import random
from itertools import product
from typing import Any

import cocotb
from bench import Bench, Coverage


def bcd(number: int) -> int:
    """Two decimal digits as an 8-bit pattern."""
    return number // 10 % 10 << 4 | number % 10


def outputs(a: int, b: int, carry_in: int) -> dict[str, int]:
    """The specified outputs."""
    digits = [a >> 4, a & 15, b >> 4, b & 15]
    if max(digits) > 9:
        return {"sum": 0, "carry_out": 0, "invalid": 1}
    total = 10 * (digits[0] + digits[2]) + digits[1] + digits[3] + carry_in
    return {"sum": bcd(total), "carry_out": total > 99, "invalid": 0}


async def apply(bench: Bench, a: int, b: int, carry_in: int) -> dict[str, int]:
    """Compares the design's outputs for one sum."""
    expected = outputs(a, b, carry_in)
    await bench.settle({"a": a, "b": b, "carry_in": carry_in}, expected)
    return expected


@cocotb.test
async def each_digit(dut: Any) -> None:
    """All sums of single digits, in the ones and in the tens."""
    bench = Bench(dut)
    for x, y, carry_in in product(range(10), range(10), (0, 1)):
        await apply(bench, x, y, carry_in)
        await apply(bench, x << 4, y << 4, carry_in)


@cocotb.test
async def carries_that_ripple(dut: Any) -> None:
    """Sums around 99 and 100, where a carry passes both digits."""
    bench = Bench(dut)
    for a, total, carry_in in product(range(100), (98, 99, 100, 101), (0, 1)):
        b = total - a - carry_in
        if 0 <= b <= 99:
            await apply(bench, bcd(a), bcd(b), carry_in)
    await apply(bench, bcd(99), bcd(99), 1)


@cocotb.test
async def invalid_digits(dut: Any) -> None:
    """Each digit too great, alone and beside digits that would carry."""
    bench = Bench(dut)
    for place, digit, others, carry_in in product(range(4), range(10, 16), (0, 5, 9), (0, 1)):
        digits = [others] * 4
        digits[place] = digit
        await apply(bench, digits[0] << 4 | digits[1], digits[2] << 4 | digits[3], carry_in)


@cocotb.test
async def random_sums(dut: Any) -> None:
    """Random valid numbers, with some invalid ones among them."""
    rng = random.Random(0)
    coverage = Coverage(
        ["carry_out", "no carry", "invalid", "valid after invalid", "invalid after valid"],
        at_least=10,
    )
    bench = Bench(dut)
    before = None
    for _ in range(1200):
        a, b = bcd(rng.randrange(100)), bcd(rng.randrange(100))
        if rng.randrange(8) == 0:
            a, b = rng.getrandbits(8), rng.getrandbits(8)
        expected = await apply(bench, a, b, rng.randrange(2))
        coverage.hit("carry_out", expected["carry_out"])
        coverage.hit("no carry", not expected["carry_out"] and not expected["invalid"])
        coverage.hit("invalid", expected["invalid"])
        coverage.hit("valid after invalid", before == 1 and not expected["invalid"])
        coverage.hit("invalid after valid", before == 0 and expected["invalid"])
        before = expected["invalid"]
    coverage.require()
