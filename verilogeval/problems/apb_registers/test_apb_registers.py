"""Tests of the APB slave with wait states, errors and an event register."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import cocotb
from bench import Bench, Coverage

ID, CTRL, SCRATCH, EVENTS, ENABLE = 0x00, 0x04, 0x08, 0x0C, 0x10
NAMES = {ID: "ID", CTRL: "CTRL", SCRATCH: "SCRATCH", EVENTS: "EVENTS", ENABLE: "ENABLE"}
RESET_VALUES = {ID: 0xE0A10001, CTRL: 0x10, SCRATCH: 0, EVENTS: 0, ENABLE: 0}
WORD = 0xFFFF_FFFF
SITUATIONS = [
    *(f"{kind} {name}" for kind in ("read", "write") for name in NAMES.values()),
    "read of an unknown address",
    "write to an unknown address",
    "address in a register",
    "some strobes",
    "no strobe",
    "transfers without idle cycle",
    "read after read without idle cycle",
    "event while it is cleared",
    "event seen by the read that waits",
    "interrupt",
    "reset in a transfer",
]


class Slave:
    """A bus master together with what the specification says of the slave."""

    def __init__(self, bench: Bench, coverage: Coverage, event_source: Callable[[], int]):
        self.values = dict(RESET_VALUES)
        self._bench = bench
        self._coverage = coverage
        self._event_source = event_source
        self._bus = dict.fromkeys(["psel", "penable", "pwrite", "paddr", "pwdata", "pstrb"], 0)
        self._after: str = ""  # the kind of transfer that ended with the last edge

    async def cycle(
        self,
        expected: Mapping[str, int] | None = None,
        *,
        clear: int = 0,
        presetn: int = 1,
        events: int | None = None,
    ) -> None:
        """One cycle with the present bus signals; `clear` are EVENTS bits that its end clears."""
        sampled = self._event_source() if events is None else events
        if not presetn:
            self.values = dict(RESET_VALUES)
        irq = self.values[EVENTS] & self.values[ENABLE] != 0
        expected = {**(expected or {}), "ctrl": self.values[CTRL], "irq": irq}
        await self._bench.cycle({"presetn": presetn, "event_in": sampled, **self._bus}, expected)
        self._coverage.hit("interrupt", irq)
        if presetn:
            self._coverage.hit("event while it is cleared", self.values[EVENTS] & clear & sampled)
            self.values[EVENTS] = self.values[EVENTS] & ~clear | sampled

    async def idle(self, cycles: int = 1, events: int | None = None) -> None:
        """Cycles without a transfer; the other signals keep what they were."""
        self._bus.update(psel=0, penable=0)
        self._after = ""
        for _ in range(cycles):
            await self.cycle(events=events)

    async def reset(self, cycles: int = 2, events: int | None = None) -> None:
        """Reset, which may come at any moment of a transfer."""
        self._coverage.hit("reset in a transfer", self._bus["psel"])
        for _ in range(cycles):
            await self.cycle(presetn=0, events=events)
        self._after = ""
        self._bus.update(psel=0, penable=0)

    async def setup(self, write: int, addr: int, data: int = 0, strb: int = 0) -> None:
        """The setup cycle of a transfer."""
        self._bus.update(pwrite=write, paddr=addr, pwdata=data, pstrb=strb, psel=1, penable=0)
        await self.cycle()
        self._bus.update(penable=1)

    def _finish(self, kind: str, addr: int) -> None:
        hit, name = self._coverage.hit, NAMES.get(addr)
        preposition = "read of" if kind == "read" else "write to"
        hit(f"{kind} {name}" if name else f"{preposition} an unknown address")
        hit("address in a register", addr % 4 and addr < ENABLE + 4)
        hit("transfers without idle cycle", self._after)
        hit("read after read without idle cycle", self._after == kind == "read")
        self._after = kind

    async def read(self, addr: int, during: int | None = None) -> None:
        """A whole read; `during` are the events that the wait state's edge samples."""
        await self.setup(0, addr)
        before = self.values[EVENTS]
        await self.cycle({"pready": 0}, events=during)
        seen = addr == EVENTS and self.values[EVENTS] != before
        self._coverage.hit("event seen by the read that waits", seen)
        expected = {"pready": 1, "pslverr": addr not in NAMES, "prdata": self.values.get(addr, 0)}
        await self.cycle(expected)
        self._finish("read", addr)

    async def write(self, addr: int, data: int, strb: int = 0xF, events: int | None = None) -> None:
        """A whole write; `events` are sampled by the edge that ends it."""
        await self.setup(1, addr, data, strb)
        mask = sum(0xFF << 8 * i for i in range(4) if strb >> i & 1)
        failed = addr not in NAMES or addr == ID
        clear = data & mask if addr == EVENTS else 0
        await self.cycle({"pready": 1, "pslverr": failed}, clear=clear, events=events)
        self._coverage.hit("some strobes", strb not in (0, 0xF) and not failed)
        self._coverage.hit("no strobe", not strb and not failed)
        if addr in (CTRL, SCRATCH, ENABLE):
            value = self.values[addr] & ~mask | data & mask
            self.values[addr] = value & 0xFF if addr == ENABLE else value
        self._finish("write", addr)

    async def read_all(self) -> None:
        """Reads every register."""
        for addr in NAMES:
            await self.read(addr)


