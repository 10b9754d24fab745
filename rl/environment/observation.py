"""What an agent sees of a state, by name."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from eda.circuit import Circuit
from eda.errors import InputError
from rl.features import features
from rl.guide.model import Model
from rl.representation import NAMES, Graph, Kind, graph_of, statistics

_KEPT = 4096
_LARGEST = 32.0  # above the logarithm of any count that an AIG can have


@dataclass(frozen=True)
class State:
    """One state of an episode.

    Attributes:
        start: the circuit that the episode began with.
        circuit: the circuit now.
        moves: indices of the moves made so far.
    """

    start: Circuit
    circuit: Circuit
    moves: tuple[int, ...]


class Observer:
    """Makes observations of the kinds that were asked for.

    `statistics`: float32 of shape (2 * len(rl.representation.NAMES) + 1,): the circuit's figures,
    their distance from the start's, and the share of the recipe that is still to come.
    `recipe`: the moves so far, each as its index plus 1, then zeros.
    `graph`: the AIG; a node is its kind (one of four), the share of its inverted fan-ins and its
    level by the largest; an edge is 1 where it inverts.
    `embedding`: float32 of a model's width, of length 1; designs that like the same recipes are
    near each other.

    Args:
        names: which of these.
        moves: how many moves there are.
        length: moves of a recipe.
        model: makes embeddings; needed where they are asked for.

    Raises:
        InputError: there is no observation of that name, or none was asked for.
    """

    def __init__(
        self, names: Sequence[str], moves: int, length: int, model: Model | None = None
    ) -> None:
        self._length, self._model = length, model
        width = 1 if model is None else model.embedding.outputs
        every: dict[str, tuple[spaces.Space[Any], Callable[[State], Any]]] = {
            "statistics": (
                spaces.Box(-_LARGEST, _LARGEST, (2 * len(NAMES) + 1,), np.float32),
                self._statistics,
            ),
            "recipe": (spaces.MultiDiscrete([moves + 1] * length), self._recipe),
            "graph": (
                spaces.Graph(
                    spaces.Box(0.0, 1.0, (len(Kind) + 2,), np.float32), spaces.Discrete(2)
                ),
                self._graph,
            ),
            "embedding": (spaces.Box(-1.0, 1.0, (width,), np.float32), self._embedding),
        }
        unknown = [name for name in names if name not in every]
        if unknown or not names:
            what = f"no observation {unknown[0]!a}" if unknown else "no observation"
            raise InputError(f"{what}: there are {', '.join(every)}")
        if "embedding" in names and model is None:
            raise InputError(
                "embeddings need a model: name a checkpoint for this table with model=PATH"
            )
        self._kinds = {name: every[name] for name in names}
        self._known: OrderedDict[str, npt.NDArray[np.float32]] = OrderedDict()

    @property
    def space(self) -> spaces.Dict:
        """The space of all observations."""
        return spaces.Dict({name: space for name, (space, _) in self._kinds.items()})

    def observe(self, state: State) -> dict[str, Any]:
        """Everything that an agent sees of a state."""
        return {name: make(state) for name, (_, make) in self._kinds.items()}

    def _statistics(self, state: State) -> npt.NDArray[np.float32]:
        now, begun = self._figures(state.circuit), self._figures(state.start)
        left = 1 - len(state.moves) / self._length
        return np.concatenate([now, now - begun, np.array([left], dtype=np.float32)])

    def _figures(self, circuit: Circuit) -> npt.NDArray[np.float32]:
        known = self._known.get(circuit.sha256)
        if known is None:
            known = self._known[circuit.sha256] = statistics(circuit)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

    def _recipe(self, state: State) -> npt.NDArray[np.int64]:
        recipe = np.zeros(self._length, dtype=np.int64)
        recipe[: len(state.moves)] = np.array(state.moves, dtype=np.int64) + 1
        return recipe

    def _embedding(self, state: State) -> npt.NDArray[np.float32]:
        assert self._model is not None  # noqa: S101 - seen to when it was asked for
        embedded = self._model.embed(np.array(features(state.circuit), dtype=np.float32))
        return np.clip(embedded, -1.0, 1.0)

    def _graph(self, state: State) -> spaces.GraphInstance:
        graph = graph_of(state.circuit)
        return spaces.GraphInstance(
            nodes=node_features(graph),
            edges=graph.inverted.astype(np.int64),
            edge_links=graph.edges.T.astype(np.int64),
        )


def node_features(graph: Graph) -> npt.NDArray[np.float32]:
    """What is told of each node.

    Returns: float32 array of shape (nodes, len(Kind) + 2): the kind, one of four; the share of
        its fan-ins that are inverted; its level, by the largest.
    """
    features = np.zeros((graph.nodes, len(Kind) + 2), dtype=np.float32)
    features[np.arange(graph.nodes), graph.kind] = 1.0
    inverted = np.bincount(graph.edges[1], weights=graph.inverted, minlength=graph.nodes)
    fanins = np.bincount(graph.edges[1], minlength=graph.nodes)
    features[:, len(Kind)] = inverted / np.maximum(fanins, 1)
    features[:, len(Kind) + 1] = graph.level / max(1, int(graph.level.max(initial=0)))
    return features
