"""What generated circuits cost: area, delay and registers of samples beside their references.

values      figures of a circuit, and of a sample beside its reference
measure     one source, from Verilog to its figures
run         the passing samples of a run, several at once; `ppa.jsonl`
best        the expected best ratio among k samples
"""

from verilogeval.ppa.values import Compared, Figures

__all__ = ["Compared", "Figures"]
