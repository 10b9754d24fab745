"""Messages with file descriptors."""

import array
import socket


def receive(connection: socket.socket, size: int, most_fds: int) -> tuple[bytes, list[int]]:
    """The next message, b"" at the end, and its file descriptors, which close themselves on exec.

    Python's `socket.recv_fds` does not pass its flags on, so that programs would inherit them.
    """
    fds = array.array("i")
    message, ancillary, _, _ = connection.recvmsg(
        size, socket.CMSG_LEN(most_fds * fds.itemsize), socket.MSG_CMSG_CLOEXEC
    )
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return message, list(fds)
