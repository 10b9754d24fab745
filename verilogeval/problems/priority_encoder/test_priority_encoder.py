"""Tests of the 16-line priority encoder."""

import random
from itertools import combinations
from typing import Any

import cocotb
from bench import Bench, Coverage

LINES = 16


def outputs(req: int) -> dict[str, int]:
    """The specified outputs."""
    lines = [i for i in range(LINES) if req >> i & 1]
    return {
        "index": max(lines, default=0),
        "valid": bool(lines),
        "multiple": len(lines) > 1,
    }


async def apply(dut: Any, patterns: list[int]) -> None:
    """Compares the design's outputs for each pattern."""
    bench = Bench(dut)
    for req in patterns:
        await bench.settle({"req": req}, outputs(req))


@cocotb.test
async def none_or_one(dut: Any) -> None:
    """No request, and each line alone, before and after others."""
    ones = [1 << i for i in range(LINES)]
    await apply(dut, [0, *ones, 0, *reversed(ones), 0])


@cocotb.test
async def pairs(dut: Any) -> None:
    """Every pair of lines: the higher one wins and both are noticed."""
    await apply(dut, [1 << i | 1 << j for i, j in combinations(range(LINES), 2)])


@cocotb.test
async def runs_of_ones(dut: Any) -> None:
    """All lines from i to j, and all but one."""
    runs = [(1 << j) - (1 << i) for i, j in combinations(range(LINES + 1), 2)]
    await apply(dut, runs + [0xFFFF ^ 1 << i for i in range(LINES)])


@cocotb.test
async def random_requests(dut: Any) -> None:
    """Sparse and dense patterns."""
    rng = random.Random(0)
    coverage = Coverage(["none", "one", "multiple", *range(LINES)])
    bench = Bench(dut)
    for _ in range(1500):
        req = rng.getrandbits(LINES)
        for _ in range(rng.randrange(6)):
            req &= rng.getrandbits(LINES)
        expected = outputs(req)
        await bench.settle({"req": req}, expected)
        coverage.hit("none", not expected["valid"])
        coverage.hit("one", expected["valid"] and not expected["multiple"])
        coverage.hit("multiple", expected["multiple"])
        if expected["valid"]:
            coverage.hit(expected["index"])
    coverage.require()
