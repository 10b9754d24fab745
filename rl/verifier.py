"""Runs what takes long of the best recipe again in plain ABC processes, while a search goes on.

A search under a time limit has to keep time for the replay of its result. Where one move of it took
half a minute, that is half a minute in which one process works. A move's result depends on the
circuit alone, so it can be confirmed as soon as it is likely to be part of the result, and the
replay goes on from there.
"""

import threading
import time
from collections.abc import Sequence

from eda.abc.binary import AbcBinary
from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import Flow, FlowKind
from eda.process import ToolScope, within
from eda.recipe import Recipe
from eda.replay import replay
from rl.evaluation import Step

#: A move that took less is not worth a process of its own.
LEAST_S = 2.0
#: Whoever ends a search waits for a process so many times as long as the session took, and more.
_PATIENCE, _AT_LEAST_S = 2.0, 5.0
#: Beside the sessions of a search a process gets on so fast.
_PACE = 0.6


class Verifier:
    """Confirms steps, one after the other, in a thread of its own.

    Args:
        abc: which ABC.

    Attributes:
        confirmed: circuits that a plain process arrived at, by the step.
    """

    def __init__(self, abc: AbcBinary) -> None:
        self._abc = abc
        self.confirmed: dict[Step, Circuit] = {}
        self._refused: set[Step] = set()
        self._scope = ToolScope()
        self._running: tuple[Step, float] | None = None
        self._thread: threading.Thread | None = None

    def wants(self, step: Step, took_s: float) -> bool:
        """Whether it is free, and the step, which took so long, is worth confirming."""
        known = step in self.confirmed or step in self._refused
        return self._running is None and took_s >= LEAST_S and not known

    def confirm(self, step: Step, circuit: Circuit, took_s: float) -> None:
        """Begin to confirm a step on its circuit, which took so long in a session."""
        self._running = (step, time.perf_counter())
        arguments = (step, circuit, _PATIENCE * took_s + _AT_LEAST_S)
        self._thread = threading.Thread(target=self._confirm, args=arguments, daemon=True)
        self._thread.start()

    def left_s(self, step: Step, took_s: float) -> float:
        """How long a step that took so long in a session still takes; nothing once confirmed."""
        if step in self.confirmed:
            return 0.0
        running = self._running
        if running is not None and running[0] == step:
            return max(0.5, took_s - _PACE * (time.perf_counter() - running[1]))
        return took_s

    def end(self, wanted: Sequence[Step]) -> None:
        """Wait for what is under way if it is wanted; kill it if it is not."""
        running, thread = self._running, self._thread
        if running is None or running[0] not in wanted:
            self._scope.end()
        if thread is not None:
            thread.join()

    def _confirm(self, step: Step, circuit: Circuit, time_limit: float) -> None:
        try:
            with within(self._scope):
                recipe = Recipe((step.move,))
                made = replay(
                    self._abc, circuit, recipe, Flow(FlowKind.AIG), None, time_limit=time_limit
                ).circuit
        except ToolError:
            self._refused.add(step)  # the replay of the whole meets it again, and says so
        else:
            if made.sha256 == step.target:
                self.confirmed[step] = made
            else:
                self._refused.add(step)
        finally:
            self._running = None
