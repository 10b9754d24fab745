"""One evaluation: recipes run on a circuit, and the most promising one measured."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eda.circuit import Circuit
from eda.flow import Ending, Flow
from eda.move import Move
from eda.qor import Qor
from eda.recipe import Recipe
from eda.synthesizer import MoveFailedError, Synthesizer, Worker
from rl.endings import sized
from rl.features import features
from rl.judge import Candidate, Judge

#: A slow move may take so many times as long as another, where other sessions go on beside it.
SLOW_TIMES = 6.0
#: Seconds that improving a mapped network may take: on some circuits it hardly ends.
REWORK_DEADLINE_S = 120.0
# A circuit so many times larger than the first one is not worth a slow move.
_SWOLLEN = 2
# Seconds of an evaluation from which on there is time for few.
_LENGTHY_S = 1.0


@dataclass(frozen=True)
class Sizing:
    """Ways to size cells that are measured beside an ending's own, mapped once for all.

    Attributes:
        ways: what `Ending.after` is instead.
        merit: of a cost, larger is better: the best one counts.
        least: what the ending's own way must be worth for the others to be tried.
    """

    ways: tuple[str, ...]
    merit: Callable[[Qor], float]
    least: float = float("-inf")


@dataclass(frozen=True)
class Proposal:
    """What a searcher wants evaluated.

    Attributes:
        recipes: the candidates, of which one is mapped and measured.
        judge: chooses it, and may choose its ending; None: there is one candidate only.
        described: whether the final circuit's features are wanted.
        patience_s: seconds that a move may take at the most, whatever its own deadline.
        slow_times: how many times as long a slow one, and an ending that improves the mapped
            network, may take.
        sizing: how the mapped network is sized otherwise, by a flow that sizes; None: in no way.
    """

    recipes: tuple[Recipe, ...]
    judge: Judge | None = None
    described: bool = False
    patience_s: float = float("inf")
    slow_times: float = SLOW_TIMES
    sizing: Sizing | None = None

    def may_take_s(self, *, slow: bool) -> float:
        """Seconds that a move or an ending, a slow one or another, may take at the most."""
        return self.patience_s * (self.slow_times if slow else 1.0)


@dataclass(frozen=True)
class Outcome:
    """What came of one proposed recipe.

    Attributes:
        recipe: the moves that worked: what reaches the final circuit.
        proposed: the recipe as proposed, moves that were left out included; its ending sizes in the
            best of the ways that were measured.
        states: hash of the circuit after each proposed move; after one left out the
            circuit is what it was before.
        qor: the final circuit's cost, or None where it cannot be measured.
        failure: why something failed, if anything did.
        wall_s: seconds of wall time that it took.
        features: of the final circuit (`rl.features`), where they were wanted.
        broken: commands of moves that failed on some circuit of any candidate.
        steps_s: seconds that each proposed move took, next to none where its result was known, and
            after them mapping and measuring; empty where they were not taken.
    """

    recipe: Recipe
    proposed: Recipe
    states: tuple[str, ...]
    qor: Qor | None
    failure: str | None
    wall_s: float
    features: tuple[float, ...] = ()
    broken: tuple[str, ...] = ()
    steps_s: tuple[float, ...] = ()


@dataclass(frozen=True)
class Step:
    """A move on a circuit, and the hash of what a session made of it."""

    source: str
    move: Move
    target: str


@dataclass(frozen=True)
class _Reached:
    """Where a recipe's moves lead."""

    proposed: Recipe
    worked: Recipe
    states: tuple[str, ...]
    circuit: Circuit
    failure: str | None
    features: tuple[float, ...]
    broken: tuple[str, ...]
    steps_s: tuple[float, ...]

    def ending_in(self, ending: Ending) -> "_Reached":
        """The same with another ending."""
        return replace(
            self,
            proposed=replace(self.proposed, ending=ending),
            worked=replace(self.worked, ending=ending),
        )


class Derives(Protocol):
    """Applies moves outside a session; see `rl.apart.Apart`."""

    def wants(self, move: Move, circuit: Circuit) -> bool:
        """Whether it is to apply this one."""

    def apply(self, circuit: Circuit, move: Move, deadline_s: float) -> Circuit:
        """See `Synthesizer.apply`."""


def evaluate(
    synthesizer: Synthesizer,
    start: Circuit,
    proposal: Proposal,
    flow: Flow,
    apart: Derives | None = None,
) -> Outcome:
    """Apply the moves of each candidate in turn, and measure the candidate that is chosen.

    A move that fails on its circuit, or for which the circuit is too large, is left out, as is a
    slow one where the moves before it made the circuit much larger; the rest goes on from there.

    Args:
        synthesizer: what does it.
        start: the circuit to begin with.
        proposal: what is wanted.
        flow: how to map and measure.
        apart: applies those moves that it wants, while the session waits; None: the session does.
    """
    started = time.perf_counter()
    judge, described = proposal.judge, proposal.described or proposal.judge is not None
    with synthesizer.worker() as worker:
        candidates = [
            _reach(worker, start, recipe, proposal, apart, described=described)
            for recipe in proposal.recipes
        ]
        chosen = candidates[0] if judge is None else _choose(judge, candidates)
        qor, failure, mapping = None, chosen.failure, time.perf_counter()
        try:
            ending, qor = _measure(worker, chosen, flow, proposal)
            chosen = chosen.ending_in(ending)
        except MoveFailedError as error:
            failure = str(error)
    ended = time.perf_counter()
    return Outcome(
        chosen.worked,
        chosen.proposed,
        chosen.states,
        qor,
        failure,
        round(ended - started, 6),
        chosen.features,
        tuple(sorted({commands for candidate in candidates for commands in candidate.broken})),
        (*chosen.steps_s, round(ended - mapping, 4)),
    )


