"""How the netlists of a sample and its reference differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from verilogeval.diagnosis.values import Cause, Finding
from verilogeval.testbench.ports import Port

Facts = Mapping[str, Any]
"""What `verilogeval.proof.circuit.describe` returns."""

_EDGES = {0: "falling", 1: "rising"}


def interface(ports: Sequence[Port], facts: Facts) -> Iterator[Finding]:
    """Ports that are missing, or others, or of another width or direction, one by one."""
    wanted = {port.name: ("input" if port.input else "output", port.width) for port in ports}
    found = {name: (direction, len(bits)) for name, (direction, bits) in facts["ports"].items()}
    for name, (direction, width) in wanted.items():
        if name not in found:
            yield Finding(Cause.INTERFACE, f"{direction} '{name}' ({width} bits) is missing")
            continue
        ours, bits = found[name]
        if ours != direction:
            yield Finding(Cause.INTERFACE, f"'{name}' is an {ours} and should be an {direction}")
        elif bits != width:
            yield Finding(Cause.INTERFACE, f"{ours} '{name}' has {bits} bits instead of {width}")
    for name in found.keys() - wanted.keys():
        yield Finding(Cause.INTERFACE, f"{found[name][0]} '{name}' is not asked for")


def structure(gold: Facts, gate: Facts) -> Iterator[Finding]:
    """Loops, clock edges, latches and resets that the reference has not."""
    if gate["loop"] and not gold["loop"]:
        yield Finding(Cause.LOOP, "a signal depends on itself through combinational logic")
    yield from _clocks(gold, gate)
    ours, theirs = gate["latches"] + gate["held"], gold["latches"] + gold["held"]
    if ours > theirs:
        text = f"{ours} bits keep their value while no branch assigns them (reference: {theirs})"
        yield Finding(Cause.LATCH, text)
    yield from _resets(gold["resets"], gate["resets"])


def _clocks(gold: Facts, gate: Facts) -> Iterator[Finding]:
    theirs = {(name, edge) for name, edge in gold["clocks"]}
    for name, edge in gate["clocks"]:
        if name and (name, edge) not in theirs and (name, 1 - edge) in theirs:
            text = f"registers take the {_EDGES[edge]} edge of '{name}'; the reference takes the "
            yield Finding(Cause.CLOCK_EDGE, f"{text}{_EDGES[1 - edge]} one")


def _resets(gold: Mapping[str, Any], gate: Mapping[str, Any]) -> Iterator[Finding]:
    for name, (kind, value) in gold.items():
        if name not in gate:
            text = f"no register is reset by '{name}' (reference: {kind}, at {value})"
            yield Finding(Cause.RESET_MISSING, text)
            continue
        ours, at = gate[name]
        if ours != kind:
            text = f"'{name}' resets {ours}ly; the reference is reset {kind}ly"
            yield Finding(Cause.RESET_KIND, text)
        if at != value:
            text = f"'{name}' resets at {at}; the reference is reset at {value}"
            yield Finding(Cause.RESET_POLARITY, text)


def narrow(gold: Facts, gate: Facts) -> Iterator[Finding]:
    """Outputs of which the upper bits never change, or repeat another, and the reference's do."""
    for name, (direction, bits) in gate["ports"].items():
        theirs = gold["ports"].get(name, ("", []))[1]
        if direction != "output" or len(theirs) != len(bits):
            continue
        moving = len(bits)
        while moving and _is_stuck(bits, moving - 1) and not _is_stuck(theirs, moving - 1):
            moving -= 1
        if 0 < moving < len(bits):
            text = f"only {moving} of the {len(bits)} bits of '{name}' are computed"
            yield Finding(Cause.WIDTH, text)


def _is_stuck(bits: Sequence[Any], place: int) -> bool:
    return isinstance(bits[place], str) or bits[place] in bits[:place]


def undriven(gold: Facts, gate: Facts) -> Iterator[Finding]:
    """Outputs that nothing drives, or only with unknown values."""
    for name, (direction, bits) in gate["ports"].items():
        theirs = gold["ports"].get(name, ("", []))[1]
        if direction == "output" and "x" in bits and "x" not in theirs:
            yield Finding(Cause.UNKNOWN, f"nothing gives output '{name}' a value")
