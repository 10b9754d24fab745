"""A search: the fixed scripts, then the searcher, both judged by the same objective."""

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from eda.errors import ToolError
from eda.flow import DCH, DCH_FAST, PLAIN
from eda.objective import Goal
from eda.qor import Qor
from rl.clock import Clock
from rl.driver import Budget, drive
from rl.evaluation import SLOW_TIMES, Outcome, Proposal, evaluate, lengthy, mean_s
from rl.findings import Candidate, Findings
from rl.front import joined, rewards
from rl.journal import Journal, Memory
from rl.prepare import Prepared
from rl.rehearsal import Rehearsal
from rl.replaying import Replaying
from rl.scripts import BASELINE, SCRIPTS, Script
from rl.searchers import SEARCHERS
from rl.searchers.base import Problem, Searcher
from rl.searchers.directions import Directions
from rl.searchers.fixed import FixedScripts
from rl.searchers.timing import fitting

if TYPE_CHECKING:
    from rl.guide import Guide

#: Of evaluations and of time, where time is short.
SCRIPT_SHARE = 0.25
#: A move may take such a share of the time that a search has left; see `Search._patience`.
PATIENCE_SHARE, _LEAST_PATIENCE_S = 0.12, 1.0
#: The share of the time after which the best so far is likely to be part of the result.
VERIFY_FROM = 0.3
KEPT_CANDIDATES = 5


class Observer(Protocol):
    """Is shown what happens while a search runs."""

    def scripts_begin(self, count: int) -> None:
        """The fixed scripts begin."""

    def search_begin(self, findings: Findings) -> None:
        """The searcher begins."""

    def evaluated(self, findings: Findings) -> None:
        """Another outcome is in."""


class Evaluates(Protocol):
    """Evaluates proposals elsewhere; see `rl.farm.farm.Farm`."""

    def evaluate(self, proposal: Proposal) -> Outcome:
        """What comes of a proposal."""

    def abandon(self) -> None:
        """Make evaluations that are under way raise StoppedError; later ones work."""

    def stop(self) -> None:
        """Make evaluations that are under way raise StoppedError, and all later ones."""


