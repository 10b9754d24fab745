"""The outcome that VerilogEval v1's harness gives to a run.

Unlike v2's, it keeps standard output and error apart: whatever stands on standard error, a warning
among it, is a compile error, and the result is looked for on standard output only.
"""

import re

from verilogeval.official.letters import Finding

_RESULT = re.compile("Mismatches: ([0-9]*) in ([0-9]*) samples")


def classify(stdout: str, stderr: str) -> Finding:
    """The outcome as a letter: S, C, "." or R.

    Args:
        stdout: standard output of compiler and simulation.
        stderr: standard error of both.
    """
    result = _RESULT.search(stdout)
    counted = result is not None and "" not in result.groups()
    mismatches, samples = map(int, result.groups()) if result and counted else (None, None)
    first_line = next((line for line in stderr.splitlines() if line.strip()), "")
    if "syntax error" in stderr:
        line = next(line for line in stderr.splitlines() if "syntax error" in line)
        return Finding("S", mismatches, samples, line)
    if stderr:
        return Finding("C", mismatches, samples, first_line)
    return Finding("." if mismatches == 0 else "R", mismatches, samples)
