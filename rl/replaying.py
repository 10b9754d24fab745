"""What the replay of a search's result still has to do, and what is done of it while it searches.

A search under a time limit keeps time for that replay. What takes long is derived by processes of
their own in the first place (`rl.apart`), or confirmed by such a process meanwhile (`rl.verifier`).
"""

from collections.abc import Iterator, Sequence

from eda.circuit import Circuit
from eda.synthesizer import Synthesizer
from rl.apart import Apart
from rl.evaluation import Outcome, Step, circuits, steps, walked
from rl.findings import Candidate
from rl.verifier import Verifier


class Replaying:
    """See the module.

    Args:
        synthesizer: what the search derives circuits with.
        start: the circuit that it starts from.
        timed: whether it has a time limit.

    Attributes:
        apart: derives circuits in processes of their own; None without a time limit.
    """

    def __init__(self, synthesizer: Synthesizer, start: Circuit, *, timed: bool) -> None:
        self._synthesizer, self._start = synthesizer, start
        self._took: dict[Step, float] = {}
        self._verifier = Verifier(synthesizer.abc)
        self.apart = Apart(synthesizer) if timed else None

    def learn(self, outcome: Outcome) -> None:
        """Take in how long an outcome's moves took."""
        taken = walked(outcome, self._start.sha256)
        for step, seconds in zip(taken, outcome.steps_s, strict=False):
            self._took[step] = max(seconds, self._took.get(step, 0.0))

    def left_s(self, best: Candidate | None) -> float:
        """How long a replay of the best recipe would take, by what each of its steps took."""
        if best is None:
            return 0.0
        waiting = [step for step in self._steps(best) if not self._derived(step)]
        moves = sum(self._verifier.left_s(step, self._took.get(step, 0.0)) for step in waiting)
        return moves + (best.outcome.steps_s[-1] if best.outcome.steps_s else 0.0)

    def confirm(self, best: Candidate | None) -> None:
        """Begin to confirm what takes long of the best recipe."""
        # What is no longer in the cache the replay at the end does.
        for step, circuit in () if best is None else self._walk(best):
            took = self._took.get(step, 0.0)
            if not self._derived(step) and self._verifier.wants(step, took):
                self._verifier.confirm(step, circuit, took)
                return

    def stop(self) -> None:
        """End what derives circuits in other threads; what confirms goes on."""
        if self.apart is not None:
            self.apart.stop()

    def give_up(self) -> None:
        """End what confirms."""
        self._verifier.end(())

    def end(self, best: Sequence[Candidate]) -> dict[Step, Circuit]:
        """What plain processes have arrived at of the best candidates' steps.

        What is under way is waited for where the first of them needs it.
        """
        self._verifier.end(self._steps(best[0]) if best else ())
        found = dict(self._verifier.confirmed)
        for candidate in best:
            for step, circuit in self._walk(candidate):
                made = self._synthesizer.known(circuit, step.move)
                if made is not None and self._derived(step):
                    found[step] = made
        return found

    def _steps(self, candidate: Candidate) -> list[Step]:
        return steps(candidate.outcome, self._start.sha256)

    def _derived(self, step: Step) -> bool:
        """Whether a plain process made a step in the first place."""
        return self.apart is not None and self.apart.made(step)

    def _walk(self, candidate: Candidate) -> Iterator[tuple[Step, Circuit]]:
        """The steps of a candidate and their circuits, as far as these are in the cache."""
        found = circuits(self._synthesizer, self._start, candidate.outcome)
        return zip(self._steps(candidate), found, strict=False)
