"""One sample, from its source to its proof."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from eda.abc.binary import AbcBinary
from eda.errors import InputError
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.icarus.compile import learn_compiler
from verilogeval.problem import CocotbJudge, HarnessJudge, Problem, TestbenchJudge
from verilogeval.proof.chance import random_trace
from verilogeval.proof.circuit import Circuit, NoCircuit, Pair, make_circuit, make_known
from verilogeval.proof.replay import REFERENCE, step_at, testbench
from verilogeval.proof.solve import Answer, solve
from verilogeval.proof.values import Counterexample, Proof, ProofVerdict
from verilogeval.proof.wander import Wanderer
from verilogeval.sandbox.values import Limits
from verilogeval.scoring.build import Builder
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.source import rename_module
from verilogeval.testbench.ports import Port, ports_of
from verilogeval.testbench.powerup import is_unspecified
from verilogeval.testbench.walk import parse
from verilogeval.verdict import Verdict

_MIB = 2**20
_RESET_NAME = re.compile(r"rst|reset|clr|clear|init", re.IGNORECASE)
_LONGEST_REPLAY = 20_000  # steps
_KNOWN_STEPS = 200


@dataclass(frozen=True)
class ProofSettings:
    """How proofs are sought.

    Attributes:
        abc: which ABC.
        time_limit_s: for each engine, where a proof is not found at once.
        judging: how counterexamples are replayed, and where there is room for files.
        memory_mib: for each of the tools' processes.
    """

    abc: AbcBinary
    time_limit_s: float
    judging: JudgeSettings
    memory_mib: int = 4096

    @property
    def scratch(self) -> Path:
        """The folder for the tools' own folders."""
        return self.judging.scratch

    @property
    def limits(self) -> Limits:
        """Of each of the tools' processes."""
        seconds = int(2 * self.time_limit_s) + 10
        return Limits(
            wall_s=4.0 * seconds,
            cpu_s=seconds,
            memory_bytes=self.memory_mib * _MIB,
            file_bytes=256 * _MIB,
            output_bytes=16 * _MIB,
            threads=64,
        )


class Prover:
    """Proves samples, one after the other; `judge` replays counterexamples."""

    def __init__(self, settings: ProofSettings, judge: Judge) -> None:
        self._settings = settings
        self._judge = judge
        judging = settings.judging
        self._builder = Builder(
            learn_compiler(judging.icarus), judging.scratch, judging.compile_limits
        )
        self._unknown: dict[str, tuple[str, ...]] = {}
        self._chance: dict[str, Counterexample] = {}

    def prove(self, problem: Problem, source: str) -> Proof:
        """Compare a source with the problem's golden one.

        Raises:
            ToolError: a tool is missing.
        """
        began = time.perf_counter()
        if not problem.golden or isinstance(problem.cocotb, HarnessJudge):
            reason = "the problem has no reference of one module"
            return Proof(ProofVerdict.UNKNOWN, reason=reason)
        try:
            ports = _ports(problem.golden, problem.top)
            text = self._as_compiled(source)
            proof = self._proof(_Attempt(self._settings, self._judge, problem, text, ports))
            proof = replace(proof, dont_care=self._dont_care(problem, ports))
            if isinstance(problem.cocotb, CocotbJudge) and any(problem.cocotb.parameters):
                proof = replace(proof, assumes=(*proof.assumes, "parameters have their defaults"))
        except NoCircuit as error:
            proof = Proof(ProofVerdict.UNKNOWN, reason=str(error))
        except InputError as error:
            proof = Proof(ProofVerdict.UNKNOWN, reason=f"the reference: {error}")
        return replace(proof, wall_s=time.perf_counter() - began)

    def _proof(self, attempt: "_Attempt") -> Proof:
        """A proof; a difference that random inputs show in simulation has the last word.

        Simulator and Yosys do not agree in everything: in what is read beyond a memory's end, say.
        """
        try:
            proof = attempt.prove()
        except NoCircuit as error:
            proof = Proof(ProofVerdict.UNKNOWN, reason=str(error))
        if proof.verdict is ProofVerdict.DIFFERENT:
            return proof
        golden = attempt.problem.golden
        if golden not in self._chance:
            self._chance[golden] = attempt.chance()
        return attempt.shown_by(self._chance[golden]) or proof

    def _as_compiled(self, source: str) -> str:
        """The source as Icarus sees it, so that no macro or comment means another design here."""
        sample = self._builder.preprocess(source)
        try:
            return clean(sample.text)
        except UncleanError as error:
            raise NoCircuit(error.reason) from error

    def _dont_care(self, problem: Problem, ports: tuple[Port, ...]) -> tuple[str, ...]:
        """The outputs of which no bit is known in any of many random runs of the reference."""
        settings = self._settings
        found = self._unknown.get(problem.golden)
        if found is None:
            pair = Pair(problem.golden, "", problem.top, ports)
            circuit = make_known(pair, scratch=settings.scratch, limits=settings.limits)
            known = Wanderer(circuit).ever(_KNOWN_STEPS)
            outputs = (port.name for port in ports if not port.input)
            found = tuple(
                name for name, is_known in zip(outputs, known, strict=True) if not is_known
            )
            self._unknown[problem.golden] = found
        return found


