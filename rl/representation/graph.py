"""An AIG as a graph in arrays."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from eda import aiger
from eda.circuit import Circuit


class Kind(IntEnum):
    """What a node is."""

    CONSTANT = 0
    INPUT = 1
    AND = 2
    OUTPUT = 3


@dataclass(frozen=True)
class Graph:
    """Nodes and edges of an AIG: the constant, the inputs, the ANDs in topological order, outputs.

    Attributes:
        kind: uint8 array of shape (nodes,): a `Kind` for each node.
        level: int32 array of shape (nodes,): ANDs on the longest path to a node; an output's is
            its driver's.
        edges: int32 array of shape (2, edges): from which node, to which; each AND has two
            edges in a row, then each output has one.
        inverted: bool array of shape (edges,): whether an edge inverts.
    """

    kind: npt.NDArray[np.uint8]
    level: npt.NDArray[np.int32]
    edges: npt.NDArray[np.int32]
    inverted: npt.NDArray[np.bool_]

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.kind)


def graph_of(circuit: Circuit) -> Graph:
    """The graph of a circuit."""
    aig = aiger.parse(circuit.data)
    header = aig.header
    first_and, first_output = header.inputs + 1, header.max_variable + 1
    counts = (1, header.inputs, header.ands, header.outputs)
    kind = np.repeat(np.array(Kind, dtype=np.uint8), counts)
    outputs = np.array(aig.outputs, dtype=np.int64)
    literals = np.concatenate([aig.fanins.ravel(), outputs])
    targets = np.concatenate(
        [
            np.repeat(np.arange(first_and, first_output), 2),
            np.arange(first_output, first_output + header.outputs),
        ]
    )
    level = np.array(aiger.node_levels(aig), dtype=np.int32)
    return Graph(
        kind=kind,
        level=np.concatenate([level, level[outputs >> 1]]),
        edges=np.stack([literals >> 1, targets]).astype(np.int32),
        inverted=(literals & 1).astype(np.bool_),
    )
