"""Tests of the timer with a Wishbone interface."""

import random
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, Coverage

CTRL, RELOAD, COUNT, STATUS = range(4)
EN, AUTO, IE = 1, 2, 4
WORD = 0xFFFF_FFFF
SITUATIONS = [
    *(
        f"{kind} {adr}"
        for kind in ("read", "write")
        for adr in ("CTRL", "RELOAD", "COUNT", "STATUS")
    ),
    "expires, automatic",
    "expires, once",
    "expires with RELOAD 0",
    "RELOAD written while counting",
    "RELOAD written at expiry",
    "CTRL written at expiry",
    "EXPIRED cleared at expiry",
    "EXPIRED cleared",
    "write without its byte select",
    "some bytes of RELOAD",
    "transfers without a gap",
    "strobe without cycle",
    "interrupt",
    "reset while counting",
]


@dataclass(frozen=True)
class Access:
    """What the master requests."""

    adr: int
    write: int = 0
    data: int = 0
    sel: int = 0xF


def read(adr: int) -> Access:
    """A read, with data and selects that should not matter."""
    return Access(adr, 0, WORD, 0x1)


class Timer:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.registers = [0, 0, 0, 0]
        self.ack = False
        self._answer: int | None = None
        self._acked_before = False
        self._bench = bench
        self._coverage = coverage

    async def cycle(
        self, access: Access | None = None, *, cyc: int = 1, stb: int = 1, rst: int = 0
    ) -> None:
        """Compares the design's outputs in one cycle and moves on; None requests nothing."""
        shown = access or Access(CTRL, 1, WORD)
        requested = access is not None
        inputs = {"rst_i": rst, "cyc_i": requested and cyc, "stb_i": requested and stb}
        inputs |= {"we_i": shown.write, "adr_i": shown.adr, "dat_i": shown.data}
        irq = self.registers[STATUS] and self.registers[CTRL] & IE
        expected = {"ack_o": self.ack, "irq_o": irq != 0, "dat_o": self._answer}
        await self._bench.cycle({**inputs, "sel_i": shown.sel}, expected)
        self._coverage.hit("interrupt", irq)
        self._coverage.hit("strobe without cycle", requested and stb and not cyc and not self.ack)
        executed = access if requested and cyc and stb and not self.ack else None
        self._coverage.hit("transfers without a gap", executed and self._acked_before)
        self._acked_before = self.ack
        self.ack, self._answer = False, None
        if rst:
            self._coverage.hit("reset while counting", self.registers[CTRL] & EN)
            self.registers = [0, 0, 0, 0]
            return
        if executed:
            self.ack = True
            self._answer = None if executed.write else self.registers[executed.adr]
            kind = "write" if executed.write else "read"
            self._coverage.hit(f"{kind} {('CTRL', 'RELOAD', 'COUNT', 'STATUS')[executed.adr]}")
        self._step(executed if executed and executed.write else None)

    def _step(self, write: Access | None) -> None:
        ctrl, reload, count, status = self.registers
        expires = ctrl & EN and count == 0
        hit = self._coverage.hit
        if expires:
            status = 1
            hit("expires, automatic" if ctrl & AUTO else "expires, once")
            hit("expires with RELOAD 0", ctrl & AUTO and not reload)
            count = reload if ctrl & AUTO else 0
            ctrl = ctrl if ctrl & AUTO else ctrl & ~EN
        elif ctrl & EN:
            count -= 1
        after = [ctrl, reload, count, status]
        if write:
            self._write(write, after, bool(expires))
        self.registers = after

    def _write(self, write: Access, after: list[int], expires: bool) -> None:
        hit, counting = self._coverage.hit, self.registers[CTRL] & EN
        low = write.sel & 1
        hit("write without its byte select", not (write.sel if write.adr == RELOAD else low))
        if write.adr == RELOAD and write.sel:
            mask = sum(0xFF << 8 * i for i in range(4) if write.sel >> i & 1)
            after[RELOAD] = after[COUNT] = after[RELOAD] & ~mask | write.data & mask
            hit("RELOAD written at expiry", expires)
            hit("RELOAD written while counting", counting and not expires)
            hit("some bytes of RELOAD", write.sel != 0xF)
        if write.adr == CTRL and low:
            after[CTRL] = write.data & 7
            hit("CTRL written at expiry", expires)
        if write.adr == STATUS and low and write.data & 1:
            hit("EXPIRED cleared at expiry", expires and self.registers[STATUS])
            hit("EXPIRED cleared", self.registers[STATUS] and not expires)
            if not expires:
                after[STATUS] = 0

    async def transfer(self, access: Access) -> None:
        """A request, held until it is acknowledged."""
        await self.cycle(access)
        await self.cycle(access)

    async def write(self, adr: int, data: int, sel: int = 0xF) -> None:
        """A write, held until it is acknowledged."""
        await self.transfer(Access(adr, 1, data, sel))

    async def read_all(self) -> None:
        """Reads every register."""
        for adr in range(4):
            await self.transfer(read(adr))

    async def wait(self, cycles: int) -> None:
        """Cycles without a request."""
        for _ in range(cycles):
            await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Timer:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = dict.fromkeys(["cyc_i", "stb_i", "we_i", "adr_i", "dat_i", "sel_i"], 0)
    await bench.start({"rst_i": 1, **inputs}, clock="clk_i")
    return Timer(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def registers(dut: Any) -> None:
    """Reset values, written values, byte selects; COUNT cannot be written."""
    timer = await begin(dut)
    await timer.read_all()
    for sel in range(16):
        for adr in (RELOAD, COUNT, CTRL, STATUS):
            data = 0x9182_7364 + 0x0F0F_0F0F * sel & WORD & ~(EN if adr == CTRL else 0)
            await timer.write(adr, data, sel)
            await timer.wait(1)
            await timer.read_all()
    for bits in (AUTO, IE, AUTO | IE, 0):
        await timer.write(CTRL, bits | 0xFFFF_FFF0)
        await timer.read_all()


@cocotb.test
async def handshake(dut: Any) -> None:
    """An acknowledge per request, one cycle long, with gaps of all kinds and without."""
    timer = await begin(dut)
    await timer.wait(3)
    for gap in range(3):
        for access in (read(RELOAD), Access(RELOAD, 1, 0x55 + gap), read(RELOAD), read(COUNT)):
            await timer.transfer(access)
            await timer.wait(gap)
    for cyc, stb in ((0, 1), (1, 0), (0, 0)):
        for _ in range(3):
            await timer.cycle(Access(RELOAD, 1, 0xBAD), cyc=cyc, stb=stb)
    for number in range(9):
        await timer.cycle(Access(RELOAD, 1, 0x100 + number))
    for _ in range(9):
        await timer.cycle(read(RELOAD))
    await timer.wait(3)


@cocotb.test
async def automatic_reload(dut: Any) -> None:
    """Several periods of every short length, with interrupt."""
    timer = await begin(dut)
    for reload in (0, 1, 2, 3, 7):
        await timer.write(RELOAD, reload)
        await timer.write(CTRL, EN | AUTO | IE)
        await timer.wait(3 * reload + 4)
        await timer.write(STATUS, 1)
        await timer.wait(reload + 2)
        await timer.read_all()
        await timer.write(CTRL, 0)
        await timer.wait(2)
        await timer.write(STATUS, 1)
        await timer.read_all()


@cocotb.test
async def one_shot(dut: Any) -> None:
    """The timer stops at 0, and a later start goes on from COUNT."""
    timer = await begin(dut)
    for reload in range(5):
        await timer.write(RELOAD, reload)
        await timer.write(CTRL, EN)
        await timer.wait(reload + 4)
        await timer.read_all()
        await timer.write(STATUS, 1)
        await timer.write(CTRL, EN | IE)
        await timer.wait(2)
        await timer.read_all()
        await timer.write(CTRL, 0)
        await timer.write(STATUS, 1)


@cocotb.test
async def pause(dut: Any) -> None:
    """COUNT stays while EN is 0; a large value borrows through all bytes."""
    timer = await begin(dut)
    for value in (0x0000_0100, 0x0001_0000, 0x0100_0000, 0x8000_0000, 6):
        await timer.write(RELOAD, value)
        await timer.write(CTRL, EN | AUTO)
        await timer.wait(2)
        await timer.write(CTRL, AUTO)
        await timer.read_all()
        await timer.wait(3)
        await timer.read_all()
    await timer.write(CTRL, EN)
    await timer.wait(8)
    await timer.read_all()


@cocotb.test
async def write_at_expiry(dut: Any) -> None:
    """Every kind of write at every moment around an expiry."""
    timer = await begin(dut)
    writes = [
        Access(STATUS, 1, 1),
        Access(STATUS, 1, 1, 0xE),
        Access(STATUS, 1, WORD - 1),
        Access(RELOAD, 1, 9),
        Access(RELOAD, 1, 0xFF, 0),
        Access(RELOAD, 1, 0x0202_0202, 0x2),
        Access(CTRL, 1, EN),
        Access(CTRL, 1, EN | AUTO),
        Access(CTRL, 1, IE),
        Access(CTRL, 1, WORD, 0xE),
        Access(COUNT, 1, 77),
        read(COUNT),
        read(STATUS),
    ]
    for mode in (EN, EN | AUTO | IE):
        for access in writes:
            for moment in (1, 2, 3):
                await timer.write(CTRL, 0)
                await timer.write(STATUS, 1)
                await timer.write(RELOAD, 3)
                await timer.write(CTRL, mode)
                await timer.wait(moment)
                await timer.transfer(access)
                await timer.read_all()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous, clears everything, and a request in it is not executed."""
    timer = await begin(dut)
    for moment in range(4):
        for access in (None, Access(RELOAD, 1, 0x33), Access(CTRL, 1, 7), read(COUNT)):
            await timer.write(RELOAD, 2)
            await timer.write(CTRL, EN | AUTO | IE)
            await timer.wait(moment)
            await timer.cycle(access, rst=1)
            await timer.wait(1)
            await timer.read_all()
            await timer.cycle(read(RELOAD))
            await timer.cycle(read(RELOAD), rst=1)
            await timer.wait(1)


@cocotb.test
async def random_accesses(dut: Any) -> None:
    """Accesses of all kinds while the timer expires often."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    timer = await begin(dut, coverage)
    for _ in range(600):
        adr = rng.choice([CTRL, CTRL, RELOAD, COUNT, STATUS, STATUS])
        data = rng.getrandbits(32)
        if adr == RELOAD and rng.random() < 0.9:
            data = rng.randrange(5)
        elif adr == CTRL and rng.random() < 0.7:
            data |= EN
        access = Access(adr, rng.getrandbits(1), data, rng.choice([0xF, 0xF, rng.getrandbits(4)]))
        if access.write and adr == RELOAD and access.sel != 0xF:
            access = Access(adr, 1, data & 3, access.sel)
        cyc, rst = rng.random() < 0.9, rng.random() < 0.02
        for _ in range(rng.choice([1, 2, 2, 2])):
            await timer.cycle(access, cyc=cyc, rst=rst)
        await timer.wait(rng.choice([0, 0, 1, 2, 5]))
    coverage.require()
