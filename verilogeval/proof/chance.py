"""Random stimulus, for samples of which Yosys makes no circuit, or none that ABC decides."""

import random
from collections.abc import Mapping, Sequence

from verilogeval.proof.circuit import Circuit
from verilogeval.testbench.ports import Port

STEPS = 600
#: For so many steps an input keeps to one way of choosing its value: how often a bit of it is 1.
_STRETCH = 50
_WAYS = (0.5, 0.5, 1 / 16, 15 / 16)
#: How often a reset is active after the first steps.
_RESET = 1 / 32


def random_trace(
    circuit: Circuit, ports: Sequence[Port], resets: Mapping[str, int]
) -> tuple[tuple[int, ...], ...]:
    """A bit for each of the circuit's inputs, step by step; the same circuit, the same bits."""
    rng = random.Random(0)  # noqa: S311 - stimulus, not a secret
    ways: dict[int, float] = {}
    trace = []
    for step in range(STEPS):
        if step % _STRETCH == 0:
            ways = {number: rng.choice(_WAYS) for number in range(len(ports))}
        bits = []
        for place in circuit.inputs:
            active = None if place is None else resets.get(ports[place[0]].name)
            if place is None:
                bits.append(0)
            elif active is not None:
                bits.append(active if rng.random() < _RESET else 1 - active)
            else:
                bits.append(int(rng.random() < ways[place[0]]))
        trace.append(tuple(bits))
    return tuple(trace)
