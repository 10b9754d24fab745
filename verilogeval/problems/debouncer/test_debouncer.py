"""Tests of the debouncer."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter


class Model:
    """The specified debouncer."""

    def __init__(self) -> None:
        self.stable = parameter("STABLE")
        self.clean = self.changed = self.count = 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {"clean": self.clean, "changed": self.changed}

    def edge(self, rst: int, tick: int, noisy: int) -> None:
        """One rising edge."""
        self.changed = 0
        if rst:
            self.clean = self.count = 0
        elif tick:
            self.count = self.count + 1 if noisy != self.clean else 0
            if self.count == self.stable:
                self.clean, self.changed, self.count = noisy, 1, 0


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design was just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "tick": 0, "noisy": 0})
    return bench, Model()


async def step(bench: Bench, model: Model, noisy: int, tick: int = 1, rst: int = 0) -> None:
    """One compared cycle."""
    inputs = {"rst": rst, "tick": tick, "noisy": noisy}
    await bench.cycle(inputs, model.outputs())
    model.edge(**inputs)


@cocotb.test
async def bursts_of_every_length(dut: Any) -> None:
    """From either level: bursts that are too short, just long enough and longer."""
    bench, model = await started(dut)
    for length in range(1, model.stable + 3):
        for gap in (1, model.stable - 1, model.stable, model.stable + 2):
            for noisy in [1] * length + [0] * gap:
                await step(bench, model, noisy)
    await step(bench, model, model.clean)


@cocotb.test
async def only_ticks_take_samples(dut: Any) -> None:
    """Between ticks the input may do anything, and the count is kept."""
    bench, model = await started(dut)
    for target in (1, 0):
        for _ in range(model.stable):
            for noisy in (1 - target, target, 1 - target):
                await step(bench, model, noisy, tick=0)
            await step(bench, model, target)
        for noisy in (1 - target, target, target, 1 - target, 1 - target):
            await step(bench, model, noisy, tick=0)


@cocotb.test
async def one_bounce_starts_again(dut: Any) -> None:
    """A single sample of the old level in between counts from zero, wherever it comes."""
    bench, model = await started(dut)
    for target in (1, 0):
        for place in range(1, model.stable):
            for noisy in [target] * place + [1 - target] + [target] * (model.stable - 1):
                await step(bench, model, noisy)
            await step(bench, model, 1 - target)
        for noisy in [target] * (model.stable + 2):
            await step(bench, model, noisy)


@cocotb.test
async def reset_is_synchronous(dut: Any) -> None:
    """It clears output and count at the edge, silently, and before everything else."""
    bench, model = await started(dut)
    for _ in range(model.stable + 1):
        await step(bench, model, 1)
    await bench.sample_after_pulse({"rst": 1, "tick": 0}, {"rst": 0})
    bench.check(model.outputs())
    await bench.edge()
    model.edge(rst=0, tick=0, noisy=1)
    await step(bench, model, 1, rst=1)
    for _ in range(model.stable):
        await step(bench, model, 1)
    for rst_after in range(model.stable):
        await step(bench, model, 1, rst=1)
        for _ in range(rst_after):
            await step(bench, model, 1)
        await step(bench, model, 1, rst=1)
        for _ in range(model.stable - 1):
            await step(bench, model, 1)
        await step(bench, model, 0)
    await step(bench, model, 0)


@cocotb.test
async def random_bouncing(dut: Any) -> None:
    """Levels that bounce at random, with random ticks and resets."""
    rng = random.Random(0)
    situations = ["up", "down", "reset while high", "no tick"]
    coverage = Coverage(situations, at_least=5)
    bench, model = await started(dut)
    if model.stable > 1:
        coverage = Coverage([*situations, "given up", "no tick while counting"], at_least=5)
    level = 0
    for number in range(2500):
        if number % (6 * model.stable) == 0:
            level ^= 1
        noisy = level ^ (rng.randrange(2 * model.stable) == 0)
        tick = rng.randrange(4) > 0
        rst = rng.randrange(100) == 0
        counting = model.count > 0
        coverage.hit("reset while high", rst and model.clean)
        coverage.hit("no tick", not tick and not rst and noisy != model.clean)
        if model.stable > 1:
            gives_up = tick and not rst and counting and noisy == model.clean
            coverage.hit("given up", gives_up)
            coverage.hit("no tick while counting", counting and not tick and not rst)
        await step(bench, model, noisy, tick, rst)
        coverage.hit("up", model.changed and model.clean)
        coverage.hit("down", model.changed and not model.clean)
    coverage.require()
