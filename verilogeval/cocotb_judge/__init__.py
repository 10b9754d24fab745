"""Judges sources by cocotb tests, in the sandbox; nothing that a sample does can make a pass.

judge         the verdict on a source
golden_tests  what the golden source tells
simulation    what is compiled and run, as a value
perform       compiling and running it
reports       what the tests report from within
verdicts      what the reports mean
place         the folder in which it happens
installation  cocotb and the Python library
inside        Python code that runs in the simulator
"""
