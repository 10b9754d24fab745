"""What the kernel is told, on both architectures."""

import errno
import os
import signal
import struct

import pytest
from hostile_programs import on_linux

from verilogeval.sandbox.inside import landlock, seccomp
from verilogeval.sandbox.inside.syscalls import Architecture, architecture

pytestmark = on_linux

X86, ARM = architecture("x86_64"), architecture("aarch64")
ALLOW, THREAD = 0x7FFF0000, 0x00010000


def verdict(
    machine: Architecture | None, number: int, *arguments: int, audit: int = 0, **policy: bool
) -> int:
    """What a filter says to a system call: 0 for allowed, or the error; -1 for killed."""
    assert machine is not None
    policy = {"threads": False, "processes": False, "signals": False} | policy
    code = bytes(seccomp.filter_for(machine, **policy).code)
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=iIQ6Q", number, audit or machine.audit, 0, *padded)
    accumulator = place = 0
    while True:
        operation, true, false, operand = struct.unpack_from("=HBBI", code, 8 * place)
        place += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x05:
            place += operand
        elif operation == 0x06:
            return 0 if operand == ALLOW else -1 if operand >> 31 else operand & 0xFFFF
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand}
            place += true if holds.get(operation, bool(accumulator & operand)) else false


DANGEROUS = {  # name: numbers on x86_64 and aarch64
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "sendmsg": (46, 211),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "init_module": (175, 105),
    "kexec_load": (246, 104),
    "open_by_handle_at": (304, 265),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "fchmod": (91, 52),
    "fchown": (93, 55),
    "fsetxattr": (190, 7),
    "utimensat": (280, 88),
    "truncate": (76, 45),
    "mkdirat": (258, 34),
    "symlinkat": (266, 36),
    "linkat": (265, 37),
    "mknodat": (259, 33),
    "memfd_create": (319, 279),
    "inotify_init1": (294, 26),
    "seccomp": (317, 277),
}
RECENT = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
    "landlock_restrict_self": 446,
    "not yet invented": 9999,
}
NEEDED = {
    "read": (0, 63),
    "write": (1, 64),
    "mmap": (9, 222),
    "execve": (59, 221),
    "exit_group": (231, 94),
    "getdents64": (217, 61),
    "newfstatat": (262, 79),
    "futex": (202, 98),
    "getrandom": (318, 278),
    "unlinkat": (263, 35),
}


@pytest.mark.parametrize("column", [0, 1], ids=["x86_64", "aarch64"])
def test_the_filter_forbids_what_is_dangerous_and_nothing_needed(column: int) -> None:
    machine = (X86, ARM)[column]
    assert {name: verdict(machine, pair[column]) for name, pair in DANGEROUS.items()} == (
        dict.fromkeys(DANGEROUS, errno.EPERM)
    )
    assert {name: verdict(machine, number) for name, number in RECENT.items()} == (
        dict.fromkeys(RECENT, errno.ENOSYS)
    )
    assert {name: verdict(machine, pair[column]) for name, pair in NEEDED.items()} == (
        dict.fromkeys(NEEDED, 0)
    )


@pytest.mark.parametrize("column", [0, 1], ids=["x86_64", "aarch64"])
def test_the_filter_looks_at_arguments(column: int) -> None:
    machine = (X86, ARM)[column]
    clone, openat, kill, prlimit = ((56, 257, 62, 302), (220, 56, 129, 261))[column]
    assert verdict(machine, clone, signal.SIGCHLD) == errno.EPERM
    assert verdict(machine, clone, THREAD) == errno.EAGAIN
    assert verdict(machine, clone, THREAD, threads=True) == 0
    assert verdict(machine, clone, signal.SIGCHLD, threads=True) == errno.EPERM
    assert verdict(machine, clone, signal.SIGCHLD, processes=True) == 0
    for namespace in (0x00020000, *(1 << bit for bit in range(25, 31))):
        assert verdict(machine, clone, namespace | THREAD, threads=True, processes=True)
    read, write = os.O_RDONLY, os.O_WRONLY
    assert verdict(machine, openat, 0, 0, read) == 0
    assert verdict(machine, openat, 0, 0, write | os.O_CREAT | os.O_TRUNC) == 0
    assert verdict(machine, openat, 0, 0, os.O_RDWR | os.O_TRUNC) == 0
    assert verdict(machine, openat, 0, 0, read | os.O_TRUNC) == errno.EACCES
    assert verdict(machine, openat, 0, 0, 3 | os.O_TRUNC) == errno.EACCES
    assert verdict(machine, kill, 1) == errno.EPERM
    assert verdict(machine, kill, 2**32 - 1) == errno.EPERM
    assert verdict(machine, kill, seccomp.Filter.OWN_NUMBER) == 0
    assert verdict(machine, prlimit, 0, 7, 0) == 0
    assert verdict(machine, prlimit, 0, 7, 0x7F00_0000_0000) == errno.EPERM
    assert verdict(machine, prlimit, 1, 7, 0) == errno.EPERM


def test_the_filter_kills_what_speaks_another_abi() -> None:
    assert verdict(X86, 0x40000000) == -1  # x32
    assert verdict(X86, 1, audit=0x40000003) == -1  # i386: another call by that number
    assert verdict(ARM, 64, audit=0x40000028) == -1


@pytest.mark.parametrize(
    ("abi", "size", "rights"),
    [
        (1, 8, 0x1FFF),
        (2, 8, 0x3FFF),
        (3, 8, 0x7FFF),
        (4, 16, 0x7FFF),
        (5, 16, 0xFFFF),
        (7, 24, 0xFFFF),
    ],
)
def test_each_landlock_is_asked_for_all_it_has(abi: int, size: int, rights: int) -> None:
    attributes = landlock.attributes(abi)
    assert len(attributes) == size
    assert struct.unpack_from("=Q", attributes)[0] == rights
