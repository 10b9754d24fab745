"""Tests of the sequential divider, signed and unsigned."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "unsigned",
    *(f"signed {sign}" for sign in ("+/+", "+/-", "-/+", "-/-")),
    "unsigned by zero",
    "signed by zero, dividend not negative",
    "signed by zero, dividend negative",
    "signed overflow",
    "large unsigned divisor",
    "exact",
    "with remainder",
    "start while busy",
    "start in the cycle of done",
    "reset while busy",
]


def divide(dividend: int, divisor: int, is_signed: int, width: int) -> tuple[int, int]:
    """Quotient and remainder, all as unsigned bit patterns."""
    mask = (1 << width) - 1
    if divisor == 0:
        return mask, dividend
    a, b = dividend, divisor
    if is_signed:
        a, b = ((x ^ 1 << width - 1) - (1 << width - 1) for x in (a, b))
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient & mask, a - quotient * b & mask


class Divider:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.mask = (1 << self.width) - 1
        self.left = 0
        self.done = False
        self.results = (0, 0)
        self._bench = bench
        self._coverage = coverage

    async def cycle(
        self, start: int = 0, dividend: int = 0, divisor: int = 0, is_signed: int = 0, rst: int = 0
    ) -> None:
        """Compares the design's outputs in one cycle and moves on."""
        busy = self.left > 0
        expected: dict[str, int | None] = {"busy": busy, "done": self.done}
        expected["quotient"], expected["remainder"] = (None, None) if busy else self.results
        inputs = {"rst": rst, "start": start, "is_signed": is_signed}
        inputs |= {"dividend": dividend, "divisor": divisor}
        await self._bench.cycle(inputs, expected)
        hit = self._coverage.hit
        hit("reset while busy", rst and busy)
        hit("start while busy", start and busy)
        hit("start in the cycle of done", start and self.done and not rst)
        if rst:
            self.left, self.done, self.results = 0, False, (0, 0)
        elif busy:
            self.left -= 1
            self.done = not self.left
        else:
            self.done = False
            if start:
                self._begin(dividend, divisor, is_signed)

    def _begin(self, dividend: int, divisor: int, is_signed: int) -> None:
        self.left = self.width
        self.results = divide(dividend, divisor, is_signed, self.width)
        hit, top = self._coverage.hit, 1 << self.width - 1
        minus = dividend >= top
        if not divisor:
            hit("unsigned by zero", not is_signed)
            hit("signed by zero, dividend not negative", is_signed and not minus)
            hit("signed by zero, dividend negative", is_signed and minus)
            return
        hit("exact", not self.results[1])
        hit("with remainder", self.results[1])
        hit("signed overflow", is_signed and dividend == top and divisor == self.mask)
        if is_signed:
            hit(f"signed {'-' if minus else '+'}/{'-' if divisor >= top else '+'}")
        else:
            hit("unsigned")
            hit("large unsigned divisor", divisor >= top and dividend > divisor)

    async def divide(self, dividend: int, divisor: int, is_signed: int, idle: int = 0) -> None:
        """One division with other operands on the inputs afterwards, then idle cycles."""
        await self.cycle(1, dividend & self.mask, divisor & self.mask, is_signed)
        while self.left:
            await self.cycle(0, ~dividend & self.mask, divisor * 3 + 1 & self.mask, 1 - is_signed)
        for _ in range(idle):
            await self.cycle(0, 1, 1, is_signed)


async def begin(dut: Any, coverage: Coverage | None = None) -> Divider:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "start": 0, "is_signed": 0, "dividend": 0, "divisor": 0})
    return Divider(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def extremes(dut: Any) -> None:
    """All pairs of the smallest, the largest and their neighbours, signed and unsigned."""
    divider = await begin(dut)
    top = 1 << divider.width - 1
    values = (0, 1, 2, 3, top - 1, top, top + 1, divider.mask - 1, divider.mask)
    for is_signed in (0, 1):
        for dividend in values:
            for divisor in values:
                await divider.divide(dividend, divisor, is_signed)


@cocotb.test
async def results_are_kept(dut: Any) -> None:
    """Results stay while the divider is idle; done does not."""
    divider = await begin(dut)
    for _ in range(3):
        await divider.cycle()
    for dividend, divisor, is_signed in ((29, 4, 0), (-7, 2, 1), (9, 0, 0), (6, -3, 1)):
        await divider.divide(dividend, divisor, is_signed, idle=2 * divider.width)


@cocotb.test
async def start_while_busy(dut: Any) -> None:
    """A start in any cycle of a division is ignored, and its operands are."""
    divider = await begin(dut)
    for moment in range(divider.width):
        await divider.cycle(1, 27, 5, 0)
        for number in range(divider.width):
            await divider.cycle(number == moment, 13, 3, 1)
        for _ in range(3):
            await divider.cycle()


@cocotb.test
async def start_held(dut: Any) -> None:
    """Divisions follow each other without a gap and take the operands of their own start."""
    divider = await begin(dut)
    for number in range(12 * (divider.width + 1)):
        dividend = 211 * number + 30 & divider.mask
        await divider.cycle(1, dividend, 7 * number & divider.mask, number >> 2 & 1)


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, drops a division in any cycle and clears the results."""
    divider = await begin(dut)
    for moment in range(divider.width + 2):
        await divider.cycle(1, 30, 4, 0)
        for _ in range(moment):
            await divider.cycle()
        await divider.cycle(rst=1)
        for _ in range(divider.width + 2):
            await divider.cycle()
        await divider.divide(25, 7, 0, idle=2)
        await divider.cycle(1, 20, 3, 0, rst=1)
        await divider.cycle()


@cocotb.test
async def random_divisions(dut: Any) -> None:
    """Operands of all sizes, gaps, starts while busy, and a few resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    divider = await begin(dut, coverage)
    any_of = rng.getrandbits
    for _ in range(250):
        dividend = any_of(divider.width) if rng.random() < 0.7 else 1 << divider.width - 1
        small, large = any_of(rng.randrange(divider.width)), any_of(divider.width)
        divisor = rng.choice([0, small, small, large, dividend >> 1, dividend, *[divider.mask] * 2])
        if rng.random() < 0.1:
            divisor = dividend - 1 & divider.mask
        is_signed = any_of(1)
        await divider.cycle(1, dividend, divisor, is_signed)
        while divider.left:
            start, rst = rng.random() < 0.1, rng.random() < 0.01
            await divider.cycle(start, any_of(divider.width), any_of(divider.width), 0, rst)
        for _ in range(rng.choice([0, 0, 1, 3])):
            await divider.cycle()
    coverage.require()
