"""An archive of evaluations, read back as arrays.

An archive is a folder with a folder for each design: `input.aig`, the circuit that its search
started from, `events.jsonl`, and `events-1.jsonl` and so on of searches that a model guided. The
circuits on the way are in the archive's cache.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.cache import DiskCache
from eda.circuit import Circuit
from eda.errors import InputError
from eda.move import Move, commands_of
from eda.synthesizer import Synthesizer
from rl.endings import group_of
from rl.features import features
from rl.journal import read_events
from rl.scripts import BASELINE, SCRIPTS
from rl.table import Table

CACHE = "cache"
START = "input.aig"
EVENTS = "events.jsonl"
TRANSFER = "transfer"
_SCRIPT = "script"

Row = tuple[float, ...]


@dataclass(frozen=True)
class Evaluation:
    """One recipe measured on one design.

    Attributes:
        moves: indices into the table, or None where it is a script.
        ending: index into the table's endings, of the one of the same group.
        states: features of the circuit after each move, of the start's where there is none; the
            last one's circuit was measured.
        area, delay: natural logarithms, by the baseline's.
        transferred: the number of the recipe that was tried on every design, or None.
        script: the fixed script's name, or None.
    """

    moves: tuple[int, ...] | None
    ending: int
    states: tuple[Row, ...]
    area: float
    delay: float
    transferred: int | None = None
    script: str | None = None

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


class Reader:
    """Reads records. Circuits on the way are derived again, or come from the archive's cache.

    Args:
        folder: of the archive.
        table: the moves and endings that indices are of.
        abc: the build that made the archive.
    """

    def __init__(self, folder: Path, table: Table, abc: AbcBinary) -> None:
        self._folder, self._table, self._abc = folder, table, abc
        self._moves = {move.commands: index for index, move in enumerate(table.moves)}
        self._endings = {ending.group: index for index, ending in enumerate(table.endings)}

    def read(self) -> list[Record]:
        """Every design of the archive that has a baseline, by name.

        Raises:
            InputError: there is none, a file is broken, or another ABC made it.
        """
        if not self._folder.is_dir():
            raise InputError(f"{self._folder}: no such folder")
        cache = DiskCache(self._folder / CACHE / "evaluations", self._abc.sha256, warn=_refuse)
        synthesizer = Synthesizer(self._abc, None, jobs=1, cache=cache)
        try:
            records = [
                record
                for path in design_folders(self._folder)
                if (record := self._record(path, synthesizer)) is not None
            ]
        finally:
            synthesizer.close()
            cache.close()
        if not records:
            raise InputError(f"{self._folder}: no design with evaluations in it")
        return records

    def _record(self, path: Path, synthesizer: Synthesizer) -> Record | None:
        events = list(_evaluations(path))
        baseline = _baseline(events)
        if baseline is None:
            return None
        start = start_circuit(path)
        walk = _Walk(start, synthesizer, path / EVENTS)
        found = [self._evaluation(event, baseline, walk) for event in events]
        return Record(path.name, walk.begun, tuple(each for each in found if each is not None))

    def _evaluation(
        self, event: dict[str, Any], baseline: tuple[float, float], walk: "_Walk"
    ) -> Evaluation | None:
        qor, ending = event["qor"], self._endings.get(group_of(event["ending"]))
        if qor is None or ending is None or qor["area"] <= 0 or qor["delay"] <= 0:
            return None
        moves: tuple[int, ...] | None = None
        if all(commands in self._moves for commands in event["moves"]):
            moves = tuple(self._moves[commands] for commands in event["moves"])
        return Evaluation(
            moves=moves,
            ending=ending,
            states=walk.along(event["moves"], event["states"]) or (walk.begun,),
            area=math.log(qor["area"] / baseline[0]),
            delay=math.log(qor["delay"] / baseline[1]),
            transferred=event["number"] if event["phase"] == TRANSFER else None,
            script=_script_name(event) if event["phase"] == _SCRIPT else None,
        )


class _Walk:
    """Derives the circuits of one design's recipes; each transition and each circuit once."""

    def __init__(self, start: Circuit, synthesizer: Synthesizer, journal: Path) -> None:
        self._start, self._synthesizer, self._journal = start, synthesizer, journal
        self.begun = features(start)
        self._known: dict[str, Row] = {start.sha256: self.begun}
        self._circuits: dict[str, Circuit] = {start.sha256: start}

    def along(self, moves: Sequence[str], states: Sequence[str]) -> tuple[Row, ...]:
        """Features of the circuit after each move.

        Args:
            moves: commands.
            states: hash of the circuit that each led to.
        """
        before = self._start.sha256
        for commands, state in zip(moves, states, strict=True):
            if state not in self._known:
                move = Move(commands, commands, deadline_s=180.0)
                made = self._synthesizer.apply(self._circuits[before], move)
                if made.sha256 != state:
                    raise InputError(
                        f"{self._journal}: '{commands}' leads to another circuit than it says: "
                        "another ABC made it; make the archive again"
                    )
                self._circuits[state], self._known[state] = made, features(made)
            before = state
        return tuple(self._known[state] for state in states)


def design_folders(folder: Path) -> Iterator[Path]:
    """The folders of an archive's designs, by name."""
    for path in sorted(folder.iterdir()):
        if (path / EVENTS).is_file() and (path / START).is_file():
            yield path


def start_circuit(folder: Path) -> Circuit:
    """The circuit that a design's searches begin with."""
    return Circuit(aiger.strip((folder / START).read_bytes()))


def journal(folder: Path, number: int) -> Path:
    """Where a design's folder has the events of a round of training; see `rl.learn.collect`."""
    return folder / (EVENTS if number == 0 else f"events-{number}.jsonl")


def _evaluations(folder: Path) -> Iterator[dict[str, Any]]:
    """All rounds' evaluations of a design; those of the fixed scripts once."""
    # The first round's name is the shortest; a design may have failed in a round between others.
    for path in sorted(folder.glob("events*.jsonl"), key=lambda path: (len(path.name), path.name)):
        for event in read_events(path)[0]:
            again = path.name != EVENTS and event.get("phase") == _SCRIPT
            if event.get("event") == "evaluation" and not again:
                yield event


def _script_name(event: dict[str, Any]) -> str | None:
    for script in SCRIPTS:
        commands = commands_of(script.recipe.moves)
        if commands == event["moves"] and script.recipe.ending.name == event["ending"]:
            return script.name
    return None


def _baseline(events: Sequence[dict[str, Any]]) -> tuple[float, float] | None:
    for event in events:
        if event["phase"] == _SCRIPT and event["qor"] and _script_name(event) == BASELINE:
            area, delay = event["qor"]["area"], event["qor"]["delay"]
            return (area, delay) if area > 0 and delay > 0 else None
    return None


def _refuse(message: str) -> None:
    raise InputError(message)
