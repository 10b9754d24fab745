"""What a new process does before it becomes the program, prepared before the fork.

After a fork each page that Python writes to is copied, and it writes to whatever it touches; so
hardly anything is done there but calls of the C library with ready-made arguments.
"""

import os
import resource
import signal
import struct
from collections.abc import Callable, Sequence
from functools import partial

from . import kernel
from .request import Failure, Request

_OPEN_FILES = 256
_CLOSE_RANGE, _CLOSE_RANGE_CLOEXEC = 436, 1 << 2


class Step:
    """A call to make.

    Attributes:
        stage: what it is for, for messages.
        function: what to call; it gives -1 on failure (and sets `kernel.last_errno`).
        arguments: with what.
        path: the file that it is about, for messages.
    """

    __slots__ = ("_kept", "arguments", "function", "path", "stage")

    def __init__(
        self,
        stage: str,
        function: Callable[..., int],
        *arguments: int,
        path: str = "",
        keeping: object = None,
    ) -> None:
        """Args: `keeping` is the memory to which the arguments point."""
        self.stage = stage
        self.function = function
        self.arguments = arguments
        self.path = path
        self._kept = keeping

    def failure(self, number: int) -> Failure:
        """What to say when it has failed with this error number."""
        return Failure(self.stage, os.strerror(number), self.path)


def before_confinement(request: Request, fds: Sequence[int]) -> list[Step]:
    """A process group of its own, the right files, the folder, the limits.

    Args:
        request: the run.
        fds: what becomes the program's file descriptors 0, 1, 2...; none has such a number now.
    """
    parent = os.getpid()
    folder = kernel.text(request.folder)
    steps = [
        Step("process group", kernel.setsid),
        Step("process group", kernel.prctl, kernel.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),
        # It may have died before the line above.
        Step("parent", lambda: 0 if os.getppid() == parent else -1),
    ]
    steps += [Step("file descriptors", kernel.dup3, fd, n, 0) for n, fd in enumerate(fds)]
    steps += [
        Step("file descriptors", partial(_close_on_exec, len(fds))),
        Step("folder", kernel.chdir, kernel.address(folder), path=request.folder, keeping=folder),
        Step("folder", kernel.umask, 0o077),
    ]
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, request.file_bytes, request.file_bytes),
        # First a signal that tells why; a second later the one that cannot be ignored.
        (resource.RLIMIT_CPU, request.cpu_s, request.cpu_s + 1),
        (resource.RLIMIT_AS, request.memory_bytes, request.memory_bytes),
    ):
        steps.append(_limit(kind, soft, hard))
    return steps


def _close_on_exec(first: int) -> int:
    """Mark this file descriptor and all after it; they should be already, but for a mistake."""
    kernel.syscall(_CLOSE_RANGE, first, (1 << 32) - 1, _CLOSE_RANGE_CLOEXEC, 0, 0, 0)
    return 0  # kernels before 5.11 do not know it


def _limit(kind: int, soft: int, hard: int) -> Step:
    """A limit, within the one there is."""
    most = resource.getrlimit(kind)[1]
    if most == resource.RLIM_INFINITY:
        most = hard
    limits = kernel.buffer(struct.pack("=QQ", min(soft, most), min(hard, most)))
    return Step("limits", kernel.setrlimit, kind, kernel.address(limits), keeping=limits)


def start(request: Request) -> Step:
    """Becoming the program."""
    argv = [kernel.text(word) for word in request.argv]
    env = [kernel.text(f"{name}={value}") for name, value in request.env.items()]
    tables = kernel.table(argv), kernel.table(env)
    return Step(
        "program",
        kernel.execve,
        *(kernel.address(memory) for memory in (argv[0], *tables)),
        path=request.argv[0],
        keeping=(argv, env, tables),
    )


def take(steps: Sequence[Step], status: int) -> None:
    """Take the steps, in a new process; does not return.

    Args:
        steps: the last of them becomes the program.
        status: where to write which one failed, and why; it closes itself when none did.
    """
    try:
        for place, step in enumerate(steps):
            if step.function(*step.arguments) == -1:
                os.write(status, b"%d %d" % (place, kernel.last_errno()))
                os._exit(127)
    except MemoryError:
        os.write(status, b"the memory limit is too low")
    except BaseException as error:  # whatever it is, it must not look like the program's end
        os.write(status, repr(error).encode())
    finally:
        os._exit(127)


def failure(steps: Sequence[Step], message: bytes) -> Failure:
    """What went wrong, from what `take` wrote to its status."""
    words = message.split()
    if len(words) == 2 and all(word.isdigit() for word in words):
        return steps[int(words[0])].failure(int(words[1]))
    return Failure("start", message.decode("utf-8", "replace"))
