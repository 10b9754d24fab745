"""What generated circuits cost: area, delay and registers of samples beside their references.

values      figures of a circuit, and of a sample beside its reference
settings    what figures depend on beside the circuit
measure     one source, from Verilog to its figures
searched    the best recipe for a circuit, found, replayed and proven
run         the passing samples of a run, several at once
rows        `ppa.jsonl`
best        the expected best ratio among k samples
"""

from verilogeval.ppa.values import Compared, Figures

__all__ = ["Compared", "Figures"]
