"""Proves a fixed script's circuit while a search goes on, to learn how long proofs take here.

A search under a time limit has to keep time for the proof of its result. How much that is cannot be
told from the circuit's size: a multiplier takes a hundred times as long as control logic.
"""

import threading
import time

from eda.abc.binary import AbcBinary
from eda.circuit import Circuit
from eda.equivalence import check_equivalence
from eda.errors import ToolError
from eda.process import ToolScope, within


class Rehearsal:
    """One proof, in a thread of its own.

    Args:
        abc: which ABC.
        golden: the design's core as binary AIGER.
    """

    def __init__(self, abc: AbcBinary, golden: bytes) -> None:
        self._abc, self._golden = abc, golden
        self._scope = ToolScope()
        self._began: float | None = None
        self._took: float | None = None
        self._thread: threading.Thread | None = None

    @property
    def begun(self) -> bool:
        """Whether there is a proof under way, or was one."""
        return self._began is not None

    @property
    def took_s(self) -> float | None:
        """Seconds that the proof took; None where none has ended."""
        return self._took

    @property
    def at_least_s(self) -> float:
        """Seconds that a proof takes at least, as far as is known."""
        if self._took is not None:
            return self._took
        return 0.0 if self._began is None else time.perf_counter() - self._began

    def begin(self, revised: Circuit, time_limit: float) -> None:
        """Begin to prove `revised`, for `time_limit` seconds at the most."""
        self._began = time.perf_counter()
        self._thread = threading.Thread(target=self._prove, args=(revised, time_limit), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Kill what is under way."""
        self._scope.end()
        if self._thread is not None:
            self._thread.join()

    def _prove(self, revised: Circuit, time_limit: float) -> None:
        began = time.perf_counter()
        try:
            with within(self._scope):
                check_equivalence(self._abc, self._golden, revised.data, time_limit=time_limit)
        except ToolError:
            return  # the proof of the result meets it again, and says so
        self._took = time.perf_counter() - began
