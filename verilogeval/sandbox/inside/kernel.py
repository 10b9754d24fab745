"""The C library's functions, for what Python's has no names or what must be cheap after a fork."""

import ctypes
import os
import struct
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
PR_SET_CHILD_SUBREAPER = 36

#: The only privilege that root keeps: to read what `reads` names, whoever owns it.
CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522

#: A function of the C library: takes numbers and addresses, gives -1 on failure.
Function = Callable[..., int]
Memory = ctypes.Array[ctypes.c_char]

_LIBC = ctypes.CDLL(None, use_errno=True)


def _function(name: str, arguments: int) -> Function:
    function = getattr(_LIBC, name)
    function.restype = ctypes.c_long if name == "syscall" else ctypes.c_int
    function.argtypes = [ctypes.c_ulong] * arguments
    return function  # type: ignore[no-any-return]


chdir = _function("chdir", 1)
dup3 = _function("dup3", 3)
execve = _function("execve", 3)
prctl = _function("prctl", 5)
setrlimit = _function("setrlimit", 2)
setsid = _function("setsid", 0)
syscall = _function("syscall", 7)
umask = _function("umask", 1)
_capset = _function("capset", 2)
_unshare = _function("unshare", 1)


def last_errno() -> int:
    """The error number of the function that failed last."""
    return ctypes.get_errno()


def set_errno(number: int) -> None:
    """Let `last_errno` give this."""
    ctypes.set_errno(number)


def checked(result: int) -> int:
    """The result of a function.

    Raises:
        OSError: it failed.
    """
    if result == -1:
        number = last_errno()
        raise OSError(number, os.strerror(number))
    return result


def buffer(data: bytes) -> Memory:
    """Memory that holds `data`, for as long as the result is referenced."""
    return ctypes.create_string_buffer(data, len(data))


def address(memory: Memory) -> int:
    """Where a buffer lies."""
    return ctypes.addressof(memory)


def text(value: str) -> Memory:
    """Memory that holds a path or the like as C wants it."""
    return buffer(os.fsencode(value) + b"\0")


def table(texts: list[Memory]) -> Memory:
    """Memory that holds the addresses of texts, and an end, as execve wants it."""
    return buffer(struct.pack(f"={len(texts) + 1}Q", *map(address, texts), 0))


def unshare(flags: int) -> None:
    """Leave namespaces.

    Raises:
        OSError: the kernel refused.
    """
    checked(_unshare(flags))


def be_reaper() -> None:
    """Become the parent of all orphans among this process's descendants."""
    checked(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))


def die_with_parent(signal: int) -> None:
    """Let the kernel send a signal to this process when its parent ends."""
    checked(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0))


def keep_capabilities(mask: int) -> None:
    """Give up all privileges of this process but those in `mask`, for good.

    Raises:
        OSError: the kernel refused.
    """
    header = buffer(struct.pack("=Ii", _CAPABILITY_VERSION_3, 0))
    # For the lower and the upper 32 capabilities: effective, permitted, inheritable.
    sets = buffer(struct.pack("=6I", mask, mask, 0, 0, 0, 0))
    checked(_capset(address(header), address(sets)))
