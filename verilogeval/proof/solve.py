"""Asks ABC, in the sandbox, whether a circuit's output can ever be 1."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from eda.abc.binary import AbcBinary
from verilogeval.proof.wander import Wanderer
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Limits, Outcome

_AIGER = "miter.aig"
_TRACE = "trace.txt"
_QUICK = "dprove -j -V 0 -T 3"
_LONG = "dprove -T {seconds}"
_STATUS = re.compile(r"^Status = (-?\d+)", re.MULTILINE)
_FRAMES = re.compile(r"No output (?:failed|asserted) in (\d+) frames")
_LENGTH = re.compile(r"COUNTEREXAMPLE LENGTH: (\d+)")
_VALUE = re.compile(r"^pi(\d+)(?:@(\d+))?=([01])$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What ABC found.

    Attributes:
        proved: the output is 0 for ever.
        trace: or the inputs that make it 1, step by step, as bits in their order.
        bound: else, for how many steps it is 0; 0 where not even that is known.
    """

    proved: bool = False
    trace: tuple[tuple[int, ...], ...] = ()
    bound: int = 0

    @property
    def definite(self) -> bool:
        """Whether it is an answer for all times."""
        return self.proved or bool(self.trace)


def solve(
    aiger: bytes, inputs: int, *, abc: AbcBinary, time_limit_s: float, scratch: Path, limits: Limits
) -> Answer:
    """Prove that the output of a circuit is never 1, or find inputs that make it 1.

    First a quick search of bounded depth, induction and property-directed reachability; then random
    runs, which go deep; then the same engines with more time, and at last the depth to which the
    output is known to be 0.

    Args:
        aiger: a circuit with one output, whose latches start at 0.
        inputs: how many it has.
        abc: which ABC.
        time_limit_s: for the engines' second attempt.
        scratch: folder for the runs' own.
        limits: of a run.

    Raises:
        ToolError: ABC cannot be run.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        (folder / _AIGER).write_bytes(aiger)
        answer = _proved(abc, _QUICK, inputs, folder, limits)
        if answer.definite:
            return answer
        trace = Wanderer(aiger).search()
        if trace:
            return Answer(trace=trace)
        seconds = max(1, int(time_limit_s))
        answer = _proved(abc, _LONG.format(seconds=seconds), inputs, folder, limits)
        if answer.definite:
            return answer
        deeper = _said(_run(abc, f"bmc3 -F 500 -T {seconds}", folder, limits))
    bounds = [int(frames) for frames in _FRAMES.findall(deeper)]
    return Answer(bound=max([answer.bound, *bounds]))


def _proved(abc: AbcBinary, engine: str, inputs: int, folder: Path, limits: Limits) -> Answer:
    said = _said(_run(abc, f"{engine}; print_status; write_cex -n {_TRACE}", folder, limits))
    status = _STATUS.findall(said)
    if status[-1:] == ["1"]:
        return Answer(proved=True)
    trace = folder / _TRACE
    if status[-1:] == ["0"] and trace.is_file():
        return Answer(trace=_trace(trace.read_text("utf-8"), inputs))
    return Answer(bound=max(map(int, _FRAMES.findall(said)), default=0))


def _run(abc: AbcBinary, commands: str, folder: Path, limits: Limits) -> Outcome:
    return run(
        [str(abc.path), "-c", f"read_aiger {_AIGER}; {commands}"],
        folder=folder,
        limits=limits,
        env={},
    )


def _said(outcome: Outcome) -> str:
    return outcome.stdout.decode("utf-8", "replace")


def _trace(text: str, inputs: int) -> tuple[tuple[int, ...], ...]:
    length = _LENGTH.search(text)
    steps = [[0] * inputs for _ in range(int(length[1]) if length else 1)]
    for place, step, value in _VALUE.findall(text):
        steps[int(step or 0)][int(place)] = int(value)
    return tuple(tuple(step) for step in steps)
