"""Tests of the true dual-port RAM, write first."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    *(f"{port}: {what}" for port in "ab" for what in ("read", "write", "kept", "we without en")),
    "a reads what b writes",
    "b reads what a writes",
    "both write one word",
    "both read one word",
    "both write different words",
]

#: One port's inputs: en, we, addr, wdata.
Request = tuple[int, int, int, int]
IDLE: Request = (0, 0, 0, 0)


def read(addr: int) -> Request:
    """A port's inputs that read a word; `wdata` is there to be ignored."""
    return 1, 0, addr, 0x5A


def write(addr: int, wdata: int) -> Request:
    """A port's inputs that write a word."""
    return 1, 1, addr, wdata


class Ram:
    """What the specification says, one call per cycle; None stands for unspecified."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.width = parameter("WIDTH")
        self.words: list[int | None] = [None] * (1 << parameter("ADDR_WIDTH"))
        self.rdata: dict[str, int | None] = {"a": None, "b": None}
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, a: Request = IDLE, b: Request = IDLE) -> None:
        """Compares both ports' read data in one cycle and moves on."""
        inputs = {}
        for port, request in (("a", a), ("b", b)):
            en, we, addr, wdata = request
            inputs.update({f"{port}_en": en, f"{port}_we": we, f"{port}_addr": addr})
            inputs[f"{port}_wdata"] = wdata & (1 << self.width) - 1
        await self._bench.cycle(inputs, {f"{port}_rdata": self.rdata[port] for port in "ab"})
        self._count(a, b)
        before = list(self.words)
        for port, (en, we, addr, _) in (("b", b), ("a", a)):  # port A last: it wins
            if en and we:
                self.words[addr] = self.rdata[port] = inputs[f"{port}_wdata"]
            elif en:
                self.rdata[port] = before[addr]

    def _count(self, a: Request, b: Request) -> None:
        hit = self._coverage.hit
        for port, (en, we, addr, _) in (("a", a), ("b", b)):
            hit(f"{port}: read", en and not we and self.words[addr] is not None)
            hit(f"{port}: write", en and we)
            hit(f"{port}: kept", not en and self.rdata[port] is not None)
            hit(f"{port}: we without en", we and not en and self.words[addr] is not None)
        if not (a[0] and b[0]):
            return
        same = a[2] == b[2]
        known = self.words[a[2]] is not None
        hit("a reads what b writes", same and known and b[1] and not a[1])
        hit("b reads what a writes", same and known and a[1] and not b[1])
        hit("both write one word", same and a[1] and b[1])
        hit("both read one word", same and known and not a[1] and not b[1])
        hit("both write different words", not same and a[1] and b[1])


async def begin(dut: Any, coverage: Coverage | None = None) -> Ram:
    """A model that knows nothing of the words in the design."""
    bench = Bench(dut)
    inputs = dict.fromkeys(["en", "we", "addr", "wdata"], 0)
    await bench.start({f"{port}_{name}": value for port in "ab" for name, value in inputs.items()})
    return Ram(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def every_word(dut: Any) -> None:
    """All words are written on one port and read on both, from both ends."""
    ram = await begin(dut)
    last = len(ram.words) - 1
    for turn in range(2):
        for addr in range(last + 1):
            request = write(addr, 0x9E3 * (addr + 5) + turn)
            await ram.cycle(*((IDLE, request) if turn else (request, IDLE)))
        for addr in range(last + 1):
            await ram.cycle(read(addr), read(last - addr))
        await ram.cycle()


@cocotb.test
async def write_first(dut: Any) -> None:
    """A port's read data shows what it wrote, and the next read agrees."""
    ram = await begin(dut)
    for addr, word in enumerate((0x0F, 0xF0, 0xAA, 0x155)):
        await ram.cycle(write(addr, word), IDLE)
        await ram.cycle(IDLE, write(addr + 4, ~word))
        await ram.cycle(read(addr), read(addr + 4))
        await ram.cycle(read(addr + 4), read(addr))
        await ram.cycle()


@cocotb.test
async def collisions(dut: Any) -> None:
    """Both ports use one word in every combination; neighbours are not touched."""
    ram = await begin(dut)
    for addr in range(len(ram.words)):
        await ram.cycle(write(addr, 0x11 * addr), IDLE)
    for addr in range(1, len(ram.words) - 1, 3):
        for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
            word = 0x71 + 8 * addr + 2 * a + b
            await ram.cycle(
                write(addr, word) if a else read(addr), write(addr, ~word) if b else read(addr)
            )
            await ram.cycle(read(addr), read(addr))
            await ram.cycle(read(addr - 1), read(addr + 1))


@cocotb.test
async def disabled(dut: Any) -> None:
    """Without its enable a port writes nothing and keeps its read data."""
    ram = await begin(dut)
    await ram.cycle(write(1, 0x33), write(2, 0xCC))
    await ram.cycle(write(3, 0x3C), write(4, 0xC3))
    for we in (0, 1):
        await ram.cycle(read(1), read(2))
        for addr in (1, 2, 3, 4):
            await ram.cycle((0, we, addr, 0xFF), (0, we, addr, 0x00))
        await ram.cycle(read(3), (0, we, 3, 0x99))
        await ram.cycle((0, we, 4, 0x66), read(4))
        for addr in (1, 2, 3, 4):
            await ram.cycle(read(addr), read(addr))
        await ram.cycle()


@cocotb.test
async def inputs_between_edges(dut: Any) -> None:
    """Read data changes at edges only: other inputs in a cycle do not show in it."""
    ram = await begin(dut)
    for addr in range(8):
        await ram.cycle(write(addr, 0x80 + addr), IDLE)
    for addr in range(8):
        await ram.cycle(read(addr), read(addr ^ 1))
        await ram.cycle(write(addr ^ 3, addr), read(addr ^ 2))
        await ram.cycle(read(addr ^ 5), write(addr ^ 4, ~addr))
    await ram.cycle()


@cocotb.test
async def random_traffic(dut: Any) -> None:
    """Both ports in all modes, often at the same few words."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=5)
    ram = await begin(dut, coverage)
    for _ in range(2000):
        span = rng.choice([2, 4, len(ram.words)])
        requests = [
            (
                rng.random() < 0.8,
                rng.random() < 0.5,
                rng.randrange(span),
                rng.getrandbits(ram.width),
            )
            for _ in range(2)
        ]
        await ram.cycle(*requests)
    coverage.require()
