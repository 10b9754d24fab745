"""Judges sources by cocotb tests, in the sandbox; nothing that a sample does can make a pass.

judge         golden tests, and the verdict on a source
simulation    what is compiled and run, as a value
perform       compiling and running it
reports       what the tests report from within
verdicts      what the reports mean
place         the folder in which it happens
installation  cocotb and the Python library
inside        Python code that runs in the simulator
"""

from verilogeval.cocotb_judge.judge import GoldenTests, Settings, golden, judge

__all__ = ["GoldenTests", "Settings", "golden", "judge"]
