"""Tests of the UART receiver with glitch, framing and break handling."""

import random
from collections import deque
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "slow transmitter",
    "fast transmitter",
    "frame directly after frame",
    "frame after a pause",
    "glitch",
    "wrong stop bit",
    "break",
    "reset in a frame",
]


@dataclass(frozen=True)
class Report:
    """What the receiver has to report, and the cycles in which it may."""

    data: int | None
    first: float
    last: float

    def __str__(self) -> str:
        what = "frame_error" if self.data is None else f"data {self.data}"
        return f"{what} in cycles {self.first:.0f} to {self.last:.0f}"


class Line:
    """The transmitter's side of the line, and the reports that are due for what it sent."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.clks_per_bit = parameter("CLKS_PER_BIT")
        self.speed = 1.0
        self._now = 0.0  # in cycles; the line's edges come at the next cycle
        self._due: deque[Report] = deque()
        self._bench = bench
        self._coverage = coverage
        self._paused = True

    async def level(self, level: int, bits: float, rst: int = 0) -> None:
        """Holds the line for a time; the design may report what is due at any moment of it."""
        self._now += bits * self.clks_per_bit / self.speed
        while self._bench.cycle_number < self._now:
            await self._bench.sample({"rst": rst, "rx": level})
            if rst == 0:
                self._check()
            await self._bench.edge()

    def _check(self) -> None:
        """Compares this cycle's report with the one that is due."""
        cycle = self._bench.cycle_number
        valid, frame_error = self._bench.read("valid"), self._bench.read("frame_error")
        if self._due and cycle > self._due[0].last:
            raise AssertionError(f"cycle {cycle}: there was no {self._due[0]}")
        if not (valid or frame_error):
            return
        got = f"valid={valid} frame_error={frame_error}"
        if not self._due or cycle < self._due[0].first:
            due = self._due[0] if self._due else "nothing"
            raise AssertionError(f"cycle {cycle}: {got} although {due} is due")
        report = self._due.popleft()
        if report.data is None:
            self._bench.check({"valid": 0, "frame_error": 1})
        else:
            self._bench.check({"valid": 1, "frame_error": 0, "data": report.data})

    async def idle(self, bits: float) -> None:
        """The idle line."""
        self._paused = self._paused or bits > 0
        await self.level(1, bits)

    async def frame(self, data: int, stop: int = 1, stop_cycles: int | None = None) -> None:
        """A frame, whose stop bit may be cut; after a wrong one the line must be 1 for a time."""
        bit = self.clks_per_bit / self.speed
        begin = self._now + 9 * bit
        # Sampling cannot be exact to the cycle: one more is allowed at either end.
        report = Report(data if stop else None, begin - 1, begin + bit / 2 + self.clks_per_bit + 1)
        self._due.append(report)
        for level in (0, *(data >> i & 1 for i in range(8))):
            await self.level(level, 1)
        await self.level(stop, 1 if stop_cycles is None else stop_cycles / bit)
        hit = self._coverage.hit
        hit("frame after a pause" if self._paused else "frame directly after frame")
        hit("slow transmitter", self.speed < 1)
        hit("fast transmitter", self.speed > 1)
        hit("wrong stop bit", not stop)
        self._paused = False

    async def glitch(self, cycles: int) -> None:
        """A low pulse that is too short for a start bit."""
        self._coverage.hit("glitch")
        await self.level(0, cycles * self.speed / self.clks_per_bit)
        await self.idle(2)

    async def line_break(self, bits: float) -> None:
        """A line that stays 0 for longer than a frame."""
        self._coverage.hit("break")
        await self.frame(0, stop=0)
        await self.level(0, bits)
        await self.idle(1)

    async def reset(self, cycles: int = 4) -> None:
        """Reset with an idle line; nothing is due afterwards."""
        self._due.clear()
        now = self._bench.cycle_number
        await self._bench.cycle({"rst": 1, "rx": 1})  # its edge resets the design
        for _ in range(cycles - 1):
            await self._bench.cycle({"rst": 1, "rx": 1}, {"valid": 0, "frame_error": 0})
        self._now = now + cycles
        self._paused = True
        await self.idle(1)

    async def finish(self) -> None:
        """Waits until all that is due must have come."""
        await self.idle(3)
        if self._due:
            raise AssertionError(f"there was no {self._due[0]}")


