"""Tests of the two-entry skid buffer."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "accepted when empty",
    "accepted into the second place",
    "accepted and delivered at once",
    "refused when full",
    "full and delivered, refused",
    "full for several cycles",
    "ready without a beat",
    "withdrawn by upstream",
    "three deliveries in a row",
    "reset with two beats",
]


class Buffer:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.beats: list[int] = []
        self._row = self._full = 0
        self._refused = False
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, data: int | None = None, ready: int = 0, rst: int = 0) -> None:
        """Compares the design's outputs in one cycle and moves on; None offers no beat."""
        mask = (1 << self.width) - 1
        shown = ~self._bench.cycle_number & mask if data is None else data & mask
        inputs = {"rst": rst, "in_valid": data is not None, "in_data": shown, "out_ready": ready}
        expected = {
            "in_ready": len(self.beats) < 2,
            "out_valid": len(self.beats) > 0,
            "out_data": self.beats[0] if self.beats else None,
        }
        await self._bench.cycle(inputs, expected)
        accept = data is not None and len(self.beats) < 2 and not rst
        deliver = bool(self.beats and ready and not rst)
        self._count(data, accept, deliver, ready, rst)
        if rst:
            self.beats = []
        if deliver:
            self.beats.pop(0)
        if accept:
            self.beats.append(shown)

    def _count(self, data: int | None, accept: bool, deliver: bool, ready: int, rst: int) -> None:
        hit, stored = self._coverage.hit, len(self.beats)
        hit("reset with two beats", rst and stored == 2)
        hit("accepted when empty", accept and not stored)
        hit("accepted into the second place", accept and stored and not deliver)
        hit("accepted and delivered at once", accept and deliver)
        hit("refused when full", data is not None and stored == 2 and not ready)
        hit("full and delivered, refused", data is not None and stored == 2 and deliver)
        hit("ready without a beat", ready and not stored)
        hit("withdrawn by upstream", self._refused and data is None)
        self._refused = data is not None and not accept
        self._row = self._row + 1 if deliver else 0
        hit("three deliveries in a row", self._row >= 3)
        self._full = self._full + 1 if stored == 2 else 0
        hit("full for several cycles", self._full >= 3)


async def begin(dut: Any, coverage: Coverage | None = None) -> Buffer:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "in_valid": 0, "in_data": 0, "out_ready": 0})
    return Buffer(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def full_throughput(dut: Any) -> None:
    """A beat in every cycle with a downstream that is always ready, beginning empty and not."""
    buffer = await begin(dut)
    for stored in (0, 1, 2):
        for number in range(stored):
            await buffer.cycle(0x90 + number)
        for number in range(20):
            await buffer.cycle(number * 73 >> 2, ready=1)
        for _ in range(4):
            await buffer.cycle(ready=1)


@cocotb.test
async def fill_and_drain(dut: Any) -> None:
    """Two beats are stored, a third is refused until there is room; all leave in order."""
    buffer = await begin(dut)
    for bits in range(8):
        beats = [0x55 if bits >> i & 1 else 0xAA for i in range(3)]
        for beat in beats:
            await buffer.cycle(beat)
        for number in range(3):
            await buffer.cycle(~beats[2] - number)
        await buffer.cycle(beats[2], ready=1)
        await buffer.cycle(beats[2], ready=0)
        for _ in range(4):
            await buffer.cycle(ready=1)


@cocotb.test
async def every_step(dut: Any) -> None:
    """All pairs of steps (offer, ready) from every fill level."""
    buffer = await begin(dut)
    steps = [(offer, ready) for offer in (0, 1) for ready in (0, 1)]
    number = 0
    for stored in (0, 1, 2):
        for first in steps:
            for second in steps:
                for _ in range(stored):
                    number += 1
                    await buffer.cycle(number * 0x35 >> 1)
                for offer, ready in (first, second):
                    number += 1
                    await buffer.cycle(number * 0x35 >> 1 if offer else None, ready=ready)
                for _ in range(3):
                    await buffer.cycle(ready=1)


@cocotb.test
async def back_pressure(dut: Any) -> None:
    """Downstream takes one beat in n cycles, upstream offers one in m."""
    buffer = await begin(dut)
    number = 0
    for m in range(1, 5):
        for n in range(1, 5):
            for cycle in range(12):
                number += 1
                data = number * 0x6B >> 3 if cycle % m == 0 else None
                await buffer.cycle(data, ready=cycle % n == n - 1)


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous and wins over accepting and delivering at every fill level."""
    buffer = await begin(dut)
    for stored in (0, 1, 2):
        for data in (None, 0xC7):
            for ready in (0, 1):
                for number in range(stored):
                    await buffer.cycle(0x38 + 3 * number)
                await buffer.cycle(data, ready=ready, rst=1)
                await buffer.cycle(data, ready=ready, rst=1)
                await buffer.cycle(ready=1)
                await buffer.cycle(0x71)
                await buffer.cycle(0x72)
                await buffer.cycle(ready=1)
                await buffer.cycle(ready=1)
                await buffer.cycle(ready=1)


@cocotb.test
async def random_traffic(dut: Any) -> None:
    """Bursts and stalls on both sides; upstream sometimes takes a beat back."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=3)
    buffer = await begin(dut, coverage)
    for _ in range(60):
        offer, ready = rng.choice([0.2, 0.7, 1.0]), rng.choice([0.2, 0.7, 1.0])
        for _ in range(rng.randrange(8, 40)):
            data = rng.getrandbits(buffer.width) if rng.random() < offer else None
            await buffer.cycle(data, ready=rng.random() < ready, rst=rng.random() < 0.03)
    coverage.require()
