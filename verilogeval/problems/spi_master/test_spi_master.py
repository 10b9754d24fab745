"""Tests of the SPI master for all four modes."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

MODES = [(0, 0), (0, 1), (1, 0), (1, 1)]
SITUATIONS = [
    *(f"cpol {cpol}, cpha {cpha}" for cpol, cpha in MODES),
    "start while busy",
    "start in the cycle of done",
    "start after a pause",
    "mode changed",
    "reset in an exchange",
]


class Spi:
    """A user and a slave together with what the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.half = parameter("CLK_DIV")
        self.at: int | None = None  # the cycle of the exchange, None when idle
        self.mode = (0, 0)
        self._stable = 0  # cycles since reset or a change of the mode
        self._done = False
        self._tx = self._rx = 0
        self._received: int | None = None
        self._noise = random.Random(1)
        self._bench = bench
        self._coverage = coverage

    @property
    def busy(self) -> bool:
        """Whether an exchange goes on."""
        return self.at is not None

    def _miso(self) -> int:
        """The slave's bit around the sampling edges, noise at other times."""
        noise = self._noise.getrandbits(1)
        if self.at is None:
            return noise
        for j in range(8):
            edge = (2 * j + 1 + self.mode[1]) * self.half
            if self.at in (edge - 1, edge):
                return self._rx >> 7 - j & 1
        return noise

    def _mosi(self) -> int | None:
        if self.at is None:
            return None
        j, after = divmod(self.at - self.mode[1] * self.half, 2 * self.half)
        return self._tx >> 7 - j & 1 if 0 <= j < 8 and after >= 0 else None

    def _outputs(self, rst_n: int) -> dict[str, int | None]:
        expected: dict[str, int | None] = {"busy": self.busy, "cs_n": not self.busy}
        expected |= {"done": self._done, "mosi": self._mosi(), "rx_data": self._received}
        if self.at is not None:
            expected["sclk"] = self.mode[0] ^ min(self.at // self.half, 16) & 1
        elif rst_n and self._stable > 2:
            expected["sclk"] = self.mode[0]
        return expected

    async def cycle(self, tx: int | None = None, rx: int = 0, rst_n: int = 1) -> None:
        """Compares the design's outputs in one cycle and moves on; with `tx`, asks for a start."""
        if not rst_n:
            self._coverage.hit("reset in an exchange", self.busy)
            self.at, self._done, self._received, self._stable = None, False, None, 0
        inputs = {"rst_n": rst_n, "start": tx is not None, "cpol": self.mode[0]}
        shown = self._noise.getrandbits(8) if tx is None else tx
        inputs |= {"cpha": self.mode[1], "tx_data": shown, "miso": self._miso()}
        await self._bench.cycle(inputs, self._outputs(rst_n))
        self._stable += 1
        was_done, self._done = self._done, False
        if not rst_n:
            return
        if self.at is not None:
            self._coverage.hit("start while busy", tx is not None)
            self.at += 1
            if self.at == 17 * self.half:
                self.at, self._done, self._received = None, True, self._rx
        elif tx is not None:
            hit = self._coverage.hit
            hit("cpol {}, cpha {}".format(*self.mode))
            hit("start in the cycle of done" if was_done else "start after a pause")
            self.at, self._tx, self._rx, self._received = 0, tx, rx, None

    async def settle(self) -> None:
        """Waits until a start is allowed after reset or a change of the mode."""
        while self._stable < 2:
            await self.cycle()

    async def change_mode(self, mode: tuple[int, int]) -> None:
        """Changes the mode of an idle master, two cycles before the next start at the earliest."""
        if mode != self.mode:
            self._coverage.hit("mode changed")
            self.mode, self._stable = mode, 0
        await self.settle()

    async def exchange(self, tx: int, rx: int) -> None:
        """An exchange, up to the cycle before that of `done`."""
        await self.cycle(tx, rx)
        while self.busy:
            await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Spi:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = ["rst_n", "start", "cpol", "cpha", "tx_data", "miso"]
    await bench.start(dict.fromkeys(inputs, 0))
    return Spi(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def every_mode(dut: Any) -> None:
    """Bytes that tell all bits apart, in every mode, with idle cycles between."""
    spi = await begin(dut)
    for mode in MODES:
        await spi.change_mode(mode)
        for tx, rx in ((0x1D, 0xB8), (0xE2, 0x47), (0x80, 0x01), (0x7F, 0xFE)):
            await spi.exchange(tx, rx)
            for _ in range(4):
                await spi.cycle()


@cocotb.test
async def start_held(dut: Any) -> None:
    """Exchanges follow each other with one cycle between them and take their own byte."""
    spi = await begin(dut)
    for mode in MODES:
        await spi.change_mode(mode)
        for number in range(3 * (17 * spi.half + 1)):
            await spi.cycle(0xA9 + 31 * number & 0xFF, 0x36 + 43 * number & 0xFF)
        while spi.busy:
            await spi.cycle()
        await spi.cycle()


@cocotb.test
async def start_while_busy(dut: Any) -> None:
    """A start in any half period of an exchange is ignored."""
    spi = await begin(dut)
    await spi.settle()
    for moment in range(0, 17 * spi.half, 2 * spi.half - 1):
        await spi.cycle(0x6C, 0x93)
        for number in range(17 * spi.half):
            await spi.cycle(0xFF if number == moment else None)
        for _ in range(2):
            await spi.cycle()


@cocotb.test
async def idle_clock(dut: Any) -> None:
    """The idle clock follows cpol; received data stays."""
    spi = await begin(dut)
    for mode in (*MODES, MODES[2], MODES[0], MODES[3]):
        await spi.change_mode(mode)
        for _ in range(5):
            await spi.cycle()
    await spi.exchange(0x2B, 0xD5)
    for mode in MODES:
        await spi.change_mode(mode)
        for _ in range(4):
            await spi.cycle()


@cocotb.test
async def asynchronous_reset(dut: Any) -> None:
    """Reset acts at once and breaks off an exchange in every half period."""
    spi = await begin(dut)
    for moment in range(0, 17 * spi.half + 1, spi.half):
        await spi.change_mode(MODES[moment % 4])
        await spi.cycle(0x4E, 0x71)
        for _ in range(moment):
            await spi.cycle()
        await spi.cycle(0xFF, 0, rst_n=0)
        await spi.cycle(0xFF, 0, rst_n=0)
        for _ in range(moment % 4):
            await spi.cycle()
    await spi.settle()
    await spi.exchange(0x5B, 0xC4)
    await spi.cycle()
    for _ in range(17 * spi.half):
        await spi.cycle()


@cocotb.test
async def random_exchanges(dut: Any) -> None:
    """Random bytes and modes with pauses, needless starts and resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    spi = await begin(dut, coverage)
    for _ in range(30):
        if rng.random() < 0.7:
            await spi.cycle()
            await spi.change_mode(rng.choice(MODES))
        await spi.settle()
        await spi.cycle(rng.getrandbits(8), rng.getrandbits(8))
        while spi.busy:
            tx = rng.getrandbits(8) if rng.random() < 0.05 else None
            await spi.cycle(tx, rst_n=rng.random() > 0.003)
        for _ in range(rng.choice([0, 0, 1, 3])):
            await spi.cycle()
    coverage.require()
