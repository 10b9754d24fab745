"""Tests of the UART transmitter with parity and one or two stop bits."""

import random
from collections import deque
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

NONE, ODD, EVEN = range(3)
SITUATIONS = [
    *(f"{name} parity, {stop} stop" for name in ("no", "odd", "even") for stop in (1, 2)),
    *(f"{name} parity bit {value}" for name in ("odd", "even") for value in (0, 1)),
    "accepted when idle",
    "accepted in the last cycle",
    "refused in a frame",
    "idle",
    "reset in a frame",
]


def frame(data: int, parity: int, two_stop: int) -> list[int]:
    """The bits of a frame in the order in which they are sent."""
    bits = [data >> i & 1 for i in range(8)]
    check = [] if parity == NONE else [sum(bits) % 2 ^ (parity == ODD)]
    return [0, *bits, *check, 1, *([1] if two_stop else [])]


class Transmitter:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.clks_per_bit = parameter("CLKS_PER_BIT")
        self.line: deque[int] = deque()  # this cycle's level and those of the cycles that follow
        self._bench = bench
        self._coverage = coverage

    async def cycle(
        self, data: int | None = None, parity: int = NONE, two_stop: int = 0, rst: int = 0
    ) -> None:
        """Compares the design's outputs in one cycle and moves on; None offers no byte."""
        ready = len(self.line) <= 1
        shown = 0x5A ^ self._bench.cycle_number & 0xFF if data is None else data
        inputs = {"rst": rst, "tx_valid": data is not None, "tx_data": shown}
        inputs |= {"parity": parity, "two_stop": two_stop}
        expected = {"tx": self.line[0] if self.line else 1, "tx_ready": ready}
        await self._bench.cycle(inputs, expected)
        hit = self._coverage.hit
        hit("reset in a frame", rst and self.line)
        hit("idle", not self.line and data is None)
        hit("refused in a frame", data is not None and not ready)
        if rst:
            self.line.clear()
            return
        if data is not None and ready:
            hit("accepted in the last cycle" if self.line else "accepted when idle")
            self._count(data, parity, two_stop)
            bits = frame(data, parity, two_stop)
            self.line = deque(bit for bit in bits for _ in range(self.clks_per_bit))
        elif self.line:
            self.line.popleft()

    def _count(self, data: int, parity: int, two_stop: int) -> None:
        name = ("no", "odd", "even")[parity]
        self._coverage.hit(f"{name} parity, {1 + two_stop} stop")
        if parity != NONE:
            self._coverage.hit(f"{name} parity bit {frame(data, parity, 0)[9]}")

    async def wait(self, *, to_last: bool = False) -> None:
        """To the end of the frame, or to its last cycle; other settings are on the inputs."""
        while len(self.line) > to_last:
            await self.cycle(None, len(self.line) % 3, len(self.line) >> 2 & 1)

    async def send(self, data: int, parity: int, two_stop: int) -> None:
        """One byte from an idle transmitter, and two idle cycles."""
        await self.cycle(data, parity, two_stop)
        await self.wait()
        await self.cycle()
        await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Transmitter:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = dict.fromkeys(["tx_valid", "tx_data", "parity", "two_stop"], 0)
    await bench.start({"rst": 1, **inputs})
    return Transmitter(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def every_format(dut: Any) -> None:
    """Bytes with an odd and an even number of ones in every format."""
    transmitter = await begin(dut)
    for _ in range(3):
        await transmitter.cycle()
    for parity in (NONE, ODD, EVEN):
        for two_stop in (0, 1):
            for data in (0x5C, 0xC4):
                await transmitter.send(data, parity, two_stop)


@cocotb.test
async def every_data_bit(dut: Any) -> None:
    """A single one, a single zero, all and none."""
    transmitter = await begin(dut)
    for data in (0x00, 0xFF, *(1 << i for i in range(8)), 0xFE, 0x7F):
        await transmitter.send(data, EVEN, 0)


@cocotb.test
async def back_to_back(dut: Any) -> None:
    """Frames without an idle cycle, with the request held and with one in the last cycle."""
    transmitter = await begin(dut)
    formats = [(NONE, 0), (ODD, 1), (EVEN, 0), (NONE, 1), (ODD, 0), (NONE, 0), (EVEN, 1)]
    for number, (parity, two_stop) in enumerate(formats):
        await transmitter.cycle(0x93 + 7 * number, parity, two_stop)
        while len(transmitter.line) > 1:
            await transmitter.cycle(0xFF ^ number, (parity + 1) % 3, 1 - two_stop)
    for number, (parity, two_stop) in enumerate(formats):
        await transmitter.wait(to_last=True)
        await transmitter.cycle(0x2E + 5 * number, parity, two_stop)
    await transmitter.wait()
    await transmitter.cycle()


@cocotb.test
async def request_in_a_frame(dut: Any) -> None:
    """A request that ends before the last cycle is not served."""
    transmitter = await begin(dut)
    for moment in range(0, 11 * transmitter.clks_per_bit, 4):
        await transmitter.cycle(0x69, ODD, 0)
        for _ in range(moment):
            await transmitter.cycle()
        if len(transmitter.line) > 1:
            await transmitter.cycle(0x0F, NONE, 1)
        await transmitter.wait()
        await transmitter.cycle()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, breaks off a frame in every bit and accepts nothing."""
    transmitter = await begin(dut)
    await transmitter.cycle(0x00, NONE, 0, rst=1)
    await transmitter.cycle()
    for bit in range(12):
        for data in (None, 0x00):
            await transmitter.cycle(0x00, ODD, 1)
            for _ in range(bit * transmitter.clks_per_bit + bit % 2):
                await transmitter.cycle()
            await transmitter.cycle(data, NONE, 0, rst=1)
            await transmitter.cycle(rst=bit % 2)
            await transmitter.cycle()
    await transmitter.send(0xA6, EVEN, 0)


@cocotb.test
async def random_bytes(dut: Any) -> None:
    """All formats, requests at any time, a few resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    transmitter = await begin(dut, coverage)
    for _ in range(40):
        hurry = rng.choice([0.0, 0.1, 1.0])
        parity, two_stop = rng.randrange(3), rng.getrandbits(1)
        await transmitter.cycle(rng.getrandbits(8), parity, two_stop)
        while len(transmitter.line) > 1:
            data = rng.getrandbits(8) if rng.random() < hurry else None
            rst = rng.random() < 0.002
            await transmitter.cycle(data, rng.randrange(3), rng.getrandbits(1), rst)
        for _ in range(rng.choice([0, 0, 1, 2, 5])):
            await transmitter.cycle()
    coverage.require()
