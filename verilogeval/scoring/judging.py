"""The judge of a worker: prepares problems, judges sources by each of a problem's judges."""

import shutil
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from eda.errors import InputError
from verilogeval import cocotb_judge
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.guard.server import Guard
from verilogeval.icarus.compile import learn_compiler
from verilogeval.icarus.find import Icarus
from verilogeval.official.judge import judge as official_judge
from verilogeval.official.letters import classify
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.report.vcd import Wanted, read_window
from verilogeval.sandbox.run import enter_worker
from verilogeval.sandbox.values import Ended, Limits, Outcome
from verilogeval.scoring.build import SAMPLE, Builder, Compiled, first_error
from verilogeval.scoring.prepared import Prepared
from verilogeval.source import LONGEST
from verilogeval.testbench import record, results
from verilogeval.testbench.powerup import is_unspecified, power_up
from verilogeval.testbench.rewrite import rewrite
from verilogeval.testbench.template import Bench, Trace, instantiate
from verilogeval.verdict import Judgement, Verdict

BENCH = "testbench.sv"
LOG_CHARACTERS = 20_000
#: A reference is played from a recording where the golden simulation takes this long (seconds)
#: and the outputs change at most so often, as a compiler takes long over more.
SLOW_S = 0.5
FEW_CHANGES = 5_000
_MIB = 2**20


@dataclass(frozen=True)
class JudgeSettings:
    """How samples are judged.

    Attributes:
        icarus: compiler and simulator.
        official: reproduce the official verdicts, errors included.
        max_mismatches: end a simulation after so many mismatches, where its counts then stop; 0:
            count them all.
        time_limit_s: wall time of one simulation.
        memory_mib: address space of compiler and simulator.
        scratch: folder for the samples' folders, best in memory.
    """

    icarus: Icarus
    official: bool
    max_mismatches: int
    time_limit_s: float
    memory_mib: int
    scratch: Path

    @property
    def stop_at_mismatch(self) -> bool:
        """Whether only the verdict is wanted."""
        return self.max_mismatches == 1

    @property
    def compile_limits(self) -> Limits:
        """Limits of one compilation."""
        return Limits(
            wall_s=30,
            cpu_s=30,
            memory_bytes=self.memory_mib * _MIB,
            file_bytes=256 * _MIB,
            output_bytes=4 * _MIB,
            processes=0,
        )

    @property
    def run_limits(self) -> Limits:
        """Limits of one simulation."""
        return replace(
            self.compile_limits,
            wall_s=self.time_limit_s,
            cpu_s=int(self.time_limit_s) + 1,
            file_bytes=16 * _MIB,
        )


@dataclass(frozen=True)
class _Read:
    """A source that may be compiled; `isolate`: with copies of its inputs."""

    sample: Compiled
    isolate: bool