async def begin(
    dut: Any,
    coverage: Coverage | None = None,
    event_source: Callable[[], int] | None = None,
) -> Slave:
    """A model and a design that were both just reset; without a source there are no events."""
    bench = Bench(dut)
    inputs = ["presetn", "psel", "penable", "pwrite", "paddr", "pwdata", "pstrb", "event_in"]
    await bench.start(dict.fromkeys(inputs, 0), clock="pclk")
    return Slave(bench, coverage or Coverage(SITUATIONS), event_source or (lambda: 0))


@cocotb.test
async def reset_values(dut: Any) -> None:
    """Every register after reset, read twice."""
    slave = await begin(dut)
    await slave.idle(2)
    await slave.read_all()
    await slave.idle()
    await slave.read_all()


@cocotb.test
async def writes_and_strobes(dut: Any) -> None:
    """Every register with every combination of strobes; the others keep their values."""
    slave = await begin(dut)
    for addr in (CTRL, SCRATCH, ENABLE, ID):
        for strb in range(16):
            await slave.write(addr, 0x0F1E_2D3C * (strb + 3) & WORD, strb)
            await slave.read(addr)
        await slave.write(addr, WORD)
        await slave.write(addr, 0x1234_5678)
        await slave.idle()
        await slave.read_all()


@cocotb.test
async def timing(dut: Any) -> None:
    """Wait states in all orders of transfers, with and without idle cycles."""
    slave = await begin(dut)
    for idle in (0, 1, 2):
        for kinds in ("rrr", "www", "rwr", "wrw", "rrwwrr"):
            for number, kind in enumerate(kinds):
                if kind == "r":
                    await slave.read(SCRATCH)
                else:
                    await slave.write(SCRATCH, 0xA5A5_0000 + number)
                await slave.idle(idle)


@cocotb.test
async def errors(dut: Any) -> None:
    """Every address that is none, and writes to ID: an error and no effect."""
    slave = await begin(dut)
    for addr in (CTRL, SCRATCH, ENABLE):
        await slave.write(addr, 0xC3C3_C3C3)
    await slave.idle(1, events=0xA6)
    addresses = [*range(24), 0x1C, 0x20, 0x2C, 0x40, 0x44, 0x84, 0x88, 0x8C, 0xF4, 0xFC, 0xFF]
    for addr in addresses:
        await slave.read(addr)
        if addr not in NAMES or addr == ID:
            await slave.write(addr, 0x5959_595A)
    await slave.read_all()


@cocotb.test
async def events_and_interrupt(dut: Any) -> None:
    """Setting, clearing, both at once, masks, and events during a read."""
    slave = await begin(dut)
    for bit in range(8):
        event = 1 << bit
        await slave.idle(1, events=event)
        await slave.read(EVENTS)
        await slave.write(ENABLE, ~event & WORD)
        await slave.idle()
        await slave.write(ENABLE, event)
        await slave.idle()
        await slave.write(EVENTS, ~event & WORD)
        await slave.write(EVENTS, event, 0xE)
        await slave.idle()
        await slave.write(EVENTS, event, events=event)
        await slave.idle()
        await slave.write(EVENTS, event, events=0xFF & ~event)
        await slave.idle()
        await slave.read(EVENTS)
        await slave.write(EVENTS, WORD)
        await slave.read(EVENTS, during=event)
        await slave.write(EVENTS, WORD, 0x1)
        await slave.idle()


@cocotb.test
async def asynchronous_reset(dut: Any) -> None:
    """Reset acts at once, in every cycle of a transfer, and hides events."""
    slave = await begin(dut)
    for stage in ("idle", "write", "read", "read waited", "read completed"):
        for cycles in (1, 2, 3):
            for idle in (0, 1):
                await slave.write(CTRL, 0x7777_7776)
                await slave.write(SCRATCH, 0x0BAD_0BAD)
                await slave.write(ENABLE, 0xFF)
                await slave.idle(1, events=0xFF)
                await slave.idle(1)
                if stage != "idle":
                    await slave.setup(stage == "write", CTRL, 0xDEAD_DEAD, 0xF)
                if stage in ("read waited", "read completed"):
                    await slave.cycle({"pready": 0})
                if stage == "read completed":
                    await slave.cycle({"pready": 1})
                await slave.reset(cycles, events=0xFF)
                await slave.idle(idle)
                await slave.read(CTRL)
                await slave.write(CTRL, 0x5555)
                await slave.read_all()


@cocotb.test
async def random_transfers(dut: Any) -> None:
    """Transfers of all kinds with events at any time, pauses and resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)

    def events() -> int:
        return rng.getrandbits(8) & rng.getrandbits(8) if rng.random() < 0.4 else 0

    slave = await begin(dut, coverage, events)
    for _ in range(500):
        addr = rng.choice([*NAMES, EVENTS, rng.choice([*NAMES]) + rng.randrange(4), 0x14, 0x44])
        if rng.random() < 0.5:
            await slave.read(addr)
        else:
            strb = rng.choice([0xF, rng.getrandbits(4)])
            await slave.write(addr, rng.getrandbits(32), strb)
        if rng.random() < 0.4:
            await slave.idle(rng.randrange(3))
        if rng.random() < 0.02:
            await slave.setup(rng.getrandbits(1), addr, rng.getrandbits(32), 0xF)
            await slave.reset()
    coverage.require()
