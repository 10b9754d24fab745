"""pass@k, its intervals, and the paired test, against brute force and against known answers."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verilogeval.statistics import (
    Missing,
    Tally,
    as_json,
    bootstrap_interval,
    by_category,
    estimates,
    paired_test,
    pass_at_k,
    sign_flip_test,
    tally,
)
from verilogeval.verdict import Verdict


@st.composite
def counts(draw: st.DrawFn, largest: int = 9) -> tuple[int, int, int]:
    n = draw(st.integers(1, largest))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


@given(counts())
def test_pass_at_k_is_the_share_of_subsets_with_a_passing_sample(
    numbers: tuple[int, int, int],
) -> None:
    n, c, k = numbers
    subsets = list(itertools.combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == sum(map(any, subsets)) / len(subsets)


@given(counts(10**6))
def test_pass_at_k_is_within_bounds_and_grows_with_k_and_c(numbers: tuple[int, int, int]) -> None:
    n, c, k = numbers[0], numbers[1], min(numbers[2], 50)
    value = pass_at_k(n, c, k)
    assert 0.0 <= value <= 1.0
    assert value == 0.0 or c > 0
    assert value == 1.0 or k <= n - c
    if k < n:
        assert pass_at_k(n, c, k + 1) >= value
    if c < n:
        assert pass_at_k(n, c + 1, k) >= value


def test_pass_at_k_is_correctly_rounded_for_many_samples() -> None:
    for n, c, k in [(10**6, 1, 10), (10**6, 10**6 - 10, 10), (10**5, 3, 5 * 10**4), (200, 7, 100)]:
        misses = Fraction(1)
        for step in range(min(k, c)):
            misses *= Fraction(n - max(k, c) - step, n - step)
        assert pass_at_k(n, c, k) == float(1 - misses)


def test_pass_at_1_is_the_pass_rate() -> None:
    assert pass_at_k(20, 7, 1) == 7 / 20


@pytest.mark.parametrize(("n", "c", "k"), [(0, 0, 1), (3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4)])
def test_pass_at_k_refuses_what_has_no_value(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match=f"pass@{k}"):
        pass_at_k(n, c, k)


RESULTS = [
    ("a", Verdict.PASS),
    ("b", Verdict.MISMATCH),
    ("a", Verdict.TIMEOUT),
    ("b", Verdict.TOOL_ERROR),
    ("b", Verdict.PASS),
    ("b", Verdict.REJECTED),
]
CATEGORIES = {"b": "fsm", "a": "gates", "c": "fsm"}


def test_tool_errors_are_no_samples_and_missing_ones_are_failures_by_choice() -> None:
    found = tally(RESULTS, CATEGORIES, missing={"a": 2, "c": 4}, missing_as=Missing.FAIL)
    assert found == (
        Tally("b", n=3, c=1, category="fsm", tool_errors=1),
        Tally("a", n=4, c=1, category="gates", missing=2),
        Tally("c", n=4, c=0, category="fsm", missing=4),
    )
    without = tally(RESULTS, CATEGORIES, missing={"a": 2, "c": 4}, missing_as=Missing.LEAVE_OUT)
    assert [(entry.n, entry.c, entry.missing) for entry in without] == [
        (3, 1, 0),
        (2, 1, 2),
        (0, 0, 4),
    ]


def test_a_result_of_an_unknown_problem_is_refused() -> None:
    with pytest.raises(ValueError, match="no problem 'z'"):
        tally([("z", Verdict.PASS)], {"a": ""}, missing={}, missing_as=Missing.FAIL)


def test_means_are_over_problems_and_not_over_samples() -> None:
    found = estimates([Tally("a", n=10, c=10), Tally("b", n=1, c=0)], ks=(1,))
    assert found[1] is not None
    assert found[1].value == 0.5
    assert found[1].problems == 2


def test_a_k_is_reported_only_where_every_problem_has_as_many_samples() -> None:
    tallies = [Tally("a", n=10, c=3), Tally("b", n=5, c=0), Tally("unscored", n=0, c=0)]
    found = estimates(tallies)
    assert found[5] is not None
    assert found[5].value == pass_at_k(10, 3, 5) / 2
    assert found[5].problems == 2
    assert found[10] is None
    assert estimates([Tally("unscored", n=0, c=0)]) == {1: None, 5: None, 10: None}


def test_categories_are_estimated_apart() -> None:
    tallies = [
        Tally("a", n=4, c=4, category="gates"),
        Tally("b", n=4, c=1, category="fsm"),
        Tally("c", n=4, c=3, category="fsm"),
    ]
    found = by_category(tallies, ks=(1,))
    assert list(found) == ["gates", "fsm"]
    assert [e[1].value for e in found.values() if e[1] is not None] == [1.0, 0.5]


def test_the_summary_holds_values_and_intervals_by_k() -> None:
    found = as_json(estimates([Tally("a", n=1, c=1), Tally("b", n=1, c=0)]))
    assert found == {
        "pass_at": {"1": 0.5, "5": None, "10": None},
        "ci": {"1": [0.0, 1.0], "5": None, "10": None},
    }


@given(st.lists(st.sampled_from([0.0, 0.25, 0.4, 1.0]), min_size=2, max_size=40))
def test_the_interval_lies_around_the_mean_whatever_the_order(values: list[float]) -> None:
    interval = bootstrap_interval(values)
    assert interval is not None
    low, high = interval
    mean = math.fsum(values) / len(values)
    assert min(values) <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= max(values)
    assert bootstrap_interval(values[::-1]) == interval


def test_the_interval_is_as_wide_as_the_central_limit_theorem_says() -> None:
    values = [0.0] * 400 + [1.0] * 600
    interval = bootstrap_interval(values)
    half = 1.96 * math.sqrt(0.6 * 0.4 / 1000)
    assert interval == pytest.approx((0.6 - half, 0.6 + half), abs=0.002)


def test_one_problem_has_no_interval() -> None:
    assert bootstrap_interval([0.5]) is None


@given(st.lists(st.fractions(-1, 1, max_denominator=10), min_size=1, max_size=9))
def test_the_permutation_test_counts_all_sign_assignments(differences: list[Fraction]) -> None:
    p_value, exact = sign_flip_test(differences)
    far = abs(sum(differences, Fraction()))
    sums = [
        abs(sum((s * value for s, value in zip(signs, differences, strict=True)), Fraction()))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    assert exact
    assert p_value == sum(value >= far for value in sums) / len(sums)


def test_many_problems_are_tested_exactly_too() -> None:
    # 60 equal differences, 40 of them up: the sign test's binomial tail.
    p_value, exact = sign_flip_test([Fraction(1, 7)] * 40 + [Fraction(-1, 7)] * 20)
    tail = sum(math.comb(60, k) for k in range(40, 61)) / 2**60
    assert exact
    assert p_value == pytest.approx(2 * tail, rel=1e-9)


def test_a_sampled_permutation_test_agrees_with_the_exact_one() -> None:
    # Large prime denominators put the exact test beyond its limit; the values hardly change.
    signs = [1] * 26 + [-1] * 12
    plain = [Fraction(sign * (100 + 7 * i), 1000) for i, sign in enumerate(signs)]
    odd = [value + Fraction(1, 100_069) - Fraction(1, 100_103) for value in plain]
    (exact_p, exact), (sampled_p, sampled) = sign_flip_test(plain), sign_flip_test(odd)
    assert exact
    assert not sampled
    assert 0.02 < exact_p < 0.9
    assert sampled_p == pytest.approx(exact_p, abs=0.01)
    assert sign_flip_test(odd) == (sampled_p, sampled)


def runs(*rates: tuple[int, int]) -> list[tuple[Tally, Tally]]:
    return [(Tally(str(i), n=10, c=a), Tally(str(i), n=10, c=b)) for i, (a, b) in enumerate(rates)]


def test_a_clear_difference_is_significant_and_its_sign_is_the_second_runs() -> None:
    found = paired_test(runs(*[(2, 8)] * 12, (5, 5)))
    assert found.difference == pytest.approx(0.6 * 12 / 13)
    assert (found.problems, found.changed, found.exact) == (13, 12, True)
    assert found.p_value == pytest.approx(2 / 2**12)
    assert found.interval is not None
    assert 0 < found.interval[0] < found.difference < found.interval[1]


def test_equal_runs_do_not_differ() -> None:
    found = paired_test(runs((3, 3), (10, 10)))
    assert (found.difference, found.p_value, found.interval) == (0.0, 1.0, (0.0, 0.0))


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=30))
def test_swapping_the_runs_turns_the_difference_around(rates: list[tuple[int, int]]) -> None:
    there, back = paired_test(runs(*rates)), paired_test(runs(*((b, a) for a, b in rates)))
    assert back.difference == -there.difference
    assert back.p_value == there.p_value
    assert 0 < there.p_value <= 1


def test_problems_without_samples_in_one_run_are_left_out() -> None:
    pairs = [*runs((1, 2)), (Tally("x", n=0, c=0), Tally("x", n=10, c=9))]
    assert paired_test(pairs).problems == 1
    with pytest.raises(ValueError, match="no problem"):
        paired_test(pairs[1:])
