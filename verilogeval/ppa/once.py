"""Values that are made once, whoever asks for them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Once(Generic[Value]):
    """Values by key for several threads: the first that asks makes one, the others wait for it."""

    def __init__(self) -> None:
        self._made: dict[str, Future[Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """The value of `key`; what `make` raises is raised to everyone who asks for it."""
        with self._lock:
            known = self._made.get(key)
            first = known is None
            if known is None:
                known = self._made[key] = Future()
        if first:
            try:
                known.set_result(make())
            except BaseException as error:  # whoever waits is to hear of it
                known.set_exception(error)
        return known.result()
