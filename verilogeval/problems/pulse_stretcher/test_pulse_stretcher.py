"""Tests of the pulse stretcher."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter


class Model:
    """The specified pulse stretcher."""

    def __init__(self) -> None:
        self.length = parameter("LENGTH")
        self.remaining = 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {"pulse": self.remaining > 0, "remaining": self.remaining}

    def edge(self, rst_n: int, trigger: int, retrigger: int) -> None:
        """One rising edge."""
        if not rst_n:
            self.remaining = 0
        elif trigger and (retrigger or self.remaining == 0):
            self.remaining = self.length
        elif self.remaining:
            self.remaining -= 1


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design was just reset."""
    bench = Bench(dut)
    await bench.start({"rst_n": 0, "trigger": 0, "retrigger": 0})
    return bench, Model()


async def step(
    bench: Bench, model: Model, trigger: int = 0, retrigger: int = 0, rst_n: int = 1
) -> None:
    """One compared cycle."""
    inputs = {"rst_n": rst_n, "trigger": trigger, "retrigger": retrigger}
    await bench.cycle(inputs, model.outputs())
    model.edge(**inputs)


@cocotb.test
async def single_triggers(dut: Any) -> None:
    """One trigger gives one whole pulse, whatever `retrigger` does."""
    bench, model = await started(dut)
    for retrigger in (0, 1):
        await step(bench, model, 1, retrigger)
        for _ in range(model.length + 3):
            await step(bench, model, 0, retrigger)


@cocotb.test
async def second_trigger(dut: Any) -> None:
    """A second trigger in the first and the last cycles of a pulse and after it, in both modes."""
    bench, model = await started(dut)
    delays = {0, 1, 2, *range(max(0, model.length - 3), model.length + 2)}
    for retrigger in (0, 1):
        for delay in sorted(delays):
            await step(bench, model, 1, retrigger)
            for _ in range(delay):
                await step(bench, model, 0, retrigger)
            await step(bench, model, 1, retrigger)
            for _ in range(model.length + 2):
                await step(bench, model, 0, 1 - retrigger)


@cocotb.test
async def trigger_held(dut: Any) -> None:
    """A constant trigger gives gaps of one cycle, or none with `retrigger`."""
    bench, model = await started(dut)
    for retrigger in (0, 1, 0):
        for _ in range(3 * model.length + 5):
            await step(bench, model, 1, retrigger)
    for _ in range(model.length + 2):
        await step(bench, model)


@cocotb.test
async def reset_is_synchronous(dut: Any) -> None:
    """It acts at the edge only, ends a running pulse and wins over a trigger."""
    bench, model = await started(dut)
    for retrigger in (0, 1):
        await step(bench, model, 1, retrigger)
        await bench.sample_after_pulse({"rst_n": 0}, {"rst_n": 1, "trigger": 0, "retrigger": 0})
        bench.check(model.outputs())
        await bench.edge()
        model.edge(rst_n=1, trigger=0, retrigger=0)
        await step(bench, model, 1, 1)
        await step(bench, model, 1, retrigger, rst_n=0)
        await step(bench, model, 1, retrigger, rst_n=0)
        await step(bench, model)
        await step(bench, model)


@cocotb.test
async def random_triggers(dut: Any) -> None:
    """All inputs at random."""
    rng = random.Random(0)
    situations = ["start", "ignored in the last cycle", "retriggered in the last cycle", "reset"]
    bench, model = await started(dut)
    if model.length > 1:
        situations += ["ignored", "retriggered", "reset in a pulse"]
    coverage = Coverage(situations, at_least=2)
    for _ in range(1000 + 20 * model.length):
        left = model.remaining
        retrigger = rng.randrange(2 if left == 1 else 4) == 0
        rst_n = rng.randrange(10 + 3 * model.length) > 0
        trigger = rng.randrange(2 if left < 2 or not rst_n else model.length) == 0
        coverage.hit("start", rst_n and trigger and left == 0)
        coverage.hit("reset", not rst_n and trigger)
        seen = "retriggered" if retrigger else "ignored"
        coverage.hit(f"{seen} in the last cycle", rst_n and trigger and left == 1)
        if model.length > 1:
            coverage.hit(seen, rst_n and trigger and left > 1)
            coverage.hit("reset in a pulse", not rst_n and left > 1)
        await step(bench, model, trigger, retrigger, rst_n)
    coverage.require()
