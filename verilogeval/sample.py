"""One completion of a model, and what one counts as that is not there."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Sample:
    """A completion; `sample` counts from 1 within its task, in the order of the input."""

    task_id: str
    sample: int
    completion: str


class Missing(str, Enum):
    """What a sample counts as that a run should have had and has not."""

    FAIL = "fail"
    LEAVE_OUT = "leave-out"
