"""What came of a sweep's tasks, a row each."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rl.sweep.task import Kind


class Row(BaseModel):
    """What came of one task.

    Attributes:
        key: the task's.
        id: the task's, its folder's name.
        choices: what tells it from its neighbours in the matrix.
        status: `done`, or `failed` where it came to no result that counts.
        verified: of a search: replayed exactly and proven equivalent; of a scoring: no tool failed.
        error: why it failed.
        attempts: how often its process was started.
        wall_s: seconds that the last attempt took.
        worker: the machine that ran it.
        artifacts: where its folder is.
        result: `result.json` of a search, `summary.json` of a scoring; None where there is none.
        at: when it ended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    id: str
    kind: Kind
    name: str
    suite: str
    held_out: bool
    choices: dict[str, Any]
    contents: dict[str, str]
    status: Literal["done", "failed"]
    verified: bool
    error: str | None
    attempts: int
    wall_s: float
    worker: str
    artifacts: str
    result: dict[str, Any] | None
    at: str
