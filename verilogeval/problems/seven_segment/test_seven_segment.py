"""Tests of the seven-segment decoder."""

from itertools import product
from typing import Any

import cocotb
from bench import Bench, Coverage

LIT = (
    "abcdef bc abdeg abcdg bcfg acdfg acdefg abc abcdefg abcdfg abcefg cdefg adef bcdeg adefg aefg"
)
SHAPES = [sum(1 << "abcdefg".index(segment) for segment in lit) for lit in LIT.split()]
CONTROLS = ("point", "blank", "lamp_test", "zero_in")


def outputs(digit: int, point: int, blank: int, lamp_test: int, zero_in: int) -> dict[str, int]:
    """The specified outputs."""
    suppressed = zero_in and digit == 0 and not point
    if lamp_test:
        segments, lit = 0x7F, 1
    elif blank or suppressed:
        segments, lit = 0, 0
    else:
        segments, lit = SHAPES[digit], point
    return {"segments": segments, "point_out": lit, "zero_out": bool(suppressed)}


async def apply(bench: Bench, digit: int, **controls: int) -> None:
    """Compares the design's outputs; controls that are not named are 0."""
    inputs = {"digit": digit, **dict.fromkeys(CONTROLS, 0), **controls}
    await bench.settle(inputs, outputs(**inputs))


@cocotb.test
async def shapes(dut: Any) -> None:
    """Every digit, without and with its point."""
    bench = Bench(dut)
    for digit, point in product(range(16), (0, 1)):
        await apply(bench, digit, point=point)


@cocotb.test
async def blanking_and_lamp_test(dut: Any) -> None:
    """Both controls over every digit, alone and together."""
    bench = Bench(dut)
    for digit, blank, lamp_test in product(range(16), (0, 1), (0, 1)):
        await apply(bench, digit, blank=blank, lamp_test=lamp_test)


@cocotb.test
async def zero_suppression(dut: Any) -> None:
    """Only a zero without point is suppressed."""
    bench = Bench(dut)
    for digit, point, zero_in in product(range(16), (0, 1), (0, 1)):
        await apply(bench, digit, point=point, zero_in=zero_in)


@cocotb.test
async def everything(dut: Any) -> None:
    """All combinations of inputs, in both directions so that a latch would show."""
    coverage = Coverage(["lamp test", "blank", "suppressed", "shown"])
    bench = Bench(dut)
    combinations = list(product(range(16), *[(0, 1)] * 4))
    for digit, *controls in combinations + combinations[::-1]:
        inputs = dict(zip(CONTROLS, controls, strict=True))
        await apply(bench, digit, **inputs)
        expected = outputs(digit, **inputs)
        coverage.hit("lamp test", inputs["lamp_test"])
        coverage.hit("blank", inputs["blank"] and not inputs["lamp_test"])
        coverage.hit("suppressed", expected["zero_out"] and expected["segments"] == 0)
        coverage.hit("shown", expected["segments"] == SHAPES[digit])
    coverage.require()
