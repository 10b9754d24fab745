"""One completion of a model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A completion; `sample` counts from 1 within its task, in the order of the input."""

    task_id: str
    sample: int
    completion: str
