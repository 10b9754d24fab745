"""The expected best ratio among k samples: what pass@k is for cost.

Of k samples of a problem, drawn without putting back, the best is the one with the lowest ratio. A
sample that fails, or that has no ratio, is no result; a draw without any result has no best and is
left out, and pass@k tells how often that is. The figure for a problem is the mean over all draws of
k of its n samples that have a best, counted and not drawn. It is a quotient of two unbiased
estimates, made as that of pass@k is: of the best ratio, 0 where there is none, and of how often
there is one.

Over problems it is the geometric mean of those that have a result: ratios multiply, twice as large
and half as large are to cancel out, and one problem of fifty times the cost is not to decide the
figure of all. The arithmetic mean, the median and the largest one stand beside it.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from verilogeval.statistics import KS, bootstrap_interval


def best_of_k(ratios: Sequence[float], n: int, k: int) -> float | None:
    """The mean lowest ratio over all draws of k of n samples that hold one with a ratio.

    Args:
        ratios: those of the samples that have one.
        n: all samples of the problem.
        k: how many are drawn.

    Raises:
        ValueError: k is not between 1 and n, or there are more ratios than samples.
    """
    if not 1 <= k <= n or len(ratios) > n:
        raise ValueError(f"cannot draw {k} of {n} samples, of which {len(ratios)} have a ratio")
    ordered = sorted(ratios)
    # The i-th lowest is the best of a draw if the other k - 1 are among the n - i behind it.
    ways = [math.comb(n - place, k - 1) for place in range(1, len(ordered) + 1)]
    total = sum(ways)
    if total == 0:
        return None
    return math.fsum(ratio * (way / total) for ratio, way in zip(ordered, ways, strict=True))


def best_at(
    ratios: Mapping[str, Sequence[float]], counts: Mapping[str, int], ks: Sequence[int] = KS
) -> dict[str, dict[str, Any] | None]:
    """For each k what the problems with a result come to, as JSON values.

    `ratio` is their geometric mean and `ci` its interval, `mean` and `median` are the others,
    `problems` says how many there are. Where a sample costs nothing and its reference does not, the
    ratio is 0, of which there is no geometric mean: such problems are in `zero` and left out.
    `largest` names the problem with the highest one.

    None for a k of which some problem with samples has fewer, as for pass@k.

    Args:
        ratios: by problem, those of its samples that have one.
        counts: by problem, how many samples count.
        ks: the k.
    """
    counted = {task_id: n for task_id, n in counts.items() if n > 0}
    most = min(counted.values(), default=0)
    return {
        str(k): _over_problems(
            {
                task_id: value
                for task_id, n in counted.items()
                if k <= most and (value := best_of_k(ratios.get(task_id, ()), n, k)) is not None
            }
        )
        for k in ks
    }


def _over_problems(bests: Mapping[str, float]) -> dict[str, Any] | None:
    values = {task_id: value for task_id, value in bests.items() if value > 0}
    if not values:
        return None
    interval = bootstrap_interval([math.log(value) for value in values.values()])
    largest = max(values, key=lambda task_id: values[task_id])
    return {
        "ratio": statistics.geometric_mean(values.values()),
        "ci": [math.exp(edge) for edge in interval] if interval else None,
        "mean": statistics.fmean(values.values()),
        "median": statistics.median(values.values()),
        "largest": {"task_id": largest, "ratio": values[largest]},
        "problems": len(values),
        "zero": len(bests) - len(values),
    }
