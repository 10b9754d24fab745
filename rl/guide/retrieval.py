"""The nearest known designs, and how far to trust what was learned from them."""

import math
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np

from rl.guide.network import Array

# Below this many designs an exact search is faster than building anything better.
EXACT_UP_TO = 200_000
_CELLS = 1024
_PROBES = 32


@dataclass(frozen=True)
class Neighbour:
    """A known design near another one.

    Attributes:
        number: its row among the known designs.
        name: its name.
        distance: cosine distance of the embeddings, 0 to 2.
    """

    number: int
    name: str
    distance: float


class Index:
    """Finds the nearest of many embeddings by cosine distance.

    Args:
        embeddings: float32 of shape (n, k), each of length 1.
    """

    def __init__(self, embeddings: Array) -> None:
        count, width = embeddings.shape
        self._index: Any = faiss.IndexFlatIP(width)
        if count > EXACT_UP_TO:
            cells = self._index
            self._index = faiss.IndexIVFFlat(cells, width, _CELLS, faiss.METRIC_INNER_PRODUCT)
            self._index.train(embeddings)
            self._index.nprobe = _PROBES
        self._index.add(np.ascontiguousarray(embeddings))

    def nearest(self, embedding: Array, count: int) -> list[tuple[int, float]]:
        """Rows and cosine distances of the `count` nearest, nearest first."""
        similar, rows = self._index.search(embedding.reshape(1, -1), count)
        return [
            (int(row), max(0.0, 1.0 - float(closeness)))
            for row, closeness in zip(rows[0], similar[0], strict=True)
            if row >= 0
        ]


def trust(distance: float, temperature: float, threshold: float) -> float:
    """How far what was learned is to be trusted on a design: alpha, 0 to 1.

    alpha = 1 - 1 / (1 + exp(-T (δ - δ_th))), after ABC-RL (ICLR 2024): near 1 where the nearest
    known design is nearer than the threshold.

    Args:
        distance: cosine distance to the nearest known design, δ.
        temperature: T.
        threshold: δ_th.
    """
    exponent = min(50.0, max(-50.0, -temperature * (distance - threshold)))
    return 1.0 - 1.0 / (1.0 + math.exp(exponent))
