"""Worker processes behind a queue; the most urgent request goes first."""

import contextlib
import itertools
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from eda.errors import ToolError
from verilogeval.scoring.messages import Request
from verilogeval.scoring.settings import JudgeSettings

_PACKAGES = Path(__file__).parents[2]  # where this package and its neighbours are imported from
_ATTEMPTS = 2


class _WorkerDied(Exception):
    """A worker ended before its answer."""


class _Worker:
    """One worker process."""

    def __init__(self, settings: JudgeSettings) -> None:
        path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "verilogeval.scoring.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
        self._send(settings)

    def ask(self, request: Request) -> Any:
        """The answer to a request.

        Raises:
            _WorkerDied: there is none.
        """
        self._send(request)
        assert self._process.stdout is not None  # noqa: S101 - it was asked for above
        try:
            return pickle.load(self._process.stdout)  # noqa: S301 - from our own worker
        except (EOFError, pickle.UnpicklingError) as error:
            self.kill()
            raise _WorkerDied(f"status {self._process.returncode}") from error

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for above
        try:
            pickle.dump(value, self._process.stdin)
            self._process.stdin.flush()
        except OSError as error:
            self.kill()
            raise _WorkerDied(f"status {self._process.returncode}") from error

    def kill(self) -> None:
        """End the worker and what it runs."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Pool:
    """Up to `jobs` workers, each started when it is first needed, or by `start`, and when it died.

    Use as a context manager; leaving it ends the workers and cancels what waits.
    """

    def __init__(self, settings: JudgeSettings, jobs: int) -> None:
        self._settings = settings
        self._queue: queue.PriorityQueue[tuple[float, int, Request | None, Future[Any]]] = (
            queue.PriorityQueue()
        )
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._workers: dict[int, _Worker] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, args=(number,), daemon=True)
            for number in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the workers now, so that the first requests need not wait for that."""
        for number in range(len(self._threads)):
            with contextlib.suppress(_WorkerDied):  # whoever asks it will start another
                self._worker(number)

    def submit(self, request: Request, urgency: float = 0.0) -> "Future[Any]":
        """Queue a request; its future holds the answer, or ToolError if no worker survived it."""
        future: Future[Any] = Future()
        self._queue.put((-urgency, next(self._order), request, future))
        return future

    def close(self) -> None:
        """End all workers at once; what waits is cancelled."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for worker in self._workers.values():
                worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()[3].cancel()
        for _ in self._threads:
            self._queue.put((-float("inf"), next(self._order), None, Future()))
        for thread in self._threads:
            thread.join()

    def _serve(self, number: int) -> None:
        while True:
            _, _, request, future = self._queue.get()
            if request is None or self._closed:
                future.cancel()
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._ask(number, request))
            except BaseException as error:
                future.set_exception(error)

    def _ask(self, number: int, request: Request) -> Any:
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                return self._worker(number).ask(request)
            except _WorkerDied as error:
                reason = str(error)
                with self._lock:
                    self._workers.pop(number, None)
                    if self._closed:
                        break
        raise ToolError(f"the worker died {_ATTEMPTS} times ({reason})")

    def _worker(self, number: int) -> _Worker:
        with self._lock:
            if self._closed:
                raise ToolError("the pool is closed")
            if number not in self._workers:
                self._workers[number] = _Worker(self._settings)
            return self._workers[number]
