"""A checkpoint as training writes it, of random numbers."""

from typing import Any

import numpy as np

from eda.flow import Flow, FlowKind
from rl.features import NAMES
from rl.guide.model import FORMAT, Card, KnownDesign, KnownRecipe
from rl.table import PAPER

WIDTH = 4
ENDINGS = Flow(FlowKind.MAP).endings(PAPER.endings)


def card(**changes: Any) -> Card:
    """A card of three designs, with some entries changed."""
    given: dict[str, Any] = {
        "format": FORMAT,
        "table": "paper",
        "flow": "map",
        "moves": tuple(move.commands for move in PAPER.moves),
        "endings": tuple(ending.name for ending in ENDINGS),
        "features": NAMES,
        "temperature": 10.0,
        "threshold": 0.5,
        "designs": tuple(
            KnownDesign(
                name=f"design{number}",
                recipes=(KnownRecipe(moves=(number % 7, 1), ending=0, reward=0.1),),
            )
            for number in range(3)
        ),
        "training": {"seed": 0},
    }
    return Card(**(given | changes))


def tensors(seed: int = 0) -> dict[str, Any]:
    """The weights that belong to it."""
    rng = np.random.default_rng(seed)

    def layer(outputs: int, inputs: int, name: str) -> dict[str, Any]:
        return {
            f"{name}.weight": rng.normal(size=(outputs, inputs)).astype(np.float32) / 10,
            f"{name}.bias": rng.normal(size=outputs).astype(np.float32) / 10,
        }

    known = len(NAMES)
    designs = rng.normal(size=(3, WIDTH)).astype(np.float32)
    return {
        **layer(2 * len(ENDINGS), 2 * known, "value0.0"),
        **layer(8, 2 * known + 8, "policy.0"),
        **layer(7, 8, "policy.1"),
        **layer(WIDTH, known, "embedding.0"),
        "centre": np.zeros(known, dtype=np.float32),
        "scale": np.ones(known, dtype=np.float32),
        "spread": np.ones(known, dtype=np.float32),
        "designs": designs / np.linalg.norm(designs, axis=1, keepdims=True),
    }
