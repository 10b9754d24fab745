"""What the tests report from within the simulation: only what they signed is believed."""

import contextlib
import hmac
import json
import secrets
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_KEY_BYTES = 32


@dataclass(frozen=True)
class TestReport:
    """One test: its name with that of its module, and what became of it.

    Attributes:
        name: "module.test".
        status: "passed", "failed", "error" or "skipped" as cocotb says it, or "ended" where the
            simulation ended during the test or before it.
        time_ns: simulated time at its end, None where there was none.
        wall_s: seconds that it took.
        message: why it failed, in a line or two.
        raised: name of the exception's class that ended it, "" where there was none.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    name: str
    status: str
    time_ns: float | None
    wall_s: float
    message: str
    raised: str = ""


@dataclass(frozen=True)
class Reports:
    """All that was reported of a simulation.

    Attributes:
        ready: whether Python started.
        trouble: why there were no tests: cocotb could not start, or the modules be imported.
        planned: names of the tests that were to run, None where it did not come to that.
        tests: in the order in which they ended.
        done: whether all were run.
        time_ns: simulated time at the end of the last.
    """

    ready: bool = False
    trouble: str = ""
    planned: tuple[str, ...] | None = None
    tests: tuple[TestReport, ...] = ()
    done: bool = False
    time_ns: float = 0.0


class Listener(contextlib.AbstractContextManager["Listener"]):
    """The judge's end of the socket.

    Attributes:
        fd: the other end, for the simulator.
    """

    def __init__(self, order: Mapping[str, object]) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._ours, self._theirs = socket.socketpair()
        self.fd = self._theirs.fileno()
        self._heard = bytearray()
        self._text = json.dumps({**order, "key": self._key.hex()}).encode() + b"\n"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        # The simulator may end without having read, or with something left to read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._ours.sendall(self._text)
            while data := self._ours.recv(1 << 16):
                self._heard += data

    def __exit__(self, *_: object) -> None:
        self._hear_all()
        self._ours.close()

    def _hear_all(self) -> None:
        # Whoever else may still hold the other end: nothing more is said.
        if self._theirs.fileno() >= 0:
            self._theirs.shutdown(socket.SHUT_WR)
            self._theirs.close()
        self._thread.join()

    def reports(self) -> Reports:
        """What was reported, once nothing runs any more."""
        self._hear_all()
        return read(bytes(self._heard), self._key)


def read(heard: bytes, key: bytes) -> Reports:
    """The reports up to the first line that is not signed, or not the next one."""
    ready, trouble, planned, done, time_ns = False, "", None, False, 0.0
    tests: list[TestReport] = []
    for number, line in enumerate(heard.split(b"\n")):
        facts = _facts(line, key)
        if facts is None or facts.pop("number") != number:
            break
        kind = facts.pop("kind")
        if kind == "ready":
            ready = True
        elif kind == "trouble":
            trouble = facts["message"]
        elif kind == "planned":
            planned = tuple(facts["tests"])
        elif kind == "test":
            tests.append(TestReport(**facts))
        elif kind == "done":
            done, time_ns = True, facts["time_ns"]
    return Reports(ready, trouble, planned, tuple(tests), done, time_ns)


def _facts(line: bytes, key: bytes) -> dict[str, Any] | None:
    signature, _, text = line.partition(b" ")
    if not hmac.compare_digest(signature, hmac.digest(key, text, "sha256").hex().encode()):
        return None
    value: dict[str, Any] = json.loads(text)
    return value
