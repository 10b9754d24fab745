"""Derives circuits by plain ABC processes in the first place, so that no replay has to.

A search under a time limit keeps time for the replay of its result. A move's result depends on the
circuit alone: where a process of its own made it, as the replay would, nothing of it is left to do.
Such a process costs some milliseconds more than a session, which is little beside a move that takes
seconds.
"""

import time

from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import Flow, FlowKind
from eda.move import Move
from eda.process import ToolScope, within
from eda.recipe import Recipe
from eda.replay import replay
from eda.synthesizer import StoppedError, Synthesizer
from rl.evaluation import Step

#: On circuits from so many ANDs on any move takes longer than a process needs to start.
LARGE = 5_000


class Apart:
    """See the module; safe for several threads.

    Args:
        synthesizer: whose cache takes in what is derived.
    """

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer
        self._scope = ToolScope()
        self._stopped = False
        self._derived: set[Step] = set()

    def wants(self, move: Move, circuit: Circuit) -> bool:
        """Whether a move takes so long on a circuit that a process of its own is worth it."""
        return move.slow or circuit.ands >= LARGE

    def made(self, step: Step) -> bool:
        """Whether a step was derived in this way."""
        return step in self._derived

    def apply(self, circuit: Circuit, move: Move, deadline_s: float) -> Circuit:
        """The circuit that `move` makes of `circuit`, from the cache where that has it.

        Raises:
            MoveFailedError: the move does not work on this circuit; remembered.
            StoppedError: see `stop`.
        """
        known = self._synthesizer.known(circuit, move)
        if known is not None:
            return known
        self._synthesizer.refuse_known_failure(circuit, move.commands)
        began = time.perf_counter()
        try:
            made = self._run(circuit, move, deadline_s)
        except ToolError as error:
            if self._stopped:
                raise StoppedError("the search was stopped") from error
            self._synthesizer.fail(circuit, move.commands, str(error))
        finally:
            self._synthesizer.spent_beside(time.perf_counter() - began)
        self._derived.add(Step(circuit.sha256, move, made.sha256))
        return self._synthesizer.remember(circuit, move.commands, made)

    def stop(self) -> None:
        """End what runs in other threads: their calls, and later ones, raise StoppedError."""
        self._stopped = True
        self._scope.end()

    def _run(self, circuit: Circuit, move: Move, deadline_s: float) -> Circuit:
        with within(self._scope):
            made = replay(
                self._synthesizer.abc,
                circuit,
                Recipe((move,)),
                Flow(FlowKind.AIG),
                None,
                time_limit=deadline_s,
                memory_limit=self._synthesizer.limits.memory,
            ).circuit
        if (made.inputs, made.outputs) != (circuit.inputs, circuit.outputs):
            raise ToolError(f"'{move.name}' changed the inputs or outputs")
        return made