@lru_cache(maxsize=512)
def _ports(golden: str, top: str) -> tuple[Port, ...]:
    return ports_of(parse(golden), top)


@dataclass(frozen=True)
class _Found:
    """What one circuit told: ABC's answer, and the counterexample if it does replay."""

    answer: Answer
    circuit: Circuit
    example: Counterexample | None = None
    doubt: str = ""


class _Attempt:
    """The proof of one source."""

    def __init__(
        self,
        settings: ProofSettings,
        judge: Judge,
        problem: Problem,
        source: str,
        ports: tuple[Port, ...],
    ) -> None:
        self._settings = settings
        self._judge = judge
        self.problem = problem
        self._source = source
        self._ports = ports

    def prove(self) -> Proof:
        """From the power-up on; or with registers that power up; or behind a reset."""
        first = self._look({}, "x")
        if first.answer.proved:
            return Proof(ProofVerdict.EQUIVALENT)
        if not first.answer.trace:
            return _bounded(first)
        if first.example is None and is_unspecified(self.problem):
            for bit in ("0", "1"):
                if self._look({}, bit).answer.proved:
                    assumes = (f"the sample's registers power up as {bit}",)
                    return Proof(ProofVerdict.EQUIVALENT, assumes=assumes)
        resets = _chosen(first.circuit.resets)
        if resets:
            return self._behind_reset(resets)
        return _different(first)

    def _behind_reset(self, resets: Mapping[str, int]) -> Proof:
        later = self._look(resets, "x")
        if later.answer.proved:
            listed = ", ".join(f"{name} = {value}" for name, value in resets.items())
            return Proof(ProofVerdict.EQUIVALENT, assumes=(f"a reset comes first: {listed}",))
        if later.answer.trace:
            return _different(later)
        return _bounded(later)

    def chance(self) -> Counterexample:
        """Random inputs, for which only the reference's circuit is needed.

        Raises:
            NoCircuit: Yosys makes none of the reference.
        """
        golden = self.problem.golden
        circuit = self._circuit(golden, {}, "x")
        resets = _chosen(circuit.resets)
        if resets:
            circuit = self._circuit(golden, resets, "x")
        trace = random_trace(circuit, self._ports, resets)
        return _example(circuit, trace, self._ports, resets)

    def shown_by(self, chance: Counterexample) -> Proof | None:
        """A difference that these inputs show, up to the step where they do."""
        shown, time, _ = self._replay(chance)
        if shown is None:
            return None
        if time is not None:
            short = replace(chance, steps=chance.steps[: step_at(time, chance) + 1])
            shown = self._replay(short)[0] or shown
        return Proof(ProofVerdict.DIFFERENT, counterexample=shown)

    def _circuit(self, source: str, resets: Mapping[str, int], power_up: str) -> Circuit:
        settings = self._settings
        return make_circuit(
            Pair(self.problem.golden, source, self.problem.top, self._ports),
            resets=resets,
            power_up=power_up,
            scratch=settings.scratch,
            limits=settings.limits,
        )

    def _look(self, resets: Mapping[str, int], power_up: str) -> _Found:
        settings = self._settings
        circuit = self._circuit(self._source, resets, power_up)
        answer = solve(
            circuit.aiger,
            len(circuit.inputs),
            abc=settings.abc,
            time_limit_s=settings.time_limit_s,
            scratch=settings.scratch,
            limits=settings.limits,
        )
        if not answer.trace:
            return _Found(answer, circuit)
        example = _example(circuit, answer.trace, self._ports, resets)
        shown, _, doubt = self._replay(example)
        return _Found(answer, circuit, shown, doubt)

    def _replay(self, example: Counterexample) -> tuple[Counterexample | None, int | None, str]:
        """The example with the outputs that differ and when they first do; or None and why not."""
        if len(example.steps) > _LONGEST_REPLAY:
            return None, None, f"a counterexample of {len(example.steps)} steps"
        problem = self.problem
        bench = testbench(example, self._ports, top=problem.top, reference=REFERENCE)
        golden = rename_module(problem.golden, problem.top, REFERENCE)
        replayed = replace(problem, testbench=TestbenchJudge(bench, golden, REFERENCE), cocotb=None)
        prepared = self._judge.prepare(replayed)
        if prepared.failure:
            return None, None, prepared.failure
        judgement, _ = self._judge.judge(replayed, prepared, self._source)
        if judgement.verdict is not Verdict.MISMATCH:
            told = f"{judgement.verdict.value} {judgement.message}".strip()
            return None, None, f"a counterexample does not replay: {told}"
        golden_judgement, _ = self._judge.judge(replayed, prepared, problem.golden)
        if golden_judgement.verdict is not Verdict.PASS:
            return None, None, "a counterexample that the reference itself does not pass"
        first = judgement.first_mismatch
        if first is None:
            return example, None, ""
        return replace(example, outputs=first.signals), first.time, ""


