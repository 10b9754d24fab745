"""The class letter that VerilogEval v2's analyser gives to a log.

The analyser reads the log line by line and stops at the first line that has one of the decisive
phrases; the phrases of one line are tried in a fixed order. Nothing but the text decides: what a
sample prints counts like a compiler's message.
"""

import re
from dataclasses import dataclass

from verilogeval.verdict import Verdict

#: Phrases that decide at once, in the order in which they are tried on a line.
_DECISIVE = (
    ("syntax error", "S"),
    ("error: This assignment requires an explicit cast", "e"),
    ("error: Sized numeric constant must have a size greater than zero", "0"),
    ("warning: always_comb process has no sensitivities", "n"),
    ("found no sensitivities so it will never trigger", "n"),
    ("is declared here as wire", "w"),
    ("Unknown module type", "m"),
    ("Unable to bind wire/reg/memory `clk'", "c"),
    ("TIMEOUT", "T"),
)
#: Phrases that decide where no line has one of those.
_WEAK = (("Unable to bind wire/reg", "p"), ("error", "C"))
_RESETS = ("posedge reset", "negedge reset", "posedge r)")
_RESULT = re.compile(r"Mismatches: (\d+) in (\d+) samples$")

#: What each letter says about a sample; "r" and "R" need a result, see `Finding.verdict`.
VERDICTS = {
    **dict.fromkeys("Se0nwmcpC", Verdict.COMPILE_ERROR),
    "T": Verdict.TIMEOUT,
    ".": Verdict.PASS,
    "r": Verdict.MISMATCH,
    "R": Verdict.MISMATCH,
}


@dataclass(frozen=True)
class Finding:
    """What a log says.

    Attributes:
        letter: the class (see `verilogeval.verdict.LETTERS`).
        mismatches: of the result line that the letter rests on, or else of the last one; None
            where there is none.
        samples: how many comparisons that line speaks of, None where there is none.
        line: the line of the log that decided, "" where none did by itself.
    """

    letter: str
    mismatches: int | None
    samples: int | None
    line: str = ""

    @property
    def verdict(self) -> Verdict:
        """The letter as a verdict; a mismatch without any result line is no result."""
        if self.letter in "rR" and self.mismatches is None:
            return Verdict.NO_RESULT
        return VERDICTS[self.letter]


def text_lines(log: str) -> list[str]:
    """The lines as read from a text file: ended by LF, CR or CR LF, and by nothing else."""
    return re.split(r"\r\n|\r|\n", log)


def classify(log: str, source: str) -> Finding:
    """The letter of one sample.

    Args:
        log: what compiler and simulation printed, standard output and error in one.
        source: the sample, which is searched for resets where all else gives no reason.
    """
    lines = text_lines(log)
    results = [(int(r[1]), int(r[2])) for r in map(_RESULT.match, lines) if r]
    passed = any(mismatches == 0 for mismatches, _ in results)
    letter, line = _decided(lines)
    if not letter and passed:
        letter = "."
    elif not letter:
        letter = "r" if any(reset in source for reset in _RESETS) else "R"
    wanted = [result for result in results if letter != "." or result[0] == 0]
    mismatches, samples = wanted[-1] if wanted else (None, None)
    return Finding(letter, mismatches, samples, line)


def _decided(lines: list[str]) -> tuple[str, str]:
    """The letter that some line gives, and that line; two empty texts where none gives one."""
    for line in lines:
        for phrase, letter in _DECISIVE:
            if phrase in line:
                return letter, line
    for phrase, letter in _WEAK:
        for line in lines:
            if phrase in line:
                return letter, line
    return "", ""
