"""Landlock: which files a process and its descendants may touch from now on."""

import os
import stat
import struct
from collections.abc import Iterable

from . import kernel
from .steps import Step

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_REMOVE_FILE = 1 << 5
_MAKE_REG = 1 << 8
_TRUNCATE = 1 << 14

#: All rights over files of ABI 1, and those that later ones brought: (ABI, right).
_FIRST_RIGHTS = (1 << 13) - 1
_LATER_RIGHTS = ((2, 1 << 13), (3, _TRUNCATE), (5, 1 << 15))
_TCP_BIND_CONNECT = 3  # ABI 4
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3  # ABI 6


def abi() -> int:
    """The version of Landlock's interface, 0 where the kernel has none or it is switched off."""
    try:
        return kernel.checked(kernel.syscall(_CREATE_RULESET, 0, 0, _VERSION, 0, 0, 0))
    except OSError:
        return 0


def handled(version: int) -> int:
    """The rights over files that a ruleset of this ABI can take away."""
    return _FIRST_RIGHTS | sum(right for since, right in _LATER_RIGHTS if version >= since)


def attributes(version: int) -> bytes:
    """The kernel's `landlock_ruleset_attr`: everything that this ABI can forbid."""
    fields = [handled(version)]
    if version >= 4:
        fields.append(_TCP_BIND_CONNECT)
    if version >= 6:
        fields.append(_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    return struct.pack(f"={len(fields)}Q", *fields)


def ruleset(
    version: int,
    *,
    reads: Iterable[str],
    runs: Iterable[str],
    folder: str | None,
    writable: bool,
) -> int:
    """A ruleset under which nothing but the following is possible; the caller closes it.

    Args:
        version: the ABI.
        reads: files, and folders with everything beneath, that may be read.
        runs: the same, that may also be executed.
        folder: where files may be read and, if `writable`, made, written and deleted. No folders,
            links or devices can be made in it: whoever looks into it later finds plain files.
        writable: see `folder`.

    Raises:
        OSError: a path cannot be opened (`filename` says which), or the kernel refused.
    """
    rights = handled(version)
    attr = kernel.buffer(attributes(version))
    fd = kernel.checked(
        kernel.syscall(_CREATE_RULESET, kernel.address(attr), len(attr), 0, 0, 0, 0)
    )
    try:
        read = _READ_FILE | _READ_DIR
        for path in reads:
            _allow(fd, path, read)
        for path in runs:
            _allow(fd, path, read | _EXECUTE)
        _allow(fd, os.devnull, _READ_FILE | _WRITE_FILE | (_TRUNCATE & rights))
        if folder is not None:
            write = (_WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE) & rights
            _allow(fd, folder, read | (write if writable else 0))
    except BaseException:
        os.close(fd)
        raise
    return fd


def _allow(fd: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = kernel.buffer(struct.pack("=Qi", rights, place))
        kernel.checked(kernel.syscall(_ADD_RULE, fd, _PATH_BENEATH, kernel.address(rule), 0, 0, 0))
    finally:
        os.close(place)


def restriction(fd: int) -> Step:
    """Putting a process, which must not be able to gain privileges, under a ruleset."""
    return Step("isolation", kernel.syscall, _RESTRICT_SELF, fd, 0, 0, 0, 0, 0)
