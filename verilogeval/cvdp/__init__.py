"""CVDP's problems: rows, answers, and harnesses that are run without containers.

rows      the JSON of a row
services  what a harness would run in which container
checks    why a harness cannot be run here
answer    from a model's text to the design's files, and those as one source
prompt    the text for the model
plan      the simulations that a harness asks for
case      what a source is judged with
inside    Python code that runs the harness and notes what it asks for
"""
