"""An archive of evaluations, read back as arrays.

An archive is a folder with a folder for each design: `input.aig`, the circuit that its search
started from, and `events.jsonl`. The circuits on the way are in the archive's cache.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.cache import DiskCache
from eda.circuit import Circuit
from eda.errors import InputError
from rl.features import features
from rl.journal import read_events
from rl.scripts import BASELINE, SCRIPTS
from rl.table import Table

CACHE = "cache"
START = "input.aig"
EVENTS = "events.jsonl"
TRANSFER = "transfer"

Row = tuple[float, ...]


@dataclass(frozen=True)
class Evaluation:
    """One recipe measured on one design.

    Attributes:
        moves: indices into the table, or None where it is a script.
        ending: index into the table's endings.
        states: features of the circuit after each move; the last one's circuit was measured.
        area, delay: natural logarithms, by the baseline's.
        transferred: the number of the recipe that was tried on every design, or None.
    """

    moves: tuple[int, ...] | None
    ending: int
    states: tuple[Row | None, ...]
    area: float
    delay: float
    transferred: int | None = None

    @property
    def reward(self) -> float:
        """Fraction of the baseline's ADP that is saved."""
        return 1.0 - math.exp(self.area + self.delay)


@dataclass(frozen=True)
class Record:
    """What an archive knows of a design.

    Attributes:
        name: of the design.
        start: features of its circuit.
        evaluations: in the order in which they were made.
    """

    name: str
    start: Row
    evaluations: tuple[Evaluation, ...]


@dataclass
class Reader:
    """Reads records; features of circuits that several recipes reach are made once.

    Args:
        folder: of the archive.
        table: the moves and endings that indices are of.
        abc: the build that made the archive.
    """

    folder: Path
    table: Table
    abc: AbcBinary
    _known: dict[str, Row | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._moves = {move.commands: index for index, move in enumerate(self.table.moves)}
        self._endings = {ending.name: index for index, ending in enumerate(self.table.endings)}

    def read(self) -> list[Record]:
        """Every design of the archive that has a baseline, by name.

        Raises:
            InputError: there is none, or a file is broken.
        """
        if not self.folder.is_dir():
            raise InputError(f"{self.folder}: no such folder")
        cache = DiskCache(self.folder / CACHE / "evaluations", self.abc.sha256, warn=_refuse)
        try:
            records = [
                record
                for path in design_folders(self.folder)
                if (record := self._record(path, cache)) is not None
            ]
        finally:
            cache.close()
        if not records:
            raise InputError(f"{self.folder}: no design with evaluations in it")
        return records

    def _record(self, path: Path, cache: DiskCache) -> Record | None:
        events = [e for e in read_events(path / EVENTS)[0] if e.get("event") == "evaluation"]
        baseline = _baseline(events)
        if baseline is None:
            return None
        start = Circuit(aiger.strip((path / START).read_bytes()))
        begun = features(start)
        found = [self._evaluation(event, baseline, begun, cache) for event in events]
        return Record(path.name, begun, tuple(each for each in found if each is not None))

    def _evaluation(
        self, event: dict[str, Any], baseline: tuple[float, float], begun: Row, cache: DiskCache
    ) -> Evaluation | None:
        qor, ending = event["qor"], self._endings.get(event["ending"])
        if qor is None or ending is None or qor["area"] <= 0 or qor["delay"] <= 0:
            return None
        states = tuple(self._features(sha256, cache) for sha256 in event["states"])
        if states and states[-1] is None:
            return None
        moves: tuple[int, ...] | None = None
        if all(commands in self._moves for commands in event["moves"]):
            moves = tuple(self._moves[commands] for commands in event["moves"])
        return Evaluation(
            moves=moves,
            ending=ending,
            states=states or (begun,),
            area=math.log(qor["area"] / baseline[0]),
            delay=math.log(qor["delay"] / baseline[1]),
            transferred=event["number"] if event["phase"] == TRANSFER else None,
        )

    def _features(self, sha256: str, cache: DiskCache) -> Row | None:
        if sha256 not in self._known:
            circuit = cache.circuit(sha256)
            self._known[sha256] = None if circuit is None else features(circuit)
        return self._known[sha256]


def design_folders(folder: Path) -> Iterator[Path]:
    """The folders of an archive's designs, by name."""
    for path in sorted(folder.iterdir()):
        if (path / EVENTS).is_file() and (path / START).is_file():
            yield path


def _baseline(events: Sequence[dict[str, Any]]) -> tuple[float, float] | None:
    commands = [move.commands for move in _script().recipe.moves]
    for event in events:
        if event["phase"] == "script" and event["moves"] == commands and event["qor"]:
            area, delay = event["qor"]["area"], event["qor"]["delay"]
            return (area, delay) if area > 0 and delay > 0 else None
    return None


def _script() -> Any:
    return next(script for script in SCRIPTS if script.name == BASELINE)


def _refuse(message: str) -> None:
    raise InputError(message)
