"""What the problems' cocotb tests share: driving, sampling, comparing and coverage.

One cycle takes 10 ns and is the same in every test: the active clock edge is at 0 ns, inputs
change at 1 ns, outputs are sampled at 9 ns. A test thus compares what the outputs show with the
cycle's inputs applied, before the edge that ends it. Nothing happens at the moment of sampling, so
it does not matter whether a design uses continuous assignments, blocking variables or delays of
zero time.

The simulation needs a time unit and precision of 1 ns or finer (`-timescale 1ns/1ps` or the like).
The environment variable `PARAMETER_<NAME>` tells a test the value that a toplevel parameter was set
to: the design's own parameter is not asked, for it may ignore the setting.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer

PERIOD_NS = 10
DRIVE_NS = 1
SAMPLE_NS = 9
PULSE_NS = 2


class CoverageError(Exception):
    """The stimulus did not reach what it was meant to: an error of the test, not of the design."""


class Coverage:
    """Counts that the situations which a specification names did occur.

    Call `hit` from the model's view of what happens and `require` at the end of the test.
    """

    def __init__(self, names: Iterable[str], at_least: int = 1):
        self._at_least = at_least
        self._counts = Counter(dict.fromkeys(names, 0))

    def hit(self, name: str, happened: object = True) -> None:
        """Counts the situation `name`, which must be a declared one, if it `happened`."""
        if name not in self._counts:
            raise CoverageError(f"coverage: {name!r} is not a declared situation")
        self._counts[name] += bool(happened)

    def require(self) -> None:
        """Raises `CoverageError` unless every declared situation was counted often enough."""
        missing = [f"{name} ({n})" for name, n in self._counts.items() if n < self._at_least]
        if missing:
            raise CoverageError(f"coverage: fewer than {self._at_least} of: {', '.join(missing)}")


def parameter(name: str) -> int:
    """The value that the judge gave to the toplevel parameter `name`."""
    text = os.environ.get(f"PARAMETER_{name}")
    if text is None:
        raise RuntimeError(f"the judge must set PARAMETER_{name}, the value of parameter {name}")
    return int(text)


class Bench:
    """Drives a design and compares its outputs; every failure is an AssertionError in one line.

    Attributes:
        cycle_number: how many cycles or combinational steps were compared or passed so far.
    """

    def __init__(self, dut: Any):
        self._dut = dut
        self._handles: dict[str, Any] = {}
        self._inputs: dict[str, int] = {}
        self.cycle_number = 0

    def _port(self, name: str) -> Any:
        if name not in self._handles:
            try:
                self._handles[name] = self._dut[name]
            except KeyError as error:
                raise AssertionError(f"the design has no port named {name}") from error
        return self._handles[name]

    def drive(self, inputs: Mapping[str, int]) -> None:
        """Sets inputs now; those that are not named keep their value."""
        for name, value in inputs.items():
            port = self._port(name)
            try:
                port.value = int(value)
            except (ValueError, OverflowError) as error:
                raise AssertionError(f"input {name} is too narrow for {value}: {error}") from error
        self._inputs.update(inputs)

    def read(self, name: str) -> int:
        """An output's present value, unsigned; x and z are mismatches."""
        value = self._port(name).value
        if not value.is_resolvable:
            raise AssertionError(f"{self._where()}: {name} is {value}, not a known value")
        return int(value)

    def check(self, expected: Mapping[str, int | None]) -> None:
        """Compares outputs now; a value of None means that any value, even x, is right."""
        for name, value in expected.items():
            if value is None:
                continue
            got = self.read(name)
            if got != value:
                raise AssertionError(f"{self._where()}: {name} is {got}, expected {int(value)}")

    async def settle(self, inputs: Mapping[str, int], expected: Mapping[str, int | None]) -> None:
        """One combinational step: applies inputs, waits and compares."""
        self.drive(inputs)
        await Timer(PERIOD_NS, "ns")
        self.check(expected)
        self.cycle_number += 1

    async def start(self, inputs: Mapping[str, int], clock: str = "clk") -> None:
        """Starts the clock with these inputs; returns where a cycle's inputs may change.

        `inputs` should name every input, and the first rising edge samples it: choose an active
        reset. What the design did before this is unknown.
        """
        self.drive(inputs)
        handle = self._port(clock)
        Clock(handle, PERIOD_NS, "ns", impl="gpi").start(start_high=False)
        await RisingEdge(handle)
        await Timer(DRIVE_NS, "ns")

    async def cycle(
        self, inputs: Mapping[str, int], expected: Mapping[str, int | None] | None = None
    ) -> None:
        """One clock cycle: applies inputs, compares before the rising edge and passes that edge."""
        await self.sample(inputs)
        self.check(expected or {})
        await self.edge()

    async def sample(self, inputs: Mapping[str, int]) -> None:
        """The first part of a cycle: applies inputs and waits for the moment of sampling.

        For tests that decide by `read` what the design offers; `edge` must follow.
        """
        self.drive(inputs)
        await Timer(SAMPLE_NS - DRIVE_NS, "ns")

    async def sample_after_pulse(self, pulse: Mapping[str, int], inputs: Mapping[str, int]) -> None:
        """As `sample`, but first applies `pulse` for 2 ns: a glitch that no rising edge samples."""
        self.drive(pulse)
        await Timer(PULSE_NS, "ns")
        self.drive(inputs)
        await Timer(SAMPLE_NS - DRIVE_NS - PULSE_NS, "ns")

    async def edge(self) -> None:
        """The second part of a cycle, after `sample`: passes the rising edge."""
        await Timer(PERIOD_NS - SAMPLE_NS + DRIVE_NS, "ns")
        self.cycle_number += 1

    def _where(self) -> str:
        inputs = " ".join(f"{name}={int(value)}" for name, value in self._inputs.items())
        return f"cycle {self.cycle_number} with {inputs}"
