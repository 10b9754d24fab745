"""pass@k with intervals, and whether two runs over the same problems differ.

Which samples count, once and for all: a problem's `n` are its judged samples; `TOOL_ERROR` is
never one of them, since nothing is known about such a sample. Samples that a run should have had
and has not are failures or no samples at all, as the caller chooses. A problem with `n` = 0
contributes to no figure here.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verilogeval.sample import Missing
from verilogeval.verdict import Verdict

KS = (1, 5, 10)
RESAMPLES = 10_000
SEED = 20_240_611
CONFIDENCE = 0.95

_CELLS = 4_000_000  # numbers that a step of resampling holds at once
_FEW = 14  # differences whose sign assignments are listed one by one
_EXACT_WORK = 400_000_000  # additions that an exact permutation test may take
_FLIPS = 100_000  # random sign assignments where the exact test would take more


@dataclass(frozen=True)
class Tally:
    """One problem's samples.

    Attributes:
        n: samples that count.
        c: those of them that pass.
        tool_errors: samples whose judging failed; not in `n`.
        missing: samples that are not there; in `n` where they were to count as failures.
    """

    task_id: str
    n: int
    c: int
    category: str = ""
    tool_errors: int = 0
    missing: int = 0


@dataclass(frozen=True)
class Estimate:
    """A mean over problems.

    `interval` is the 95 % percentile interval of a bootstrap over problems, None for fewer than
    two problems, about whose spread nothing is known. Where all problems have the same value it
    has no width, which says that resampling cannot tell and not that the value is certain.
    """

    value: float
    interval: tuple[float, float] | None
    problems: int


@dataclass(frozen=True)
class PairedTest:
    """Two runs over the same problems, by the difference of pass@1 per problem.

    Attributes:
        problems: how many have samples in both runs.
        changed: how many of them have different pass rates.
        difference: mean of (second run - first run), between -1 and 1.
        interval: 95 % percentile interval of the difference in a bootstrap that draws problems
            with both their results; None for fewer than two problems.
        p_value: two-sided, of the sign-flip permutation test: the probability of a mean difference
            at least this far from 0 if each problem's two results were exchangeable.
        exact: whether all sign assignments were counted, rather than a random sample of them.
    """

    problems: int
    changed: int
    difference: float
    interval: tuple[float, float] | None
    p_value: float
    exact: bool


def tally(
    verdicts: Iterable[tuple[str, Verdict]],
    categories: Mapping[str, str],
    *,
    missing: Mapping[str, int],
    missing_as: Missing,
) -> tuple[Tally, ...]:
    """Count each problem's samples.

    Args:
        verdicts: task_id and verdict of every sample.
        categories: each problem's category by task_id, for all problems, in the order wanted.
        missing: how many samples a problem lacks, by task_id.
        missing_as: what those count as.

    Raises:
        ValueError: a verdict belongs to no problem of `categories`.
    """
    counts = {task_id: [0, 0, 0] for task_id in categories}
    for task_id, verdict in verdicts:
        if task_id not in counts:
            raise ValueError(f"no problem {task_id!r}")
        count = counts[task_id]
        if verdict is Verdict.TOOL_ERROR:
            count[2] += 1
        else:
            count[0] += 1
            count[1] += verdict is Verdict.PASS
    return tuple(
        Tally(
            task_id,
            n=n + (missing.get(task_id, 0) if missing_as is Missing.FAIL else 0),
            c=c,
            category=categories[task_id],
            tool_errors=errors,
            missing=missing.get(task_id, 0),
        )
        for task_id, (n, c, errors) in counts.items()
    )


def pass_at_k(n: int, c: int, k: int) -> float:
    """The unbiased estimate 1 - C(n-c, k) / C(n, k), correctly rounded for n of any size.

    It is the share of the k-element subsets of the n samples that hold a passing one.

    Raises:
        ValueError: not 0 <= c <= n and 1 <= k <= n.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"no pass@{k} from {c} of {n} samples")
    if k > n - c:
        return 1.0
    # C(n-c, k) / C(n, k) = C(n-k, c) / C(n, c): the smaller of the two keeps the integers small.
    few = min(k, c)
    everything = math.comb(n, few)
    return (everything - math.comb(n - max(k, c), few)) / everything


def estimates(tallies: Sequence[Tally], ks: Sequence[int] = KS) -> dict[int, Estimate | None]:
    """pass@k as the mean over problems, with intervals.

    A k is None unless every problem with samples has at least k of them: an estimate over only
    those problems that have enough would be one over another set of problems, and must not stand
    beside the others. It is None as well where no problem has any sample.
    """
    counted = [entry for entry in tallies if entry.n > 0]
    most = min((entry.n for entry in counted), default=0)
    found: dict[int, Estimate | None] = {}
    for k in ks:
        if k > most:
            found[k] = None
            continue
        values = [pass_at_k(entry.n, entry.c, k) for entry in counted]
        mean = math.fsum(values) / len(values)
        found[k] = Estimate(mean, bootstrap_interval(values), len(values))
    return found


