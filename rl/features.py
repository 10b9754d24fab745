"""What can be told of a mapped circuit's cost from its AIG alone, without mapping it."""

import numpy as np

from eda import aiger
from eda.circuit import Circuit

NAMES = (
    "ands",
    "levels",
    "loaded delay",
    "mean loaded delay",
    "nodes with several fan-outs",
    "inverted fan-ins",
    "largest fan-out",
)
# A node that drives many others is slow: each doubling of its fan-out counts as half a level.
_LOAD = 0.5


def features(circuit: Circuit) -> tuple[float, ...]:
    """The figures of NAMES, as natural logarithms (of one more, where they can be 0)."""
    aig = aiger.parse(circuit.data)
    header, fanins = aig.header, aig.fanins
    first = header.inputs + 1
    drivers = fanins >> 1
    outputs = np.array(aig.outputs, dtype=np.int64) >> 1
    fanout = np.bincount(drivers.ravel(), minlength=header.max_variable + 1)
    fanout += np.bincount(outputs, minlength=header.max_variable + 1)
    load = (_LOAD * np.log2(np.maximum(fanout, 1))).tolist()
    level = [0] * (header.max_variable + 1)
    arrival = [0.0] * (header.max_variable + 1)
    for node, (left, right) in enumerate(drivers.tolist(), first):
        level[node] = 1 + max(level[left], level[right])
        arrival[node] = 1 + max(arrival[left] + load[left], arrival[right] + load[right])
    late = [arrival[node] for node in outputs.tolist()] or [0.0]
    figures = (
        header.ands,
        max((level[node] for node in outputs.tolist()), default=0),
        max(late),
        sum(late) / len(late),
        int((fanout[first:] > 1).sum()),
        int((fanins & 1).sum()),
        int(fanout.max()),
    )
    return tuple(float(figure) for figure in np.log1p(figures))