def _chosen(resets: Mapping[str, int]) -> dict[str, int]:
    """The resets that a testbench would begin with: those called so, or else all."""
    named = {name: value for name, value in resets.items() if _RESET_NAME.search(name)}
    return named or dict(resets)


def _different(found: _Found) -> Proof:
    if found.example is None:
        return Proof(ProofVerdict.UNKNOWN, reason=found.doubt)
    return Proof(ProofVerdict.DIFFERENT, counterexample=found.example)


def _bounded(found: _Found) -> Proof:
    if not found.answer.bound:
        return Proof(ProofVerdict.UNKNOWN, reason="ABC gave no answer in time")
    return Proof(
        ProofVerdict.BOUNDED,
        bound=found.answer.bound,
        reason="ABC found no proof in time",
    )


def _example(
    circuit: Circuit,
    trace: Sequence[Sequence[int]],
    ports: tuple[Port, ...],
    resets: Mapping[str, int],
) -> Counterexample:
    """Bits of the circuit's inputs as values of ports."""
    apart = set(circuit.clocks) if circuit.mode == "cycles" else set()
    steps = []
    for number, bits in enumerate(trace):
        values = {p.name: 0 for p in ports if p.input and p.name not in apart}
        for place, bit in zip(circuit.inputs, bits, strict=True):
            if place is not None and ports[place[0]].name in values:
                values[ports[place[0]].name] |= bit << place[1]
        if number < circuit.held:
            values.update(resets)
        if circuit.mode == "steps":
            for clock in circuit.clocks:
                if number < circuit.held:
                    values[clock] = number & 1
                elif number == 0:
                    values[clock] = 0
        steps.append(values)
    return Counterexample(
        circuit.mode, circuit.clocks, circuit.edge, tuple(steps), held=circuit.held
    )
