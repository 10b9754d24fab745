"""Circuits and the tools that transform and judge them.

Knows nothing of search or learning: `rl` and `verilogeval` import from here, never the reverse.
"""
