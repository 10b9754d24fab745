"""One sample, from its source to its causes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from eda.errors import InputError
from verilogeval.diagnosis import netlists, outputs
from verilogeval.diagnosis.late import late
from verilogeval.diagnosis.values import ORDER, Cause, Diagnosis, Finding
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.icarus.compile import learn_compiler
from verilogeval.problem import Problem
from verilogeval.proof.circuit import NoCircuit, Pair, describe
from verilogeval.proof.prove import ProofSettings
from verilogeval.report.wave import Wave
from verilogeval.scoring.build import Builder
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.prepared import Prepared
from verilogeval.testbench.ports import Port, ports_of
from verilogeval.testbench.walk import parse
from verilogeval.verdict import Judgement, Verdict

#: What the SystemVerilog front end says of a register whose reset it cannot make sense of.
_COMPLAINTS = {
    "polarity of condition": Cause.RESET_POLARITY,
    "cannot be matched to any signal from the event list": Cause.RESET_MISSING,
    "latch": Cause.LATCH,
    "loop": Cause.LOOP,
}
#: What may be the effect of another cause.
_SEEN = {Cause.WIDTH, Cause.UNKNOWN, Cause.FUNCTION}


@dataclass(frozen=True)
class Explained:
    """A judgement, its causes, and the waveform of the first mismatch where there is one."""

    judgement: Judgement
    diagnosis: Diagnosis | None
    wave: Wave | None


class Explainer:
    """Explains samples, one after the other; `judge` judges them anew."""

    def __init__(self, settings: ProofSettings, judge: Judge) -> None:
        self._settings = settings
        self._judge = judge
        judging = settings.judging
        self._builder = Builder(
            learn_compiler(judging.icarus), judging.scratch, judging.compile_limits
        )

    def explain(self, problem: Problem, source: str) -> Explained:
        """Judge a source and say why it fails; there is no diagnosis for one that passes.

        Raises:
            ToolError: a tool is missing.
        """
        prepared = self._judge.prepare(problem)
        judgement, _ = self._judge.judge(problem, prepared, source)
        if judgement.verdict in {Verdict.PASS, Verdict.TOOL_ERROR}:
            return Explained(judgement, None, None)
        wave = self._wave(problem, prepared, source, judgement)
        found = list(self._findings(problem, source, judgement, wave))
        if all(one.cause in _SEEN for one in found):
            found += self._late(problem, source)
        found.sort(key=lambda one: ORDER.index(one.cause))
        if not found:
            found = [Finding(Cause.FUNCTION, judgement.message or judgement.verdict.value)]
        return Explained(judgement, Diagnosis(tuple(found)), wave)

    def _wave(
        self, problem: Problem, prepared: Prepared, source: str, judgement: Judgement
    ) -> Wave | None:
        first = judgement.first_mismatch
        if first is None or first.time is None or prepared.template is None:
            return None
        try:
            drawn = self._judge.draw(problem, prepared, source, first.time)
        except InputError:  # the simulation ended before that time, this time
            return None
        return Wave.model_validate(json.loads(drawn))

    def _findings(
        self, problem: Problem, source: str, judgement: Judgement, wave: Wave | None
    ) -> Iterator[Finding]:
        if judgement.verdict is Verdict.COMPILE_ERROR:
            yield Finding(Cause.LANGUAGE, judgement.message)
        yield from self._of_netlists(problem, source)
        if wave is not None:
            yield from outputs.unknown(wave)
            yield from outputs.upper_bits(wave)
            yield from outputs.function(wave)

    def _of_netlists(self, problem: Problem, source: str) -> Iterator[Finding]:
        if not problem.golden:
            return
        try:
            gate = self._facts(self._plain(source), problem.top)
        except (NoCircuit, UncleanError) as error:
            yield from self._complaint(str(error))
            return
        yield from netlists.interface(_ports(problem.golden, problem.top), gate)
        try:
            gold = self._facts(problem.golden, problem.top)
        except NoCircuit:
            return
        yield from netlists.structure(gold, gate)
        yield from netlists.narrow(gold, gate)
        yield from netlists.undriven(gold, gate)

    def _complaint(self, text: str) -> Iterator[Finding]:
        for words, cause in _COMPLAINTS.items():
            if words in text:
                yield Finding(cause, text)
                return

    def _late(self, problem: Problem, source: str) -> list[Finding]:
        settings = self._settings
        try:
            ports = _ports(problem.golden, problem.top)
            pair = Pair(problem.golden, self._plain(source), problem.top, ports)
            found = late(pair, abc=settings.abc, scratch=settings.scratch, limits=settings.limits)
        except (InputError, UncleanError):
            return []
        return [found] if found else []

    def _facts(self, source: str, top: str) -> netlists.Facts:
        settings = self._settings
        return describe(source, top, scratch=settings.scratch, limits=settings.limits)

    def _plain(self, source: str) -> str:
        return clean(self._builder.preprocess(source).text)


@lru_cache(maxsize=512)
def _ports(golden: str, top: str) -> tuple[Port, ...]:
    return ports_of(parse(golden), top)
