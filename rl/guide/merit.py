"""What relative costs are worth under an objective."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from eda.qor import Qor


def rewards(
    costs: npt.NDArray[np.floating], baseline: Qor, reward: Callable[[Qor], float]
) -> npt.NDArray[np.float64]:
    """The rewards of costs that are given by the baseline's.

    Args:
        costs: area and delay by the baseline's, of shape (n, 2, k).
        baseline: its cost; nodes and levels count as they are in it.
        reward: figure of merit of a cost.

    Returns: of shape (n, k).
    """

    def one(area: float, delay: float) -> float:
        nodes, levels = baseline.nodes, baseline.levels
        return reward(Qor(baseline.area * area, baseline.delay * delay, 0, nodes, levels))

    return np.array(
        [[one(*pair) for pair in zip(*row, strict=True)] for row in costs.tolist()],
        dtype=np.float64,
    )