def _choose(judge: Judge, candidates: Sequence[_Reached]) -> _Reached:
    index, ending = judge.choose(
        [Candidate(c.circuit.sha256, c.proposed.ending, c.features) for c in candidates]
    )
    return candidates[index].ending_in(ending)


def _measure(
    worker: Worker, chosen: _Reached, flow: Flow, proposal: Proposal
) -> tuple[Ending, Qor]:
    """The ending that does best of those that are wanted, and the cost with it."""
    ending, sizing, deadline_s = chosen.proposed.ending, proposal.sizing, math.inf
    if ending.rework:
        deadline_s = min(REWORK_DEADLINE_S, proposal.may_take_s(slow=True))
    if sizing is None or not flow.sizes:
        return ending, worker.cost(chosen.circuit, flow, ending, deadline_s=deadline_s)
    endings = dict.fromkeys((ending, *(sized(ending, way) for way in sizing.ways)))
    found = worker.costs(
        chosen.circuit,
        flow,
        tuple(endings),
        lambda qor: sizing.merit(qor) >= sizing.least,
        deadline_s=deadline_s,
    )
    return max(found.items(), key=lambda each: sizing.merit(each[1]))


def _reach(
    worker: Worker,
    start: Circuit,
    recipe: Recipe,
    proposal: Proposal,
    apart: Derives | None,
    *,
    described: bool,
) -> _Reached:
    circuit, failure = start, None
    states, worked, broken, steps_s = [], [], [], []
    for move in recipe.moves:
        began = time.perf_counter()
        try:
            if worthwhile(move, circuit, start):
                deadline_s = min(move.deadline_s, proposal.may_take_s(slow=move.slow))
                if apart is not None and apart.wants(move, circuit):
                    circuit = apart.apply(circuit, move, deadline_s)
                else:
                    circuit = worker.apply(circuit, replace(move, deadline_s=deadline_s))
                worked.append(move)
        except MoveFailedError as error:
            failure = str(error)
            broken.append(move.commands)
        states.append(circuit.sha256)
        steps_s.append(round(time.perf_counter() - began, 4))
    return _Reached(
        recipe,
        Recipe(tuple(worked), recipe.ending),
        tuple(states),
        circuit,
        failure,
        features(circuit) if described else (),
        tuple(broken),
        tuple(steps_s),
    )


def worthwhile(move: Move, circuit: Circuit, start: Circuit) -> bool:
    """Whether an evaluation that began at `start` applies a move to the circuit that it is at."""
    return move.suits(circuit) and not (move.slow and circuit.ands > _SWOLLEN * start.ands)


def mean_s(outcomes: Sequence[Outcome]) -> float:
    """Seconds that they took on average; none: 0."""
    return sum(outcome.wall_s for outcome in outcomes) / max(1, len(outcomes))


def lengthy(outcomes: Sequence[Outcome]) -> bool:
    """Whether they took so long on average that there is time for few more."""
    return mean_s(outcomes) >= _LENGTHY_S


def walked(outcome: Outcome, start: str) -> list[Step]:
    """What came of each proposed move, where it failed or changed nothing the circuit before it.

    Args:
        outcome: what came of the proposal.
        start: hash of the circuit that it began with.
    """
    before = (start, *outcome.states)[: len(outcome.states)]
    each = zip(before, outcome.proposed.moves, outcome.states, strict=True)
    return [Step(*step) for step in each]


def steps(outcome: Outcome, start: str) -> list[Step]:
    """What the outcome's moves did, those left out that failed or changed nothing.

    Args:
        outcome: what came of the proposal.
        start: hash of the circuit that it began with.
    """
    return [step for step in walked(outcome, start) if step.target != step.source]


def circuits(synthesizer: Synthesizer, start: Circuit, outcome: Outcome) -> Iterator[Circuit]:
    """The circuit before each of an outcome's `steps` and the last one, as far as they are cached.

    Args:
        synthesizer: what derived them.
        start: the circuit that the outcome began with.
        outcome: what came of the proposal.
    """
    circuit: Circuit | None = start
    for step in steps(outcome, start.sha256):
        if circuit is None:
            return
        yield circuit
        circuit = synthesizer.known(circuit, step.move)
    if circuit is not None:
        yield circuit


def shortened(outcome: Outcome, start: str) -> Recipe:
    """The outcome's recipe without moves that failed or changed nothing; see `steps`."""
    return Recipe(tuple(step.move for step in steps(outcome, start)), outcome.recipe.ending)
