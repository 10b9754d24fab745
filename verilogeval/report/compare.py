"""Where two runs differ, and whether the difference is more than chance."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eda.errors import InputError
from verilogeval.report.run import Result, Run, load_run
from verilogeval.statistics import Estimate, PairedTest, Tally, estimates, paired_test
from verilogeval.verdict import Verdict


@dataclass(frozen=True)
class Side:
    """One of the two runs; `pass_at_1` is over the problems with samples in both."""

    path: Path
    dataset: str
    pass_at_1: Estimate


@dataclass(frozen=True)
class ChangedProblem:
    """A problem whose pass rate differs; `difference` is the second run's less the first's."""

    task_id: str
    category: str
    a: Tally
    b: Tally
    difference: float


@dataclass(frozen=True)
class ChangedSample:
    """A sample whose verdict differs.

    Samples are matched by their number. `same_source` says whether both runs judged the same
    text, in which case the judges differ and not the models; None where a text is not kept.
    """

    task_id: str
    sample: int
    a: Verdict
    b: Verdict
    same_source: bool | None


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        a: the first run.
        b: the second; differences are its values less the first's.
        test: the paired test of pass@1 over the problems with samples in both.
        problems: those whose pass rate differs, the largest differences first.
        samples: those whose verdict differs, in the order of the first run.
        verdicts: how many samples have which verdict in the first and in the second run, equal
            ones included.
        only_a: problems that only the first run has.
        only_b: problems that only the second run has.
        uncounted: problems of both that lack samples that count in one of them.
    """

    a: Side
    b: Side
    test: PairedTest
    problems: tuple[ChangedProblem, ...]
    samples: tuple[ChangedSample, ...]
    verdicts: Mapping[tuple[Verdict, Verdict], int]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    uncounted: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "a": _side_json(self.a),
            "b": _side_json(self.b),
            **asdict(self.test),
            "problem_differences": [_problem_json(entry) for entry in self.problems],
            "sample_differences": [_sample_json(entry) for entry in self.samples],
            "verdicts": [
                {"a": a.value, "b": b.value, "samples": count}
                for (a, b), count in self.verdicts.items()
            ],
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
            "uncounted": list(self.uncounted),
        }


def compare(run_a: Path, run_b: Path) -> Comparison:
    """Compare two run folders over the problems that both have.

    Raises:
        InputError: one of them is no finished run, or they have no problem with samples in
            common.
    """
    a, b = load_run(run_a), load_run(run_b)
    pairs = _pairs(a, b)
    counted = [(left, right) for left, right in pairs if left.n and right.n]
    if not counted:
        raise InputError(f"{run_a} and {run_b} have no problem in common that both have scored")
    names = [left.task_id for left, _ in pairs]
    matched = _matched(a, b, names)
    return Comparison(
        a=_side(a, [left for left, _ in counted]),
        b=_side(b, [right for _, right in counted]),
        test=paired_test(counted),
        problems=_changed_problems(counted),
        samples=_changed_samples(a, b, matched),
        verdicts=dict(
            sorted(
                Counter((left.verdict, right.verdict) for left, right in matched).items(),
                key=lambda item: [list(Verdict).index(verdict) for verdict in item[0]],
            )
        ),
        only_a=tuple(name for name in a.summary.tasks if name not in b.summary.tasks),
        only_b=tuple(name for name in b.summary.tasks if name not in a.summary.tasks),
        uncounted=tuple(left.task_id for left, right in pairs if not (left.n and right.n)),
    )


def _pairs(a: Run, b: Run) -> list[tuple[Tally, Tally]]:
    others = {entry.task_id: entry for entry in b.tallies}
    return [(entry, others[entry.task_id]) for entry in a.tallies if entry.task_id in others]


def _side(run: Run, tallies: list[Tally]) -> Side:
    estimate = estimates(tallies, ks=(1,))[1]
    if estimate is None:
        raise ValueError("a problem without samples was to be left out")
    return Side(run.path, run.summary.dataset, estimate)


def _changed_problems(pairs: list[tuple[Tally, Tally]]) -> tuple[ChangedProblem, ...]:
    changed = [
        ChangedProblem(a.task_id, a.category, a, b, b.c / b.n - a.c / a.n)
        for a, b in pairs
        if a.c * b.n != b.c * a.n
    ]
    return tuple(sorted(changed, key=lambda entry: -abs(entry.difference)))


def _matched(a: Run, b: Run, names: list[str]) -> list[tuple[Result, Result]]:
    matched = []
    for name in names:
        others = {result.sample: result for result in b.by_task[name]}
        matched += [
            (result, others[result.sample]) for result in a.by_task[name] if result.sample in others
        ]
    return matched


def _changed_samples(
    a: Run, b: Run, matched: list[tuple[Result, Result]]
) -> tuple[ChangedSample, ...]:
    source_a, source_b = cache(a.source), cache(b.source)

    def same(left: Result, right: Result) -> bool | None:
        one, other = source_a(left.hash), source_b(right.hash)
        return None if one is None or other is None else one == other

    return tuple(
        ChangedSample(left.task_id, left.sample, left.verdict, right.verdict, same(left, right))
        for left, right in matched
        if left.verdict is not right.verdict
    )


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "run": str(side.path),
        "dataset": side.dataset,
        "pass_at_1": side.pass_at_1.value,
        "ci": side.pass_at_1.interval,
    }


def _problem_json(entry: ChangedProblem) -> dict[str, Any]:
    return {
        "task_id": entry.task_id,
        "category": entry.category,
        "a": {"n": entry.a.n, "c": entry.a.c},
        "b": {"n": entry.b.n, "c": entry.b.c},
        "difference": entry.difference,
    }


def _sample_json(entry: ChangedSample) -> dict[str, Any]:
    return {
        "task_id": entry.task_id,
        "sample": entry.sample,
        "a": entry.a.value,
        "b": entry.b.value,
        "same_source": entry.same_source,
    }
