"""What a worker is asked and what it answers."""

from dataclasses import dataclass

from verilogeval.problem import Problem
from verilogeval.scoring.prepared import Prepared
from verilogeval.verdict import Judgement


@dataclass(frozen=True)
class Prepare:
    """Find out what there is to know of a problem; the answer is a `Prepared`."""

    problem: Problem


@dataclass(frozen=True)
class Confirm:
    """Find out whether the golden source passes; the answer is a `Prepared` that is confirmed."""

    problem: Problem
    prepared: Prepared


@dataclass(frozen=True)
class JudgeSource:
    """Judge one source; the answer is `Judged`."""

    problem: Problem
    prepared: Prepared
    source: str


@dataclass(frozen=True)
class Draw:
    """Record the signals around the first mismatch, at this time; the answer is a `Drawing`."""

    problem: Problem
    prepared: Prepared
    source: str
    at: int


@dataclass(frozen=True)
class Drawing:
    """A waveform as JSON, or why there is none."""

    wave: str
    failure: str


@dataclass(frozen=True)
class Judged:
    """A finding and the seconds that it took."""

    judgement: Judgement
    wall_s: float


Request = Prepare | Confirm | JudgeSource | Draw
