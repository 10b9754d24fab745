"""Tests of the AXI-Stream width converter from bytes to words."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "full word, not last",
    "full word, last",
    "partial word",
    "null byte alone",
    "partial word ended by a null byte",
    "empty word after a full one",
    "packet of null bytes only",
    "delivered and accepted at once",
    "beat offered while a word waits",
    "word stalled for several cycles",
    "reset with a partial word",
    "reset with a waiting word",
]


@dataclass(frozen=True)
class Beat:
    """One beat from upstream."""

    data: int
    keep: int = 1
    last: int = 0


class Converter:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.bytes = parameter("BYTES")
        self.packing: list[int] = []
        self.words: list[dict[str, int]] = []
        self._after_full = False
        self._stalled = 0
        self._bench = bench
        self._coverage = coverage

    async def cycle(self, beat: Beat | None = None, ready: int = 1, aresetn: int = 1) -> bool:
        """Compares one cycle and moves on; says whether the beat was accepted."""
        shown = beat or Beat(0xE7, self._bench.cycle_number & 1, self._bench.cycle_number >> 1 & 1)
        inputs = {"aresetn": aresetn, "s_axis_tvalid": beat is not None, "m_axis_tready": ready}
        inputs |= {"s_axis_tdata": shown.data, "s_axis_tkeep": shown.keep}
        await self._bench.sample(inputs | {"s_axis_tlast": shown.last})
        waiting = len(self.words)
        expected: dict[str, int | None] = {"m_axis_tvalid": waiting > 0}
        expected.update(self.words[0] if waiting else {})
        if aresetn and (waiting == 0 or (waiting == 1 and ready)):
            expected["s_axis_tready"] = 1
        self._bench.check(expected)
        accept = bool(aresetn and self._bench.read("s_axis_tready") and beat)
        await self._bench.edge()
        self._count_handshake(beat, accept, ready, aresetn)
        if not aresetn:
            self.packing, self.words, self._after_full = [], [], False
            return False
        if waiting and ready:
            self.words.pop(0)
        if accept:
            self._pack(shown)
        return accept

    def _count_handshake(self, beat: Beat | None, accept: bool, ready: int, aresetn: int) -> None:
        hit, waiting = self._coverage.hit, bool(self.words)
        hit("reset with a partial word", self.packing and not aresetn)
        hit("reset with a waiting word", waiting and not aresetn)
        if aresetn:
            hit("delivered and accepted at once", waiting and ready and accept)
            hit("beat offered while a word waits", waiting and not ready and beat)
        self._stalled = self._stalled + 1 if waiting and not ready else 0
        hit("word stalled for several cycles", self._stalled >= 3)

    def _pack(self, beat: Beat) -> None:
        hit, empty = self._coverage.hit, not self.packing
        hit("null byte alone", not beat.keep and not beat.last)
        if beat.last and not beat.keep:
            hit("partial word ended by a null byte", not empty)
            hit("empty word after a full one", empty and self._after_full)
            hit("packet of null bytes only", empty and not self._after_full)
        if beat.keep:
            self.packing.append(beat.data)
            self._after_full = False
        full = len(self.packing) == self.bytes
        if not (beat.last or full):
            return
        hit("full word, not last", full and not beat.last)
        hit("full word, last", full and beat.last)
        hit("partial word", self.packing and not full)
        self.words.append(
            {
                "m_axis_tdata": int.from_bytes(bytes(self.packing), "little"),
                "m_axis_tkeep": (1 << len(self.packing)) - 1,
                "m_axis_tlast": beat.last,
            }
        )
        self.packing, self._after_full = [], full and not beat.last

    async def send(self, beats: Sequence[Beat], ready: int = 1) -> None:
        """Offers each beat until it is accepted; downstream accepts every one at last."""
        for beat in beats:
            if not await self.cycle(beat, ready):
                while not await self.cycle(beat, 1):
                    pass

    async def drain(self) -> None:
        """Delivers what waits, and two cycles more."""
        for _ in range(len(self.words) + 2):
            await self.cycle()


async def begin(dut: Any, coverage: Coverage | None = None) -> Converter:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    inputs = ["aresetn", "s_axis_tvalid", "s_axis_tdata", "s_axis_tkeep", "s_axis_tlast"]
    await bench.start(dict.fromkeys([*inputs, "m_axis_tready"], 0), clock="aclk")
    return Converter(bench, coverage or Coverage(SITUATIONS))


def packet(length: int, first: int = 0x80) -> list[Beat]:
    """A packet of bytes that all differ from 0."""
    return [Beat(first + i & 0xFF or 1, 1, int(i == length - 1)) for i in range(length)]


@cocotb.test
async def packets_of_every_length(dut: Any) -> None:
    """A downstream that is always ready never stops upstream."""
    converter = await begin(dut)
    for length in range(1, 3 * converter.bytes + 2):
        await converter.send(packet(length, 0x11 * length))
    await converter.drain()
    for length in range(1, converter.bytes + 2):
        await converter.send(packet(length, 0xF8))
        await converter.drain()


@cocotb.test
async def null_bytes(dut: Any) -> None:
    """Null bytes before, between and after bytes, and a last one at every fill of the word."""
    converter = await begin(dut)
    null, last = Beat(0x99, 0), Beat(0x66, 0, 1)
    for length in range(2 * converter.bytes + 1):
        beats = [Beat(byte.data) for byte in packet(length)]
        await converter.send([*beats, last])
        await converter.send([null, *beats, null, null, last])
        await converter.send([x for byte in beats for x in (byte, null)] + [last, last])
        await converter.send([null, *packet(length + 1)])
    await converter.drain()


@cocotb.test
async def back_pressure(dut: Any) -> None:
    """Downstream takes a word in one of n cycles only; nothing is lost, doubled or changed."""
    converter = await begin(dut)
    beats = [x for n in (9, 1, 1, 4, 3, 1, 12) for x in packet(n, 13 * n)]
    for n in range(1, 3 * converter.bytes):
        position = 0
        for cycle in range(len(beats) * n + 40):
            beat = beats[position] if position < len(beats) else None
            position += await converter.cycle(beat, cycle % n == n - 1)
            if position == len(beats) and not converter.words:
                break
        if position < len(beats):
            raise AssertionError(f"{position} of {len(beats)} beats were accepted")
        await converter.drain()


@cocotb.test
async def stalled_word(dut: Any) -> None:
    """A word waits for long with upstream idle, then with upstream pushing."""
    converter = await begin(dut)
    for push in (False, True):
        for length in (1, converter.bytes, converter.bytes + 1):
            await converter.send(packet(length, 0x41), ready=0)
            beats = packet(8 * converter.bytes, 0x21)
            position = 0
            for _ in range(6 * converter.bytes):
                beat = beats[position] if push and position < len(beats) else None
                position += await converter.cycle(beat, ready=0)
            await converter.send(beats[position:] if push else [])
            await converter.drain()


@cocotb.test
async def single_byte_packets(dut: Any) -> None:
    """A word per beat at full speed, with and without a stall between."""
    converter = await begin(dut)
    for stall in range(4):
        for number in range(6):
            await converter.send([Beat(0xC0 + number, 1, 1)])
            for _ in range(stall):
                await converter.cycle(None, 0)
    await converter.drain()


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous and discards partial and waiting words."""
    converter = await begin(dut)
    for length in range(1, 2 * converter.bytes):
        for ready in (0, 1):
            for offer in (None, Beat(0xB7), Beat(0xB8, 1, 1)):
                for byte in packet(length):
                    await converter.cycle(Beat(byte.data), ready)
                await converter.cycle(offer, ready, aresetn=0)
                await converter.cycle(offer, ready, aresetn=0)
                await converter.cycle(None, ready)
                await converter.send(packet(converter.bytes + 1, 0x61))
                await converter.drain()


