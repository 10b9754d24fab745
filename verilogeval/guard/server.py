"""The guard in a process of its own, since a hostile source may crash or exhaust a parser.

Run as a program it answers requests on its standard input, one after the other, within limits on
memory; `Guard` asks it, and starts another where one was lost.
"""

import contextlib
import ctypes
import math
import os
import pickle
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

from verilogeval.guard.finding import Finding

#: Processor time for one source; one that a person or a model could mean takes milliseconds.
SECONDS = 10
#: A busy machine refuses no source: so much more may it take by the clock, with slang's start.
_PATIENCE = 12
_MEMORY_BYTES = 2 << 30
_PACKAGES = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1


class Guard:
    """Asks the process. Use as a context manager."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Guard":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def examine(self, text: str, top: str, inputs: Collection[str]) -> Finding:
        """`verilogeval.guard.examine.examine`; a source that cannot be examined is refused."""
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101 - asked for
        assert process.stdout is not None  # noqa: S101 - asked for
        with contextlib.suppress(BrokenPipeError), selectors.DefaultSelector() as selector:
            pickle.dump((text, top, tuple(inputs)), process.stdin)
            process.stdin.flush()
            selector.register(process.stdout, selectors.EVENT_READ)
            if selector.select(_PATIENCE * SECONDS):
                with contextlib.suppress(EOFError, pickle.UnpicklingError):
                    answer: Finding = pickle.load(process.stdout)  # noqa: S301 - our own child
                    return answer
        self._end()
        return Finding("the source is too large or too deeply nested to be examined", isolate=True)

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from verilogeval.guard.server import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a parser says as it dies helps nobody
            env={**os.environ, "PYTHONPATH": path},
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None


def main() -> None:
    """Answer requests until the input ends."""
    from verilogeval.guard.examine import examine  # noqa: PLC0415 - slang is for this process alone

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides when this ends
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            text, top, inputs = pickle.load(requests)  # noqa: S301 - from our own parent
        except EOFError:
            return
        _allow(SECONDS)
        pickle.dump(examine(text, top, inputs), answers)
        answers.flush()


def _allow(seconds: int) -> None:
    """Let this process end when it has used so many more seconds of processor time, or one more."""
    used = math.ceil(time.process_time())
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    soft = used + seconds if most == resource.RLIM_INFINITY else min(used + seconds, most)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, most))