class Judge:
    """Judges sources, one after the other. Use as a context manager."""

    def __init__(self, settings: JudgeSettings) -> None:
        self._settings = settings
        self._compiler = learn_compiler(settings.icarus)
        self._guard = Guard()

    def __enter__(self) -> "Judge":
        enter_worker()
        self._scratch = Path(tempfile.mkdtemp(dir=self._settings.scratch))
        self._builder = Builder(self._compiler, self._scratch, self._settings.compile_limits)
        return self

    def __exit__(self, *_: object) -> None:
        self._guard.__exit__()
        shutil.rmtree(self._scratch, ignore_errors=True)

    # problems

    def prepare(self, problem: Problem) -> Prepared:
        """Judge the golden source and note what a whole simulation looks like."""
        began = time.perf_counter()
        prepared = Prepared()
        try:
            if problem.testbench is not None:
                prepared = self._prepare_testbench(problem)
            if problem.cocotb is not None and not prepared.failure:
                tests = cocotb_judge.golden(problem, self._settings)
                prepared = replace(prepared, tests=tests)
        except InputError as error:
            return Prepared(failure=str(error))
        return replace(prepared, wall_s=time.perf_counter() - began)

    def _prepare_testbench(self, problem: Problem) -> Prepared:
        assert problem.testbench is not None  # noqa: S101 - the caller looked
        judge = problem.testbench
        text = self._builder.preprocess(f"{judge.testbench}\n{judge.reference}", BENCH).text
        template = rewrite(text, problem.top, judge.reference_module)
        golden = self._golden(Prepared(template=template), problem)
        if golden.recording and golden.recording.ends_unknown:
            # Unknown inputs at the first clock edge can make a reference unknown for good, and then
            # every comparison passes.
            known = self._golden(Prepared(template=template, known_inputs=True), problem)
            if known.recording and not known.recording.ends_unknown:
                golden = known
        plain = replace(golden, recording=None)
        if golden.recording is None or golden.wall_s < SLOW_S:
            return plain
        if golden.recording.size > FEW_CHANGES:
            return plain
        return self._played(problem, golden, plain, golden.wall_s)

    def _golden(self, prepared: Prepared, problem: Problem) -> Prepared:
        """Simulate the golden source: what a whole simulation looks like, with a recording."""
        assert prepared.template is not None  # noqa: S101 - the caller made it
        template = prepared.template
        bench = instantiate(template, isolated=False, record=True)
        compiled = self._builder.compile(bench, self._builder.preprocess(problem.golden))
        if not compiled.program:
            return self._unable(f"does not compile it: {first_error(compiled.log)}")
        limits = replace(self._settings.run_limits, output_bytes=256 * _MIB)
        outcome, _ = self._builder.simulate(_started(prepared, bench, compiled.program), limits)
        found = results.read(outcome.stdout.decode("utf-8", "replace"), bench.secret)
        if found.mismatches != 0 or found.stimuli is None or not found.end:
            return self._unable(f"does not pass its golden source: {_tail(outcome)}")
        return replace(
            prepared,
            stimuli=found.stimuli,
            end=found.end,
            recording=record.read(found.lines, len(template.outputs)),
            wall_s=outcome.wall_s,
        )

    def _played(
        self, problem: Problem, played: Prepared, simulated: Prepared, wall_s: float
    ) -> Prepared:
        """The problem with its recording, if that gives the golden verdict and is faster."""
        began = time.perf_counter()
        judgement = self._by_testbench(problem, played, problem.golden)
        same = judgement.verdict is Verdict.PASS and judgement.stimuli == simulated.stimuli
        return played if same and time.perf_counter() - began < 0.9 * wall_s else simulated

    def _unable(self, why: str) -> Prepared:
        version = self._settings.icarus.version_text
        return Prepared(failure=f"Icarus {version} cannot judge this problem: it {why}")

    # sources

    def judge(self, problem: Problem, prepared: Prepared, source: str) -> tuple[Judgement, float]:
        """A finding on a source and the seconds that it took."""
        began = time.perf_counter()
        judgement = self._judge(problem, prepared, source)
        judgement = replace(judgement, log=shorten(judgement.log))
        return judgement, time.perf_counter() - began

    def _judge(self, problem: Problem, prepared: Prepared, source: str) -> Judgement:
        if self._settings.official:
            return self._officially(problem, source)
        if prepared.failure:
            return Judgement(Verdict.TOOL_ERROR, "", message=prepared.failure)
        if len(source) > LONGEST:
            return _rejected(f"the source is longer than {LONGEST} characters")
        judgement = None
        if problem.testbench is not None:
            judgement = self._by_testbench(problem, prepared, source)
        if problem.cocotb is None or (judgement and judgement.verdict is not Verdict.PASS):
            assert judgement is not None  # noqa: S101 - a problem has a judge
            return judgement
        return self._by_cocotb(problem, prepared, source)

    def _officially(self, problem: Problem, source: str) -> Judgement:
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            return official_judge(self._settings.icarus, problem, source, Path(folder))

    def _by_cocotb(self, problem: Problem, prepared: Prepared, source: str) -> Judgement:
        assert prepared.tests is not None  # noqa: S101 - prepare() found them
        read = self._read(problem.top, source, ())
        if isinstance(read, Judgement):
            return read
        # A harness in CVDP's form has files by name, which only the source as it came tells apart.
        several = isinstance(problem.cocotb, HarnessJudge)
        text = source if several else read.sample.text
        return cocotb_judge.judge(problem, text, prepared.tests, self._settings)

    def _by_testbench(self, problem: Problem, prepared: Prepared, source: str) -> Judgement:
        assert prepared.template is not None  # noqa: S101 - prepare() made it
        read = self._read(problem.top, source, prepared.template.inputs)
        if isinstance(read, Judgement):
            return read
        bench = instantiate(
            prepared.template,
            isolated=read.isolate,
            max_mismatches=self._settings.max_mismatches,
            recording=prepared.recording,
        )
        compiled = self._builder.compile(bench, read.sample)
        if not compiled.program:
            return _not_compiled(compiled, source)
        judgement = self._simulated(prepared, bench, compiled.program, compiled.log, source)
        if judgement.verdict is not Verdict.MISMATCH or not is_unspecified(problem):
            return judgement
        for bit in (0, 1):
            program = power_up(compiled.program, bench.instance, bit)
            again = self._simulated(prepared, bench, program, compiled.log, source)
            if again.verdict is Verdict.PASS:
                return replace(again, message=f"passes if its registers power up as {bit}")
        return judgement

    def _read(self, top: str, source: str, inputs: Collection[str]) -> "_Read | Judgement":
        """A source in the one form that is examined and compiled, or why there is none."""
        sample = self._builder.preprocess(source)
        if sample.failed:
            return _not_compiled(sample, source)
        try:
            sample = replace(sample, text=clean(sample.text))
        except UncleanError as error:
            if error.hostile:
                return _rejected(error.reason)
            message = f"{SAMPLE}: {error.reason}"
            return Judgement(Verdict.COMPILE_ERROR, "S", message=message, log=message)
        finding = self._guard.examine(sample.text, top, inputs)
        if finding.rejected:
            return _rejected(finding.rejected)
        return _Read(sample, finding.isolate)

    def _simulated(
        self, prepared: Prepared, bench: Bench, program: bytes, compile_log: str, source: str
    ) -> Judgement:
        started = _started(prepared, bench, program)
        outcome, _ = self._builder.simulate(started, self._settings.run_limits)
        output = outcome.stdout.decode("utf-8", "replace")
        found = results.read(output, bench.secret)
        log = bench.plain(compile_log + output + outcome.stderr.decode("utf-8", "replace"))
        return _verdict(prepared, found, outcome, log, source)

    def draw(self, problem: Problem, prepared: Prepared, source: str, at: int) -> str:
        """The testbench's signals around the first mismatch, at this time; JSON, see `Wave`.

        Raises:
            InputError: the simulation does not record that time again.
        """
        assert prepared.template is not None  # noqa: S101 - there was a mismatch
        read = self._read(problem.top, source, prepared.template.inputs)
        assert isinstance(read, _Read)  # noqa: S101 - it was simulated before
        isolated = read.isolate
        bench = instantiate(prepared.template, isolated=isolated, max_mismatches=1, dump=True)
        compiled = self._builder.compile(bench, read.sample)
        limits = replace(self._settings.run_limits, file_bytes=64 * _MIB)
        program = _started(prepared, bench, compiled.program)
        _, wave = self._builder.simulate(program, limits, dump=True)
        path = self._scratch / "wave.vcd"
        path.write_text(bench.plain(wave.decode("utf-8", "replace")), "utf-8")
        template = prepared.template
        wanted = {
            f"{template.module}.{trace.signal}": Wanted(_label(trace), trace.role)
            for trace in template.traces
        }
        return read_window(path, wanted, at=at).to_json()


