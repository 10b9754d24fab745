"""Seccomp: which system calls a program may make, as a filter that the kernel runs on each."""

import errno
import os
import struct

from . import kernel
from .steps import Step
from .syscalls import Architecture

_SET_MODE_FILTER = 1
_SPEC_ALLOW = 1 << 2
_NEW_LISTENER = 1 << 3

_ALLOW = 0x7FFF0000
_ASK = 0x7FC00000  # SECCOMP_RET_USER_NOTIF
_ERRNO = 0x00050000
_KILL = 0x80000000

_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP, _EQUAL, _GREATER_EQUAL, _ANY_BIT = 0x05, 0x15, 0x35, 0x45
_NUMBER, _ARCH = 0, 4  # offsets in the kernel's `seccomp_data`

_CLONE_THREAD = 0x00010000
#: New namespaces, being traced, being someone else's child.
_CLONE_NEVER = 0x7E020000 | 0x00002000 | 0x00008000

_O_TRUNC = 0o1000
_O_ACCMODE = 3

#: What is_a_tty, non-blocking mode and close-on-exec need: TCGETS, TIOCGWINSZ, FIONBIO, FIONREAD,
#: FIOCLEX, FIONCLEX.
_IOCTLS = (0x5401, 0x5413, 0x5421, 0x541B, 0x5451, 0x5450)
#: No F_SETOWN or F_SETSIG, which send signals to any process; no leases.
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032)
#: Names of threads and memory, questions. Not PR_SET_PDEATHSIG: it could be switched off.
_PRCTLS = (15, 16, 3, 23, 0x53564D41)

#: From here on a number is recent: libraries that meet ENOSYS take an older way.
_RECENT = 424

Instruction = tuple[int, int, int, int]


def _argument(index: int, *, high: bool = False) -> Instruction:
    """Load half of an argument; both known architectures are little-endian."""
    return (_LOAD, 0, 0, 16 + 8 * index + (4 if high else 0))


