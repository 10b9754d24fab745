"""Runs tasks on this machine, each in a process of its own."""

import queue
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rl.sweep.executor import Finished
from rl.sweep.perform import Order, TaskStopped, perform
from rl.sweep.task import Task


class LocalExecutor:
    """Threads that wait for processes; see `rl.sweep.executor.Executor`."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.running = 0
        self._lock = threading.Lock()

    def run(
        self, orders: Sequence[Order], place: Callable[[Task], Path]
    ) -> Generator[Finished, None, None]:
        """See `Executor.run`."""
        ended: queue.SimpleQueue[Finished | BaseException] = queue.SimpleQueue()
        stopped = threading.Event()

        def one(order: Order) -> None:
            if stopped.is_set():
                return
            self._count(1)
            try:
                done = perform(order, place(order.task), stopped.is_set)
                ended.put(Finished(order, done, socket.gethostname()))
            except TaskStopped:
                pass
            except BaseException as error:
                ended.put(error)
            finally:
                self._count(-1)

        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                for order in orders:
                    pool.submit(one, order)
                for _ in orders:
                    finished = ended.get()
                    if isinstance(finished, BaseException):
                        raise finished
                    yield finished
            finally:
                stopped.set()

    def _count(self, step: int) -> None:
        with self._lock:
            self.running += step
