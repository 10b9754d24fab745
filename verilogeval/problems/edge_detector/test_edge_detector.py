"""Tests of the edge detector."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage


class Model:
    """The two flip-flops and the level of the cycle before."""

    def __init__(self) -> None:
        self.first = self.level = self.before = 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {
            "level": self.level,
            "rising": self.level and not self.before,
            "falling": self.before and not self.level,
            "any_edge": self.level != self.before,
        }

    def edge(self, signal: int) -> None:
        """One rising edge of the clock."""
        self.before, self.level, self.first = self.level, self.first, signal


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design is just leaving its reset."""
    bench = Bench(dut)
    await bench.start({"rst_n": 0, "signal": 0})
    return bench, Model()


async def step(bench: Bench, model: Model, signal: int) -> None:
    """One compared cycle without reset."""
    await bench.cycle({"rst_n": 1, "signal": signal}, model.outputs())
    model.edge(signal)


@cocotb.test
async def single_edges(dut: Any) -> None:
    """Steps, and pulses of one, two and three cycles."""
    bench, model = await started(dut)
    for signal in map(int, "0000111100001000110001110001011000"):
        await step(bench, model, signal)


@cocotb.test
async def unseen_glitch(dut: Any) -> None:
    """What happens between two clock edges is not seen."""
    bench, model = await started(dut)
    for signal in map(int, "000111000"):
        await bench.sample_after_pulse({"rst_n": 1, "signal": 1 - signal}, {"signal": signal})
        bench.check(model.outputs())
        await bench.edge()
        model.edge(signal)


@cocotb.test
async def reset_is_asynchronous(dut: Any) -> None:
    """In every situation the reset clears at once and for as long as it lasts."""
    bench, model = await started(dut)
    for lead in range(6):
        for signal in (1, 1, 1, 0, 0)[:lead]:
            await step(bench, model, signal)
        model = Model()
        for signal in (1, 1, 0, 1):
            await bench.cycle({"rst_n": 0, "signal": signal}, model.outputs())
        for signal in (0, 0, 0):
            await step(bench, model, signal)


@cocotb.test
async def short_reset(dut: Any) -> None:
    """A reset between two clock edges clears as well."""
    bench, model = await started(dut)
    for lead in range(1, 6):
        for signal in (1, 1, 1, 0, 0)[:lead]:
            await step(bench, model, signal)
        model = Model()
        await bench.sample_after_pulse({"rst_n": 0, "signal": 0}, {"rst_n": 1})
        bench.check(model.outputs())
        await bench.edge()
        for signal in (0, 0, 0):
            await step(bench, model, signal)


@cocotb.test
async def signal_high_when_the_reset_ends(dut: Any) -> None:
    """This is a rising edge; a reset from level 1 is no falling one."""
    bench, model = await started(dut)
    await bench.cycle({"rst_n": 0, "signal": 1}, model.outputs())
    for _ in range(5):
        await step(bench, model, 1)
    model = Model()
    await bench.cycle({"rst_n": 0, "signal": 1}, model.outputs())
    for signal in (0, 0, 0, 0):
        await step(bench, model, signal)


@cocotb.test
async def random_signal(dut: Any) -> None:
    """A random signal with random resets."""
    rng = random.Random(0)
    coverage = Coverage(["rising", "falling", "back to back", "reset while high"], 10)
    bench, model = await started(dut)
    signal = 0
    for _ in range(1500):
        signal ^= rng.randrange(3) == 0
        if rng.randrange(50) == 0:
            coverage.hit("reset while high", model.level)
            model = Model()
            await bench.cycle({"rst_n": 0, "signal": signal}, model.outputs())
            continue
        shown = model.outputs()
        await step(bench, model, signal)
        coverage.hit("rising", shown["rising"])
        coverage.hit("falling", shown["falling"])
        coverage.hit("back to back", shown["any_edge"] and model.level != model.before)
    coverage.require()