def by_category(
    tallies: Sequence[Tally], ks: Sequence[int] = KS
) -> dict[str, dict[int, Estimate | None]]:
    """`estimates` for each category, in order of first appearance."""
    groups: dict[str, list[Tally]] = {}
    for entry in tallies:
        groups.setdefault(entry.category, []).append(entry)
    return {name: estimates(group, ks) for name, group in groups.items()}


def as_json(found: Mapping[int, Estimate | None]) -> dict[str, dict[str, Any]]:
    """The fields `pass_at` and `ci` of a run's summary."""
    return {
        "pass_at": {str(k): None if e is None else e.value for k, e in found.items()},
        "ci": {
            str(k): None if e is None or e.interval is None else list(e.interval)
            for k, e in found.items()
        },
    }


def bootstrap_interval(values: Sequence[float], *, seed: int = SEED) -> tuple[float, float] | None:
    """The 95 % percentile interval of the mean of `values`; None for fewer than two.

    The order of the values does not matter, and the same values give the same interval.
    """
    if len(values) < 2:
        return None
    # How often each distinct value is drawn follows a multinomial distribution; drawing that is
    # the same as drawing problems one by one, and does not grow with their number.
    distinct, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    rng = np.random.default_rng(seed)
    size = len(values)
    means = np.concatenate(
        [
            rng.multinomial(size, counts / size, size=rows) @ distinct / size
            for rows in _portions(RESAMPLES, len(distinct))
        ]
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = np.clip(np.quantile(means, [tail, 1 - tail]), distinct[0], distinct[-1])
    return float(low), float(high)


def paired_test(pairs: Sequence[tuple[Tally, Tally]]) -> PairedTest:
    """Compare two runs problem by problem.

    Args:
        pairs: the first and the second run's tally of each problem that both have. Pairs of
            which one side has no samples are left out.

    Raises:
        ValueError: nothing is left to compare.
    """
    differences = [Fraction(b.c, b.n) - Fraction(a.c, a.n) for a, b in pairs if a.n > 0 and b.n > 0]
    if not differences:
        raise ValueError("no problem has samples in both runs")
    p_value, exact = sign_flip_test(differences)
    return PairedTest(
        problems=len(differences),
        changed=sum(value != 0 for value in differences),
        difference=float(sum(differences) / len(differences)),
        interval=bootstrap_interval([float(value) for value in differences]),
        p_value=p_value,
        exact=exact,
    )


def sign_flip_test(differences: Sequence[Fraction], *, seed: int = SEED) -> tuple[float, bool]:
    """The two-sided p-value of the sum of `differences` under random signs, and if it is exact.

    All sign assignments count, on a common denominator: those of few differences are listed, the
    distribution of the sums of many is built up one difference at a time. Where denominators are
    so many that it would take too long, random assignments stand in for it, the observed one
    among them.
    """
    changed = [value for value in differences if value != 0]
    if not changed:
        return 1.0, True
    common = math.lcm(*(value.denominator for value in changed))
    steps = [int(value * common) for value in changed]
    divisor = math.gcd(*steps)
    steps = [step // divisor for step in steps]
    span = sum(abs(step) for step in steps)
    if len(steps) <= _FEW:
        return _listed_flips(steps), True
    if 2 * span + 1 <= _CELLS and (2 * span + 1) * len(steps) <= _EXACT_WORK:
        return _all_flips(steps, span), True
    return _random_flips([float(value) for value in changed], seed), False


def _listed_flips(steps: Sequence[int]) -> float:
    sums = [0]
    for step in steps:
        sums = [total + sign * step for total in sums for sign in (1, -1)]
    far = abs(sum(steps))
    return sum(abs(total) >= far for total in sums) / len(sums)


def _all_flips(steps: Sequence[int], span: int) -> float:
    chance: NDArray[np.float64] = np.zeros(2 * span + 1)
    chance[span] = 1.0
    reach = 0
    for step in steps:
        # Sums lie within `reach` of 0 so far; a step moves half of them up and half down.
        size = abs(step)
        before = chance[span - reach : span + reach + 1] / 2
        chance[span - reach : span + reach + 1] = 0.0
        chance[span - reach + size : span + reach + size + 1] += before
        chance[span - reach - size : span + reach - size + 1] += before
        reach += size
    far = abs(sum(steps))
    tails = float(chance[: span - far + 1].sum() + chance[span + far :].sum())
    return min(1.0, tails if far else 1.0)


def _random_flips(changed: Sequence[float], seed: int) -> float:
    values = np.asarray(changed)
    far = abs(float(values.sum())) * (1 - 1e-12)  # equal sums in another order of addition
    rng = np.random.default_rng(seed)
    hits = 0
    for rows in _portions(_FLIPS, len(values)):
        signs = 2.0 * rng.integers(0, 2, size=(rows, len(values)), dtype=np.int8) - 1.0
        hits += int(np.count_nonzero(np.abs(signs @ values) >= far))
    return (hits + 1) / (_FLIPS + 1)


def _portions(total: int, width: int) -> list[int]:
    rows = max(1, min(total, _CELLS // width))
    return [rows] * (total // rows) + ([total % rows] if total % rows else [])
