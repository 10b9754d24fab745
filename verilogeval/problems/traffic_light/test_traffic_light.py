"""Tests of the traffic light."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage, parameter

STATES = ("GO", "SLOW", "STOP", "WALK", "CLEAR", "READY")
LAMPS = {
    "GO": {"green"},
    "SLOW": {"yellow"},
    "STOP": {"red"},
    "WALK": {"red", "walk"},
    "CLEAR": {"red", "flash"},
    "READY": {"red", "yellow"},
}


class Model:
    """The specified controller."""

    def __init__(self) -> None:
        self.duration = dict(zip(STATES, (0, 2, 1, 0, 3, 1), strict=True))
        self.duration["GO"] = parameter("GREEN_TICKS")
        self.duration["WALK"] = parameter("WALK_TICKS")
        self.reset()

    def reset(self) -> None:
        """The state while `rst` is 1."""
        self.state, self.ticks, self.pending = "GO", 0, 0

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        names = ("red", "yellow", "green", "walk", "flash")
        lamps = {name: name in LAMPS[self.state] for name in names}
        return {**lamps, "pending": self.pending}

    def edge(self, tick: int, request: int) -> None:
        """One rising edge without reset."""
        before = self.state
        asked = self.pending or request
        self.ticks += tick
        if tick and self.ticks >= self.duration[before] and (before != "GO" or asked):
            self.state = STATES[(STATES.index(before) + 1) % len(STATES)]
            self.ticks = 0
        self.pending = asked and "WALK" not in (before, self.state)


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design is just leaving its reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "tick": 0, "request": 0})
    return bench, Model()


async def step(bench: Bench, model: Model, tick: int = 1, request: int = 0) -> None:
    """One compared cycle without reset."""
    await bench.cycle({"rst": 0, "tick": tick, "request": request}, model.outputs())
    model.edge(tick, request)


async def reach(bench: Bench, model: Model, state: str) -> None:
    """Ticks until the model enters `state`, asking for it only where this is needed."""
    while model.state == state:
        await step(bench, model, request=state == "GO")
    while model.state != state:
        await step(bench, model, request=model.state == "GO" and not model.pending)


@cocotb.test
async def one_round(dut: Any) -> None:
    """Green waits for a request; then every state lasts as long as specified."""
    bench, model = await started(dut)
    for _ in range(model.duration["GO"] + 6):
        await step(bench, model)
    await step(bench, model, request=1)
    for _ in range(sum(model.duration.values()) + 8):
        await step(bench, model)


@cocotb.test
async def request_in_every_green_tick(dut: Any) -> None:
    """A request during the shortest green is kept, a later one is served at once."""
    bench, model = await started(dut)
    for asked_at in range(model.duration["GO"] + 3):
        for _ in range(asked_at):
            await step(bench, model)
        await step(bench, model, request=1)
        await reach(bench, model, "GO")


@cocotb.test
async def requests_between_ticks(dut: Any) -> None:
    """Clock edges without tick remember a request, but never change the state."""
    bench, model = await started(dut)
    for _ in range(2):
        for _ in range(sum(model.duration.values()) + 3):
            await step(bench, model, tick=0)
            await step(bench, model, tick=0, request=model.state == "GO")
            await step(bench, model, tick=0)
            await step(bench, model)


@cocotb.test
async def requests_in_the_other_states(dut: Any) -> None:
    """One request at each single edge of a round: kept, dropped or served."""
    bench, model = await started(dut)
    for tick_too in (1, 0):
        for place in range(sum(model.duration.values()) - model.duration["GO"] + 1):
            await reach(bench, model, "SLOW")
            for _ in range(place):
                await step(bench, model)
            await step(bench, model, tick=tick_too, request=1)
            for _ in range(sum(model.duration.values()) + 2):
                await step(bench, model)


@cocotb.test
async def reset_is_asynchronous(dut: Any) -> None:
    """In every state, with or without a request, the reset acts at once."""
    bench, model = await started(dut)
    for state in STATES:
        for short in (False, True):
            await reach(bench, model, state)
            await step(bench, model, tick=0, request=state in ("CLEAR", "SLOW"))
            model.reset()
            if short:
                await bench.sample_after_pulse({"rst": 1}, {"rst": 0, "tick": 0, "request": 0})
                bench.check(model.outputs())
                await bench.edge()
            else:
                await bench.cycle({"rst": 1, "tick": 1, "request": 1}, model.outputs())
            for _ in range(model.duration["GO"] + 2):
                await step(bench, model)


@cocotb.test
async def random_operation(dut: Any) -> None:
    """Random ticks and requests; every state and every fate of a request occurs."""
    rng = random.Random(0)
    coverage = Coverage(
        [
            *STATES,
            "served at its own edge",
            "served later",
            "ignored in WALK",
            "ignored when entering WALK",
            "kept in GO",
            "kept in CLEAR",
            "kept in READY",
        ]
    )
    bench, model = await started(dut)
    for number in range(3000):
        busy = number // 500 % 2
        tick, request = rng.randrange(3) > 0, rng.randrange(6 if busy else 60) == 0
        if rng.randrange(250) == 0:
            model.reset()
            await bench.cycle({"rst": 1, "tick": tick, "request": request}, model.outputs())
            continue
        state, pending = model.state, model.pending
        await step(bench, model, tick, request)
        entered = model.state if model.state != state else ""
        coverage.hit(entered or state, entered)
        coverage.hit("served at its own edge", entered == "SLOW" and request and not pending)
        coverage.hit("served later", entered == "SLOW" and pending)
        coverage.hit("ignored in WALK", state == "WALK" and request)
        coverage.hit("ignored when entering WALK", entered == "WALK" and request)
        if state in ("GO", "CLEAR", "READY"):
            coverage.hit(f"kept in {state}", request and model.pending and not pending)
    coverage.require()
