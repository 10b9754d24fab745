"""Whether a sample is right but for a cycle."""

from pathlib import Path

from eda.abc.binary import AbcBinary
from verilogeval.diagnosis.values import Cause, Finding
from verilogeval.proof.circuit import NoCircuit, Pair, make_circuit
from verilogeval.proof.solve import solve
from verilogeval.sandbox.values import Limits

_TIME_LIMIT_S = 3.0


def late(pair: Pair, *, abc: AbcBinary, scratch: Path, limits: Limits) -> Finding | None:
    """A finding if the sample equals its reference a clock cycle later, or earlier, proved.

    Raises:
        ToolError: a tool cannot be run.
    """
    for side, words in (("gold", "later"), ("gate", "earlier")):
        try:
            circuit = make_circuit(
                pair, resets={}, power_up="x", scratch=scratch, limits=limits, late=side
            )
            for resets in ({}, circuit.resets):
                if resets:
                    circuit = make_circuit(
                        pair, resets=resets, power_up="x", scratch=scratch, limits=limits, late=side
                    )
                if circuit.mode != "cycles":
                    return None
                answer = solve(
                    circuit.aiger,
                    len(circuit.inputs),
                    abc=abc,
                    time_limit_s=_TIME_LIMIT_S,
                    scratch=scratch,
                    limits=limits,
                )
                if answer.proved:
                    text = f"every output comes one clock cycle {words} than the reference's"
                    return Finding(Cause.LATE, text)
        except NoCircuit:
            return None
    return None
