"""Tests of the population count."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter


def outputs(data: int, width: int) -> dict[str, int]:
    """The specified outputs."""
    ones = data.bit_count()
    return {
        "count": ones,
        "even_parity": ones % 2,
        "odd_parity": 1 - ones % 2,
        "majority": ones > width - ones,
    }


async def apply(dut: Any, words: list[int]) -> None:
    """Compares the design's outputs for each word."""
    bench, width = Bench(dut), parameter("WIDTH")
    for data in words:
        await bench.settle({"data": data}, outputs(data, width))


@cocotb.test
async def extremes(dut: Any) -> None:
    """No ones, only ones, one alone and one missing."""
    width = parameter("WIDTH")
    full = (1 << width) - 1
    single = [1 << i for i in range(width)]
    await apply(dut, [0, full, *single, *(full ^ bit for bit in single), 0])


@cocotb.test
async def every_count(dut: Any) -> None:
    """Runs of ones from either end reach every count."""
    width = parameter("WIDTH")
    runs = [(1 << n) - 1 for n in range(width + 1)]
    await apply(dut, runs + [run << width - run.bit_count() for run in runs])


@cocotb.test
async def random_words(dut: Any) -> None:
    """Words with every number of ones in random places."""
    width = parameter("WIDTH")
    rng = random.Random(0)
    situations = ["even", "odd", "majority", "minority"] + ["tie"] * (width % 2 == 0)
    coverage = Coverage([*situations, *range(width + 1)])
    bench = Bench(dut)
    for step in range(1000):
        chosen = rng.sample(range(width), step % (width + 1))
        data = sum(1 << i for i in chosen)
        expected = outputs(data, width)
        await bench.settle({"data": data}, expected)
        ones = expected["count"]
        coverage.hit(ones)
        coverage.hit("odd" if ones % 2 else "even")
        coverage.hit("tie" if 2 * ones == width else "majority" if 2 * ones > width else "minority")
    coverage.require()
