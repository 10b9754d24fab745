"""The table's rows, and what matters of them in a few words."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rl.report.source import Entry
from rl.sweep.show import duration
from rl.sweep.task import Kind

_SEVERAL = ("liberty", "objective", "flow", "table", "searcher", "budget", "time_limit", "seed")


@dataclass(frozen=True)
class Line:
    """A row.

    Attributes:
        index: its place.
        state: `proven`, `scored` or `failed`.
        choices: the values that tell rows apart, by name; empty for what a row has none of.
        result: what was gained, in words.
        gain: what to sort by: percent saved, or pass@1; None where there is none.
        search: what the filter looks through.
    """

    index: int
    entry: Entry
    state: str
    choices: dict[str, str]
    result: str
    gain: float | None
    search: str

    @property
    def evaluations(self) -> int:
        """Of the searcher."""
        return int(self.entry.result.get("evaluations") or 0)


def table(entries: Sequence[Entry]) -> list[Line]:
    """The rows, in the order of the entries."""
    names = varying(entries)
    return [_line(index, entry, names) for index, entry in enumerate(entries)]


def varying(entries: Sequence[Entry]) -> list[str]:
    """The choices that are not the same in all searches."""
    values: dict[str, set[str]] = {name: set() for name in _SEVERAL}
    for entry in entries:
        if entry.kind is Kind.SEARCH:
            for name in _SEVERAL:
                values[name].add(_text(entry.choices.get(name)))
    return [name for name in _SEVERAL if len(values[name]) > 1]


def headlines(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """A figure and what it is, the most telling first."""
    found = [entry for entry in entries if entry.error is None]
    gained = [100 * entry.gain for entry in entries if entry.gain is not None]
    rates = [rate for entry in found if (rate := _rate(entry)) is not None]
    words: list[tuple[str, str]] = []
    if gained:
        base = found[0].result.get("baseline") or {}
        name = base.get("name", "the baseline") if gained else ""
        words.append((f"{statistics.mean(gained):.1f} %", f"saved against {name} on average"))
        words.append((f"{max(gained):.1f} %", "at best"))
    if rates:
        words.append((f"{statistics.mean(rates):.1f} %", "pass@1 on average"))
    searches = sum(entry.kind is Kind.SEARCH for entry in found)
    if searches:
        words.append((f"{searches:,}", "proven equivalent"))
    failed = len(entries) - len(found)
    if failed:
        words.append((f"{failed:,}", "failed"))
    words.append((duration(sum(entry.wall_s for entry in entries)), "of work"))
    return words


def _line(index: int, entry: Entry, names: Sequence[str]) -> Line:
    choices = {name: _text(entry.choices.get(name)) for name in names}
    gain = 100 * entry.gain if entry.gain is not None else _rate(entry)
    state = "failed" if entry.error is not None else "scored"
    if state == "scored" and entry.kind is Kind.SEARCH:
        state = "proven"
    if entry.error is not None:
        result = entry.error
    elif gain is None:
        result = "-"
    else:
        result = f"{gain:.1f} %" if entry.kind is Kind.SEARCH else f"pass@1 {gain:.1f} %"
    looked = " ".join([entry.name, entry.suite, state, *choices.values(), entry.error or ""])
    return Line(index, entry, state, choices, result, gain, looked.lower())


def _rate(entry: Entry) -> float | None:
    rate = (entry.result.get("pass_at") or {}).get("1")
    return None if rate is None else 100 * float(rate)


def _text(value: object) -> str:
    return "" if value is None else str(value)
