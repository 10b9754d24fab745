"""Tests of the programmable sequence detector."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage

IDLE = {"rst": 0, "load": 0, "pattern": 0, "length": 0, "overlap": 0, "valid": 0, "din": 0}


class Model:
    """The specified detector; the history is text, its newest bit on the right."""

    def __init__(self) -> None:
        self.pattern = self.history = ""
        self.overlap = self.found = self.total = 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {"found": self.found, "total": self.total}

    def edge(
        self,
        rst: int,
        load: int,
        pattern: int,
        length: int,
        overlap: int,
        valid: int,
        din: int,
    ) -> None:
        """One rising edge."""
        self.found = 0
        if rst or load:
            size = 0 if rst else min(length, 8)
            self.pattern = f"{pattern:08b}"[8 - size :]
            self.overlap, self.history, self.total = overlap, "", 0
        elif valid:
            self.history = (self.history + str(din))[-8:]
            if self.pattern and self.history.endswith(self.pattern):
                self.found = 1
                self.total = min(self.total + 1, 255)
                if not self.overlap:
                    self.history = ""


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design was just reset."""
    bench = Bench(dut)
    await bench.start({**IDLE, "rst": 1})
    return bench, Model()


async def step(bench: Bench, model: Model, **inputs: int) -> None:
    """One compared cycle; inputs that are not named are 0."""
    applied = {**IDLE, **inputs}
    await bench.cycle(applied, model.outputs())
    model.edge(**applied)


async def load(bench: Bench, model: Model, pattern: str, overlap: int, **inputs: int) -> None:
    """Loads the pattern with ones in the unused higher bits."""
    bits = (0xFF << len(pattern) | int(pattern or "0", 2)) & 0xFF
    await step(bench, model, load=1, pattern=bits, length=len(pattern), overlap=overlap, **inputs)


async def stream(bench: Bench, model: Model, bits: str) -> None:
    """Sends bits; a space is a cycle without one, in which `din` is 1, an underscore with 0."""
    for bit in bits:
        if bit in " _":
            await step(bench, model, din=bit == " ")
        else:
            await step(bench, model, valid=1, din=int(bit))


@cocotb.test
async def overlapping_or_not(dut: Any) -> None:
    """Patterns that overlap themselves, in both modes and with pauses."""
    bench, model = await started(dut)
    for overlap in (1, 0):
        for pattern in ("101", "1", "0", "11", "1010", "110110", "10011001"):
            await load(bench, model, pattern, overlap)
            await stream(bench, model, pattern * 3 + pattern[1:] + pattern[1:])
            await stream(bench, model, " _" + " _".join(pattern) + "_ ")


@cocotb.test
async def order_of_bits(dut: Any) -> None:
    """Asymmetric patterns: the highest bit comes first, and only `length` bits count."""
    bench, model = await started(dut)
    for pattern in ("10", "01", "100", "001", "1101", "10000", "00000001", "11110000"):
        await load(bench, model, pattern, 1)
        await stream(bench, model, pattern[::-1] + "0" * 8 + pattern + "1" * 8 + pattern)


@cocotb.test
async def empty_history(dut: Any) -> None:
    """Bits from before a load, a reset or an occurrence, and bits never received, do not count."""
    bench, model = await started(dut)
    await stream(bench, model, "0000000011")
    for overlap in (1, 0):
        for pattern in ("000", "00000000", "1100", "111"):
            for received in range(len(pattern)):
                await load(bench, model, pattern, overlap)
                await stream(bench, model, pattern[:received])
                await load(bench, model, pattern, overlap, valid=1, din=int(pattern[received]))
                await stream(bench, model, pattern[received:] + pattern[:received])
        await load(bench, model, "0011", overlap)
        await stream(bench, model, "001")
        await step(bench, model, rst=1, valid=1, din=1)
        await stream(bench, model, "10011")


@cocotb.test
async def unusual_lengths(dut: Any) -> None:
    """No pattern at all, and lengths above 8."""
    bench, model = await started(dut)
    for overlap in (1, 0):
        for length in (0, 8, 9, 15, 0, 12):
            for pattern in (0, 0xB2, 0xFF):
                inputs = {"pattern": pattern, "length": length, "overlap": overlap}
                await step(bench, model, load=1, **inputs)
                await stream(bench, model, f"{pattern:08b}" * 2 + "11")


@cocotb.test
async def control_signals(dut: Any) -> None:
    """What is not loaded has no effect; reset is synchronous and comes first."""
    bench, model = await started(dut)
    await load(bench, model, "11", 1)
    for bit in (1, 1, 0, 1, 1, 1):
        await step(bench, model, valid=1, din=bit, pattern=0, length=1, overlap=0)
    await bench.sample_after_pulse({"rst": 1, "valid": 0}, {"rst": 0})
    bench.check(model.outputs())
    await bench.edge()
    model.edge(**IDLE)
    await stream(bench, model, "1 1")
    await step(bench, model, rst=1, load=1, pattern=3, length=2, overlap=1, valid=1, din=1)
    await stream(bench, model, "1111")


@cocotb.test
async def count_saturates(dut: Any) -> None:
    """255 occurrences are counted, `found` goes on after that."""
    bench, model = await started(dut)
    coverage = Coverage(["found at 255"], at_least=5)
    await load(bench, model, "1", 1)
    for number in range(262):
        await stream(bench, model, "1")
        coverage.hit("found at 255", number > 255 and model.found)
    await stream(bench, model, "0 ")
    await load(bench, model, "1", 0)
    await stream(bench, model, "11")
    coverage.require()


@cocotb.test
async def random_streams(dut: Any) -> None:
    """Random patterns of every length on random streams that favour them."""
    rng = random.Random(0)
    lengths = [(length, overlap) for length in range(1, 9) for overlap in (0, 1)]
    coverage = Coverage([*lengths, "shared bits", "reset", "load with valid"])
    bench, model = await started(dut)
    for number in range(120):
        length = number % 8 + 1
        pattern = "".join(rng.choice("01") for _ in range(length))
        if rng.randrange(3) == 0:
            pattern = (pattern[:2] * 4)[:length]
        valid = rng.randrange(2)
        coverage.hit("load with valid", valid)
        await load(bench, model, pattern, number // 8 % 2, valid=valid, din=int(pattern[0]))
        for _ in range(3):
            piece = rng.choice([pattern, pattern + pattern[1:], pattern[:-1], "", pattern[1:]])
            for bit in piece + rng.choice(["", "0", "1", " ", "_1"]):
                await stream(bench, model, bit)
                coverage.hit((length, model.overlap), model.found)
            coverage.hit("shared bits", model.overlap and model.total > 1 and length > 1)
        if rng.randrange(20) == 0:
            await step(bench, model, rst=1, valid=1, din=1)
            coverage.hit("reset")
            await stream(bench, model, pattern)
    coverage.require()
