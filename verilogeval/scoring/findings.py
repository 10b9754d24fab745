"""What compilations and simulations mean, as findings."""

from dataclasses import replace

from verilogeval.official.letters import classify
from verilogeval.sandbox.values import Ended, Outcome
from verilogeval.scoring.build import Compiled, first_error
from verilogeval.scoring.prepared import Prepared
from verilogeval.testbench import results
from verilogeval.verdict import Judgement, Verdict

LOG_CHARACTERS = 20_000


def rejected(reason: str) -> Judgement:
    """The guard refuses the source."""
    return Judgement(Verdict.REJECTED, "", message=reason, log=reason)


def not_compiled(compiled: Compiled, source: str) -> Judgement:
    """The compiler left no program."""
    message = first_error(compiled.log)
    if compiled.ended is not Ended.EXITED:
        message = f"the compiler was stopped ({compiled.ended.value}) {message}".strip()
    letter = classify(compiled.log, source).letter
    letter = letter if letter in set("Se0nwmcpC") else "C"
    return Judgement(Verdict.COMPILE_ERROR, letter, message=message, log=compiled.log)


def simulated(
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
            message=f"the simulation did not end within {outcome.time_used}",
        )
    if found.mismatches is None or outcome.ended is not Ended.EXITED or outcome.status != 0:
        return replace(judgement, message=f"the testbench gave no result: {tail(outcome)}")
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


def tail(outcome: Outcome) -> str:
    """The last that a simulation said, for a message."""
    said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    last = said[-1][:200] if said else "it printed nothing"
    return last if outcome.ended is Ended.EXITED else f"{outcome.ended.value}; {last}"


def shorten(text: str) -> str:
    """A log of bounded length: its beginning and its end."""
    if len(text) <= LOG_CHARACTERS:
        return text
    half = LOG_CHARACTERS // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"
