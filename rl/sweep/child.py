"""Becomes a command of eda-rl that ends with the process that started it.

`python -m rl.sweep.child PARENT ARGUMENTS...`: a sweep that is killed leaves no search behind that
would hold its folder while the sweep goes on.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGTERM at the parent's death, then run the command line."""
    parent, arguments = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", "eda_rl", *arguments])  # noqa: S606 - our own


if __name__ == "__main__":
    main()
