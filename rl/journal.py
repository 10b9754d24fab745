"""`events.jsonl`: what a run did, written as it happens and read back to resume it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from eda.errors import InputError
from eda.move import Move, commands_of
from eda.qor import Qor
from eda.recipe import Recipe
from rl.driver import Telling
from rl.endings import ENDINGS
from rl.evaluation import Outcome, Proposal
from rl.runfolder import disk_errors


class Journal:
    """Appends events to a run's `events.jsonl`, each flushed before the run goes on.

    Args:
        path: the file. A last line that was cut off is dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with disk_errors(path):
            self.events, complete = read_events(path)
            self._file: TextIO = path.open("a", encoding="utf-8")
            self._file.truncate(complete)

    def add(self, event: str, **fields: Any) -> None:
        """Append an event."""
        self._write({"event": event, **fields})

    def add_outcome(self, phase: str, telling: Telling, outcome: Outcome, elapsed_s: float) -> None:
        """Append an evaluation; `phase` is `script` or `search`."""
        self.add(
            "evaluation",
            phase=phase,
            number=telling.number,
            asked=telling.asked,
            moves=commands_of(outcome.proposed.moves),
            worked=commands_of(outcome.recipe.moves),
            ending=outcome.proposed.ending.name,
            states=list(outcome.states),
            qor=None if outcome.qor is None else asdict(outcome.qor),
            failure=outcome.failure,
            features=list(outcome.features),
            broken=list(outcome.broken),
            steps_s=list(outcome.steps_s),
            wall_s=round(outcome.wall_s, 6),
            elapsed_s=round(elapsed_s, 3),
        )

    def close(self) -> None:
        """Let go of the file."""
        with disk_errors(self._path):
            self._file.close()

    def _write(self, event: dict[str, Any]) -> None:
        with disk_errors(self._path):
            self._file.write(json.dumps(event) + "\n")
            self._file.flush()


def read_events(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The complete events of a journal, and how many bytes they take; none without a file.

    Raises:
        InputError: a complete line is not an event.
    """
    if not path.exists():
        return [], 0
    data = path.read_bytes()
    complete = data.rfind(b"\n") + 1
    events: list[dict[str, Any]] = []
    for number, line in enumerate(data[:complete].splitlines(), 1):
        try:
            event = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not an event: {error}") from error
        if not isinstance(event, dict):
            raise InputError(f"{path}:{number}: not an event")
        events.append(event)
    return events, complete


class Memory:
    """The evaluations of an interrupted run, to be taken instead of computed again."""

    def __init__(self, events: Sequence[dict[str, Any]]) -> None:
        self._known = {
            (event["phase"], event["number"]): event
            for event in events
            if event.get("event") == "evaluation"
        }

    def recall(self, phase: str, number: int, proposal: Proposal) -> Outcome | None:
        """The outcome of that proposal, if it was the same one and has been evaluated."""
        event = self._known.get((phase, number))
        if event is None:
            return None
        free = proposal.judge is not None and proposal.judge.free
        ending = ENDINGS[event["ending"]]
        for recipe in proposal.recipes:
            moves = commands_of(recipe.moves)
            alike = ending == recipe.ending or (
                proposal.sizing is not None and ending.group == recipe.ending.group
            )
            if event["moves"] == moves and (free or alike):
                return _outcome(event, replace(recipe, ending=ending))
        return None

    def tellings(self, phase: str) -> list[Telling]:
        """When the searcher was told of each, in that order."""
        return [
            Telling(event["number"], event.get("asked", event["number"] + 1))
            for (of, _), event in self._known.items()
            if of == phase
        ]

    def __len__(self) -> int:
        return len(self._known)


def _outcome(event: dict[str, Any], recipe: Recipe) -> Outcome:
    by_commands = {move.commands: move for move in recipe.moves}
    worked = tuple(
        by_commands.get(commands, Move(commands, commands)) for commands in event["worked"]
    )
    return Outcome(
        recipe=Recipe(worked, ENDINGS[event["ending"]]),
        proposed=recipe,
        states=tuple(event["states"]),
        qor=None if event["qor"] is None else Qor(**event["qor"]),
        failure=event["failure"],
        wall_s=event["wall_s"],
        features=tuple(event.get("features", ())),
        broken=tuple(event.get("broken", ())),
        steps_s=tuple(event.get("steps_s", ())),
    )
