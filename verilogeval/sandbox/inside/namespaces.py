"""Namespaces: no network, no view of other processes, no shared memory with them."""

import os
import signal
from collections.abc import Sequence

from . import kernel

_USER = 0x10000000
_REST = {"ipc": 0x08000000, "net": 0x40000000, "pid": 0x20000000}


def enter() -> tuple[str, ...]:
    """Leave the namespaces of whoever started this process, as far as the machine allows.

    Root needs no user namespace for the others; where even root may not, it tries with one.

    Returns:
        The names of the new namespaces: all or none. After "pid" the next fork makes the process
        that is the first of the new one.
    """
    ways = ((), ("user",)) if os.geteuid() == 0 else (("user",),)
    for way in ways:
        if _works(with_user=bool(way)):
            _enter(with_user=bool(way))
            return (*_REST, *way)
    return ()


def _enter(*, with_user: bool) -> None:
    flags = sum(_REST.values()) | (_USER if with_user else 0)
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(flags)
    if with_user:
        # The same numbers inside as outside: the program sees nothing unusual.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _works(*, with_user: bool) -> bool:
    """Try it in a child: some machines refuse halfway, and from there is no way back."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _enter(with_user=with_user)
            first = os.fork()  # the new process namespace must take processes
            if first == 0:
                os._exit(0)
            status = os.waitpid(first, 0)[1]
        finally:
            os._exit(1 if status else 0)
    return os.waitpid(pid, 0)[1] == 0


def become_first(held: Sequence[int]) -> None:
    """Go on as the first process of the new process namespace, the parent only waiting.

    When it ends, the kernel kills everything in the namespace; and it ends with its parent.

    Args:
        held: file descriptors that only the first process must hold, so that at their other ends
            its end is noticed.
    """
    pid = os.fork()
    if pid == 0:
        kernel.die_with_parent(signal.SIGKILL)
        return
    for fd in held:
        os.close(fd)
    os.waitpid(pid, 0)
    os._exit(0)
