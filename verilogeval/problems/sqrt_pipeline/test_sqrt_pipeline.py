"""Tests of the pipelined integer square root with remainder."""

import random
from collections import deque
from math import isqrt
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "perfect square",
    "one below a perfect square",
    "zero",
    "largest number",
    "remainder with its highest bit",
    "pipeline full",
    "gap between numbers",
    "stopped with a result shown",
    "stopped without a result",
    "number ignored while stopped",
    "reset with numbers in the pipeline",
    "reset while stopped",
]


class Root:
    """What the specification says, one call per cycle; None stands for a gap."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.largest = (1 << self.width) - 1
        self._empty: list[int | None] = [None] * (self.width // 2)
        self._pipeline = deque(self._empty)
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, number: int | None = None, ce: int = 1, rst_n: int = 1) -> None:
        """Compares the design's outputs in one cycle and moves on."""
        hit = self._coverage.hit
        if not rst_n:
            hit("reset with numbers in the pipeline", any(self._pipeline))
            hit("reset while stopped", not ce and any(self._pipeline))
            self._pipeline = deque(self._empty)
        result = self._pipeline[0]
        expected: dict[str, int | None] = {"out_valid": result is not None}
        if result is not None:
            expected["root"] = isqrt(result)
            expected["remainder"] = result - isqrt(result) ** 2
            self._count(result)
        shown = self.largest // 3 if number is None else number
        inputs = {"rst_n": rst_n, "ce": ce, "in_valid": number is not None, "radicand": shown}
        await self._bench.cycle(inputs, expected)
        if ce and rst_n:
            hit("pipeline full", all(x is not None for x in self._pipeline))
            hit("gap between numbers", number is None and any(self._pipeline))
            self._pipeline.popleft()
            self._pipeline.append(number)
        elif rst_n:
            hit("stopped with a result shown", result is not None)
            hit("stopped without a result", result is None)
            hit("number ignored while stopped", number is not None)

    def _count(self, result: int) -> None:
        hit, root = self._coverage.hit, isqrt(result)
        hit("perfect square", result and root * root == result)
        hit("one below a perfect square", isqrt(result + 1) > root)
        hit("zero", result == 0)
        hit("largest number", result == self.largest)
        hit("remainder with its highest bit", result - root * root >> self.width // 2)

    async def drain(self) -> None:
        """Gaps until the pipeline is empty and one cycle more."""
        for _ in range(self.width // 2 + 1):
            await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Root:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst_n": 0, "ce": 0, "in_valid": 0, "radicand": 0})
    return Root(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def one_at_a_time(dut: Any) -> None:
    """Latency and the smallest and largest numbers."""
    root = await begin(dut)
    await root.drain()
    for number in (0, 1, 2, 3, 4, root.largest - 1, root.largest, 1 << root.width - 1):
        await root.cycle(number)
        await root.drain()


@cocotb.test
async def squares_and_neighbours(dut: Any) -> None:
    """All perfect squares, one below and one above each, in a row."""
    root = await begin(dut)
    for square in (i * i for i in range(1, 1 << root.width // 2)):
        for number in (square - 1, square, square + 1):
            await root.cycle(number)
    await root.drain()


@cocotb.test
async def gaps(dut: Any) -> None:
    """Gaps of every length between numbers."""
    root = await begin(dut)
    for gap in range(root.width // 2 + 2):
        for number in range(3):
            await root.cycle(root.largest - 37 * gap - number)
            for _ in range(gap):
                await root.cycle()


@cocotb.test
async def clock_enable(dut: Any) -> None:
    """Without its enable the pipeline neither moves nor takes anything."""
    root = await begin(dut)
    for stop in range(2 * root.width // 2 + 2):
        for step in range(root.width // 2 + 3):
            number = 5 * step * step + stop if step % 3 else None
            for _ in range(3 if step == stop else 0):
                await root.cycle(root.largest, ce=0)
                await root.cycle(None, ce=0)
            await root.cycle(number)
    await root.drain()
    for number in range(30, 30 + root.width):
        await root.cycle(number, ce=0)
        await root.cycle(number + 7, ce=1)
    await root.drain()


@cocotb.test
async def asynchronous_reset(dut: Any) -> None:
    """Reset acts at once, with and without enable, and discards every stage."""
    root = await begin(dut)
    for fill in range(1, root.width // 2 + 2):
        for ce in (0, 1):
            for number in range(fill):
                await root.cycle(100 + number)
            await root.cycle(200, ce=ce, rst_n=0)
            await root.cycle(210, ce=ce, rst_n=0)
            await root.drain()
    await root.cycle(9)
    await root.drain()


@cocotb.test
async def random_numbers(dut: Any) -> None:
    """Numbers of all sizes with gaps, stops and resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    root = await begin(dut, coverage)
    for _ in range(40):
        busy, moving = rng.choice([0.3, 0.8, 1.0]), rng.choice([0.5, 0.9, 1.0])
        for _ in range(rng.randrange(20, 60)):
            square = rng.getrandbits(root.width // 2) ** 2
            any_number = rng.getrandbits(rng.randrange(1, root.width + 1))
            number = rng.choice([square, max(square - 1, 0), any_number, any_number, root.largest])
            await root.cycle(
                number if rng.random() < busy else None,
                ce=rng.random() < moving,
                rst_n=rng.random() > 0.02,
            )
    coverage.require()
