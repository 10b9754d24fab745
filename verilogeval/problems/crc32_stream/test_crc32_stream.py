"""Tests of the CRC-32 of packets in a stream."""

import random
import zlib
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

RESIDUE = 0x2144DF1C
SITUATIONS = [
    "packet of one beat",
    "packet of many beats",
    "last beat full",
    "gap in a packet",
    "packets without a gap",
    "right check sum",
    "wrong check sum",
    "abort in a packet",
    "abort between packets",
    "abort with a beat",
    "abort with a last beat",
    "abort after a last beat",
    "reset in a packet",
]


@dataclass(frozen=True)
class Beat:
    """The bytes of one beat, first byte first."""

    data: bytes
    last: bool


class Stream:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.bytes = parameter("BYTES")
        self.packet = b""
        self.finished: bytes | None = None
        self._rng = random.Random(1)
        self._beats = 0
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, beat: Beat | None = None, abort: int = 0, rst: int = 0) -> None:
        """Compares the design's outputs in one cycle and moves on; None is a gap."""
        noise = self._rng.getrandbits(8 * self.bytes)
        inputs = {"rst": rst, "abort": abort, "in_valid": beat is not None, "in_data": noise}
        if beat:
            kept = 8 * len(beat.data)
            above = noise >> kept << kept
            inputs["in_data"] = above | int.from_bytes(beat.data, "little")
            inputs["in_keep"] = (1 << len(beat.data)) - 1
            inputs["in_last"] = beat.last
        else:
            inputs["in_keep"] = self._rng.getrandbits(self.bytes)
            inputs["in_last"] = self._rng.getrandbits(1)
        expected: dict[str, int | None] = {"crc_valid": self.finished is not None}
        if self.finished is not None:
            expected["crc"] = zlib.crc32(self.finished)
            expected["crc_ok"] = expected["crc"] == RESIDUE
            self._coverage.hit("right check sum", expected["crc_ok"])
            self._coverage.hit("wrong check sum", not expected["crc_ok"])
        await self._bench.cycle(inputs, expected)
        self._count(beat, abort, rst)
        self._step(beat, bool(abort or rst))

    def _step(self, beat: Beat | None, dropped: bool) -> None:
        self.finished = None
        if dropped:
            self.packet, self._beats = b"", 0
        elif beat:
            self.packet += beat.data
            self._beats += 1
            if beat.last:
                self.finished, self.packet, self._beats = self.packet, b"", 0

    def _count(self, beat: Beat | None, abort: int, rst: int) -> None:
        hit, begun, after_last = self._coverage.hit, self._beats > 0, self.finished is not None
        hit("reset in a packet", rst and begun)
        if rst:
            return
        hit("abort in a packet", abort and begun)
        hit("abort between packets", abort and not begun)
        hit("abort with a beat", abort and beat and not beat.last)
        hit("abort with a last beat", abort and beat and beat.last)
        hit("abort after a last beat", abort and after_last)
        if abort:
            return
        hit("packet of one beat", beat and beat.last and not begun)
        hit("packet of many beats", beat and beat.last and self._beats >= 3)
        hit("last beat full", beat and beat.last and len(beat.data) == self.bytes)
        hit("gap in a packet", beat is None and begun)
        hit("packets without a gap", beat and after_last)

    def beats(self, packet: bytes) -> list[Beat]:
        """The beats of a packet."""
        starts = range(0, len(packet), self.bytes)
        return [
            Beat(packet[i : i + self.bytes], last=i + self.bytes >= len(packet)) for i in starts
        ]

    async def send(self, packet: bytes, gap: int = 0) -> None:
        """A packet with gaps between its beats."""
        for number, beat in enumerate(self.beats(packet)):
            for _ in range(gap if number else 0):
                await self.cycle()
            await self.cycle(beat)


def with_crc(packet: bytes) -> bytes:
    """A packet that ends with its own CRC-32."""
    return packet + zlib.crc32(packet).to_bytes(4, "little")


async def begin(dut: Any, coverage: Coverage | None = None) -> Stream:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = ["abort", "in_valid", "in_last", "in_keep", "in_data"]
    await bench.start({"rst": 1} | dict.fromkeys(inputs, 0))
    return Stream(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def known_values(dut: Any) -> None:
    """The check value and packets of equal bytes, of every short length."""
    stream = await begin(dut)
    await stream.send(b"123456789")
    await stream.cycle()
    await stream.cycle()
    for byte in (b"\x00", b"\xff", b"\x01", b"\x80", b"A"):
        for length in range(1, 2 * stream.bytes + 2):
            await stream.send(byte * length)
            await stream.cycle()


@cocotb.test
async def back_to_back(dut: Any) -> None:
    """Packets of every length follow each other without a gap."""
    stream = await begin(dut)
    text = bytes(range(0x3B, 0x3B + 40))
    for length in range(1, 3 * stream.bytes + 2):
        await stream.send(text[length : 2 * length])
    for length in range(2 * stream.bytes + 1, 0, -1):
        await stream.send(text[:length])
    await stream.cycle()


@cocotb.test
async def gaps(dut: Any) -> None:
    """Gaps inside a packet change nothing, whatever the other inputs are."""
    stream = await begin(dut)
    for gap in range(4):
        await stream.send(bytes(range(0x70, 0x70 + 3 * stream.bytes + 1)), gap)
        for _ in range(gap):
            await stream.cycle()
    await stream.cycle()


@cocotb.test
async def own_check_sum(dut: Any) -> None:
    """Packets that end with their CRC-32, and those with one bit wrong."""
    stream = await begin(dut)
    for length in range(10):
        packet = with_crc(bytes(0xD0 + 3 * i & 0xFF for i in range(length)))
        await stream.send(packet)
        for position in (0, len(packet) - 4, len(packet) - 1):
            wrong = bytearray(packet)
            wrong[position] ^= 1 << length % 8
            await stream.send(bytes(wrong))
        await stream.send(packet[:-4] + packet[:-5:-1])
    await stream.cycle()


@cocotb.test
async def abort_and_reset(dut: Any) -> None:
    """Both drop the packet and the beat in every part of a packet; what follows is right."""
    stream = await begin(dut)
    for kind in ("abort", "rst"):
        for before in range(4):
            for beat in (None, Beat(b"\x5a" * stream.bytes, False), Beat(b"\x5a", True)):
                for _ in range(before):
                    await stream.cycle(Beat(b"\xc3" * stream.bytes, False))
                await stream.cycle(beat, **{kind: 1})
                await stream.send(b"after")
                await stream.cycle(beat, **{kind: 1})
                await stream.cycle()
                await stream.send(b"after that")
                await stream.cycle()


@cocotb.test
async def random_packets(dut: Any) -> None:
    """Packets of all lengths, some with their CRC, with gaps, aborts and resets."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    stream = await begin(dut, coverage)
    for _ in range(120):
        packet = rng.randbytes(rng.randrange(1, 24))
        if rng.random() < 0.4:
            packet = with_crc(packet)
        busy = rng.choice([0.5, 0.9, 1.0])
        beats = stream.beats(packet)
        while beats:
            beat = beats.pop(0) if rng.random() < busy else None
            abort = rng.random() < (0.15 if beat and beat.last else 0.03)
            rst = rng.random() < 0.01
            await stream.cycle(beat, abort, rst)
            if abort or rst:
                beats = []
        for _ in range(rng.choice([0, 0, 1, 2])):
            await stream.cycle(abort=rng.random() < 0.2)
    await stream.cycle()
    coverage.require()
