"""What can be told of a mapped circuit's cost from its AIG alone, without mapping it."""

import numpy as np

from eda.circuit import Circuit
from rl.representation import NAMES as STATISTICS
from rl.representation import Graph, Kind, graph_of
from rl.representation.statistics import graph_statistics

#: The figures that say most of a cost, each alone.
FIGURES = (
    "ands",
    "levels",
    "loaded delay",
    "mean loaded delay",
    "nodes with several fan-outs",
    "inverted fan-ins",
    "largest fan-out",
)
NAMES = (*FIGURES, *STATISTICS)
# A node that drives many others is slow: each doubling of its fan-out counts as half a level.
_LOAD = 0.5


def features(circuit: Circuit) -> tuple[float, ...]:
    """FIGURES as natural logarithms (of one more, as they can be 0), then the statistics."""
    graph = graph_of(circuit)
    return (*_figures(graph), *graph_statistics(graph).tolist())


def _figures(graph: Graph) -> tuple[float, ...]:
    _, inputs, ands, outputs = np.bincount(graph.kind, minlength=len(Kind)).tolist()
    first = inputs + 1
    fanout = np.bincount(graph.edges[0], minlength=graph.nodes)
    load = (_LOAD * np.log2(np.maximum(fanout, 1))).tolist()
    arrival = [0.0] * first
    append = arrival.append
    left, right = graph.edges[0, : 2 * ands].reshape(-1, 2).T.tolist()
    for one, other in zip(left, right, strict=True):
        before, beside = arrival[one] + load[one], arrival[other] + load[other]
        append(1 + (before if before > beside else beside))
    drivers = graph.edges[0, 2 * ands :].tolist()
    late = [arrival[node] for node in drivers] or [0.0]
    figures = (
        ands,
        int(graph.level[graph.nodes - outputs :].max(initial=0)),
        max(late),
        sum(late) / len(late),
        int((fanout[first : first + ands] > 1).sum()),
        int(graph.inverted[: 2 * ands].sum()),
        int(fanout.max(initial=0)),
    )
    return tuple(float(figure) for figure in np.log1p(figures))
