"""What endings add to the cost of a design, whatever the circuit."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rl.guide.network import Array
from rl.learn.archive import Record

# Variance of what endings add; deviation of one circuit's results with several, and of results of
# recipes that were tried on many designs, from what the endings add to what is usual.
_VARIANCE, _SAME, _TRIED = 0.02, 0.10, 0.15
_ROUNDS = 4

Floats = npt.NDArray[np.float64]


def effects(
    records: Sequence[Record], responses: Array, endings: Sequence[int], count: int
) -> Array:
    """What each ending adds to the logarithms of area and delay on each design.

    It shows where a circuit was measured with several endings, and where recipes of one ending come
    out otherwise than is usual.

    Args:
        records: of the designs.
        responses: their logarithms of area and delay after the same recipes, of shape (designs, 2,
            recipes).
        endings: of each recipe, as an index.
        count: how many endings there are.

    Returns: float32 of shape (designs, 2, count).
    """
    ends = np.zeros((len(endings), count))
    ends[range(len(endings)), endings] = 1.0
    tried = ends.T / _TRIED**2
    beside = [[_beside(record, part, count) for part in range(2)] for record in records]
    found = np.zeros((len(records), 2, count))
    for _ in range(_ROUNDS):
        usual = (responses - found @ ends.T).mean(axis=0, keepdims=True)
        for at in range(len(records)):
            for part in range(2):
                precision, weighted = beside[at][part]
                surprise = responses[at, part] - usual[0, part]
                weighted = weighted + tried @ (surprise - surprise.mean())
                added = np.linalg.solve(precision + tried @ ends, weighted)
                found[at, part] = added - added.mean()
    return found.astype(np.float32)


def _beside(record: Record, part: int, count: int) -> tuple[Floats, Floats]:
    """Normal equations of what circuits that were measured with several endings say."""
    of_circuit: dict[tuple[float, ...], dict[int, float]] = {}
    for each in record.evaluations:
        result = each.delay if part else each.area
        of_circuit.setdefault(each.states[-1], {})[each.ending] = result
    precision, weighted = np.eye(count) / _VARIANCE, np.zeros(count)
    for results in of_circuit.values():
        ends = np.zeros((len(results), count))
        ends[range(len(results)), list(results)] = 1.0
        ends -= ends.mean(axis=0)
        precision += ends.T @ ends / _SAME**2
        weighted += ends.T @ np.array(list(results.values())) / _SAME**2
    return precision, weighted
