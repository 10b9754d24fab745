"""Whether a sample is the same circuit as its reference, for all inputs and all times.

values   verdicts and counterexamples
inside   reads both designs with Yosys and makes one circuit that tells them apart
circuit  runs that in the sandbox
solve    asks ABC whether the circuit's output can be 1
replay   simulates a counterexample in Icarus
prove    one sample, from its source to its verdict
store    `proof.jsonl`: the verdicts of a run
run      the passing samples of a run, several at once
"""

from verilogeval.proof.values import Counterexample, Proof, ProofVerdict

__all__ = ["Counterexample", "Proof", "ProofVerdict"]
