"""Tests of the stack with replace, depth and a sticky error flag."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

OPERATIONS = {"push": (1, 0), "pop": (0, 1), "replace": (1, 1), "none": (0, 0)}
FILLS = ("empty", "between", "full")
SITUATIONS = [
    *(f"{operation}, {fill}" for operation in OPERATIONS for fill in FILLS),
    "use after error",
    "reset clears words and error",
]


class Stack:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.depth = parameter("DEPTH")
        self.words: list[int] = []
        self.error = False
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, operation: str = "none", din: int = 0, rst_n: int = 1) -> None:
        """Compares the design's outputs in one cycle and moves on."""
        push, pop = OPERATIONS[operation]
        din &= (1 << self.width) - 1
        if not rst_n:
            self._coverage.hit("reset clears words and error", self.words and self.error)
            self.words, self.error = [], False
        expected = {
            "top": self.words[-1] if self.words else 0,
            "depth": len(self.words),
            "error": self.error,
        }
        inputs = {"rst_n": rst_n, "push": push, "pop": pop, "din": din}
        await self._bench.cycle(inputs, expected)
        if rst_n:
            self._step(operation, din)

    def _step(self, operation: str, din: int) -> None:
        empty, full = not self.words, len(self.words) == self.depth
        fill = "empty" if empty else "full" if full else "between"
        self._coverage.hit(f"{operation}, {fill}")
        self._coverage.hit("use after error", self.error and operation != "none")
        if (operation == "push" and full) or (operation == "pop" and empty):
            self.error = True
            return
        if operation in ("pop", "replace"):
            del self.words[-1:]
        if operation in ("push", "replace"):
            self.words.append(din)


async def begin(dut: Any, coverage: Coverage | None = None) -> Stack:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst_n": 0, "push": 0, "pop": 0, "din": 0})
    return Stack(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def fill_and_drain(dut: Any) -> None:
    """To full and one more, to empty and one more, twice."""
    stack = await begin(dut)
    word = 3
    for _ in range(2):
        for operation in ("push", "pop"):
            for _ in range(stack.depth + 2):
                await stack.cycle(operation, din=word)
                word += 29
        await stack.cycle(rst_n=0)


@cocotb.test
async def every_operation_at_every_depth(dut: Any) -> None:
    """One operation on each fill, then the whole stack is read back."""
    stack = await begin(dut)
    for fill in range(stack.depth + 1):
        for operation in OPERATIONS:
            for number in range(fill):
                await stack.cycle("push", din=0x51 + 3 * number)
            await stack.cycle(operation, din=0x0E)
            await stack.cycle()
            for _ in range(len(stack.words)):
                await stack.cycle("pop", din=0xFF)
            await stack.cycle()
            await stack.cycle(rst_n=0)


@cocotb.test
async def replace_repeatedly(dut: Any) -> None:
    """Push with pop never changes the depth but on an empty stack, and is never an error."""
    stack = await begin(dut)
    for _ in range(stack.depth + 1):
        for number in range(4):
            await stack.cycle("replace", din=16 * number + number + 5)
        await stack.cycle("push" if len(stack.words) < stack.depth else "none", din=0xC3)
    while stack.words:
        await stack.cycle("pop")
    await stack.cycle()


@cocotb.test
async def asynchronous_reset(dut: Any) -> None:
    """Reset acts at once, ignores requests and ends without a lost cycle."""
    stack = await begin(dut)
    for operation in OPERATIONS:
        for overfull in (0, 1):
            for _ in range(stack.depth + overfull):
                await stack.cycle("push", din=0x6D)
            for _ in range(3):
                await stack.cycle(operation, din=0x35, rst_n=0)
            await stack.cycle("push", din=0x12)
            await stack.cycle("push", din=0x19)
            await stack.cycle("pop")
            await stack.cycle("pop")
            await stack.cycle()
            await stack.cycle("pop")
            await stack.cycle()
            await stack.cycle(operation, din=0x21, rst_n=0)
            await stack.cycle("none")


@cocotb.test
async def random_operations(dut: Any) -> None:
    """Phases that mostly push or mostly pop, with all that happens at the ends."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=3)
    stack = await begin(dut, coverage)
    for _ in range(80):
        weights = rng.choice([(6, 1, 2, 1), (1, 6, 2, 1), (3, 3, 3, 1)])
        for _ in range(rng.randrange(5, 25)):
            operation = rng.choices(list(OPERATIONS), weights)[0]
            await stack.cycle(operation, rng.getrandbits(stack.width), rng.random() > 0.02)
    coverage.require()
