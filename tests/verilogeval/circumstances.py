"""Runs Python code on a machine that lacks something: circumstances.py WHAT[,WHAT...] CODE.

"unshare", "landlock" and "seccomp" are then refused by the kernel; "bwrap" is not found.
"""

import errno
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from verilogeval.sandbox.inside import kernel, seccomp
from verilogeval.sandbox.inside.syscalls import architecture

REFUSED = {
    "unshare": ({"x86_64": 272, "aarch64": 97}, errno.EPERM),
    "landlock": ({"x86_64": 444, "aarch64": 444}, errno.EOPNOTSUPP),
    "seccomp": ({"x86_64": 317, "aarch64": 277}, errno.EINVAL),
}


def refuse(*names: str) -> None:
    """Let the kernel refuse system calls to this process and all that stem from it."""
    machine = os.uname().machine
    known = architecture(machine)
    assert known is not None
    code = [(0x20, 0, 0, 0)]  # load the number
    for name in names:
        numbers, error = REFUSED[name]
        code += [(0x15, 0, 1, numbers[machine]), (0x06, 0, 0, 0x50000 | error)]
    code.append((0x06, 0, 0, 0x7FFF0000))
    kernel.checked(kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    for step in seccomp.Filter(code).installation(known):
        kernel.checked(step.function(*step.arguments))


if __name__ == "__main__":
    missing = [name for name in sys.argv[1].split(",") if name]
    if "bwrap" in missing:
        os.environ["PATH"] = "/nonexistent"
        missing.remove("bwrap")
    if missing:
        refuse(*missing)
    exec(sys.argv[2])
