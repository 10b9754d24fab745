"""The judge of a worker: prepares problems, judges sources by each of a problem's judges."""

import shutil
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from eda.errors import InputError, ToolError
from verilogeval.guard.clean import UncleanError, clean
from verilogeval.guard.server import Guard
from verilogeval.icarus.compile import learn_compiler
from verilogeval.official.judge import judge as official_judge
from verilogeval.problem import HarnessJudge, Problem
from verilogeval.sandbox.run import enter_worker
from verilogeval.scoring.build import SAMPLE, Builder, Compiled
from verilogeval.scoring.findings import not_compiled, rejected, shorten, simulated
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.starting import started
from verilogeval.source import LONGEST, may_draw
from verilogeval.testbench import results
from verilogeval.testbench.powerup import is_unspecified, power_up
from verilogeval.testbench.template import Bench, Trace, instantiate
from verilogeval.verdict import Judgement, Verdict

_MIB = 2**20


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
        """Note what a whole simulation looks like; whether the golden source passes is left open.

        A cocotb judge's tests are those that the golden source passes.
        """
        # What a worker needs only while it prepares, or for cocotb, is imported when it is needed.
        from verilogeval.cocotb_judge.judge import golden  # noqa: PLC0415
        from verilogeval.scoring.preparing import Preparation  # noqa: PLC0415 - brings slang

        prepared = Prepared()
        try:
            if problem.testbench is not None:
                prepared = Preparation(problem, self._settings, self._builder).prepare()
            if problem.cocotb is not None and not prepared.failure:
                tests = golden(problem, self._settings)
                wall_s = prepared.wall_s + tests.wall_s
                prepared = replace(prepared, tests=tests, wall_s=wall_s)
        except (InputError, ToolError) as error:
            return Prepared(failure=str(error))
        return prepared

    def confirm(self, problem: Problem, prepared: Prepared) -> Prepared:
        """The problem as it is if its golden source passes, or as that one's own simulation shows.

        By which it must then pass, or the problem cannot be judged. `prepared` comes from
        `prepare`.
        """
        from verilogeval.scoring.preparing import Preparation  # noqa: PLC0415 - see prepare()

        if prepared.confirmed:
            return prepared
        judgement = self._by_testbench(problem, prepared, problem.golden)
        # A pass by another power-up value is told in a message, and is not the golden source's own.
        if judgement.verdict is Verdict.PASS and not judgement.message:
            return replace(prepared, confirmed=True)
        preparation = Preparation(problem, self._settings, self._builder)
        shown = replace(preparation.prepare_by_golden(), tests=prepared.tests)
        if not shown.failure:
            judgement = self._by_testbench(problem, shown, problem.golden)
            if judgement.verdict is not Verdict.PASS:
                return preparation.unable(judgement.message)
        return shown

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
            return rejected(f"the source is longer than {LONGEST} characters")
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
        from verilogeval.cocotb_judge.judge import judge  # noqa: PLC0415 - see prepare()

        assert prepared.tests is not None  # noqa: S101 - prepare() found them
        read = self._read(problem.top, source, ())
        if isinstance(read, Judgement):
            return read
        # A harness in CVDP's form has files by name, which only the source as it came tells apart.
        several = isinstance(problem.cocotb, HarnessJudge)
        text = source if several else read.sample.text
        return judge(problem, text, prepared.tests, self._settings)

    def _by_testbench(self, problem: Problem, prepared: Prepared, source: str) -> Judgement:
        assert prepared.template is not None  # noqa: S101 - prepare() made it
        read = self._read(problem.top, source, prepared.template.inputs)
        if isinstance(read, Judgement):
            return read
        bench = instantiate(
            prepared.template,
            isolated=read.isolate,
            own_random=may_draw(read.sample.text),
            max_mismatches=self._settings.max_mismatches,
            recording=prepared.recording,
        )
        compiled = self._builder.compile(bench, read.sample)
        if not compiled.program:
            return not_compiled(compiled, source)
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
            return not_compiled(sample, source)
        try:
            sample = replace(sample, text=clean(sample.text))
        except UncleanError as error:
            if error.hostile:
                return rejected(error.reason)
            message = f"{SAMPLE}: {error.reason}"
            return Judgement(Verdict.COMPILE_ERROR, "S", message=message, log=message)
        finding = self._guard.examine(sample.text, top, inputs)
        if finding.rejected:
            return rejected(finding.rejected)
        return _Read(sample, finding.isolate)

    def _simulated(
        self, prepared: Prepared, bench: Bench, program: bytes, compile_log: str, source: str
    ) -> Judgement:
        limits = self._settings.sample_limits(prepared.wall_s)
        outcome, _ = self._builder.simulate(started(prepared, bench, program), limits)
        output = outcome.stdout.decode("utf-8", "replace")
        found = results.read(output, bench.secret)
        log = bench.plain(compile_log + output + outcome.stderr.decode("utf-8", "replace"))
        return simulated(prepared, found, outcome, log, source)

    def draw(self, problem: Problem, prepared: Prepared, source: str, at: int) -> str:
        """The testbench's signals around the first mismatch, at this time; JSON, see `Wave`.

        Raises:
            InputError: the simulation does not record that time again.
        """
        from verilogeval.report.vcd import Wanted, read_window  # noqa: PLC0415 - brings pydantic

        assert prepared.template is not None  # noqa: S101 - there was a mismatch
        read = self._read(problem.top, source, prepared.template.inputs)
        assert isinstance(read, _Read)  # noqa: S101 - it was simulated before
        bench = instantiate(
            prepared.template,
            isolated=read.isolate,
            own_random=may_draw(read.sample.text),
            max_mismatches=1,
            dump=True,
        )
        compiled = self._builder.compile(bench, read.sample)
        limits = self._settings.sample_limits(prepared.wall_s)
        limits = replace(limits, file_bytes=64 * _MIB)
        program = started(prepared, bench, compiled.program)
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
