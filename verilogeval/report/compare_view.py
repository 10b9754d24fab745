"""A comparison in words and figures, for the terminal and for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from verilogeval.report.compare import ChangedProblem, ChangedSample, Comparison, Side
from verilogeval.report.text import one_of, visible
from verilogeval.report.view import NAMES, Rate
from verilogeval.verdict import Verdict

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Move:
    """Samples of one problem that went from one verdict to another."""

    a: Verdict
    b: Verdict
    samples: tuple[int, ...]
    same_source: tuple[int, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Both verdicts in words."""
        return NAMES[self.a], NAMES[self.b]


@dataclass(frozen=True)
class ProblemRow:
    """A problem that differs; `change` is None where only the verdicts of its samples do."""

    name: str
    category: str
    change: ChangedProblem | None
    moves: tuple[Move, ...]

    @property
    def points(self) -> float:
        """The difference of the pass rates in percentage points."""
        return 100 * self.change.difference if self.change else 0.0

    @property
    def samples(self) -> tuple[int, int, int]:
        """How many samples pass in the second run only, in the first only, in neither."""
        gained = sum(len(move.samples) for move in self.moves if move.b is Verdict.PASS)
        lost = sum(len(move.samples) for move in self.moves if move.a is Verdict.PASS)
        return gained, lost, sum(len(move.samples) for move in self.moves) - gained - lost


@dataclass(frozen=True)
class Cell:
    """How many samples have one verdict in the first run and one in the second."""

    a: Verdict
    b: Verdict
    count: int


def side_rate(letter: str, side: Side) -> Rate:
    """A run's pass@1 over the problems of both."""
    estimate = side.pass_at_1
    interval = estimate.interval and (100 * estimate.interval[0], 100 * estimate.interval[1])
    return Rate(letter, 100 * estimate.value, interval, visible(str(side.path)))


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * difference:+.1f}" if difference else "0.0"


def difference_words(found: Comparison) -> str:
    """The difference with its interval: +3.1 points, 95 % interval -0.4 to +6.5."""
    words = f"{points(found.test.difference)} points"
    if found.test.interval is None:
        return words
    low, high = found.test.interval
    return f"{words}, 95 % interval {points(low)} to {points(high)}"


def significance(found: Comparison) -> str:
    """What the test says, and what it is."""
    test = found.test
    verdict = "significant" if test.p_value < SIGNIFICANT else "not significant"
    how = "exact" if test.exact else "sampled"
    return (
        f"p = {p_value(test.p_value)}, {verdict} at 5 % ({how} sign-flip permutation test over "
        f"{one_of(test.problems, 'problem')}, {test.changed:,} with another pass rate)"
    )


def p_value(value: float) -> str:
    """A p-value in as many digits as matter."""
    return f"{value:.2g}" if value < 0.01 else f"{value:.3f}"


def cautions(found: Comparison) -> tuple[str, ...]:
    """What a reader must know before believing the figures."""
    alike = [entry for entry in found.samples if entry.same_source]
    lines = []
    if found.a.dataset != found.b.dataset:
        lines.append(
            f"the datasets differ: {visible(found.a.dataset)} and {visible(found.b.dataset)}"
        )
    for letter, names in (("A", found.only_a), ("B", found.only_b)):
        if names:
            lines.append(f"{one_of(len(names), 'problem')} only in {letter}, left out")
    if found.uncounted:
        lines.append(f"{one_of(len(found.uncounted), 'problem')} without samples in one run")
    if alike:
        lines.append(
            f"{one_of(len(alike), 'sample')} with the same source and another verdict: "
            "the judges differ there, not the models"
        )
    return tuple(lines)


def problem_rows(found: Comparison) -> tuple[ProblemRow, ...]:
    """Every problem that differs: by its pass rate first, then by samples' verdicts alone."""
    samples: dict[str, list[ChangedSample]] = {}
    for entry in found.samples:
        samples.setdefault(entry.task_id, []).append(entry)
    rows = [
        ProblemRow(
            visible(change.task_id),
            visible(change.category),
            change,
            _moves(samples.pop(change.task_id, [])),
        )
        for change in found.problems
    ]
    rest = [ProblemRow(visible(name), "", None, _moves(left)) for name, left in samples.items()]
    return (*rows, *rest)


def matrix(found: Comparison) -> tuple[tuple[Verdict, tuple[Cell, ...]], ...]:
    """Samples by verdict in A (rows) and in B (columns), for the verdicts that occur."""
    used = [verdict for verdict in Verdict if any(verdict in pair for pair in found.verdicts)]
    return tuple((a, tuple(Cell(a, b, found.verdicts.get((a, b), 0)) for b in used)) for a in used)


def _moves(samples: Sequence[ChangedSample]) -> tuple[Move, ...]:
    groups: dict[tuple[Verdict, Verdict], list[ChangedSample]] = {}
    for entry in samples:
        groups.setdefault((entry.a, entry.b), []).append(entry)
    return tuple(
        Move(
            a,
            b,
            tuple(entry.sample for entry in group),
            tuple(entry.sample for entry in group if entry.same_source),
        )
        for (a, b), group in sorted(groups.items(), key=lambda item: -len(item[1]))
    )
