"""Small neural networks without PyTorch, whose import takes longer than many an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """Linear layers with rectifiers between them.

    Attributes:
        layers: weights of shape (out, in) and biases of shape (out,), first layer first.
    """

    layers: tuple[tuple[Array, Array], ...]

    def __call__(self, rows: Array) -> Array:
        """The outputs of `rows`, float32 of shape (n, in) or (in,)."""
        hidden = rows
        for number, (weights, biases) in enumerate(self.layers):
            if number:
                hidden = np.maximum(hidden, 0)
            hidden = hidden @ weights.T + biases
        return hidden

    @property
    def inputs(self) -> int:
        """Figures that go in."""
        return int(self.layers[0][0].shape[1])

    @property
    def outputs(self) -> int:
        """Figures that come out."""
        return int(self.layers[-1][0].shape[0])


def network(tensors: Mapping[str, Array], name: str) -> Network:
    """The network whose tensors are called NAME.0.weight, NAME.0.bias, NAME.1.weight and so on.

    Raises:
        ValueError: they are missing, or their shapes do not fit.
    """
    layers: list[tuple[Array, Array]] = []
    while f"{name}.{len(layers)}.weight" in tensors:
        weights = tensors[f"{name}.{len(layers)}.weight"].astype(np.float32)
        biases = tensors.get(f"{name}.{len(layers)}.bias", np.zeros(0)).astype(np.float32)
        fits = weights.ndim == 2 and biases.shape == weights.shape[:1]
        fits = fits and (not layers or layers[-1][0].shape[0] == weights.shape[1])
        if not fits or not (np.isfinite(weights).all() and np.isfinite(biases).all()):
            raise ValueError(f"layer {len(layers)} of '{name}' does not fit")
        layers.append((weights, biases))
    if not layers:
        raise ValueError(f"no network '{name}'")
    return Network(tuple(layers))