async def interrupt(converter: Converter, kind: str) -> None:
    """Reset at a known state: nothing stored, a partial word or a waiting word."""
    await converter.drain()
    if kind == "partial":
        await converter.send([Beat(0x3D)])
    if kind == "waiting":
        await converter.send([Beat(0x3E, 1, 1)], ready=0)
        for _ in range(3):
            await converter.cycle(None, 0)
    await converter.cycle(None, 0, aresetn=0)


@cocotb.test
async def random_packets(dut: Any) -> None:
    """Packets of all lengths with null bytes, stalls on both sides and resets.

    What is sent does not depend on how soon a design accepts it, so that neither does the coverage.
    """
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=2)
    converter = await begin(dut, coverage)
    for kind in ["none", "partial", "waiting", "random"] * 10:
        offer, ready, keep = (rng.choice([0.3, 0.8, 1.0]) for _ in range(3))
        last = rng.choice([0.05, 0.2, 0.6])
        beats = [
            Beat(rng.getrandbits(8), rng.random() < keep, rng.random() < last) for _ in range(24)
        ]
        beats += [Beat(7)] * converter.bytes + [Beat(8, 0, 1), Beat(9, 0, 1), Beat(10, 0, 1)]
        pattern = [(rng.random() < offer, rng.random() < ready) for _ in range(60)]
        offered = False
        for offers, accepts in pattern:
            offered = bool(beats) and (offered or offers)
            if await converter.cycle(beats[0] if offered else None, accepts):
                del beats[0]
                offered = False
        if kind == "random":
            await converter.cycle(beats[0] if offered else None, 1, aresetn=0)
            continue
        await converter.send(beats)
        await interrupt(converter, kind)
    coverage.require()
