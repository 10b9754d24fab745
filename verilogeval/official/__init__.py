"""Verdicts as the official VerilogEval harness gives them, its errors included.

letters   the class letter of a v2 log, and what each letter means as a verdict
v1        the outcome of a v1 run
judge     runs the official commands on one source
"""
