"""Tests of the saturating adder and subtractor."""

import random
from itertools import product
from typing import Any

import cocotb
from bench import Bench, Coverage

CORNERS = [-128, -127, -65, -64, -63, -1, 0, 1, 63, 64, 65, 126, 127]


def outputs(a: int, b: int, subtract: int) -> dict[str, int]:
    """The specified outputs, as bit patterns."""
    exact = a - b if subtract else a + b
    return {
        "result": max(-128, min(127, exact)) & 0xFF,
        "overflow": not -128 <= exact <= 127,
        "negative": exact < 0,
    }


async def apply(bench: Bench, a: int, b: int, subtract: int) -> None:
    """Compares the design's outputs for one operation."""
    inputs = {"a": a & 0xFF, "b": b & 0xFF, "subtract": subtract}
    await bench.settle(inputs, outputs(a, b, subtract))


@cocotb.test
async def corners(dut: Any) -> None:
    """All pairs of the extremes and the values beside them."""
    bench = Bench(dut)
    for subtract, a, b in product((0, 1), CORNERS, CORNERS):
        await apply(bench, a, b, subtract)


@cocotb.test
async def around_the_limits(dut: Any) -> None:
    """Exact results just inside and just outside the range, from every first operand."""
    bench = Bench(dut)
    for a, exact, subtract in product(range(-128, 128, 3), (-129, -128, 127, 128), (0, 1)):
        b = a - exact if subtract else exact - a
        if -128 <= b <= 127:
            await apply(bench, a, b, subtract)


@cocotb.test
async def random_operations(dut: Any) -> None:
    """Random operands, with every kind of outcome."""
    rng = random.Random(0)
    kinds = ("too great", "too small", "negative", "not negative")
    coverage = Coverage(list(product((0, 1), kinds)), at_least=20)
    bench = Bench(dut)
    for _ in range(1500):
        a, b, subtract = rng.randint(-128, 127), rng.randint(-128, 127), rng.randrange(2)
        await apply(bench, a, b, subtract)
        exact = a - b if subtract else a + b
        coverage.hit((subtract, "too great"), exact > 127)
        coverage.hit((subtract, "too small"), exact < -128)
        coverage.hit((subtract, "negative"), -128 <= exact < 0)
        coverage.hit((subtract, "not negative"), 0 <= exact <= 127)
    coverage.require()
