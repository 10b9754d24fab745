"""Tests of the round-robin arbiter that holds its grant."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

SITUATIONS = [
    "acknowledged",
    "held against others",
    "request withdrawn without ack",
    "no request",
    "ack without grant",
    "turn passes the end",
    "last requester acknowledged",
    "reset with requests",
]


class Arbiter:
    """What the specification says, one call per cycle."""

    def __init__(self, bench: Bench, coverage: Coverage):
        self.n = parameter("N")
        self.pointer = 0
        self._held: int | None = None
        self._bench = bench
        self._coverage = coverage

    def winner(self, req: int) -> int | None:
        """The requester to be granted."""
        order = [(self.pointer + step) % self.n for step in range(self.n)]
        return next((i for i in order if req >> i & 1), None)

    async def cycle(self, req: int, ack: int = 0, rst: int = 0) -> None:
        """Compares the design's outputs in one cycle and moves on."""
        index = self.winner(req)
        expected = {
            "grant": 0 if index is None else 1 << index,
            "grant_index": index or 0,
            "grant_valid": index is not None,
        }
        await self._bench.cycle({"rst": rst, "req": req, "ack": ack}, expected)
        self._count(req, index, ack, rst)
        self._held = None
        if rst:
            self.pointer = 0
        elif index is not None:
            self.pointer = (index + 1) % self.n if ack else index
            self._held = None if ack else index

    def _count(self, req: int, index: int | None, ack: int, rst: int) -> None:
        hit = self._coverage.hit
        hit("acknowledged", index is not None and ack)
        hit("held against others", index is not None and self._held == index and req != 1 << index)
        hit("request withdrawn without ack", self._held is not None and self._held != index)
        hit("no request", not req)
        hit("ack without grant", ack and not req)
        hit("turn passes the end", index is not None and index < self.pointer)
        hit("last requester acknowledged", index == self.n - 1 and ack)
        hit("reset with requests", rst and req and self.pointer)


async def begin(dut: Any, coverage: Coverage | None = None) -> Arbiter:
    """A model and a design that were both just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "req": 0, "ack": 0})
    return Arbiter(bench, coverage or Coverage(SITUATIONS))


@cocotb.test
async def everyone_in_turn(dut: Any) -> None:
    """With all requests and ack at 1, every requester is served once per round."""
    arbiter = await begin(dut)
    everyone = (1 << arbiter.n) - 1
    for _ in range(3 * arbiter.n + 1):
        await arbiter.cycle(everyone, ack=1)
    for _ in range(3):
        await arbiter.cycle(0)


@cocotb.test
async def every_pattern_at_every_pointer(dut: Any) -> None:
    """All requests from all states; reset comes between."""
    arbiter = await begin(dut)
    for pointer in range(arbiter.n):
        for req in range(1 << arbiter.n):
            if pointer:
                await arbiter.cycle(1 << pointer - 1, ack=1)
            await arbiter.cycle(req, ack=req & 1)
            await arbiter.cycle((1 << arbiter.n) - 1, rst=1)


@cocotb.test
async def grant_is_held(dut: Any) -> None:
    """Without ack a grant stays; the request's end or ack ends it."""
    arbiter = await begin(dut)
    everyone = (1 << arbiter.n) - 1
    for i in range(arbiter.n):
        await arbiter.cycle(1 << i)
        for _ in range(3):
            await arbiter.cycle(everyone)
        await arbiter.cycle(everyone, ack=1)
        await arbiter.cycle(1 << i)
        await arbiter.cycle(everyone)
        await arbiter.cycle(everyone & ~(1 << i))
        await arbiter.cycle(everyone)
        await arbiter.cycle(everyone, ack=1)


@cocotb.test
async def pointer_without_requests(dut: Any) -> None:
    """While nobody asks, neither time nor ack moves the pointer."""
    arbiter = await begin(dut)
    everyone = (1 << arbiter.n) - 1
    for i in range(arbiter.n):
        for held in (0, 1):
            await arbiter.cycle(1 << i, ack=1 - held)
            for ack in (0, 1, 1, 0, 1):
                await arbiter.cycle(0, ack=ack)
            await arbiter.cycle(everyone)


@cocotb.test
async def reset(dut: Any) -> None:
    """Reset is synchronous and wins; the outputs follow the requests during reset, too."""
    arbiter = await begin(dut)
    everyone = (1 << arbiter.n) - 1
    for i in range(arbiter.n):
        for ack in (0, 1):
            await arbiter.cycle(1 << i, ack=ack)
            await arbiter.cycle(everyone, ack=ack, rst=1)
            await arbiter.cycle(1 << i, ack=ack, rst=1)
            await arbiter.cycle(everyone)


@cocotb.test
async def random_requests(dut: Any) -> None:
    """Requests that come and go, with slow and with fast acknowledgement."""
    rng = random.Random(0)
    coverage = Coverage(SITUATIONS, at_least=5)
    arbiter = await begin(dut, coverage)
    for _ in range(50):
        busy, ready = rng.choice([0.1, 0.4, 0.8, 1.0]), rng.choice([0.0, 0.2, 0.7, 1.0])
        for _ in range(rng.randrange(10, 40)):
            req = sum((rng.random() < busy) << i for i in range(arbiter.n))
            await arbiter.cycle(req, ack=rng.random() < ready, rst=rng.random() < 0.02)
    coverage.require()
