"""What a problem's own sources tell of its testbench, before any sample is judged.

A whole simulation is known by how many comparisons it makes and how it ends. The cheapest that
shows it has the reference once: the module under test hands on what the reference puts out. Whether
the golden source passes, too, is another question, and asked only where no sample answers it.
"""

from dataclasses import dataclass, replace

from verilogeval.problem import Problem
from verilogeval.sandbox.values import Ended, Outcome
from verilogeval.scoring.build import Builder, first_error
from verilogeval.scoring.findings import tail
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.starting import started
from verilogeval.source import may_draw
from verilogeval.testbench import record, results
from verilogeval.testbench.ports import Port, ports_of
from verilogeval.testbench.rewrite import rewrite
from verilogeval.testbench.template import NAME, Bench, instantiate, new_name
from verilogeval.testbench.walk import parse

BENCH = "testbench.sv"
#: Seconds of processor time; a reference whose simulation takes longer is worth a recording.
QUICK_S = 0.5
#: A recording has at most so many changes, as a compiler takes long over more.
FEW_CHANGES = 5_000


@dataclass(frozen=True)
class _Seen:
    """A simulation with a recorder; `complaint`: why it cannot be a pass, or the compiler's."""

    outcome: Outcome | None
    found: results.Results
    recorded: record.Recorded
    complaint: str


class Preparation:
    """Prepares one problem that has a Verilog testbench."""

    def __init__(self, problem: Problem, settings: JudgeSettings, builder: Builder) -> None:
        """Read the testbench.

        Raises:
            InputError: the testbench cannot be rewritten.
        """
        judge = problem.testbench
        assert judge is not None  # noqa: S101 - the caller looked
        self._problem = problem
        self._settings = settings
        self._builder = builder
        text = builder.preprocess(f"{judge.testbench}\n{judge.reference}", BENCH).text
        self._template = rewrite(text, problem.top, judge.reference_module)
        self._ports = ports_of(parse(text), judge.reference_module)

    def prepare(self) -> Prepared:
        """Note what a whole simulation looks like, by the reference alone where that is enough."""
        known, seen = self._seen(None)
        if not _passes(seen):
            return self.prepare_by_golden()
        assert seen.outcome is not None  # noqa: S101 - it told of an end
        recording = seen.recorded.recording
        few = recording is not None and recording.size <= FEW_CHANGES
        played = few and seen.outcome.cpu_s > QUICK_S and not seen.recorded.ends_unknown
        return replace(
            _prepared(known, seen),
            recording=recording if played else None,
            # Where the reference is simulated beside the sample, that may take as long again.
            wall_s=seen.outcome.wall_s * (1 if played else 2),
            confirmed=False,
        )

    def prepare_by_golden(self) -> Prepared:
        """Note what the golden source's simulation looks like; a failure if it is no pass."""
        known, seen = self._seen(self._problem.golden)
        if _passes(seen):
            return _prepared(known, seen)
        return self.unable(seen.complaint, compiled=seen.outcome is not None)

    def unable(self, complaint: str, *, compiled: bool = True) -> Prepared:
        """The problem as one that this Icarus cannot judge."""
        why = "does not pass its golden source" if compiled else "does not compile it"
        version = self._settings.icarus.version_text
        return Prepared(
            failure=f"Icarus {version} cannot judge this problem: it {why}: {complaint}"
        )

    def _seen(self, source: str | None) -> tuple[Prepared, _Seen]:
        """A simulation, and whether the testbench's signals started as known."""
        known = Prepared(template=self._template)
        seen = self._simulate(known, source)
        if seen.recorded.ends_unknown:
            # Unknown inputs at the first clock edge can make a reference unknown for good, and then
            # every comparison passes.
            better = replace(known, known_inputs=True)
            again = self._simulate(better, source)
            if _passes(again) and not again.recorded.ends_unknown:
                return better, again
        return known, seen

    def _simulate(self, prepared: Prepared, source: str | None) -> _Seen:
        """Simulate a source, None for one that hands on what the reference puts out."""
        template = self._template
        bench = instantiate(
            template,
            isolated=False,
            own_random=source is not None and may_draw(source),
            record=FEW_CHANGES + 1,
        )
        if source is None:
            source = _echo(self._problem.top, self._ports, bench)
        compiled = self._builder.compile(bench, self._builder.preprocess(source))
        outcome, output, complaint = None, "", first_error(compiled.log)
        if compiled.program:
            program = started(prepared, bench, compiled.program)
            outcome, _ = self._builder.simulate(program, self._settings.golden_limits)
            output = outcome.stdout.decode("utf-8", "replace")
            complaint = bench.plain(tail(outcome))
            if outcome.ended in {Ended.WALL, Ended.CPU}:
                complaint = f"it was stopped after {outcome.time_used}"
        found = results.read(output, bench.secret)
        recorded = record.read(found.lines, len(template.outputs), FEW_CHANGES + 1)
        return _Seen(outcome, found, recorded, complaint)


def _echo(top: str, ports: tuple[Port, ...], bench: Bench) -> str:
    """A module under test whose outputs are the reference's own."""
    declared = ", ".join(
        f"{'input' if port.input else 'output'} [{port.width - 1}:0] {port.name}" for port in ports
    )
    place = f"{bench.top}.{bench.reference}"
    assigned = "".join(
        f"assign {port.name} = {place}.{new_name(bench.names.index(port.name))};\n"
        for port in ports
        if not port.input
    )
    return f"module {top}({declared});\n{assigned}endmodule\n".replace(NAME, bench.name)


def _passes(seen: _Seen) -> bool:
    found = seen.found
    return found.mismatches == 0 and found.stimuli is not None and bool(found.end)


def _prepared(known: Prepared, seen: _Seen) -> Prepared:
    assert seen.outcome is not None  # noqa: S101 - it told of an end
    stimuli = seen.found.stimuli or 0
    return replace(known, stimuli=stimuli, end=seen.found.end, wall_s=seen.outcome.wall_s)
