"""Why a sample fails, for a person: from netlists and waveforms, not from words in the source.

values    causes
netlists  what Yosys finds in sample and reference, and how they differ
late      whether a sample is right but for a cycle
outputs   what the waveform of the first mismatch shows
explain   one sample, from its source to its causes
drawing   a small waveform as text
"""

from verilogeval.diagnosis.values import Cause, Diagnosis, Finding

__all__ = ["Cause", "Diagnosis", "Finding"]