async def begin(dut: Any, coverage: Coverage | None = None) -> Line:
    """An idle line and a design that was just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "rx": 1})
    line = Line(bench, coverage or Coverage(SITUATIONS))
    await line.reset()
    return line


@cocotb.test
async def every_data_bit(dut: Any) -> None:
    """Single ones and zeros with pauses of all phases between frames."""
    line = await begin(dut)
    for number, data in enumerate([0x00, 0xFF, 0x55, 0xAA, *(1 << i for i in range(8))]):
        await line.frame(data)
        await line.idle(number / 7)
    await line.finish()


@cocotb.test
async def tolerance(dut: Any) -> None:
    """Frames without pauses from an exact, a slow and a fast transmitter."""
    line = await begin(dut)
    for speed in (1.0, 0.98, 1.02):
        line.speed = speed
        for data in (0x00, 0xFF, 0x80, 0x7F, 0x01, 0x55):
            await line.frame(data)
        await line.idle(1.3)
    await line.finish()


@cocotb.test
async def glitches(dut: Any) -> None:
    """Short low pulses are no start bits, and the next frame is received."""
    line = await begin(dut)
    for cycles in range(1, line.clks_per_bit // 4 + 1):
        await line.glitch(cycles)
        await line.glitch(cycles)
        await line.idle(10)
        await line.frame(0xFF)
        await line.idle(1)
        await line.glitch(cycles)
        await line.frame(0x96)
        await line.idle(0.5)
    await line.finish()


@cocotb.test
async def wrong_stop_bits(dut: Any) -> None:
    """A stop bit of 0 is reported and nothing else; a break is reported once."""
    line = await begin(dut)
    for data in (0x00, 0xFF, 0x4D):
        await line.frame(data, stop=0)
        await line.idle(1)
        await line.frame(data ^ 0xFF)
        await line.idle(0.2)
    for bits in (0.4, 10.5, 21):
        await line.line_break(bits)
        await line.frame(0xE1)
        await line.idle(1)
    await line.finish()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset drops a frame in every bit of it."""
    line = await begin(dut)
    for bits in (1, 2, 4, 5, 7, 9):
        await line.level(0, 1)
        await line.level(bits & 1, bits - 0.6)
        await line.reset()
        if bits in (4, 9):
            await line.idle(11)
        await line.frame(0xB2)
        await line.idle(1)
    await line.finish()


@cocotb.test
async def reset_at_the_report(dut: Any) -> None:
    """Reset in any cycle around the report: nothing is reported from the next cycle on."""
    line = await begin(dut)
    middle = line.clks_per_bit // 2
    for cycles in range(middle - 1, middle + 6):
        for stop in (1, 0):
            await line.frame(0xA8, stop, stop_cycles=cycles)
            await line.reset()
            await line.idle(1.5)
    await line.frame(0xA8)
    await line.finish()


@cocotb.test
async def random_frames(dut: Any) -> None:
    """All of it in any order and at any phase."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    line = await begin(dut, coverage)
    kinds = ["frame"] * 16 + ["glitch"] * 4 + ["wrong stop"] * 3 + ["break"] * 2 + ["reset"] * 3
    rng.shuffle(kinds)
    for kind in kinds:
        line.speed = rng.uniform(0.98, 1.02)
        if kind == "frame":
            await line.frame(rng.getrandbits(8))
            await line.idle(rng.choice([0, 0, rng.random()]))
        elif kind == "glitch":
            await line.idle(1)
            await line.glitch(rng.randint(1, line.clks_per_bit // 4))
        elif kind == "wrong stop":
            await line.frame(rng.getrandbits(8), stop=0)
            await line.idle(1)
        elif kind == "break":
            await line.line_break(3 * rng.random())
        else:
            coverage.hit("reset in a frame")
            await line.idle(1)
            await line.level(0, 1 + 6 * rng.random())
            await line.reset()
    await line.finish()
    coverage.require()
