"""What is known of a problem before any sample is judged, found out once."""

from dataclasses import dataclass

from verilogeval.cocotb_judge.golden_tests import GoldenTests
from verilogeval.testbench.record import Recording
from verilogeval.testbench.template import Template


@dataclass(frozen=True)
class Prepared:
    """A problem made ready for one version of Icarus.

    Attributes:
        template: the rewritten testbench, None where the problem has none.
        stimuli: how many comparisons a whole simulation makes.
        end: the testbench's end that a whole simulation reaches.
        known_inputs: let the testbench's signals start as 0 where it gives them no value, as the
            reference would stay unknown otherwise.
        recording: the reference's outputs, where playing them is faster than simulating it.
        tests: the cocotb tests that the golden source passes.
        wall_s: seconds that the golden source takes at most, for the order of work.
        confirmed: whether something is known to pass: the golden source, or a sample.
        failure: why this version of Icarus cannot judge the problem, "" where it can.
    """

    template: Template | None = None
    stimuli: int = 0
    end: str = ""
    known_inputs: bool = False
    recording: Recording | None = None
    tests: GoldenTests | None = None
    wall_s: float = 0.0
    confirmed: bool = True
    failure: str = ""
