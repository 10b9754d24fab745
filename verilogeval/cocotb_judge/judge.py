"""The verdict of a problem's cocotb tests on a source."""

import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from eda.errors import InputError, ToolError
from verilogeval.cocotb_judge.case import Case, of_cocotb
from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.cocotb_judge.installation import Cocotb, find_cocotb
from verilogeval.cocotb_judge.perform import Ran, Tools, compile_, simulate_
from verilogeval.cocotb_judge.place import spared, write_files, write_interpreter
from verilogeval.cocotb_judge.verdicts import not_compiled, of_run
from verilogeval.cvdp.case import files_of, of_plan
from verilogeval.cvdp.plan import HarnessFailed, dump_plan, load_plan, make_plan
from verilogeval.icarus.find import Icarus
from verilogeval.problem import CocotbJudge, Problem
from verilogeval.sandbox.values import Limits
from verilogeval.verdict import Judgement, Verdict

#: A golden source may take so many times the limit, and a source so many times as the golden one.
_GOLDEN_TIMES, _TIMES = 5, 3
#: Tests may print more than testbenches: what they print decides nothing.
_OUTPUT_BYTES = 32 * 2**20


class Settings(Protocol):
    """What the judge needs to know."""

    @property
    def icarus(self) -> Icarus:
        """Compiler and simulator."""

    @property
    def compile_limits(self) -> Limits:
        """Limits of one compilation."""

    @property
    def run_limits(self) -> Limits:
        """Limits of one simulation; memory is for the design, without Python's."""

    @property
    def scratch(self) -> Path:
        """Folder in which each source gets a folder of its own."""

    @property
    def stop_at_mismatch(self) -> bool:
        """Whether the first test that fails is the last that runs."""


def golden(problem: Problem, settings: Settings) -> GoldenTests:
    """Judge the golden source and note which tests make up a pass.

    Raises:
        InputError: the golden source does not pass, so that no verdict could be trusted.
        ToolError: cocotb or the simulator cannot be run.
    """
    began = time.perf_counter()
    with _folder(settings) as folder:
        tools = _tools(settings, _GOLDEN_TIMES * settings.run_limits.cpu_s)
        try:
            case, plan = _case(problem, problem.golden, "", folder, tools.cocotb)
        except HarnessFailed as error:
            if problem.golden or not error.reads_design:
                raise
            plan = ""  # it missed the answer
        if not problem.golden:
            return GoldenTests(None, 0.0, 0.0, time.perf_counter() - began, plan)
        judgement, runs = _judge_case(case, problem.golden, None, tools, folder, stop=False)
    if runs and not runs[-1].reports.ready:
        raise ToolError(f"cocotb does not work here: {judgement.message}")
    if judgement.verdict is not Verdict.PASS:
        raise InputError(
            f"Icarus {settings.icarus.version_text} cannot judge this problem: its golden source "
            f"ends in {judgement.verdict.value}: {judgement.message}"
        )
    return GoldenTests(
        tests=tuple(
            tuple(test.name for test in ran.reports.tests if test.status == "passed")
            for ran in runs
        ),
        time_ns=sum(ran.reports.time_ns for ran in runs),
        tests_s=sum(test.wall_s for ran in runs for test in ran.reports.tests),
        wall_s=time.perf_counter() - began,
        plan=plan,
    )


def judge(problem: Problem, source: str, tests: GoldenTests, settings: Settings) -> Judgement:
    """Judge a source by every simulation, up to the first that is no pass.

    Args:
        problem: with a cocotb judge.
        source: what is judged.
        tests: what `golden` found for this problem.
        settings: tools and limits.

    Raises:
        ToolError: cocotb or the simulator cannot be run.
    """
    tools = _tools(settings, _TIMES * tests.wall_s)
    with _folder(settings) as folder:
        try:
            case, _ = _case(problem, source, tests.plan, folder, tools.cocotb)
        except HarnessFailed as error:  # it looked at this source
            return Judgement(Verdict.MISMATCH, "R", message=error.reason, log=error.reason)
        stop = settings.stop_at_mismatch
        return _judge_case(case, source, tests.tests, tools, folder, stop=stop)[0]


