"""Which moves went with good results: a heat map of moves and designs."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rl.report.source import Entry

_MOVES, _DESIGNS, _LEAST = 24, 30, 3
CELL_W, CELL_H, LEFT, TOP, RIGHT = 26, 18, 250, 96, 60
_FULL = 10.0  # percentage points that are drawn in full colour


@dataclass(frozen=True)
class Cell:
    """How much better a design's evaluations with a move are than those without."""

    x: float
    y: float
    style: str
    strength: float
    label: str


@dataclass(frozen=True)
class Heat:
    """The picture."""

    width: int
    height: int
    rows: tuple[tuple[float, str], ...]
    columns: tuple[tuple[float, str], ...]
    cells: tuple[Cell, ...]
    left_out: int
    title: str = "Evaluations with a move against those without, percentage points"


def heat(entries: Sequence[Entry]) -> Heat | None:
    """The picture; None where too little was measured.

    A cell is the mean gain of a design's evaluations in which the move changed the circuit, less
    that of its other evaluations: what went together, not what caused what.
    """
    tables = _tables(entries)
    uses = Counter(move for table in tables.values() for used, _ in table for move in used)
    names = [move for move, _ in uses.most_common()]
    found = {
        (move, design): effect
        for design, table in tables.items()
        for move in names
        if (effect := _effect(table, move)) is not None
    }
    designs = [design for design in tables if any(key[1] == design for key in found)][:_DESIGNS]
    rows = [move for move in names if any((move, design) in found for design in designs)][:_MOVES]
    if not rows:
        return None
    mean = {
        move: statistics.mean(found[move, d] for d in designs if (move, d) in found)
        for move in rows
    }
    rows.sort(key=lambda move: -mean[move])
    cells = tuple(
        _cell(row, column, found[move, design], f"{move}; {design}")
        for row, move in enumerate(rows)
        for column, design in enumerate(designs)
        if (move, design) in found
    )
    return Heat(
        width=LEFT + CELL_W * len(designs) + RIGHT,
        height=TOP + CELL_H * len(rows) + 8,
        rows=tuple((TOP + CELL_H * (n + 0.5), _short(move)) for n, move in enumerate(rows)),
        columns=tuple((LEFT + CELL_W * (n + 0.5), name) for n, name in enumerate(designs)),
        cells=cells,
        left_out=len({key[0] for key in found}) - len(rows),
    )


def used_moves(event: dict[str, list[str]]) -> frozenset[str]:
    """The moves of an evaluation that changed the circuit they were applied to."""
    used, before = set(), ""
    for move, state in zip(event["moves"], event["states"], strict=True):
        if state != before:
            used.add(move)
        before = state
    return frozenset(used)


def _tables(entries: Sequence[Entry]) -> dict[str, list[tuple[frozenset[str], float]]]:
    """For each design the moves and the gain, in percent, of each of its evaluations."""
    tables: dict[str, list[tuple[frozenset[str], float]]] = {}
    for entry in entries:
        baseline = entry.baseline
        if entry.error is not None or not baseline:
            continue
        for event in entry.events:
            value = entry.value(event["qor"])
            if value is not None and event["phase"] != "script":
                gain = 100 * (1 - value / baseline)
                tables.setdefault(entry.name, []).append((used_moves(event), gain))
    return tables


def _effect(table: Sequence[tuple[frozenset[str], float]], move: str) -> float | None:
    own = [gain for used, gain in table if move in used]
    others = [gain for used, gain in table if move not in used]
    if len(own) < _LEAST or len(others) < _LEAST:
        return None
    return statistics.mean(own) - statistics.mean(others)


def _cell(row: int, column: int, effect: float, label: str) -> Cell:
    return Cell(
        x=LEFT + CELL_W * column + 1,
        y=TOP + CELL_H * row + 1,
        style="helps" if effect >= 0 else "hurts",
        strength=round(min(1.0, 0.12 + 0.88 * abs(effect) / _FULL), 2),
        label=f"{label}: {effect:+.1f} points",
    )


def _short(move: str) -> str:
    return move if len(move) <= 38 else move[:37] + "\N{HORIZONTAL ELLIPSIS}"
