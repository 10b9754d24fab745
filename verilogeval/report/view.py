"""The figures of the report's overview and table, ready to be set."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from verilogeval.report.run import Result, Run
from verilogeval.report.text import one_of, percent, visible
from verilogeval.sample import Missing
from verilogeval.statistics import Estimate, Tally, by_category
from verilogeval.verdict import LETTERS, Verdict

NAMES = {
    Verdict.PASS: "pass",
    Verdict.MISMATCH: "mismatch",
    Verdict.COMPILE_ERROR: "compile error",
    Verdict.TIMEOUT: "timeout",
    Verdict.NO_RESULT: "no result",
    Verdict.REJECTED: "rejected",
    Verdict.TOOL_ERROR: "tool error",
}
OUTCOMES = {
    "always": "always pass",
    "sometimes": "sometimes pass",
    "never": "never pass",
    "unscored": "not scored",
}
MESSAGE_TEXT = 400  # characters of a problem's messages that the filter looks through


_Kind = TypeVar("_Kind", bound=Enum)


@dataclass(frozen=True)
class Slice:
    """One part of a bar: `start` and `size` in percent of it."""

    key: str
    name: str
    count: int
    share: float
    start: float

    @property
    def size(self) -> float:
        """Its length in percent."""
        return 100 * self.share

    @property
    def percent(self) -> str:
        """The share as it is printed."""
        return percent(self.share)

    @property
    def label(self) -> str:
        """What a screen reader says of it."""
        return f"{self.count} {self.name}"


@dataclass(frozen=True)
class Rate:
    """A share with its interval, all in percent, and the words for it."""

    name: str
    value: float | None
    interval: tuple[float, float] | None
    detail: str = ""

    @property
    def text(self) -> str:
        """The value as it is printed."""
        return "-" if self.value is None else percent(self.value / 100)

    @property
    def interval_text(self) -> str:
        """The interval as it is printed."""
        if self.interval is None:
            return ""
        low, high = (percent(edge / 100) for edge in self.interval)
        return f"{low} to {high}"


@dataclass(frozen=True)
class Row:
    """One problem of the table."""

    index: int
    name: str
    category: str
    n: int
    c: int
    rate: float | None
    outcome: str
    slices: tuple[Slice, ...]
    letters: str
    notes: str
    text: str


def slices(counts: Mapping[_Kind, int], names: Mapping[_Kind, str]) -> tuple[Slice, ...]:
    """The parts of a bar, in the order of their names; empty ones are left out."""
    total, start, found = sum(counts.values()), 0.0, []
    for kind, name in names.items():
        count = counts.get(kind, 0)
        if count:
            share = count / total
            found.append(Slice(kind.value, name, count, share, start))
            start += 100 * share
    return tuple(found)


def letter_slices(counts: Mapping[str, int]) -> tuple[Slice, ...]:
    """The official classes by frequency, with what each letter says; start is always 0."""
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Slice(visible(letter), LETTERS.get(letter, "no official class"), count, count / total, 0.0)
        for letter, count in ordered
        if count
    )


def overall_rates(run: Run) -> tuple[Rate, ...]:
    """pass@k as the run's summary has it."""
    summary = run.summary
    return tuple(
        Rate(
            f"pass@{k}",
            None if value is None else 100 * value,
            _percent_interval(summary.ci.get(k)),
            "" if value is not None else f"not every problem has {one_of(k, 'sample')}",
        )
        for k, value in sorted(summary.pass_at.items())
    )


def category_rates(run: Run) -> tuple[Rate, ...]:
    """pass@1 of each category; none where the dataset has no categories."""
    groups = by_category(run.tallies, ks=(1,))
    if len(groups) < 2:
        return ()
    sizes = Counter(entry.category for entry in run.tallies)
    return tuple(
        _rate(visible(name) or "(none)", found[1], one_of(sizes[name], "problem"))
        for name, found in groups.items()
    )


