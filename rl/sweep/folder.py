"""A sweep's folder: its file, its record, its rows, its tasks' folders."""

import socket
import uuid
from datetime import datetime, timezone
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eda.errors import InputError
from rl.bench.conditions import Conditions
from rl.runfolder import RunFolder
from rl.sweep.rows import Row
from rl.sweep.task import Task

RECORD = "sweep.json"


class Record(BaseModel):
    """What a sweep's rows have in common, `sweep.json`.

    Attributes:
        id: what makes it this sweep and no other.
        name: of the sweep.
        base: folder that relative paths of the sweep file start from.
        tasks: name of each task by its key.
        runs: each run of the command that made some of the rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    base: Path
    tasks: dict[str, str]
    runs: tuple[Conditions, ...]


class SweepFolder(RunFolder):
    """The files of one sweep."""

    @property
    def spec(self) -> Path:
        """The sweep file, `sweep.yaml`."""
        return self.path / "sweep.yaml"

    @property
    def rows(self) -> Path:
        """The rows, `rows.jsonl`."""
        return self.path / "rows.jsonl"

    @property
    def store_url(self) -> str:
        """URL of the store that lies in the folder, `store.sqlite`."""
        return f"sqlite:///{self.path / 'store.sqlite'}"

    def task(self, task: Task) -> Path:
        """A task's folder."""
        return self.path / "tasks" / task.id

    def record(self) -> Record:
        """Read `sweep.json` back.

        Raises:
            InputError: this is no sweep's folder, or the file is damaged.
        """
        path = self.path / RECORD
        try:
            return Record.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(f"{self.path} holds no sweep: no {RECORD}") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{path}: {where}: {first['msg']}") from error

    def begin(self, text: str, base: Path, name: str, tasks: list[Task], run: Conditions) -> Record:
        """Note a new sweep, whose file reads `text`."""
        record = Record(
            id=uuid.uuid4().hex,
            name=name,
            base=base,
            tasks={task.key: task.name for task in tasks},
            runs=(run,),
        )
        self.write("sweep.yaml", text)
        self.write(RECORD, record.model_dump_json(indent=2) + "\n")
        return record

    def go_on(self, tasks: list[Task], run: Conditions) -> Record:
        """Note another run of the sweep.

        Raises:
            InputError: the tasks are not those of the runs before, or ABC is another build.
        """
        before = self.record()
        now = {task.key: task.name for task in tasks}
        gone = [name for key, name in before.tasks.items() if key not in now]
        if gone:
            raise InputError(
                f"{self.path}: {gone[0]} is not what it was when the sweep began: its files or "
                "its library have changed; begin a new sweep"
            )
        if before.runs[-1].abc_sha256 != run.abc_sha256:
            raise InputError(f"{self.path} was begun with another build of ABC: begin a new sweep")
        record = before.model_copy(update={"runs": (*before.runs, run)})
        self.write(RECORD, record.model_dump_json(indent=2) + "\n")
        return record


def row_of(task: Task, *, artifacts: str, worker: str | None = None, **given: object) -> Row:
    """A row about a task, `given` what is known of its end."""
    values = {
        "key": task.key,
        "id": task.id,
        "kind": task.kind,
        "name": task.name,
        "suite": task.suite,
        "held_out": task.held_out,
        "choices": task.choices,
        "contents": task.contents,
        "worker": worker or socket.gethostname(),
        "artifacts": artifacts,
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        **given,
    }
    return Row.model_validate(values)