class Search:
    """One search; `findings` can be looked at whenever it was interrupted.

    Args:
        prepared: the design.
        jobs: evaluations at once.
        clock: how long it may take.
        journal: is told each outcome.
        observer: is shown what happens.
        elsewhere: evaluates; None: this machine does.
    """

    def __init__(
        self,
        prepared: Prepared,
        *,
        jobs: int,
        clock: Clock,
        journal: Journal,
        observer: Observer,
        elsewhere: Evaluates | None = None,
    ) -> None:
        self.findings = Findings()
        self._prepared, self._jobs, self._clock = prepared, jobs, clock
        self._journal, self.observer = journal, observer
        self._elsewhere = elsewhere
        self._memory = Memory(journal.events)
        self._recorded: set[tuple[str, int]] = set()
        self._measured: list[Outcome] = []
        self._baseline_done = False
        timed = clock.time_limit is not None
        self._replaying = Replaying(prepared.synthesizer, prepared.start, timed=timed)
        self._rehearsal = Rehearsal(prepared.abc, prepared.design.core)
        self._last_failure = "the time limit is too short"

    def run(self) -> Findings:
        """Run the fixed scripts and then the searcher to the end of the budget.

        Raises:
            ToolError: nothing at all could be measured.
        """
        try:
            self._run_scripts()
            baseline = self._baseline()
            self.observer.search_begin(self.findings)
            self._run_searcher(baseline)
        except BaseException:
            self._stop()
            self._replaying.give_up()
            raise
        finally:
            self._rehearsal.end()
        self.findings.confirmed = self._replaying.end(self.findings.best)
        return self.findings

    def _run_scripts(self) -> None:
        endings = self._prepared.flow.endings((PLAIN, DCH, DCH_FAST))
        waiting = [script for script in SCRIPTS if script.recipe.ending in endings]
        self.observer.scripts_begin(len(waiting))
        self.findings.scripts = dict.fromkeys(script.name for script in waiting)
        described = self._prepared.model is not None
        searcher = FixedScripts(
            [script.recipe for script in waiting],
            described=described,
            affordable=self._affordable,
        )
        budget = self._budget(len(waiting), SCRIPT_SHARE)

        def record(outcome: Outcome) -> None:
            script = next(s for s in waiting if s.recipe == outcome.proposed)
            waiting.remove(script)
            self.findings.scripts[script.name] = outcome.qor
            self._measured.append(outcome)
            self._take(outcome, script)
            if all(other.name != BASELINE for other in waiting):
                self._baseline_done = True
                self._rehearse()

        # Scripts that are under way when their time is up are left; the searcher comes next.
        self._drive("script", searcher, budget, record, self._abandon)

    def _affordable(self, begun: int) -> bool:
        """Whether there is time for another script after so many.

        Most of the evaluations that fit are the searcher's. Where they are few, all sessions begin
        and end together, so that none waits for a last script.
        """
        if self._clock.time_limit is None or begun < self._jobs:
            return True
        mean = mean_s(self._measured)
        if not mean:
            return False
        fit = len(self._measured) + self._jobs * self._left_s() / mean
        return begun < self._jobs * int(SCRIPT_SHARE * fit / self._jobs)

    def _baseline(self) -> Qor:
        baseline = self.findings.baseline
        if baseline is None:
            raise ToolError(f"no fixed script could be measured: {self._last_failure}")
        return baseline[1]

    def _run_searcher(self, baseline: Qor) -> None:
        prepared, settings = self._prepared, self._prepared.settings

        limit, mapping_s = settings.time_limit, mean_s(self._measured)
        if settings.budget is None and limit is not None:
            sessions_s = self._jobs * limit
            table = fitting(prepared.table, prepared.start.ands, mapping_s, sessions_s)
            prepared = replace(prepared, table=table)
        reward = partial(prepared.objective.reward, baseline)
        self.findings.guide = guidance(prepared, baseline, reward)
        searches = SEARCHERS[settings.searcher]
        problem = Problem(
            start=prepared.start.sha256,
            table=prepared.table,
            length=settings.recipe_length,
            reward=reward,
            seed=settings.seed,
            ands=prepared.start.ands,
            timed=settings.budget is None,
            evaluations=math.inf if settings.budget is None else settings.budget,
            room=self._jobs * self._left_s() / mapping_s if mapping_s else math.inf,
            known=tuple(self._measured),
            guidance=self.findings.guide,
        )

        def record(outcome: Outcome) -> None:
            self.findings.evaluations += 1
            self._take(outcome, None)

        searcher: Searcher
        if prepared.objective.goal is Goal.PARETO:
            directions = rewards(baseline)
            problems = [
                replace(
                    problem,
                    reward=direction,
                    seed=settings.seed + number,
                    evaluations=problem.evaluations / len(directions),
                )
                for number, direction in enumerate(directions)
            ]
            searcher = Directions([searches(each) for each in problems])
        else:
            searcher = searches(problem)
        self._drive("search", searcher, self._budget(settings.budget, 1.0), record, self._stop)

    def _budget(self, evaluations: int | None, share: float) -> Budget:
        """Up to `evaluations`, within `share` of the time that is left now.

        The rest of the time is for what comes later, unless no evaluation would fit in it, or there
        is no baseline yet.
        """
        if self._clock.time_limit is None:
            return Budget(evaluations)
        later = self._left_s() * (1 - share)

        def seconds_left() -> float:
            best = self._leader
            useless = not self._baseline_done or best is None or best.outcome.wall_s > later
            return self._left_s() - (0.0 if useless else later)

        return Budget(evaluations, seconds_left)

    def _left_s(self) -> float:
        """Seconds until finishing should begin."""
        replay, proof = self._replaying.left_s(self._leader), self._rehearsal.took_s
        left = self._clock.searching_left_s(replay, proof)
        if proof is not None:
            return left
        return min(left, self._clock.searching_left_s(replay, self._rehearsal.at_least_s))

    def _patience(self) -> tuple[float, float]:
        """Seconds that a move may take, and how many times as long a slow one.

        What the scripts took on average, or more. One session alone would do nothing else.
        """
        share = PATIENCE_SHARE * self._left_s()
        slow_times = SLOW_TIMES if self._jobs > 1 else SLOW_TIMES / 2
        return max(_LEAST_PATIENCE_S, mean_s(self._measured), share), slow_times

    def _rehearse(self) -> None:
        """Begin to prove the best script's circuit, where time is short.

        Not before the baseline is measured, which a proof beside it would hold up.
        """
        limit, leading = self._clock.time_limit, self.findings.best_script
        moves = leading.outcome.recipe.moves if leading is not None else ()
        if limit is None or self._rehearsal.begun or not moves:
            return
        circuit = self._prepared.synthesizer.known(self._prepared.start, moves[0])
        if circuit is not None:
            self._rehearsal.begin(circuit, limit)

    def _confirm(self) -> None:
        """Begin to confirm what takes long of the best recipe, where time is short."""
        limit = self._clock.time_limit
        if limit is not None and self._clock.elapsed_s() >= VERIFY_FROM * limit:
            self._replaying.confirm(self._leader)

    @property
    def _leader(self) -> Candidate | None:
        return self.findings.best[0] if self.findings.best else None

    def _drive(
        self,
        phase: str,
        searcher: Searcher,
        budget: Budget,
        record: Callable[[Outcome], None],
        stop: Callable[[], None],
    ) -> None:
        prepared, settings = self._prepared, self._prepared.settings

        def run(number: int, proposal: Proposal) -> Outcome:
            known = self._memory.recall(phase, number, proposal)
            if known is not None:
                self._recorded.add((phase, number))
                return known
            if settings.budget is None and phase == "search":
                patience_s, slow_times = self._patience()
                proposal = replace(proposal, patience_s=patience_s, slow_times=slow_times)
            if self._elsewhere is not None:
                return self._elsewhere.evaluate(proposal)
            apart = self._replaying.apart if phase == "search" else None
            return evaluate(prepared.synthesizer, prepared.start, proposal, prepared.flow, apart)

        course = drive(
            searcher,
            run,
            budget,
            jobs=self._jobs,
            lag=settings.usual_lag,
            ahead=0 if lengthy(self._measured) else 1,
            before=self._memory.tellings(phase),
            stop=stop,
        )
        with closing(course):
            for told in course:
                record(told.outcome)
                if (phase, told.telling.number) not in self._recorded:
                    self.findings.computed += 1
                    self._journal.add_outcome(
                        phase, told.telling, told.outcome, self._clock.elapsed_s()
                    )
                self._confirm()
                self.observer.evaluated(self.findings)

    def _abandon(self) -> None:
        self._prepared.synthesizer.abandon()
        if self._elsewhere is not None:
            self._elsewhere.abandon()

    def _stop(self) -> None:
        self._prepared.synthesizer.stop()
        self._replaying.stop()
        if self._elsewhere is not None:
            self._elsewhere.stop()

    def _take(self, outcome: Outcome, script: Script | None) -> None:
        self._replaying.learn(outcome)
        if outcome.failure is not None:
            self.findings.failures += 1
            self._last_failure = outcome.failure
        if outcome.qor is None:
            return
        candidate = Candidate(outcome, outcome.qor, script.name if script else None)
        rank = self._prepared.objective.rank
        leading = self.findings.best_script
        if script and (leading is None or rank(outcome.qor) < rank(leading.qor)):
            self.findings.best_script = candidate
        if self._prepared.objective.goal is Goal.PARETO:
            self.findings.front = joined(self.findings.front, candidate)
        best = self.findings.best
        if all(_network(candidate) != _network(known) for known in best):
            best.append(candidate)
            best.sort(key=lambda known: rank(known.qor))
            del best[KEPT_CANDIDATES:]


def _network(candidate: Candidate) -> tuple[str, str]:
    """What two recipes share when they arrive at the same mapped network."""
    states = candidate.outcome.states
    return (states[-1] if states else "", candidate.outcome.recipe.ending.name)


def guidance(prepared: Prepared, baseline: Qor, reward: Callable[[Qor], float]) -> "Guide | None":
    """What the model, if there is one, says of the design."""
    if prepared.model is None:
        return None
    # What needs FAISS is imported where there is a model only.
    from rl.guide import Guide  # noqa: PLC0415

    return Guide(prepared.model, prepared.table, prepared.start, baseline, reward)
