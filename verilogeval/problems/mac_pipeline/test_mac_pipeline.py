"""Tests of the pipelined signed multiply-accumulate with saturation."""

import random
from collections import deque
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "first pair",
    "sum limited above",
    "sum limited below",
    "sum exactly at the upper limit",
    "sum exactly at the lower limit",
    "limit left again",
    "new sum after saturation",
    "most negative squared",
    "gap between pairs",
    "pairs in a row",
    "reset with pairs in the pipeline",
]


@dataclass(frozen=True)
class Pair:
    """One pair of factors as it goes through the pipeline."""

    first: bool
    a: int
    b: int


class Mac:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.acc_width = parameter("ACC_WIDTH")
        self.highest = (1 << self.acc_width - 1) - 1
        self.lowest = -self.highest - 1
        self.smallest = -(1 << self.width - 1)
        self.acc = 0
        self.saturated = self.out_valid = False
        self._pipeline: deque[Pair | None] = deque([None, None])
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, pair: Pair | None = None, rst: int = 0) -> None:
        """Compares the design's outputs in one cycle and moves on; None is a gap."""
        expected = {
            "out_valid": self.out_valid,
            "acc": self.acc & (1 << self.acc_width) - 1,
            "saturated": self.saturated,
        }
        mask = (1 << self.width) - 1
        shown = pair or Pair(self._bench.cycle_number % 3 != 0, 3, -5)
        inputs = {"rst": rst, "in_valid": pair is not None, "in_first": shown.first}
        await self._bench.cycle(inputs | {"a": shown.a & mask, "b": shown.b & mask}, expected)
        if rst:
            self._coverage.hit("reset with pairs in the pipeline", any(self._pipeline))
            self._pipeline = deque([None, None])
            self.acc, self.saturated, self.out_valid = 0, False, False
            return
        self._coverage.hit("gap between pairs", pair is None and any(self._pipeline))
        self._coverage.hit("pairs in a row", pair and self._pipeline[-1])
        self._pipeline.append(pair)
        done = self._pipeline.popleft()
        self.out_valid = done is not None
        if done:
            self._add(done)

    def _add(self, pair: Pair) -> None:
        hit = self._coverage.hit
        exact = (0 if pair.first else self.acc) + pair.a * pair.b
        hit("first pair", pair.first)
        hit("new sum after saturation", pair.first and self.saturated)
        hit("sum limited above", exact > self.highest)
        hit("sum limited below", exact < self.lowest)
        hit("sum exactly at the upper limit", exact == self.highest)
        hit("sum exactly at the lower limit", exact == self.lowest)
        hit("most negative squared", pair.a == pair.b == self.smallest)
        at_limit = self.acc in (self.highest, self.lowest) and self.saturated and not pair.first
        self.saturated = (self.saturated and not pair.first) or not (
            self.lowest <= exact <= self.highest
        )
        self.acc = min(max(exact, self.lowest), self.highest)
        hit("limit left again", at_limit and self.acc not in (self.highest, self.lowest))

    async def drain(self) -> None:
        """Gaps until the pipeline is empty and one cycle more."""
        for _ in range(4):
            await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Mac:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "in_valid": 0, "in_first": 0, "a": 0, "b": 0})
    return Mac(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def single_products(dut: Any) -> None:
    """Extreme and small factors, each a sum of its own, one at a time and in a row."""
    mac = await begin(dut)
    values = (mac.smallest, mac.smallest + 1, -2, -1, 0, 1, 2, -mac.smallest - 1)
    for a in values:
        for b in values:
            await mac.cycle(Pair(True, a, b))
        await mac.drain()
    for b in values:
        await mac.cycle(Pair(True, 3, b))
        await mac.drain()


@cocotb.test
async def sums(dut: Any) -> None:
    """Short sums, with gaps of every length, that begin with and without `in_first`."""
    mac = await begin(dut)
    for gap in range(5):
        for number in range(6):
            await mac.cycle(Pair(number == 0 and gap > 0, number - 3, 7 - 2 * number))
            for _ in range(gap):
                await mac.cycle()
    await mac.drain()


async def add_up_to(mac: Mac, target: int) -> None:
    """Starts a sum and adds pairs until it is `target` exactly."""
    await mac.cycle(Pair(True, 0, 0))
    missing = target
    while missing:
        if missing > 0:
            a = min(-mac.smallest - 1, missing)
            b = min(-mac.smallest - 1, missing // a)
        else:
            a = max(mac.smallest, missing)
            b = min(-mac.smallest - 1, missing // a)
        await mac.cycle(Pair(False, a, b))
        missing -= a * b


@cocotb.test
async def limits(dut: Any) -> None:
    """To both limits exactly, beyond them by one and by much, and back."""
    mac = await begin(dut)
    for target, sign in ((mac.highest, 1), (mac.lowest, -1)):
        for beyond in (0, 1, 2, -1):
            await add_up_to(mac, target)
            await mac.cycle(Pair(False, sign, beyond))
            await mac.cycle(Pair(False, 0, 5))
            await mac.cycle(Pair(False, -sign, 1))
            await mac.cycle(Pair(False, -sign, 6))
            await mac.cycle(Pair(False, mac.smallest, mac.smallest + (sign < 0)))
            await mac.cycle(Pair(False, mac.smallest, -mac.smallest - 1))
    await mac.drain()


@cocotb.test
async def saturation_flag(dut: Any) -> None:
    """The flag lasts to the end of its sum and not longer, on both sides."""
    mac = await begin(dut)
    for other in (mac.smallest, -mac.smallest - 1):
        await mac.cycle(Pair(True, mac.smallest, other))
        for _ in range(2 + (mac.highest >> 2 * mac.width - 2)):
            await mac.cycle(Pair(False, mac.smallest, other))
        for _ in range(3):
            await mac.cycle(Pair(False, -3, 1 if other < 0 else -1))
        await mac.drain()
        await mac.cycle(Pair(True, 2, 2))
        await mac.cycle(Pair(False, -2, 3))
        await mac.drain()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, discards every stage and clears sum and flag."""
    mac = await begin(dut)
    for first in (True, False):
        for before in range(4):
            for _ in range(6):
                await mac.cycle(Pair(False, mac.smallest, mac.smallest))
            for number in range(before):
                await mac.cycle(Pair(first, 5 + number, -6))
            await mac.cycle(Pair(first, 7, 7), rst=1)
            await mac.drain()
            await mac.cycle(Pair(False, -4, 3))
            await mac.drain()


@cocotb.test
async def random_pairs(dut: Any) -> None:
    """Long and short sums of extreme or any factors, with gaps and resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS)
    mac = await begin(dut, coverage)
    for _ in range(60):
        start = rng.choice([None, None, mac.highest, mac.lowest])
        if start is not None:
            await add_up_to(mac, start)
        largest = rng.choice([mac.smallest, -mac.smallest - 1, None])
        busy = rng.choice([0.3, 0.8, 1.0])
        for number in range(rng.randrange(3, 40)):
            pair = None
            if rng.random() < busy:
                a, b = (rng.randrange(mac.smallest, -mac.smallest) for _ in range(2))
                if largest and number < 25:
                    a, b = mac.smallest, rng.choice([largest, b])
                pair = Pair((number == 0 and start is None) or rng.random() < 0.02, a, b)
            await mac.cycle(pair, rst=rng.random() < 0.01)
    coverage.require()
