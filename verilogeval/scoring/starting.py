"""Programs as they are started: what the harness changes in them after compilation."""

from verilogeval.scoring.prepared import Prepared
from verilogeval.testbench.powerup import power_up
from verilogeval.testbench.template import Bench


def started(prepared: Prepared, bench: Bench, program: bytes) -> bytes:
    """The program with the testbench's own signals known from the start, where that is needed."""
    if not prepared.known_inputs:
        return program
    return power_up(program, bench.top, 0, without=(bench.instance, bench.reference))
