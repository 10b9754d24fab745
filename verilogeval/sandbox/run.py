"""Runs one program on input that may be hostile."""

import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from eda.errors import ToolError
from verilogeval.sandbox.isolation import Isolation
from verilogeval.sandbox.launchers import Launcher, Launchers
from verilogeval.sandbox.perform import perform
from verilogeval.sandbox.values import Limits, Outcome


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    env: Mapping[str, str],
    reads: Sequence[Path] = (),
    feed: bytes | None = None,
    keep_fds: Sequence[int] = (),
) -> Outcome:
    """Run a program that sees nothing but its folder and what it needs, and wait for its end.

    It has no network, cannot start processes or threads unless `limits` lets it, and cannot reach
    other processes. When this returns or raises, nothing of it runs any more. May be called from
    several threads.

    Args:
        argv: the program's path and its arguments. The program, its interpreter and its shared
            libraries are readable; plug-ins are not (see `programs.needed_by`). An argument FEED
            becomes the path at which the program finds `feed`.
        folder: the run's own folder: its working directory, HOME and TMPDIR. There it may read
            and, if `limits.file_bytes` lets it, make and delete files, but no folders or links.
        limits: what it may use.
        env: its environment; HOME and TMPDIR are added (and, by Bubblewrap, PWD).
        reads: files and folders that it may also read, and, if it may start processes, execute.
        feed: what it may read once, from the start to the end; afterwards the text is nowhere.
        keep_fds: file descriptors that it gets as FIRST_FD, FIRST_FD + 1 and so on. Sockets, where
            what passes must be safe from other code in the program: a pipe can be opened again
            by way of /proc/self/fd.

    Raises:
        ToolError: the program could not be run, or the disk is full; nothing the program did.
    """
    with _LAUNCHERS.borrowed(_start) as launcher:
        return perform(
            launcher,
            argv,
            folder=folder,
            limits=limits,
            env=env,
            reads=reads,
            feed=feed,
            keep_fds=keep_fds,
        )


def isolation() -> Isolation:
    """How runs are isolated on this machine, found out by trying.

    Raises:
        ToolError: nothing can be run here.
    """
    with _LAUNCHERS.borrowed(_start) as launcher:
        return launcher.isolation


def enter_worker() -> Isolation:
    """Do now what the first run of a process would otherwise have to wait for.

    Raises:
        ToolError: nothing can be run here.
    """
    return isolation()


def require() -> Isolation:
    """The isolation of this machine, if it is strong.

    Raises:
        ToolError: it is not, with the remedy.
    """
    found = isolation()
    if not found.strong:
        raise ToolError(f"no safe sandbox here ({found.describe()} only): {found.remedy()}")
    return found


_LAUNCHERS = Launchers()


class _Machine:
    """What was found out about this machine; all launchers must be alike."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bubblewrap = shutil.which("bwrap") or ""
        self._isolation: Isolation | None = None

    def start(self) -> Launcher:
        with self._lock:
            launcher = Launcher(self._bubblewrap)
            if self._isolation is None and launcher.isolation.bubblewrap:
                launcher = self._tried(launcher)
            if self._isolation is None:
                self._isolation = launcher.isolation
        if launcher.isolation != self._isolation:
            launcher.close()
            raise ToolError(
                f"the sandbox is not what it was: {launcher.isolation.describe()} instead of "
                f"{self._isolation.describe()}"
            )
        return launcher

    def _tried(self, launcher: Launcher) -> Launcher:
        """The launcher if Bubblewrap works under it, or else one without it."""
        limits = Limits(
            wall_s=10, cpu_s=10, memory_bytes=1 << 30, file_bytes=0, output_bytes=1 << 16
        )
        with tempfile.TemporaryDirectory() as folder:
            try:
                perform(
                    launcher,
                    [self._bubblewrap, "--version"],
                    folder=Path(folder),
                    limits=limits,
                    env={},
                    reads=(),
                    feed=None,
                    keep_fds=(),
                )
            except ToolError:
                launcher.close()
                self._bubblewrap = ""
                return Launcher("")
        return launcher


_start = _Machine().start
