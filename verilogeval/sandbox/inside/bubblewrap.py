"""Bubblewrap: hides files where the kernel has no Landlock."""

import json
import os

from .request import Request


def wrap(bubblewrap: str, request: Request, *, seccomp: int | None, news: int) -> Request:
    """The request as one for Bubblewrap, which then runs the program.

    Args:
        bubblewrap: its path.
        request: the run.
        seccomp: the file descriptor at which it finds the program's filter.
        news: the file descriptor to which it writes how the program ended.
    """
    options = ["--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    # Outer folders first, or they would hide what was put in place within them.
    for path in sorted({*request.reads, *request.runs}):
        options += ["--ro-bind", path, path]
    options += ["--dev-bind", os.devnull, os.devnull]
    options += ["--bind" if request.writable else "--ro-bind", request.folder, request.folder]
    options += ["--chdir", request.folder, "--json-status-fd", str(news)]
    if seccomp is not None:
        options += ["--seccomp", str(seccomp)]
    for name, value in request.env.items():
        options += ["--setenv", name, value]
    changed = {name: getattr(request, name) for name in Request.__slots__}
    changed["argv"] = [bubblewrap, *options, "--", *request.argv]
    changed["env"] = {}
    return Request(**changed)


def exit_status(news: str) -> int | None:
    """What Bubblewrap said of the program's end, None where it could not start it.

    Negative where a signal ended it. Bubblewrap tells that as a shell does, so that a program
    which itself ends with 129 to 192 looks the same.
    """
    for line in news.splitlines():
        if line.strip():
            status = json.loads(line).get("exit-code")
            if status is not None:
                return 128 - int(status) if 128 < status <= 192 else int(status)
    return None
