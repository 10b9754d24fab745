"""Tests of the synchronous first-word-fall-through FIFO."""

import random
from collections import deque
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "push alone",
    "pop alone",
    "push and pop",
    "push and pop, empty",
    "push and pop, full",
    "push rejected",
    "pop rejected",
    "reset with words stored",
    "storage wrapped",
]


class Fifo:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage | None = None):
        self.width = parameter("WIDTH")
        self.depth = parameter("DEPTH")
        self.words: deque[int] = deque()
        self.overflow = self.underflow = False
        self.accepted = 0
        self._bench = bench
        self._coverage = coverage or Coverage(SITUATIONS)

    async def cycle(self, *, push: int = 0, pop: int = 0, din: int = 0, rst: int = 0) -> None:
        """Compares the design's outputs in one cycle and moves on."""
        din &= (1 << self.width) - 1
        expected = {
            "empty": not self.words,
            "full": len(self.words) == self.depth,
            "count": len(self.words),
            "dout": self.words[0] if self.words else 0,
            "overflow": self.overflow,
            "underflow": self.underflow,
        }
        await self._bench.cycle({"rst": rst, "push": push, "pop": pop, "din": din}, expected)
        self._step(push, pop, din, rst)

    def _step(self, push: int, pop: int, din: int, rst: int) -> None:
        empty, full = not self.words, len(self.words) == self.depth
        take, store = pop and not empty, push and (pop or not full)
        hit = self._coverage.hit
        hit("reset with words stored", rst and self.words)
        if rst:
            self.words.clear()
            self.overflow = self.underflow = False
            return
        self.overflow, self.underflow = bool(push and not store), bool(pop and not take)
        hit("push alone", store and not pop)
        hit("pop alone", take and not push)
        hit("push and pop", push and take and not full)
        hit("push and pop, empty", push and pop and empty)
        hit("push and pop, full", push and pop and full)
        hit("push rejected", self.overflow)
        hit("pop rejected", self.underflow)
        if take:
            self.words.popleft()
        if store:
            self.words.append(din)
            self.accepted += 1
            hit("storage wrapped", self.accepted > 2 * self.depth)


async def begin(dut: Any, coverage: Coverage | None = None) -> Fifo:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "push": 0, "pop": 0, "din": 0})
    return Fifo(bench, coverage)


@cocotb.test
async def fill_and_drain(dut: Any) -> None:
    """To full and one more, to empty and one more, from every position of the storage."""
    fifo = await begin(dut)
    word = 0
    for _ in range(fifo.depth + 1):
        for _ in range(fifo.depth + 1):
            word += 37
            await fifo.cycle(push=1, din=word)
        for _ in range(2):
            await fifo.cycle()
        for _ in range(fifo.depth + 2):
            await fifo.cycle(pop=1, din=255)
        await fifo.cycle()
        await fifo.cycle(push=1, din=word)
        await fifo.cycle(pop=1)


@cocotb.test
async def simultaneous(dut: Any) -> None:
    """Push and pop together at every fill level, several times around."""
    fifo = await begin(dut)
    word = 1
    for level in range(fifo.depth + 1):
        while len(fifo.words) < level:
            await fifo.cycle(push=1, din=word)
            word += 1
        for _ in range(2 * fifo.depth):
            await fifo.cycle(push=1, pop=1, din=word)
            word += 1
        while fifo.words:
            await fifo.cycle(pop=1)
        await fifo.cycle()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, wins over push and pop, and forgets words and rejections."""
    fifo = await begin(dut)
    for push, pop in ((0, 0), (1, 0), (0, 1), (1, 1)):
        for fill in (0, 1, fifo.depth - 1, fifo.depth, fifo.depth + 1):
            for number in range(fill):
                await fifo.cycle(push=1, din=200 + number)
            await fifo.cycle(push=push, pop=pop, din=91, rst=1)
            await fifo.cycle(push=push, pop=pop, din=92, rst=1)
            await fifo.cycle()
            await fifo.cycle(push=1, din=93)
            await fifo.cycle(pop=1)
            await fifo.cycle(pop=1)
            await fifo.cycle(rst=1)
            await fifo.cycle()


@cocotb.test
async def rejected_requests(dut: Any) -> None:
    """Rejections in a row, and what ends them."""
    fifo = await begin(dut)
    for pattern in ("p", "pp", "p.p", "pb", "bp", "b.", "rp", "pr"):
        for letter in pattern:
            await fifo.cycle(pop=letter in "pb", push=letter == "b", din=77, rst=letter == "r")
        while len(fifo.words) < fifo.depth:
            await fifo.cycle(push=1, din=len(fifo.words))
        for letter in pattern:
            await fifo.cycle(push=letter in "pb", pop=letter == "b", din=88, rst=letter == "r")
        while fifo.words:
            await fifo.cycle(pop=1)
        await fifo.cycle()


@cocotb.test
async def random_traffic(dut: Any) -> None:
    """Phases of mostly pushing, mostly popping and both."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=5)
    fifo = await begin(dut, coverage)
    for _ in range(60):
        push, pop = rng.choice([(0.9, 0.2), (0.2, 0.9), (0.9, 0.9), (0.5, 0.5), (1.0, 0.0)])
        for _ in range(rng.randrange(5, 30)):
            await fifo.cycle(
                push=rng.random() < push,
                pop=rng.random() < pop,
                din=rng.getrandbits(fifo.width),
                rst=rng.random() < 0.01,
            )
    coverage.require()
