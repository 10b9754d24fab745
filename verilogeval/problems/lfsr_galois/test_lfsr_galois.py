"""Tests of the Galois LFSR."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

IDLE = {"rst": 0, "load_taps": 0, "load_seed": 0, "data": 0, "enable": 0}


class Model:
    """The specified register."""

    def __init__(self) -> None:
        self.width = parameter("WIDTH")
        self.state, self.taps, self.steps = 1, parameter("TAPS"), 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {"state": self.state, "stuck": self.state == 0, "steps": self.steps}

    def edge(self, rst: int, load_taps: int, load_seed: int, data: int, enable: int) -> None:
        """One rising edge."""
        if rst:
            self.state, self.taps, self.steps = 1, parameter("TAPS"), 0
        elif load_taps or load_seed:
            if load_taps:
                self.taps = data
            if load_seed:
                self.state, self.steps = data, 0
        elif enable:
            self.steps = (self.steps + 1) % 256
            if self.state == 0:
                self.state = 1
            else:
                self.state = self.state >> 1 ^ (self.taps if self.state & 1 else 0)


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design was just reset."""
    bench = Bench(dut)
    await bench.start({**IDLE, "rst": 1})
    return bench, Model()


async def step(bench: Bench, model: Model, **inputs: int) -> None:
    """One compared cycle; inputs that are not named are 0."""
    applied = {**IDLE, **inputs}
    await bench.cycle(applied, model.outputs())
    model.edge(**applied)


@cocotb.test
async def full_period(dut: Any) -> None:
    """A whole period of the default taps where it is short enough, and a full turn of `steps`."""
    bench, model = await started(dut)
    for _ in range(300):
        await step(bench, model, enable=1)
    for _ in range(3):
        await step(bench, model, data=model.state ^ 1)
    await step(bench, model, enable=1)


@cocotb.test
async def seeds(dut: Any) -> None:
    """Each single bit and some other seeds are taken over and stepped."""
    bench, model = await started(dut)
    ones = 2**model.width - 1
    for seed in [1 << i for i in range(model.width)] + [ones, ones - 1, ones >> 1, 5]:
        await step(bench, model, load_seed=1, data=seed, enable=1)
        for _ in range(3):
            await step(bench, model, enable=1)


@cocotb.test
async def escapes_from_zero(dut: Any) -> None:
    """Zero, by seed or by taps, is shown until a step leaves it."""
    bench, model = await started(dut)
    coverage = Coverage(["stuck", "stuck by a step", "waits while stuck"], at_least=2)
    for taps in (0, 1, model.taps):
        await step(bench, model, load_taps=1, data=taps)
        for _ in range(4):
            before = model.state
            await step(bench, model, enable=1)
            coverage.hit("stuck by a step", before and not model.state)
        await step(bench, model, load_seed=1, data=0)
        await step(bench, model)
        await step(bench, model, load_taps=1, data=2**model.width - 1)
        coverage.hit("waits while stuck", model.state == 0)
        coverage.hit("stuck", model.state == 0)
        for _ in range(4):
            await step(bench, model, enable=1)
    coverage.require()


@cocotb.test
async def loads(dut: Any) -> None:
    """Taps alone, seed alone and both, with and without `enable`; nothing else moves."""
    bench, model = await started(dut)
    top = 1 << model.width - 1
    for enable in (0, 1):
        for load_taps, load_seed in ((1, 0), (0, 1), (1, 1)):
            for data in (top | 1, top >> 1 | 1, top | top >> 2 | 1):
                for _ in range(3):
                    await step(bench, model, enable=1)
                await step(
                    bench,
                    model,
                    load_taps=load_taps,
                    load_seed=load_seed,
                    data=data,
                    enable=enable,
                )
                for _ in range(model.width):
                    await step(bench, model, enable=1)


@cocotb.test
async def reset_is_synchronous(dut: Any) -> None:
    """It acts at the edge only, restores taps and count, and comes before the loads."""
    bench, model = await started(dut)
    for _ in range(5):
        await step(bench, model, enable=1)
    await bench.sample_after_pulse({**IDLE, "rst": 1}, IDLE)
    bench.check(model.outputs())
    await bench.edge()
    await step(bench, model, load_taps=1, data=3)
    await step(bench, model, load_seed=1, data=7)
    await step(bench, model, enable=1)
    await step(bench, model, rst=1, load_taps=1, load_seed=1, data=6, enable=1)
    for _ in range(model.width + 2):
        await step(bench, model, enable=1)
    await step(bench, model, rst=1)
    await step(bench, model)


@cocotb.test
async def random_operation(dut: Any) -> None:
    """All inputs at random."""
    rng = random.Random(0)
    coverage = Coverage(
        ["hold", "step with taps", "step without taps", "seed", "taps", "both", "reset", "escape"],
        at_least=2,
    )
    bench, model = await started(dut)
    for _ in range(2000):
        inputs = {
            "rst": rng.randrange(100) == 0,
            "load_taps": rng.randrange(20) == 0,
            "load_seed": rng.randrange(30) == 0,
            "data": rng.getrandbits(model.width) if rng.randrange(4) else 0,
            "enable": rng.randrange(5) > 0,
        }
        rst, taps, seed = inputs["rst"], inputs["load_taps"], inputs["load_seed"]
        steps = inputs["enable"] and not (rst or taps or seed)
        coverage.hit("reset", rst)
        coverage.hit("both", taps and seed and not rst)
        coverage.hit("taps", taps and not seed and not rst)
        coverage.hit("seed", seed and not taps and not rst)
        coverage.hit("hold", not any((rst, taps, seed, inputs["enable"])))
        coverage.hit("step with taps", steps and model.state & 1)
        coverage.hit("step without taps", steps and model.state and not model.state & 1)
        coverage.hit("escape", steps and model.state == 0)
        await step(bench, model, **inputs)
    coverage.require()
