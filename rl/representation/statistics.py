"""A circuit in a fixed number of figures: size, shape, fan-out, and where the inverters are.

All are logarithms or shares, so that circuits of any size can be compared.
"""

import numpy as np
import numpy.typing as npt

from eda.circuit import Circuit
from rl.representation.graph import Graph, Kind, graph_of

_FANOUT_SHARES = (2, 3, 4, 8, 16)
_LEVEL_PARTS = 5

NAMES: tuple[str, ...] = (
    "inputs",
    "outputs",
    "ANDs",
    "levels",
    "mean level of outputs",
    "ANDs per level",
    "ANDs per output",
    "ANDs per input",
    "largest fan-out",
    "inverted edges",
    "inverted outputs",
    "ANDs of two inverted edges",
    "ANDs of no inverted edge",
    "exclusive ors and multiplexers",
    "edges that skip levels",
    *(f"ANDs with a fan-out of {count} or more" for count in _FANOUT_SHARES),
    *(f"ANDs in part {part + 1} of {_LEVEL_PARTS} of the levels" for part in range(_LEVEL_PARTS)),
    *(f"outputs in part {part + 1} of {_LEVEL_PARTS}" for part in range(_LEVEL_PARTS)),
)


def statistics(circuit: Circuit) -> npt.NDArray[np.float32]:
    """The figures of NAMES.

    Returns: float32 array of shape (len(NAMES),).
    """
    return graph_statistics(graph_of(circuit))


def graph_statistics(graph: Graph) -> npt.NDArray[np.float32]:
    """The figures of NAMES, for a graph that is known already."""
    kinds = np.bincount(graph.kind, minlength=len(Kind)).tolist()
    _, inputs, ands, outputs = kinds
    depth = int(graph.level.max(initial=0))
    edge_pairs = graph.inverted[: 2 * ands].reshape(-1, 2).sum(axis=1)
    fanout = np.bincount(graph.edges[0], minlength=graph.nodes)
    and_fanout = fanout[graph.kind == Kind.AND]
    output_level = graph.level[graph.kind == Kind.OUTPUT]
    figures = [
        *np.log1p([inputs, outputs, ands, depth, output_level.mean() if outputs else 0]),
        *np.log([(ands + 1) / (depth + 1), (ands + 1) / (outputs + 1), (ands + 1) / (inputs + 1)]),
        np.log1p(fanout.max(initial=0)),
        _share(graph.inverted[: 2 * ands].sum(), 2 * ands),
        _share(graph.inverted[2 * ands :].sum(), outputs),
        _share((edge_pairs == 2).sum(), ands),
        _share((edge_pairs == 0).sum(), ands),
        _share(_choices(graph, ands), ands),
        _share(_skips(graph, ands), 2 * ands),
        *(_share((and_fanout >= count).sum(), ands) for count in _FANOUT_SHARES),
        *_parts(graph.level[graph.kind == Kind.AND], depth),
        *_parts(output_level, depth),
    ]
    return np.array(figures, dtype=np.float32)


def _share(count: float, of: int) -> float:
    return float(count) / of if of else 0.0


def _parts(level: npt.NDArray[np.int32], depth: int) -> npt.NDArray[np.float64]:
    """The shares of `level` in equal parts of 0 to `depth`."""
    place = np.minimum(level * _LEVEL_PARTS // (depth + 1), _LEVEL_PARTS - 1)
    return np.bincount(place, minlength=_LEVEL_PARTS) / max(1, len(level))


def _skips(graph: Graph, ands: int) -> int:
    """Fan-in edges of ANDs that come from more than one level below."""
    source, target = graph.edges[:, : 2 * ands]
    return int((graph.level[target] - graph.level[source] > 1).sum())


def _choices(graph: Graph, ands: int) -> int:
    """ANDs of two inverted ANDs that share a variable in both polarities: x ? a : b, x ^ y."""
    first = graph.nodes - ands - int((graph.kind == Kind.OUTPUT).sum())
    source = graph.edges[0, : 2 * ands].reshape(-1, 2)
    inverted = graph.inverted[: 2 * ands].reshape(-1, 2)
    both = (source >= first).all(axis=1) & inverted.all(axis=1)
    left, right = (source[both] - first).T
    found = np.zeros(len(left), dtype=np.bool_)
    for one in range(2):
        for other in range(2):
            same = source[left, one] == source[right, other]
            found |= same & (inverted[left, one] != inverted[right, other])
    return int(found.sum())