def _tools(settings: Settings, least_s: float) -> Tools:
    """The tools, with `least_s` seconds of processor time even if the settings give less."""
    limits = settings.run_limits
    limits = replace(
        limits,
        wall_s=max(limits.wall_s, limits.wall_s / limits.cpu_s * least_s),
        cpu_s=max(limits.cpu_s, math.ceil(least_s)),
        output_bytes=max(limits.output_bytes, _OUTPUT_BYTES),
    )
    return Tools(settings.icarus, find_cocotb(), settings.compile_limits, limits)


@contextmanager
def _folder(settings: Settings) -> Iterator[Path]:
    name = tempfile.mkdtemp(dir=settings.scratch)
    try:
        yield Path(name).resolve()
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _case(
    problem: Problem, source: str, known: str, folder: Path, cocotb: Cocotb
) -> tuple[Case, str]:
    """What a source is judged with, and the plan to keep for others, if that can be kept."""
    if isinstance(problem.cocotb, CocotbJudge):
        case = of_cocotb(problem.cocotb, problem.top, source)
        write_files(folder, case.files)
        return case, ""
    if problem.cocotb is None:
        raise InputError(f"{problem.task_id}: this problem has no cocotb tests")
    files = files_of(problem.cocotb, source, folder)
    write_files(folder, files)
    plan = load_plan(known) if known else make_plan(problem.cocotb, folder, cocotb)
    keep = "" if plan.reads_design else dump_plan(plan)
    return of_plan(problem.cocotb, plan, files, folder), keep


def _judge_case(
    case: Case,
    source: str,
    expected: Sequence[Sequence[str]] | None,
    tools: Tools,
    folder: Path,
    *,
    stop: bool,
) -> tuple[Judgement, list[Ran]]:
    runs: list[Ran] = []
    wrong = _wrong(case, expected)
    if wrong:
        return wrong, runs
    python = write_interpreter(folder, tools.cocotb)
    reads = [folder / name for name in case.reads]
    judgement = Judgement(Verdict.PASS, ".", mismatches=0, stimuli=0)
    for simulation in case.simulations:
        compiled = compile_(simulation, folder, reads, tools)
        if not compiled.ok:
            return not_compiled(compiled, source), runs
        if not simulation.modules:
            continue
        names = spared(case.files, simulation.modules)
        ran = simulate_(
            simulation, folder, reads, tools, python=python, spared=names, stop_at_failure=stop
        )
        due = None if expected is None else expected[len(runs)]
        runs.append(ran)
        judgement = _added(judgement, of_run(ran, due, case.count, source), compiled.log)
        if judgement.verdict is not Verdict.PASS:
            break
    return judgement, runs


def _wrong(case: Case, expected: Sequence[Sequence[str]] | None) -> Judgement | None:
    """The finding on a case that cannot be judged by its tests."""
    if case.missing:
        message = f"the answer does not give the file {case.missing}"
        return Judgement(Verdict.COMPILE_ERROR, "C", message=message, log=message)
    asked = sum(bool(simulation.modules) for simulation in case.simulations)
    if expected is not None and asked != len(expected):
        message = f"the harness asks for {asked} simulations, for the golden source {len(expected)}"
        return Judgement(Verdict.NO_RESULT, "R", message=message, log=message)
    return None


def _added(so_far: Judgement, found: Judgement, log: str) -> Judgement:
    """The finding on one more simulation, with the counts of those before."""
    return replace(
        found,
        mismatches=(so_far.mismatches or 0) + (found.mismatches or 0),
        stimuli=(so_far.stimuli or 0) + (found.stimuli or 0),
        log=so_far.log + log + found.log,
    )
