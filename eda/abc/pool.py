"""A fixed number of ABC sessions for the workers of one process."""

import contextlib
import os
import queue
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from eda.abc.binary import AbcBinary
from eda.abc.session import AbcSession

_PREFIX = "eda-rl-"


def scratch_folder() -> Path:
    """Make an empty folder, in memory where the system has a place for that.

    Folders that killed processes left behind are removed first.
    """
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is unique and private
    base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for stale in base.glob(f"{_PREFIX}*"):
        owner = stale.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(stale, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))


class SessionPool:
    """Sessions that workers borrow; as many as `jobs`, started when first borrowed."""

    def __init__(
        self, abc: AbcBinary, *, jobs: int, preamble: Sequence[str], memory_limit: int
    ) -> None:
        self._folder = scratch_folder()
        self._free: queue.LifoQueue[AbcSession] = queue.LifoQueue()
        self._all = []
        for number in range(jobs):
            workdir = self._folder / str(number)
            workdir.mkdir()
            session = AbcSession(abc, preamble=preamble, workdir=workdir, memory_limit=memory_limit)
            self._all.append(session)
            self._free.put(session)

    @contextlib.contextmanager
    def session(self) -> Iterator[AbcSession]:
        """Borrow a session; waits while all are in use."""
        session = self._free.get()
        try:
            yield session
        finally:
            self._free.put(session)

    @property
    def busy_s(self) -> tuple[float, ...]:
        """Seconds that each session has spent in ABC commands."""
        return tuple(session.busy_s for session in self._all)

    def kill(self) -> None:
        """Kill every process, also those in use by other threads; the pool stays usable."""
        for session in self._all:
            session.kill()

    def close(self) -> None:
        """End every session, none of which may be in use, and remove their folders."""
        for session in self._all:
            session.close()
        shutil.rmtree(self._folder, ignore_errors=True)