def _label(trace: Trace) -> str:
    return trace.port if trace.role == "input" else f"{trace.port} ({trace.role})"


def _started(prepared: Prepared, bench: Bench, program: bytes) -> bytes:
    """The program with the testbench's own signals known from the start, where that is needed."""
    if not prepared.known_inputs:
        return program
    return power_up(program, bench.top, 0, without=(bench.instance, bench.reference))


def _rejected(reason: str) -> Judgement:
    return Judgement(Verdict.REJECTED, "", message=reason, log=reason)


def _not_compiled(compiled: Compiled, source: str) -> Judgement:
    message = first_error(compiled.log)
    if compiled.ended is not Ended.EXITED:
        message = f"the compiler was stopped ({compiled.ended.value}) {message}".strip()
    letter = classify(compiled.log, source).letter
    letter = letter if letter in set("Se0nwmcpC") else "C"
    return Judgement(Verdict.COMPILE_ERROR, letter, message=message, log=compiled.log)


def _verdict(
    prepared: Prepared, found: results.Results, outcome: Outcome, log: str, source: str
) -> Judgement:
    """What the simulation's results mean; only a whole, single, authentic result can be a pass."""
    judgement = Judgement(
        Verdict.NO_RESULT,
        "R",
        mismatches=found.mismatches,
        stimuli=found.stimuli,
        first_mismatch=found.first_mismatch,
        log=log,
    )
    if found.mismatches or found.end == "stop":
        letter = "r" if classify(log, source).letter == "r" else "R"
        return replace(judgement, verdict=Verdict.MISMATCH, letter=letter, message=_mismatch(found))
    if outcome.ended in {Ended.WALL, Ended.CPU}:
        return replace(
            judgement,
            verdict=Verdict.TIMEOUT,
            letter="T",
            message=f"the simulation did not end within {outcome.wall_s:.0f} s",
        )
    if found.mismatches is None or outcome.ended is not Ended.EXITED or outcome.status != 0:
        return replace(judgement, message=f"the testbench gave no result: {_tail(outcome)}")
    if (found.stimuli, found.end) != (prepared.stimuli, prepared.end):
        message = (
            f"the simulation ended early, after {found.stimuli} of {prepared.stimuli} comparisons"
        )
        return replace(judgement, message=message)
    return replace(judgement, verdict=Verdict.PASS, letter=".")


def _mismatch(found: results.Results) -> str:
    first = found.first_mismatch
    where = f", first at time {first.time} in {', '.join(first.signals)}" if first else ""
    stopped = " (and no more were looked for)" if found.end == "stop" else ""
    return f"{found.mismatches} of {found.stimuli} comparisons differ{stopped}{where}"


def _tail(outcome: Outcome) -> str:
    said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    last = said[-1][:200] if said else "it printed nothing"
    return last if outcome.ended is Ended.EXITED else f"{outcome.ended.value}; {last}"


def shorten(text: str) -> str:
    """A log of bounded length: its beginning and its end."""
    if len(text) <= LOG_CHARACTERS:
        return text
    half = LOG_CHARACTERS // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"
