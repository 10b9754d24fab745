"""What the tests' reports, the simulator's end and the expected tests together mean."""

import re
from collections.abc import Sequence
from dataclasses import replace

from verilogeval.cocotb_judge.perform import Compiled, Ran
from verilogeval.cocotb_judge.reports import TestReport
from verilogeval.official.letters import classify
from verilogeval.sandbox.values import Ended
from verilogeval.verdict import FirstMismatch, Judgement, Verdict

_COMPILE_LETTERS = frozenset("Se0nwmcpC")
_FINE = {"passed", "skipped"}
_LINE_LENGTH = 300
#: How the problems that come with this package name the output that differs.
_COMPARED = re.compile(r": (\w+) is \S+, (?:expected|not a known value)")


def not_compiled(compiled: Compiled, source: str) -> Judgement:
    """The finding on a source that does not compile."""
    message = first_error(compiled.log)
    if compiled.ended is not Ended.EXITED:
        message = f"the compiler was stopped ({compiled.ended.value}) {message}".strip()
    letter = classify(compiled.log, source).letter
    letter = letter if letter in _COMPILE_LETTERS else "C"
    return Judgement(Verdict.COMPILE_ERROR, letter, message=message, log=compiled.log)


def first_error(log: str) -> str:
    """The compiler's first complaint, with its file and line where it names them."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    serious = [line for line in lines if re.search(r"error|sorry|assert", line, re.IGNORECASE)]
    return (serious or lines or ["the compiler gave no reason"])[0][:_LINE_LENGTH]


def of_run(ran: Ran, expected: Sequence[str] | None, count: int | None, source: str) -> Judgement:
    """The finding on one simulation; only a whole one, ended by cocotb itself, can be a pass.

    Args:
        ran: what the simulator left.
        expected: names of the tests that the golden source passes, None where there is none.
        count: how many tests must run, None where nobody said so.
        source: the source that was judged.
    """
    reports = ran.reports
    failed = [test for test in reports.tests if test.status not in {*_FINE, "ended"}]
    passed = [test for test in reports.tests if test.status == "passed"]
    judgement = Judgement(
        Verdict.NO_RESULT,
        "R",
        mismatches=len(failed),
        stimuli=len(failed) + len(passed),
        log=ran.log,
    )
    if failed:
        letter = "r" if classify(ran.log, source).letter == "r" else "R"
        return replace(
            judgement,
            verdict=Verdict.MISMATCH,
            letter=letter,
            first_mismatch=_first(failed[0]),
            message=_one_line(f"{failed[0].name}: {failed[0].message}"),
        )
    if ran.outcome.ended in {Ended.WALL, Ended.CPU}:
        message = f"the simulation did not end within {ran.outcome.time_used}"
        running = _running(ran)
        message += f"; it was at test {running}" if running else ""
        return replace(judgement, verdict=Verdict.TIMEOUT, letter="T", message=message)
    if not reports.ready:
        message = f"Python did not start in the simulator: {_last_words(ran)}"
        return replace(judgement, verdict=Verdict.TOOL_ERROR, letter="", message=message)
    if reports.planned is None:
        known = expected is not None
        message = f"no test could start: {reports.trouble or _last_words(ran)}"
        verdict = Verdict.NO_RESULT if known or not reports.trouble else Verdict.TOOL_ERROR
        return replace(judgement, verdict=verdict, message=message)
    problem = _missing(ran, passed, expected, count)
    if problem:
        return replace(judgement, message=problem)
    return replace(judgement, verdict=Verdict.PASS, letter=".")


def _missing(
    ran: Ran, passed: Sequence[TestReport], expected: Sequence[str] | None, count: int | None
) -> str:
    """Why the tests that passed are not all that had to; "" where they are."""
    reports = ran.reports
    names = [test.name for test in passed]
    due = list(expected) if expected is not None else list(reports.planned or ())
    if ran.outcome.ended is not Ended.EXITED:
        return f"the simulator was stopped or crashed ({ran.outcome.ended.value}){_during(ran)}"
    if not reports.done or any(test.status == "ended" for test in reports.tests):
        some = f"{len(names)} of {len(due)} tests"
        return f"the simulation ended by itself after {some}{_during(ran)}"
    if not names:
        return "no test ran"
    if expected is not None and names != due:
        return f"{len(names)} tests ran where {len(due)} were to: {_difference(names, due)}"
    if expected is None and count is not None and len(names) != count:
        return f"{len(names)} tests ran where {count} were to"
    return ""


def _difference(names: Sequence[str], due: Sequence[str]) -> str:
    missing = [name for name in due if name not in names]
    return f"{missing[0]} did not" if missing else "some ran twice, or in another order"


def _running(ran: Ran) -> str:
    """The test that was running at the end of the simulation, "" where there was none."""
    reports = ran.reports
    ended = [test.name for test in reports.tests if test.status == "ended"]
    left = (reports.planned or ())[len(reports.tests) :]
    return (ended or list(left) or [""])[0]


def _during(ran: Ran) -> str:
    running = _running(ran)
    return f", during {running}" if running else ""


def _first(test: TestReport) -> FirstMismatch:
    named = _COMPARED.search(test.message)
    signals = (named[1],) if named else ()
    return FirstMismatch(None if test.time_ns is None else int(test.time_ns), signals)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LINE_LENGTH]


def _last_words(ran: Ran) -> str:
    lines = [line.strip() for line in ran.log.splitlines() if line.strip()]
    return lines[-1][:_LINE_LENGTH] if lines else f"it printed nothing ({ran.outcome.ended.value})"
