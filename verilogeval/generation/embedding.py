"""Texts as vectors, so that texts on the same subject lie near each other.

Hashed character n-grams, weighted by how rare they are among the texts: no model, no download, the
same vectors everywhere.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SIZE = 4096
_GRAMS = (3, 4, 5)

Vectors = npt.NDArray[np.float32]


class Embedding:
    """Vectors whose dot product is the similarity of two texts, at most 1.

    Args:
        texts: those whose n-grams tell which are rare.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        seen: Counter[int] = Counter()
        for text in texts:
            seen.update(set(_places(text)))
        self._weights: Vectors = np.full(SIZE, np.log(len(texts) + 1.0)).astype(np.float32)
        for place, count in seen.items():
            self._weights[place] = np.log((len(texts) + 1.0) / count)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text, all zeros for one without a rare n-gram."""
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place, count in Counter(_places(text)).items():
                row[place] = np.float32(1.0 + np.log(count))
        rows *= np.maximum(self._weights, 0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _places(text: str) -> list[int]:
    plain = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    return [
        zlib.crc32(plain[at : at + size].encode()) % SIZE
        for size in _GRAMS
        for at in range(len(plain) - size + 1)
    ]
