"""What a problem's golden source tells of its testbench, before any sample is judged."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from verilogeval.problem import Problem
from verilogeval.sandbox.values import Ended, Limits, Outcome
from verilogeval.scoring.build import Builder, first_error
from verilogeval.scoring.findings import tail
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.starting import started
from verilogeval.testbench import record, results
from verilogeval.testbench.rewrite import rewrite
from verilogeval.testbench.template import Template, instantiate
from verilogeval.verdict import Judgement, Verdict

BENCH = "testbench.sv"
#: Seconds of processor time; a golden simulation that takes longer is worth a recording.
QUICK_S = 1
#: A recording has at most so many changes, as a compiler takes long over more.
FEW_CHANGES = 5_000


@dataclass(frozen=True)
class _Seen:
    """A simulation with a recorder; `complaint`: why it cannot be a pass, or the compiler's."""

    outcome: Outcome | None
    found: results.Results
    recorded: record.Recorded
    complaint: str

    @property
    def out_of_time(self) -> bool:
        """Whether it was stopped for its processor time, with few changes up to there."""
        changes = sum(line.startswith("out ") for line in self.found.lines)
        stopped = self.outcome is not None and self.outcome.ended is Ended.CPU
        return stopped and changes <= FEW_CHANGES


class Preparation:
    """Prepares one problem that has a Verilog testbench."""

    def __init__(
        self,
        problem: Problem,
        settings: JudgeSettings,
        builder: Builder,
        judge_golden: Callable[[Prepared], Judgement],
    ) -> None:
        """Args: `judge_golden` judges the golden source as a sample."""
        self._problem = problem
        self._settings = settings
        self._builder = builder
        self._judge_golden = judge_golden
        self._limits = settings.golden_limits

    def prepare(self) -> Prepared:
        """Judge the golden source and note what a whole simulation looks like.

        Raises:
            InputError: the testbench cannot be rewritten.
        """
        judge = self._problem.testbench
        assert judge is not None  # noqa: S101 - the caller looked
        text = self._builder.preprocess(f"{judge.testbench}\n{judge.reference}", BENCH).text
        known = Prepared(template=rewrite(text, self._problem.top, judge.reference_module))
        seen = self._simulate(known, self._problem.golden, replace(self._limits, cpu_s=QUICK_S))
        if seen.outcome and seen.outcome.ended is Ended.CPU:
            played = self._played(known) if seen.out_of_time else None
            if played:
                return played
            seen = self._simulate(known, self._problem.golden, self._limits)
        if seen.recorded.ends_unknown:
            # Unknown inputs at the first clock edge can make a reference unknown for good, and then
            # every comparison passes.
            better = replace(known, known_inputs=True)
            again = self._simulate(better, self._problem.golden, self._limits)
            if _passes(again) and not again.recorded.ends_unknown:
                return _prepared(better, again)
        return _prepared(known, seen) if _passes(seen) else self._unable(seen)

    def _simulate(self, prepared: Prepared, source: str, limits: Limits) -> _Seen:
        template = _template(prepared)
        bench = instantiate(template, isolated=False, record=FEW_CHANGES + 1)
        compiled = self._builder.compile(bench, self._builder.preprocess(source))
        outcome, output, complaint = None, "", first_error(compiled.log)
        if compiled.program:
            program = started(prepared, bench, compiled.program)
            outcome, _ = self._builder.simulate(program, limits)
            output = outcome.stdout.decode("utf-8", "replace")
            complaint = bench.plain(tail(outcome))
            if outcome.ended in {Ended.WALL, Ended.CPU}:
                complaint = f"it was stopped after {outcome.time_used}"
        found = results.read(output, bench.secret)
        recorded = record.read(found.lines, len(template.outputs), FEW_CHANGES + 1)
        return _Seen(outcome, found, recorded, complaint)

    def _played(self, known: Prepared) -> Prepared | None:
        """The problem with a recording of its reference, if the golden source passes with it.

        The reference is slow, so it is simulated once, beside a sample that does nothing.
        """
        template = _template(known)
        ports = [
            *(f"input {p}" for p in template.inputs),
            *(f"output {p}" for p in template.driven),
        ]
        nothing = f"module {self._problem.top}({', '.join(ports)}); endmodule\n"
        seen = self._simulate(known, nothing, self._limits)
        recording = seen.recorded.recording
        if recording is None or recording.size > FEW_CHANGES or seen.recorded.ends_unknown:
            return None
        played = replace(_prepared(known, seen), recording=recording)
        judgement = self._judge_golden(played)
        # A pass by another power-up value is told in a message, and is not the golden source's own.
        return played if judgement.verdict is Verdict.PASS and not judgement.message else None

    def _unable(self, seen: _Seen) -> Prepared:
        why = "does not pass its golden source" if seen.outcome else "does not compile it"
        version = self._settings.icarus.version_text
        return Prepared(
            failure=f"Icarus {version} cannot judge this problem: it {why}: {seen.complaint}"
        )


def _template(prepared: Prepared) -> Template:
    assert prepared.template is not None  # noqa: S101 - it was made first of all
    return prepared.template


def _passes(seen: _Seen) -> bool:
    found = seen.found
    return found.mismatches == 0 and found.stimuli is not None and bool(found.end)


def _prepared(known: Prepared, seen: _Seen) -> Prepared:
    assert seen.outcome is not None  # noqa: S101 - it told of an end
    stimuli = seen.found.stimuli or 0
    return replace(known, stimuli=stimuli, end=seen.found.end, wall_s=seen.outcome.wall_s)
