"""What is known of each mutant, by simulation first and by SAT where that shows nothing."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.mutation import formal
from benchmarks.mutation.bench import Design, Observed, observe
from benchmarks.mutation.formal import Answer


class Shown(str, Enum):
    """How a mutant relates to its reference, and how that is known."""

    NOT_A_DESIGN = "does not compile"
    HANGS = "never ends"
    SIMULATED = "different in simulation"
    AT_START = "different before the first reset alone"
    SAT = "different by SAT"
    EQUAL = "equivalent"
    EQUAL_SO_FAR = "equal as far as searched"
    UNDECIDED = "undecided"

    @property
    def inequivalent(self) -> bool:
        """Whether a difference is shown."""
        return self in {Shown.HANGS, Shown.SIMULATED, Shown.AT_START, Shown.SAT}


_BY_ANSWER = {
    Answer.DIFFERENT: Shown.SAT,
    Answer.EQUAL: Shown.EQUAL,
    Answer.EQUAL_SO_FAR: Shown.EQUAL_SO_FAR,
    Answer.UNKNOWN: Shown.UNDECIDED,
}


def show(
    iverilog: Path,
    design: Design,
    mutants: Sequence[str],
    *,
    cycles: int,
    steps: int,
    time_limit_s: int,
) -> list[Shown]:
    """Compare each mutant with the reference.

    Args:
        iverilog: the driver of Icarus Verilog.
        design: the reference.
        mutants: their texts.
        cycles: clock cycles of simulation.
        steps: clock cycles of the search by SAT.
        time_limit_s: for one search.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        observed = observe(iverilog, design, mutants, cycles, folder)
        shown = [_by_simulation(one) for one in observed]
        for number, text in enumerate(mutants):
            if shown[number] is Shown.UNDECIDED:
                answer = formal.compare(
                    design, text, steps=steps, time_limit_s=time_limit_s, folder=folder
                )
                shown[number] = _BY_ANSWER[answer]
    return shown


def _by_simulation(observed: Observed) -> Shown:
    if not observed.compiles:
        return Shown.NOT_A_DESIGN
    if not observed.ends:
        return Shown.HANGS
    if observed.after_reset is not None:
        return Shown.SIMULATED
    return Shown.UNDECIDED if observed.first is None else Shown.AT_START
