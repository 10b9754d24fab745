"""Tests of the Gray-code counter."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

IDLE = {"rst": 0, "load": 0, "load_value": 0, "enable": 0, "up": 0}


def to_gray(number: int) -> int:
    """The reflected binary code of a number."""
    return number ^ number >> 1


class Model:
    """The specified counter."""

    def __init__(self) -> None:
        self.size = 1 << parameter("WIDTH")
        self.count = 0
        self.wrapped = False

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {"gray": to_gray(self.count), "wrapped": self.wrapped}

    def edge(self, rst: int, load: int, load_value: int, enable: int, up: int) -> None:
        """One rising edge."""
        self.wrapped = False
        if rst:
            self.count = 0
        elif load:
            self.count = next(n for n in range(self.size) if to_gray(n) == load_value)
        elif enable:
            after = self.count + (1 if up else -1)
            self.wrapped = not 0 <= after < self.size
            self.count = after % self.size


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
async def counts_round(dut: Any) -> None:
    """More than one turn up, more than one turn down, and turning points at the ends."""
    bench, model = await started(dut)
    for up in (1, 0):
        for _ in range(model.size + 3):
            await step(bench, model, enable=1, up=up)
    for up in (0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0):
        await step(bench, model, enable=1, up=up)
    await step(bench, model)
    await step(bench, model)


@cocotb.test
async def reset_is_synchronous(dut: Any) -> None:
    """A reset acts at the rising edge only, and before everything else."""
    bench, model = await started(dut)
    for _ in range(3):
        await step(bench, model, enable=1, up=1)
    await step(bench, model, rst=1)
    await step(bench, model, load=1, load_value=model.size - 1)
    await step(bench, model, rst=1, load=1, load_value=3, enable=1, up=1)
    await step(bench, model, enable=1, up=1)
    await bench.sample_after_pulse({**IDLE, "rst": 1}, IDLE)
    bench.check(model.outputs())
    await bench.edge()
    await step(bench, model)
    await step(bench, model, load=1, load_value=to_gray(model.size - 1))
    await step(bench, model, rst=1, enable=1, up=1)
    await step(bench, model)


@cocotb.test
async def loads_every_value(dut: Any) -> None:
    """Each code is taken over as it is, and counting goes on from it in both directions."""
    bench, model = await started(dut)
    for value in range(min(model.size, 32)):
        for up in (0, 1):
            await step(bench, model, load=1, load_value=value, enable=1, up=up)
            await step(bench, model, enable=1, up=up)
            await step(bench, model)


@cocotb.test
async def random_operation(dut: Any) -> None:
    """All controls at random."""
    rng = random.Random(0)
    coverage = Coverage(
        ["reset", "load", "load and enable", "up", "down", "hold", "wrap up", "wrap down"], 5
    )
    bench, model = await started(dut)
    for _ in range(1500):
        up = rng.random() < 0.5 if rng.randrange(8) == 0 else bench.cycle_number // 100 % 2
        inputs = {
            "rst": rng.randrange(100) == 0,
            "load": rng.randrange(24) == 0,
            "load_value": rng.randrange(model.size),
            "enable": rng.randrange(6) > 0,
            "up": up,
        }
        await step(bench, model, **inputs)
        rst, load, enable = inputs["rst"], inputs["load"], inputs["enable"]
        counts = enable and not rst and not load
        coverage.hit("reset", rst)
        coverage.hit("load", load and not rst)
        coverage.hit("load and enable", load and enable and not rst)
        coverage.hit("up", counts and up)
        coverage.hit("down", counts and not up)
        coverage.hit("hold", not (rst or load or enable))
        coverage.hit("wrap up", model.wrapped and up)
        coverage.hit("wrap down", model.wrapped and not up)
    await step(bench, model)
    coverage.require()
