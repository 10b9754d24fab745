"""Runs tasks on Ray: a cluster's workers, or one that is started here."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from rl.farm.connect import connected
from rl.sweep.executor import Finished
from rl.sweep.parcel import Returned, at_home, sent, unpack, work
from rl.sweep.perform import Done, Order
from rl.sweep.task import Task

_LOOK_S = 0.5


class RayExecutor:
    """Ray tasks; see `rl.sweep.executor.Executor`.

    Args:
        jobs: how many tasks at once on this machine; a cluster's own size decides there.
        address: of a cluster, such as HOST:6379, or None to start Ray here.

    Raises:
        ToolError: Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, jobs: int, address: str | None) -> None:
        self._ray = connected(jobs, address)
        self._cluster = address is not None
        self.jobs, self.running = jobs, 0
        if self._cluster:
            self.jobs = max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def run(
        self, orders: Sequence[Order], place: Callable[[Task], Path]
    ) -> Generator[Finished, None, None]:
        """See `Executor.run`."""
        ray, waiting = self._ray, {}
        remote = ray.remote(work)
        try:
            for order in orders:
                task = remote.options(
                    num_cpus=order.jobs if self._cluster else 1,
                    max_retries=order.retries,
                    name=order.task.id,
                )
                waiting[task.remote(order, sent(order.task))] = order
            while waiting:
                self.running = min(self.jobs, len(waiting))
                ready, _ = ray.wait(list(waiting), timeout=_LOOK_S)
                for reference in ready:
                    yield self._taken(waiting.pop(reference), reference, place)
        finally:
            self.running = 0
            for reference in waiting:
                ray.cancel(reference, force=True)
            ray.shutdown()

    def _taken(self, order: Order, reference: Any, place: Callable[[Task], Path]) -> Finished:
        exceptions = self._ray.exceptions
        try:
            returned: Returned = self._ray.get(reference)
        except exceptions.RayTaskError as error:
            words = str(error.cause) if isinstance(error.cause, Exception) else str(error)
            done = Done(f"its worker failed: {words.strip().splitlines()[-1]}", False, None, 1, 0.0)
            return Finished(order, done, "")
        except exceptions.RayError as error:
            words = " ".join(str(error).split())[:300]
            lost = Done(f"its worker was lost: {words}", False, None, order.retries + 1, 0.0)
            return Finished(order, lost, "")
        folder = place(order.task)
        unpack(returned.packed, folder)
        return Finished(order, at_home(order.task, returned.done, folder), returned.worker)