def _give(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


_DENY = _give(_ERRNO | errno.EPERM)


def _one_of(index: int, values: tuple[int, ...], otherwise: int) -> list[Instruction]:
    code = [_argument(index)]
    for value in values:
        code += [(_EQUAL, 0, 1, value), _give(_ALLOW)]
    return [*code, _give(_ERRNO | otherwise)]


def _opening(flags: int) -> list[Instruction]:
    """No O_TRUNC without write access, which Landlock overlooked before its ABI 3."""
    return [
        _argument(flags),
        (_ANY_BIT, 0, 4, _O_TRUNC),
        (_AND, 0, 0, _O_ACCMODE),
        (_EQUAL, 2, 0, 1),
        (_EQUAL, 1, 0, 2),
        _give(_ERRNO | errno.EACCES),
        _give(_ALLOW),
    ]


def _cloning(*, threads: bool, processes: bool) -> list[Instruction]:
    deny_thread = _ALLOW if threads else _ERRNO | errno.EAGAIN
    return [
        _argument(0),
        (_ANY_BIT, 0, 1, _CLONE_NEVER),
        _DENY,
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        _give(deny_thread),
        _give(_ALLOW) if processes else _DENY,
    ]


class Filter:
    """A program for the kernel, in memory."""

    #: Stands in it for the process's own number, which is known only after the fork.
    OWN_NUMBER = 0x7FFFFFFE

    def __init__(self, instructions: list[Instruction]) -> None:
        self.code = kernel.buffer(b"".join(struct.pack("=HBBI", *one) for one in instructions))
        fields = (len(instructions), kernel.address(self.code))
        self._program = kernel.buffer(struct.pack("=HxxxxxxQ", *fields))
        self._own_number_at = [
            8 * place + 4
            for place, one in enumerate(instructions)
            if one[0] == _EQUAL and one[3] == self.OWN_NUMBER
        ]

    def installation(self, machine: Architecture) -> list[Step]:
        """Putting a process, which must not be able to gain privileges, under the filter."""
        return [
            Step("isolation", self._fill),
            Step("isolation", kernel.syscall, *self._call(machine, 0), keeping=self),
        ]

    def listen(self, machine: Architecture) -> int:
        """Put this process under the filter.

        Returns:
            The file descriptor at which what it asks is answered, or -1.
        """
        return kernel.syscall(*self._call(machine, _NEW_LISTENER))

    def _call(self, machine: Architecture, flags: int) -> tuple[int, ...]:
        # Without SPEC_ALLOW kernels before 5.16 slow the whole program down, against leaks between
        # parts of one process, of which there are none here.
        flags |= _SPEC_ALLOW
        return (machine.seccomp, _SET_MODE_FILTER, flags, kernel.address(self._program), 0, 0, 0)

    def _fill(self) -> int:
        """Put this process's number into the program."""
        for place in self._own_number_at:
            struct.pack_into("=I", self.code, place, os.getpid())
        return 0


def filter_for(machine: Architecture, *, threads: bool, processes: bool, signals: bool) -> Filter:
    """The filter that a run gets.

    Args:
        machine: what it is for.
        threads: whether threads may be started.
        processes: whether processes may be started.
        signals: whether signals may be sent to anyone, because something else (a namespace,
            Landlock) keeps them within the run; or else only to itself.
    """
    own = (Filter.OWN_NUMBER, 0)
    allow = [_give(_ALLOW)]
    rules = {
        "open": _opening(1),
        "openat": _opening(2),
        "ioctl": _one_of(1, _IOCTLS, errno.ENOTTY),
        "fcntl": _one_of(1, _FCNTLS, errno.EINVAL),
        "prctl": _one_of(0, _PRCTLS, errno.EINVAL),
        "kill": allow if signals else _one_of(0, own, errno.EPERM),
        "tgkill": allow if signals else _one_of(0, own, errno.EPERM),
        "clone": _cloning(threads=threads, processes=processes),
        "fork": allow if processes else [_DENY],
        "vfork": allow if processes else [_DENY],
        # Its own limits, and only to read them.
        "prlimit64": [
            _argument(0),
            (_EQUAL, 1, 0, 0),
            _DENY,
            _argument(2),
            (_EQUAL, 1, 0, 0),
            _DENY,
            _argument(2, high=True),
            (_EQUAL, 1, 0, 0),
            _DENY,
            *allow,
        ],
    }
    answers = dict.fromkeys(machine.plain, allow)
    answers |= {number: rules[name] for name, number in machine.careful.items()}
    return Filter([*_start(machine), *_choice(_spans(answers))])


#: A number, and what to do with it and those after it, until the next span.
Span = tuple[int, list[Instruction]]


def _spans(answers: dict[int, list[Instruction]]) -> list[Span]:
    """The answers, and refusals between and after them."""
    spans: list[Span] = []
    for number in range(max(_RECENT, *answers) + 2):
        refusal = _give(_ERRNO | errno.ENOSYS) if number >= _RECENT else _DENY
        answer = answers.get(number, [refusal])
        if not spans or spans[-1][1] != answer:
            spans.append((number, answer))
    return spans


def _choice(spans: list[Span]) -> list[Instruction]:
    """Find the number's span by halving.

    A row of comparisons would cost more than all else in starting a program: the kernel tries a
    new filter with every number there is.
    """
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    lower, upper = _choice(spans[:middle]), _choice(spans[middle:])
    return [
        (_GREATER_EQUAL, 0, 1, spans[middle][0]),
        (_JUMP, 0, 0, len(lower)),
        *lower,
        *upper,
    ]


def asking_filter(machine: Architecture) -> Filter:
    """A filter that stops every start of a thread or process until it is answered (see `starts`).

    Stands before `filter_for`'s, which still forbids what it forbids.
    """
    code: list[Instruction] = [*_start(machine)]
    for name in ("clone", "fork", "vfork"):
        if name in machine.careful:
            code += [(_EQUAL, 0, 1, machine.careful[name]), _give(_ASK)]
    return Filter([*code, _give(_ALLOW)])


def _start(machine: Architecture) -> list[Instruction]:
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.audit),
        _give(_KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine.foreign_bit:
        code += [(_GREATER_EQUAL, 0, 1, machine.foreign_bit), _give(_KILL)]
    return code


def available(machine: Architecture) -> bool:
    """Whether the kernel takes filters."""
    kernel.syscall(machine.seccomp, _SET_MODE_FILTER, _SPEC_ALLOW, 0, 0, 0, 0)
    return kernel.last_errno() == errno.EFAULT  # it went as far as to look for one
