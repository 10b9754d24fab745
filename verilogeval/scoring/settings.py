"""How samples are judged, as a value."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from verilogeval.icarus.find import Icarus
from verilogeval.sandbox.values import Limits

_MIB = 2**20
#: A golden simulation may take so many times the limit, and a sample's so many times as long as the
#: golden one: a busy machine is no failure of either.
_GOLDEN_TIMES, _TIMES = 5, 3
#: Limits are of processor time, so that a busy machine changes no verdict. What waits instead of
#: computing ends after so many times that much wall time.
PATIENCE = 4


@dataclass(frozen=True)
class JudgeSettings:
    """How samples are judged.

    Attributes:
        icarus: compiler and simulator.
        official: reproduce the official verdicts, errors included.
        max_mismatches: end a simulation after so many mismatches, where its counts then stop; 0:
            count them all.
        time_limit_s: processor time of one simulation.
        memory_mib: address space of compiler and simulator.
        scratch: folder for the samples' folders, best in memory.
        patience: how many times as long as its processor time a run may take by the clock.
    """

    icarus: Icarus
    official: bool
    max_mismatches: int
    time_limit_s: float
    memory_mib: int
    scratch: Path
    patience: int = PATIENCE

    @property
    def stop_at_mismatch(self) -> bool:
        """Whether only the verdict is wanted."""
        return self.max_mismatches == 1

    @property
    def compile_limits(self) -> Limits:
        """Limits of one compilation."""
        return Limits(
            wall_s=self.patience * 30,
            cpu_s=30,
            memory_bytes=self.memory_mib * _MIB,
            file_bytes=256 * _MIB,
            output_bytes=4 * _MIB,
            processes=0,
        )

    @property
    def run_limits(self) -> Limits:
        """Limits of one simulation."""
        return replace(
            self.compile_limits,
            wall_s=self.patience * self.time_limit_s,
            cpu_s=math.ceil(self.time_limit_s),
            file_bytes=16 * _MIB,
        )

    @property
    def golden_limits(self) -> Limits:
        """Limits of one simulation that only trusted sources take part in."""
        return replace(
            self._at_least(_GOLDEN_TIMES * self.time_limit_s),
            output_bytes=256 * _MIB,
        )

    def sample_limits(self, golden_s: float) -> Limits:
        """Limits of one simulation where the golden one took so many seconds."""
        return self._at_least(_TIMES * golden_s)

    def _at_least(self, seconds: float) -> Limits:
        limits = self.run_limits
        return replace(
            limits,
            wall_s=max(limits.wall_s, self.patience * seconds),
            cpu_s=max(limits.cpu_s, math.ceil(seconds)),
        )
