"""Runs the official commands on one source and gives the official verdict.

The compiler is started without its driver, which makes no difference to program and messages. What
differs from the official harness is on purpose: processes are isolated and limited, the deadline
counts processor time so that a busy machine changes no verdict, and no waveform is written.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from eda.errors import InputError
from verilogeval.icarus.compile import Step, learn_compiler, simulate
from verilogeval.icarus.find import Icarus
from verilogeval.official import letters, v1
from verilogeval.official.hints import first_mismatch
from verilogeval.official.letters import Finding
from verilogeval.problem import Problem, TestbenchJudge
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import FEED, Ended, Limits
from verilogeval.verdict import Judgement, Verdict

#: The official harness has no limits on compilation. Output of the preprocessor is the text itself.
PREPROCESS_LIMITS = Limits(
    wall_s=240, cpu_s=60, memory_bytes=4 << 30, file_bytes=0, output_bytes=64 << 20
)
COMPILE_LIMITS = Limits(
    wall_s=240, cpu_s=60, memory_bytes=4 << 30, file_bytes=256 << 20, output_bytes=16 << 20
)
#: The official deadline is 30 s.
RUN_LIMITS = Limits(
    wall_s=120, cpu_s=30, memory_bytes=4 << 30, file_bytes=64 << 20, output_bytes=64 << 20
)
_LOG_CHARACTERS = 20_000


def judge(icarus: Icarus, problem: Problem, source: str, folder: Path) -> Judgement:
    """Judge a source as the official harness does, v1's where the testbench holds the reference.

    Args:
        icarus: the compiler; the published results are from version 12.
        problem: one with a Verilog testbench.
        source: the sample as the dataset's rule makes it.
        folder: an empty folder for this sample alone.

    Raises:
        InputError: the problem has no Verilog testbench.
        ToolError: the compiler or the simulator cannot be run.
    """
    bench = problem.testbench
    if bench is None:
        raise InputError(f"problem '{problem.task_id}' has no Verilog testbench to judge it with")
    name = re.sub(r"\W", "_", problem.task_id, flags=re.ASCII)
    if bench.reference:
        finding, log = _judge_v2(icarus, bench, name, source, folder)
    else:
        finding, log = _judge_v1(icarus, bench, name, source, folder)
    return Judgement(
        verdict=finding.verdict,
        letter=finding.letter,
        mismatches=finding.mismatches,
        stimuli=finding.samples,
        first_mismatch=first_mismatch(log),
        message=_message(finding),
        log=_shortened(log),
    )


@dataclass(frozen=True)
class _Printed:
    """What processes printed, and whether one of them had to be ended."""

    stdout: bytes
    stderr: bytes
    timed_out: bool


def _judge_v2(
    icarus: Icarus, bench: TestbenchJudge, name: str, source: str, folder: Path
) -> tuple[Finding, str]:
    """The file names are the official ones, as they stand in messages."""
    sample = f"{name}/{name}_sample01"
    (folder / name).mkdir(exist_ok=True)
    (folder / "dataset").mkdir(exist_ok=True)
    files = {
        f"{sample}.sv": source,
        f"dataset/{name}_test.sv": bench.testbench,
        f"dataset/{name}_ref.sv": bench.reference,
    }
    printed = _compile_and_run(icarus, files, sample, folder, interactive=True)
    # Errors first: the simulator buffers its output, and writes them at once.
    log = (printed.stderr + printed.stdout).decode("utf-8", "replace")
    if printed.timed_out:
        log += "TIMEOUT\n"
    return letters.classify(log, source), log


def _judge_v1(
    icarus: Icarus, bench: TestbenchJudge, name: str, source: str, folder: Path
) -> tuple[Finding, str]:
    files = {f"{name}.sv": f"{bench.testbench}\n{source}"}
    printed = _compile_and_run(icarus, files, "test.vvp", folder, interactive=False)
    log = (printed.stderr + printed.stdout).decode("utf-8", "replace")
    if printed.timed_out:
        return Finding("T", None, None), log
    try:
        return v1.classify(printed.stdout.decode("utf-8"), printed.stderr.decode("utf-8")), log
    except UnicodeDecodeError:  # which fails the sample there, too
        return Finding("R", None, None), log


def _compile_and_run(
    icarus: Icarus, files: dict[str, str], program: str, folder: Path, *, interactive: bool
) -> _Printed:
    for name, text in files.items():
        # As they are: no line end is changed, and a lone surrogate is the sample's own affair.
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    compiler = learn_compiler(icarus)
    expanded = _run(icarus, compiler.preprocess(list(files)), PREPROCESS_LIMITS, folder)
    step = compiler.compile(["tb"], FEED, output=program)
    parts = [
        _Printed(b"", expanded.stderr, expanded.timed_out),
        _run(icarus, step, COMPILE_LIMITS, folder, feed=expanded.stdout),
    ]
    if (folder / program).exists():
        step = simulate(icarus, program, ["-none"], interactive=interactive)
        parts.append(_run(icarus, step, RUN_LIMITS, folder))
    else:
        parts.append(_Printed(b"", f"{program}: Unable to open input file.\n".encode(), False))
    return _Printed(
        b"".join(part.stdout for part in parts),
        b"".join(part.stderr for part in parts),
        any(part.timed_out for part in parts),
    )


def _run(
    icarus: Icarus, step: Step, limits: Limits, folder: Path, feed: bytes | None = None
) -> _Printed:
    step.prepare(folder)
    outcome = run(step.argv, folder=folder, limits=limits, env={}, reads=icarus.readable, feed=feed)
    # What floods terminal or disk would have gone on to the deadline.
    timed_out = outcome.ended not in (Ended.EXITED, Ended.SIGNALLED)
    return _Printed(outcome.stdout, outcome.stderr, timed_out)


def _message(finding: Finding) -> str:
    if finding.verdict is Verdict.PASS:
        return ""
    if finding.verdict is Verdict.NO_RESULT:
        return "the simulation ended without a result"
    if finding.verdict is Verdict.MISMATCH:
        return f"{finding.mismatches} of {finding.samples} samples differ"
    if finding.verdict is Verdict.TIMEOUT:
        return "the simulation did not end within its time"
    return finding.line.strip()


def _shortened(log: str) -> str:
    if len(log) <= _LOG_CHARACTERS:
        return log
    half = _LOG_CHARACTERS // 2
    return f"{log[:half]}\n[{len(log) - 2 * half} characters left out]\n{log[-half:]}"
