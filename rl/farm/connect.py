"""Connects to a Ray cluster, or starts Ray here."""

import socket
from typing import Any

from eda.errors import InputError, ToolError
from rl.extras import load

_CONNECT_S = 10.0


def connected(jobs: int, address: str | None) -> Any:
    """The module `ray`, connected; whoever asks for it shuts it down.

    Args:
        jobs: processors that a Ray started here has.
        address: of a cluster, such as HOST:6379, or None to start Ray here.

    Raises:
        InputError: it is no address.
        ToolError: Ray is not installed, or the cluster cannot be reached.
    """
    ray = load("ray", "sweep")
    if address is not None:
        _reach(address)
    options: dict[str, Any] = {"address": address, "log_to_driver": False, "logging_level": "ERROR"}
    if address is None:
        options |= {"num_cpus": jobs, "include_dashboard": False, "address": "local"}
        # Else workers are given what everything else on the machine leaves over.
        options["_system_config"] = {"worker_niceness": 0}
    try:
        ray.init(configure_logging=True, **options)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        words = " ".join(str(error).split())[:300]
        where = "be started here" if address is None else f"be reached at {address}"
        hint = "; set $RAY_TMPDIR to a folder with a short name" * ("AF_UNIX" in words)
        raise ToolError(f"Ray cannot {where}: {words}{hint}") from error
    return ray


def _reach(address: str) -> None:
    """Try a cluster's port first: Ray itself waits long for one that is not there."""
    if address in ("auto", "local"):
        return
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        raise InputError(f"--address {address}: expected HOST:PORT, such as head:6379, or auto")
    try:
        socket.create_connection((host, int(port)), _CONNECT_S).close()
    except OSError as error:
        words = error.strerror or str(error)
        raise ToolError(
            f"no Ray cluster at {address}: {words}; is 'ray start --head' running?"
        ) from error