def histogram(tallies: Iterable[Tally]) -> tuple[Slice, ...]:
    """Problems by pass rate: none, ten open tenths, all; `share` is of the fullest column."""
    columns = [0] * 12
    for entry in tallies:
        if entry.n:
            # In integers: the tenth that c/n ends in, with 0 and 1 in columns of their own.
            tenth = -(-10 * entry.c // entry.n)
            columns[11 if entry.c == entry.n else tenth] += 1
    most = max(columns) or 1
    names = ["0 %", *(f"{10 * i} to {10 * i + 10} %" for i in range(10)), "100 %"]
    keys = ["never", *["sometimes"] * 10, "always"]
    return tuple(
        Slice(key, name, count, count / most, place * 100 / 12)
        for place, (key, name, count) in enumerate(zip(keys, names, columns, strict=True))
    )


def rows(run: Run) -> tuple[Row, ...]:
    """The table of problems, in the order of the dataset."""
    return tuple(
        _row(index, entry, run.by_task[entry.task_id]) for index, entry in enumerate(run.tallies)
    )


def outcome(entry: Tally) -> str:
    """A key of `OUTCOMES`."""
    if entry.n == 0:
        return "unscored"
    if entry.c == entry.n:
        return "always"
    return "sometimes" if entry.c else "never"


def facts(run: Run) -> tuple[tuple[str, str], ...]:
    """What was scored, with what, in the order in which it is shown."""
    summary = run.summary
    missing, unknown = sum(summary.missing.values()), sum(summary.unknown.values())
    counted = "counted as failures" if summary.missing_as is Missing.FAIL else "left out"
    counts = [
        ("problems", f"{summary.problems:,}"),
        ("samples", f"{summary.samples:,}"),
        ("of them reused", f"{summary.reused:,}" if summary.reused else ""),
        ("missing", f"{missing:,}, {counted}" if missing else ""),
        ("of no problem", f"{unknown:,}, left out" if unknown else ""),
        ("tool errors", f"{summary.verdicts.get(Verdict.TOOL_ERROR, 0) or ''}"),
        ("time", _duration(summary.wall_s)),
        ("verdicts", "official, which samples can cheat" if summary.official else ""),
        ("sandbox", visible(summary.sandbox)),
        *((visible(name), visible(version)) for name, version in summary.versions.items()),
    ]
    return tuple((name, value) for name, value in counts if value)


def left_out(run: Run) -> tuple[tuple[str, str], ...]:
    """Problems of the dataset that were not judged, each with the reason."""
    return tuple((visible(name), visible(why)) for name, why in run.summary.left_out.items())


def _row(index: int, entry: Tally, results: Iterable[Result]) -> Row:
    results = list(results)
    letters = Counter(
        visible(result.letter) for result in results if result.letter not in ("", ".")
    )
    messages = dict.fromkeys(visible(result.message) for result in results if result.message)
    notes = [
        one_of(entry.tool_errors, "tool error") if entry.tool_errors else "",
        f"{entry.missing:,} missing" if entry.missing else "",
    ]
    return Row(
        index=index,
        name=visible(entry.task_id),
        category=visible(entry.category),
        n=entry.n,
        c=entry.c,
        rate=100 * entry.c / entry.n if entry.n else None,
        outcome=outcome(entry),
        slices=slices(Counter(result.verdict for result in results), NAMES),
        letters=" ".join(f"{letter}{count}" for letter, count in letters.most_common()),
        notes=", ".join(note for note in notes if note),
        text=" ".join(messages)[:MESSAGE_TEXT],
    )


def _rate(name: str, found: Estimate | None, detail: str) -> Rate:
    if found is None:
        return Rate(name, None, None, detail)
    return Rate(name, 100 * found.value, _percent_interval(found.interval), detail)


def _percent_interval(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (100 * interval[0], 100 * interval[1])


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"
