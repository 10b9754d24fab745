"""Tests of the vending machine."""

import random
from typing import Any

import cocotb
from bench import Bench, Coverage

VALUES = (0, 1, 2, 5)
PRICES = (0, 4, 7, 12)
MOST = 15


class Model:
    """The specified machine."""

    def __init__(self) -> None:
        self.state = "COLLECT"
        self.credit = self.item = self.reject = 0

    def change(self) -> int:
        """Code of the coin that is returned in this cycle."""
        if self.state != "RETURN":
            return 0
        return max(code for code in (1, 2, 3) if VALUES[code] <= self.credit)

    def outputs(self) -> dict[str, int]:
        """What the outputs show now."""
        return {
            "credit": self.credit,
            "vend": self.item if self.state == "VEND" else 0,
            "change": self.change(),
            "reject": self.reject,
            "busy": self.state != "COLLECT",
        }

    def edge(self, rst: int, coin: int, select: int, cancel: int) -> None:
        """One rising edge."""
        accepted = False
        if rst:
            self.state, self.credit, accepted = "COLLECT", 0, True
        elif self.state == "COLLECT":
            accepted = self._collect(coin, select, cancel)
        else:
            self.credit -= VALUES[self.change()]
            self.state = "RETURN" if self.credit else "COLLECT"
        self.reject = coin != 0 and not accepted

    def _collect(self, coin: int, select: int, cancel: int) -> bool:
        """An edge in COLLECT; says whether a coin is accepted."""
        if cancel:
            self.state = "RETURN" if self.credit else "COLLECT"
            return False
        if select and PRICES[select] <= self.credit:
            self.state, self.item = "VEND", select
            self.credit -= PRICES[select]
            return False
        if self.credit + VALUES[coin] > MOST:
            return False
        self.credit += VALUES[coin]
        return True


async def started(dut: Any) -> tuple[Bench, Model]:
    """A bench whose design was just reset."""
    bench = Bench(dut)
    await bench.start({"rst": 1, "coin": 0, "select": 0, "cancel": 0})
    return bench, Model()


async def step(
    bench: Bench, model: Model, coin: int = 0, select: int = 0, cancel: int = 0, rst: int = 0
) -> None:
    """One compared cycle."""
    inputs = {"rst": rst, "coin": coin, "select": select, "cancel": cancel}
    await bench.cycle(inputs, model.outputs())
    model.edge(**inputs)


async def pay(bench: Bench, model: Model, units: int) -> None:
    """Puts in coins until the credit is `units`, from COLLECT."""
    while model.credit < units:
        missing = units - model.credit
        await step(bench, model, coin=3 if missing >= 5 else 2 if missing >= 2 else 1)


async def settle(bench: Bench, model: Model) -> None:
    """Waits until the machine is back in COLLECT."""
    while model.state != "COLLECT":
        await step(bench, model)
    await step(bench, model)


@cocotb.test
async def buys_each_item(dut: Any) -> None:
    """Each item with every credit, sufficient or not, and the change for it."""
    bench, model = await started(dut)
    for select in (1, 2, 3):
        for units in range(MOST + 1):
            await pay(bench, model, units)
            await step(bench, model, select=select)
            await settle(bench, model)
            await step(bench, model, cancel=1)
            await settle(bench, model)


@cocotb.test
async def returns_every_credit(dut: Any) -> None:
    """A cancel gives back any amount, the biggest coins first; without credit it does nothing."""
    bench, model = await started(dut)
    for units in range(MOST + 1):
        await pay(bench, model, units)
        await step(bench, model, cancel=1)
        await settle(bench, model)


@cocotb.test
async def coins_at_the_limit(dut: Any) -> None:
    """A coin is accepted up to a credit of 15 and rejected above it."""
    bench, model = await started(dut)
    for units in range(9, MOST + 1):
        for coin in (1, 2, 3):
            await pay(bench, model, units)
            await step(bench, model, coin=coin)
            await step(bench, model, coin=coin, select=3 if units < 12 else 0)
            await step(bench, model)
            await step(bench, model, cancel=1)
            await settle(bench, model)


@cocotb.test
async def coin_with_another_request(dut: Any) -> None:
    """A coin together with select or cancel, and select together with cancel."""
    bench, model = await started(dut)
    for units in (0, 3, 4, 6, 7, 11, 12, 15):
        for coin in (0, 1, 3):
            for select, cancel in ((1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (3, 1)):
                await pay(bench, model, units)
                await step(bench, model, coin=coin, select=select, cancel=cancel)
                await settle(bench, model)
                await step(bench, model, cancel=1)
                await settle(bench, model)


@cocotb.test
async def busy_ignores_requests(dut: Any) -> None:
    """In VEND and RETURN coins are rejected, select and cancel have no effect."""
    bench, model = await started(dut)
    for select, units in ((1, 4), (1, 15), (2, 14), (3, 15)):
        for coin, other, cancel in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (3, 2, 1), (2, 3, 0)):
            await pay(bench, model, units)
            await step(bench, model, select=select)
            while model.state != "COLLECT":
                await step(bench, model, coin=coin, select=other, cancel=cancel)
            await step(bench, model)
            await step(bench, model)


@cocotb.test
async def reset_is_synchronous(dut: Any) -> None:
    """In every state the reset acts at the edge and forgets the money."""
    bench, model = await started(dut)
    for waits in range(4):
        for coin in (0, 2):
            await pay(bench, model, 15)
            if waits:
                await step(bench, model, select=1)
            for _ in range(waits - 1):
                await step(bench, model)
            idle = {"rst": 0, "coin": 0, "select": 0, "cancel": 0}
            await bench.sample_after_pulse({**idle, "rst": 1}, idle)
            bench.check(model.outputs())
            await bench.edge()
            model.edge(**idle)
            await step(bench, model, coin=coin, select=1, cancel=waits % 2, rst=1)
            await step(bench, model)
            await step(bench, model, coin=coin, select=1)
            await step(bench, model, rst=1)


@cocotb.test
async def random_customers(dut: Any) -> None:
    """All inputs at random."""
    rng = random.Random(0)
    states = ("COLLECT", "VEND", "RETURN")
    coverage = Coverage(
        [
            *(f"vend {item}" for item in (1, 2, 3)),
            *(f"change {coin}" for coin in (1, 2, 3)),
            *(f"coin rejected in {state}" for state in states),
            *(f"reset in {state}" for state in states),
            "exact price",
            "too little credit",
            "too little credit with a coin",
            "full",
        ]
    )
    bench, model = await started(dut)
    for _ in range(3000):
        coin = rng.choice((0, 1, 2, 3))
        select = rng.choice((0, 0, 0, 0, 1, 2, 3, 3))
        cancel, rst = rng.randrange(25) == 0, rng.randrange(60) == 0
        state, credit = model.state, model.credit
        shown = model.outputs()
        await step(bench, model, coin, select, cancel, rst)
        coverage.hit(f"reset in {state}", rst)
        coverage.hit(f"coin rejected in {state}", model.reject)
        coverage.hit("full", credit == MOST)
        if shown["vend"]:
            coverage.hit(f"vend {shown['vend']}")
            coverage.hit("exact price", credit == 0)
        if shown["change"]:
            coverage.hit(f"change {shown['change']}")
        refused = state == "COLLECT" and not (rst or cancel) and PRICES[select] > credit
        coverage.hit("too little credit", refused)
        coverage.hit("too little credit with a coin", refused and coin)
    coverage.require()
