"""Counts the threads and processes that a program starts, and refuses more than it may.

The kernel has no such limit that holds for root, or that is not shared with everything else the
user runs; so each start waits for an answer from here.
"""

import errno
import fcntl
import os
import struct

_RECEIVE = 0xC0502100  # SECCOMP_IOCTL_NOTIF_RECV
_SEND = 0xC0182101  # SECCOMP_IOCTL_NOTIF_SEND
_CONTINUE = 1
_CLONE_THREAD = 0x00010000


class Starts:
    """Answers at the file descriptor that `seccomp.Filter.listen` gave."""

    def __init__(self, fd: int, *, clone: int, threads: int, processes: int) -> None:
        self.fd = fd
        self._clone = clone
        self._threads = threads
        self._processes = processes

    def answer(self) -> bool:
        """Answer one start; False when there will be no more."""
        asked = bytearray(80)
        try:
            fcntl.ioctl(self.fd, _RECEIVE, asked)
            identity, _, _, number, _, _, flags = struct.unpack_from("=QIIiIQQ", asked)
            reply = struct.pack("=QqiI", identity, 0, 0, _CONTINUE)
            if not self._may(threads=number == self._clone and bool(flags & _CLONE_THREAD)):
                reply = struct.pack("=QqiI", identity, 0, -errno.EAGAIN, 0)
            fcntl.ioctl(self.fd, _SEND, bytearray(reply))
        except OSError as error:
            # ENOENT: whoever asked was killed meanwhile.
            return error.errno in (errno.ENOENT, errno.EINTR)
        return True

    def _may(self, *, threads: bool) -> bool:
        if threads:
            self._threads -= 1
            return self._threads >= 0
        self._processes -= 1
        return self._processes >= 0

    def close(self) -> None:
        """Let go; every later start fails."""
        os.close(self.fd)
