"""Tests of the register file with byte enables, forwarding and a zero register."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "whole word written",
    "some bytes written",
    "write to register 0",
    "forwarded to port 0 only",
    "forwarded to port 1 only",
    "forwarded to both",
    "partly forwarded",
    "register 0 written and read",
    "same address without byte enables",
    "same address in reset",
    "both ports, same register",
    "every register read",
]


class Registers:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.number = parameter("REGS")
        self.every_byte = (1 << self.width // 8) - 1
        self.values = [0] * self.number
        self._read: set[int] = set()
        self._bench = bench
        self._coverage = coverage

    def _after(self, waddr: int, wdata: int, wbe: int) -> int:
        """The value of register `waddr` after a write."""
        mask = sum(0xFF << 8 * i for i in range(self.width // 8) if wbe >> i & 1)
        return 0 if waddr == 0 else wdata & mask | self.values[waddr] & ~mask

    async def cycle(
        self,
        waddr: int = 0,
        wdata: int = 0,
        wbe: int = 0,
        reads: tuple[int, int] = (0, 0),
        rst: int = 0,
    ) -> None:
        """Compares both read ports in one cycle and moves on."""
        wdata &= (1 << self.width) - 1
        wbe &= self.every_byte
        after = list(self.values)
        if not rst:
            after[waddr] = self._after(waddr, wdata, wbe)
        inputs = {"rst": rst, "waddr": waddr, "wdata": wdata, "wbe": wbe}
        inputs.update(raddr0=reads[0], raddr1=reads[1])
        await self._bench.cycle(inputs, {"rdata0": after[reads[0]], "rdata1": after[reads[1]]})
        self._count(waddr, wbe, reads, rst)
        self.values = [0] * self.number if rst else after

    def _count(self, waddr: int, wbe: int, reads: tuple[int, int], rst: int) -> None:
        hit = self._coverage.hit
        self._read.update(reads)
        hit("every register read", len(self._read) == self.number)
        hit("both ports, same register", reads[0] == reads[1] != 0)
        hit("same address in reset", rst and wbe and waddr in reads and self.values[waddr])
        if rst:
            return
        hit("same address without byte enables", not wbe and waddr in reads)
        hit("whole word written", wbe == self.every_byte)
        hit("some bytes written", wbe not in (0, self.every_byte) and waddr)
        hit("write to register 0", wbe and not waddr)
        hit("register 0 written and read", wbe and not waddr and 0 in reads)
        match = [wbe != 0 and waddr != 0 and waddr == read for read in reads]
        hit("forwarded to port 0 only", match == [True, False])
        hit("forwarded to port 1 only", match == [False, True])
        hit("forwarded to both", match == [True, True])
        hit("partly forwarded", any(match) and wbe != self.every_byte)


async def begin(dut: Any, coverage: Coverage | None = None) -> Registers:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = {"rst": 1, "waddr": 0, "wdata": 0, "wbe": 0, "raddr0": 0, "raddr1": 0}
    await bench.start(inputs)
    return Registers(bench, coverage or Coverage(SITUATIONS))


async def fill(registers: Registers, rng: random.Random) -> None:
    """Writes every register, register 0 too."""
    for waddr in range(registers.number):
        wdata = rng.getrandbits(registers.width) | 1
        await registers.cycle(waddr, wdata, registers.every_byte)


@cocotb.test
async def write_and_read_all(dut: Any) -> None:
    """Every register keeps its own value; the ports are independent."""
    registers = await begin(dut)
    await fill(registers, random.Random(1))
    last = registers.number - 1
    for i in range(registers.number):
        await registers.cycle(reads=(i, last - i))
    for i in range(registers.number):
        await registers.cycle(reads=(i, i))


@cocotb.test
async def byte_enables(dut: Any) -> None:
    """All combinations of byte enables, with and without forwarding."""
    registers = await begin(dut)
    await fill(registers, random.Random(2))
    for wbe in range(registers.every_byte + 1):
        waddr = 1 + wbe % (registers.number - 1)
        other = waddr % (registers.number - 1) + 1
        wdata = (0xF00F_5AA5 + 0x0101_0101 * wbe) & (1 << registers.width) - 1
        await registers.cycle(waddr, wdata, wbe, (waddr, other))
        await registers.cycle(waddr, ~wdata, 0, (other, waddr))
        await registers.cycle(waddr, ~wdata, wbe, (other, waddr))
        await registers.cycle(0, wdata, wbe, (waddr, waddr))


@cocotb.test
async def register_zero(dut: Any) -> None:
    """Register 0 is 0 while it is written, afterwards, and beside other reads."""
    registers = await begin(dut)
    await fill(registers, random.Random(3))
    for wbe in range(registers.every_byte + 1):
        await registers.cycle(0, (1 << registers.width) - 1, wbe, (0, 1))
        await registers.cycle(0, 0, 0, (1, 0))
        await registers.cycle(1, wbe * 0x0101_0101, registers.every_byte, (0, 0))


@cocotb.test
async def back_to_back(dut: Any) -> None:
    """The same register is written in consecutive cycles and read in each."""
    registers = await begin(dut)
    for i in range(1, registers.number):
        for number in range(4):
            await registers.cycle(i, 0x1357_9BDF << number, 1 << number, (i, i))
        await registers.cycle(reads=(i, i))


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, clears every register, wins over a write and stops forwarding."""
    registers = await begin(dut)
    last = registers.number - 1
    for waddr in (0, 1, last):
        await fill(registers, random.Random(waddr))
        await registers.cycle(waddr, ~0, registers.every_byte, (waddr, last), rst=1)
        await registers.cycle(waddr, ~0, registers.every_byte, (last, waddr), rst=1)
        await registers.cycle(reads=(waddr, last))
    await fill(registers, random.Random(99))
    await registers.cycle(rst=1)
    for i in range(registers.number):
        await registers.cycle(reads=(i, last - i))


@cocotb.test
async def random_traffic(dut: Any) -> None:
    """Writes and reads that often meet in the same register."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=3)
    registers = await begin(dut, coverage)
    addresses = range(registers.number)
    for _ in range(1000):
        some = rng.choices(addresses, k=3)
        if rng.random() < 0.4:
            some.append(0)
        wbe = rng.choice([0, registers.every_byte, rng.getrandbits(8), rng.getrandbits(8)])
        await registers.cycle(
            rng.choice(some),
            rng.getrandbits(registers.width),
            wbe,
            (rng.choice(some), rng.choice(some)),
            rst=rng.random() < 0.01,
        )
    coverage.require()
