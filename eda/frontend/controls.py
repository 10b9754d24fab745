"""Finds the clocks, resets and latch enables of a design from its registers' pins."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eda import aiger
from eda.frontend.registers import parse_kind
from eda.frontend.shell import Shell, decode
from eda.frontend.source import Design

_RESET_NAME = re.compile(r"(^|_)(a|s)?n?(rst|reset|clr|clear)(n|b|i|ni)?(_|$)", re.IGNORECASE)
_LOW_NAME = re.compile(r"(_n|_ni|_b|_l|rstn|resetn|clrn|rstb)$|^n_?(rst|reset|clr)", re.IGNORECASE)
_CLOCK_NAME = re.compile(r"cl?k|clock", re.IGNORECASE)

Bit = tuple[str, int]
"""A bit of an input port: the port's name, and the position from its least significant bit."""


@dataclass(frozen=True)
class Controls:
    """Input port bits that are not data.

    Attributes:
        clocks: bits that clock registers, directly or through logic.
        resets: bits that reset or set registers; the value says which level does.
        exclusive: whether one register has several resets, which must not be active at once.
        gates: bits that reach a clock or a latch's enable through logic.
    """

    clocks: tuple[Bit, ...]
    resets: dict[Bit, bool]
    exclusive: bool
    gates: tuple[Bit, ...]


def find_controls(design: Design) -> Controls:
    """Trace the control pins of a design's registers back to its input ports."""
    shell = decode(design.shell)
    cone = _Cones(design.core, shell)
    clocks: dict[Bit, None] = {}
    gates: dict[Bit, None] = {}
    asynchronous: list[tuple[int, bool]] = []
    pins = {
        (pin, net, register.kind)
        for register in shell.registers
        for pin, net in register.pins.items()
        if isinstance(net, int)
    }
    for pin, net, name in sorted(pins, key=str):
        kind = parse_kind(name)
        bits = cone.ports(net)
        if kind is None:
            continue
        if pin == "C":
            direct = bits if len(bits) == 1 else [b for b in bits if _CLOCK_NAME.search(b[0])]
            clocks.update(dict.fromkeys(direct))
            gates.update(dict.fromkeys(bit for bit in bits if bit not in direct))
        elif kind.is_latch and pin == "E":
            gates.update(dict.fromkeys(bits))
        elif pin in ("R", "S", "L"):
            asynchronous.append((net, kind.polarity[pin]))
    resets = _resets(shell, cone, asynchronous)
    for bit in clocks:
        resets.pop(bit, None)
    gates = {bit: None for bit in gates if bit not in clocks and bit not in resets}
    exclusive = any(
        len(
            {
                bit
                for pin in "RSL"
                if isinstance(held := register.pins.get(pin), int)
                for bit in cone.ports(held)
                if bit in resets
            }
        )
        > 1
        for register in shell.registers
    )
    return Controls(tuple(clocks), resets, exclusive, tuple(gates))


def _resets(shell: Shell, cone: "_Cones", pins: list[tuple[int, bool]]) -> dict[Bit, bool]:
    """The level at which each port resets: known by the pins it drives alone, then by the others.

    Args:
        shell: of the design.
        cone: of its nets.
        pins: net of each asynchronous pin, and its active level.
    """
    resets: dict[Bit, bool] = {}
    for net, level in sorted(pins, key=lambda pin: len(cone.ports(pin[0]))):
        bits = cone.ports(net)
        unknown = [bit for bit in bits if bit not in resets]
        if len(unknown) == 1:
            quiet = {bit: not resets[bit] for bit in bits if bit in resets}
            high = cone.value(net, {**quiet, unknown[0]: True}) == level
            low = cone.value(net, {**quiet, unknown[0]: False}) == level
            if high != low:
                resets[unknown[0]] = high
    for port in shell.ports:
        if port.direction == "input" and len(port.bits) == 1 and _RESET_NAME.search(port.name):
            resets.setdefault((port.name, 0), not _LOW_NAME.search(port.name))
    return resets


class _Cones:
    """Which input ports a net of the shell depends on."""

    def __init__(self, core: bytes, shell: Shell) -> None:
        self._aig = aiger.parse(core)
        self._outputs = dict(zip(shell.outputs, self._aig.outputs, strict=True))
        self._inputs = shell.inputs
        self._bits: dict[int, Bit] = {
            net: (endpoint.pin, endpoint.position)
            for net, endpoint in shell.sources()
            if not endpoint.owner
        }

    def ports(self, net: int) -> list[Bit]:
        """The port bits in the net's cone, in the core's order."""
        if net not in self._outputs:
            return [self._bits[net]] if net in self._bits else []
        support = sorted(self._support([self._outputs[net] >> 1]))
        nets = [self._inputs[variable - 1] for variable in support]
        return [self._bits[net] for net in nets if net in self._bits]

    def _support(self, stack: list[int]) -> Iterable[int]:
        first_and = self._aig.header.inputs + 1
        seen: set[int] = set()
        while stack:
            variable = stack.pop()
            if variable and variable not in seen:
                seen.add(variable)
                if variable >= first_and:
                    a, b = self._aig.fanins[variable - first_and].tolist()
                    stack.extend((a >> 1, b >> 1))
        return (variable for variable in seen if variable < first_and)

    def value(self, net: int, bits: dict[Bit, bool]) -> bool:
        """The value of a net for values of port bits; everything else is 0."""
        if net not in self._outputs:
            return bits.get(self._bits.get(net, ("", 0)), False)
        values = [False] * (self._aig.header.inputs + 1)
        for at, source in enumerate(self._inputs, 1):
            values[at] = bits.get(self._bits.get(source, ("", 0)), False)
        memo = dict(enumerate(values))
        literal = self._outputs[net]
        stack = [literal >> 1]
        while stack:
            variable = stack[-1]
            if variable in memo:
                stack.pop()
                continue
            a, b = self._aig.fanins[variable - len(values)].tolist()
            waiting = [v for v in (a >> 1, b >> 1) if v not in memo]
            stack.extend(waiting)
            if not waiting:
                memo[variable] = (memo[a >> 1] ^ bool(a & 1)) and (memo[b >> 1] ^ bool(b & 1))
        return memo[literal >> 1] ^ bool(literal & 1)
