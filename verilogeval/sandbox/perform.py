"""One run under a launcher, from its arguments to its outcome."""

import json
import signal
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from eda.errors import ToolError
from verilogeval.sandbox import disk
from verilogeval.sandbox.feeding import Feed, FifoFeed, PipeFeed
from verilogeval.sandbox.inside.request import Request
from verilogeval.sandbox.launchers import Launcher
from verilogeval.sandbox.programs import needs
from verilogeval.sandbox.session import Session
from verilogeval.sandbox.values import FEED, Ended, Limits, Outcome

#: Where a process finds what it has open.
_OWN_FILES = Path("/proc/self/fd")


def perform(
    launcher: Launcher,
    argv: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    env: Mapping[str, str],
    reads: Sequence[Path],
    feed: bytes | None,
    keep_fds: Sequence[int],
) -> Outcome:
    """Do a run; arguments and errors as for `run.run`."""
    folder = folder.absolute()
    try:
        return _perform(launcher, list(argv), folder, limits, env, reads, feed, keep_fds)
    except OSError as error:
        raise ToolError(f"cannot run {argv[0]} in {folder}: {error}") from error


def _perform(
    launcher: Launcher,
    argv: list[str],
    folder: Path,
    limits: Limits,
    env: Mapping[str, str],
    reads: Sequence[Path],
    feed: bytes | None,
    keep_fds: Sequence[int],
) -> Outcome:
    writable = limits.file_bytes > 0
    space = min(limits.file_bytes, disk.require_space(folder)) if writable else 0
    food = _feed(launcher, feed, folder, len(keep_fds))
    with closing(food) if food else nullcontext():
        words = [food.path if food and word == FEED else word for word in argv]
        request = _request(words, folder, limits, env, reads, file_bytes=space)
        session = Session(request, output_bytes=limits.output_bytes, feed=food)
        answer = json.loads(session.perform(launcher, keep_fds))
    if "stage" in answer:
        raise _failure(answer, argv[0], session)
    outcome = _outcome(answer, session, limits)
    if writable and outcome.ended is not Ended.FILE:
        disk.require_space(folder)  # or else something that it wrote may be missing
    elif space < limits.file_bytes and outcome.ended is Ended.FILE:
        raise disk.full(folder)  # it was stopped where the disk ends, not at its limit
    return outcome


def _feed(launcher: Launcher, feed: bytes | None, folder: Path, place: int) -> Feed | None:
    if feed is None:
        return None
    if launcher.isolation.bubblewrap or not _OWN_FILES.exists():
        return FifoFeed(feed, folder)
    return PipeFeed(feed, place)


def _request(
    words: list[str],
    folder: Path,
    limits: Limits,
    env: Mapping[str, str],
    reads: Sequence[Path],
    *,
    file_bytes: int,
) -> Request:
    if any("\0" in word for word in [*words, *env, *env.values()]):
        raise ValueError("an argument or a variable contains a NUL, where it would end")
    words[0] = str(Path(words[0]).absolute())
    needed = needs(Path(words[0]), env.get("LD_LIBRARY_PATH", ""))
    readable = [str(path.absolute()) for path in reads]
    runs = dict.fromkeys([*needed.executed, *(readable if limits.processes else ())])
    return Request(
        argv=words,
        env={**env, "HOME": str(folder), "TMPDIR": str(folder)},
        folder=str(folder),
        writable=limits.file_bytes > 0,
        reads=[path for path in dict.fromkeys([*needed.libraries, *readable]) if path not in runs],
        runs=list(runs),
        wall_s=limits.wall_s,
        cpu_s=limits.cpu_s,
        memory_bytes=limits.memory_bytes,
        file_bytes=file_bytes,
        processes=limits.processes,
        threads=limits.threads,
    )


def _failure(answer: dict[str, str], program: str, session: Session) -> ToolError:
    """The error for a run that did not take place."""
    text = answer["text"]
    if answer["stage"] == "program":
        return ToolError(f"cannot start {program}: {text}")
    if answer["path"]:
        return ToolError(f"cannot use {answer['path']} in the sandbox: {text}")
    said = session.output[1].decode("utf-8", "replace").strip().splitlines()[-1:]
    return ToolError(": ".join(["the sandbox cannot be set up", answer["stage"], text, *said]))


def _outcome(answer: dict[str, Any], session: Session, limits: Limits) -> Outcome:
    status = answer["status"]
    out_of_time = status == -signal.SIGXCPU or (
        status == -signal.SIGKILL and answer["cpu_s"] >= limits.cpu_s
    )
    if answer["by"] == "wall":
        ended = Ended.WALL
    elif session.killed is not None:
        ended = session.killed
    elif status == -signal.SIGXFSZ:
        ended = Ended.FILE
    elif out_of_time:
        ended = Ended.CPU
    else:
        ended = Ended.SIGNALLED if status < 0 else Ended.EXITED
    return Outcome(
        ended=ended,
        status=status,
        stdout=bytes(session.output[0]),
        stderr=bytes(session.output[1]),
        wall_s=answer["wall_s"],
        cpu_s=answer["cpu_s"],
        peak_memory_bytes=answer["peak_memory_bytes"],
    )
