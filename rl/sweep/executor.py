"""The seam between a sweep and what runs its tasks."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rl.sweep.perform import Done, Order
from rl.sweep.task import Task


@dataclass(frozen=True)
class Finished:
    """A task that ended, its folder in its place; `worker` is the machine that ran it."""

    order: Order
    done: Done
    worker: str


class Executor(Protocol):
    """Runs tasks, several at once.

    Attributes:
        jobs: how many at most.
        running: how many are under way now.
    """

    jobs: int
    running: int

    def run(
        self, orders: Sequence[Order], place: Callable[[Task], Path]
    ) -> Generator[Finished, None, None]:
        """Begin the tasks in their order, and yield them as they end.

        When the generator is closed, what is under way is asked to end, and waited for.

        Raises:
            ToolError: no task can be run any more.
        """
