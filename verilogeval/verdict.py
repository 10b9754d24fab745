"""What became of one sample: the verdict, the official class letter and the evidence."""

from dataclasses import dataclass
from enum import Enum


class Verdict(str, Enum):
    """The outcome of judging one sample.

    `TOOL_ERROR` is never the model's failure: it is left out of pass@k and ends a run with
    exit status 3.
    """

    PASS = "pass"  # noqa: S105 - the word for a verdict
    MISMATCH = "mismatch"
    COMPILE_ERROR = "compile_error"
    TIMEOUT = "timeout"
    NO_RESULT = "no_result"
    REJECTED = "rejected"
    TOOL_ERROR = "tool_error"


#: The official analyser's class letters, in the order in which it tries them.
LETTERS = {
    "S": "syntax error",
    "e": "explicit cast required",
    "0": "zero-size constant",
    "n": "no sensitivities",
    "w": "declared as wire",
    "m": "unknown module type",
    "c": "unable to bind clk",
    "T": "timeout",
    ".": "no mismatch",
    "p": "unable to bind another name",
    "C": "other compile error",
    "r": "mismatch, with an asynchronous or negative reset named in the source",
    "R": "other mismatch",
}


@dataclass(frozen=True)
class FirstMismatch:
    """Where a sample first differed from its reference.

    `time` is in the testbench's time units, None where the judge does not know it; `signals` are
    the outputs that differ at that time.
    """

    time: int | None
    signals: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """A judge's finding on one source.

    Attributes:
        verdict: what became of it.
        letter: the official class letter that the finding corresponds to ("" where there is none).
        mismatches: how many of the stimuli mismatched, None where the simulation gave no count.
        stimuli: how many times the outputs were compared, or how many cocotb tests ran.
        first_mismatch: the first one, where there is one.
        message: one or a few lines for a person: the compiler's first error with its line in the
            sample, the failed test's name and message, the reason for a rejection.
        log: what compiler and simulation printed, shortened.
    """

    verdict: Verdict
    letter: str
    mismatches: int | None = None
    stimuli: int | None = None
    first_mismatch: FirstMismatch | None = None
    message: str = ""
    log: str = ""
