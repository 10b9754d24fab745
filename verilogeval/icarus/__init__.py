"""Icarus Verilog: finding it, and running its parts without its driver.

find      which Icarus is used, with version and folders
probe     what the `iverilog` driver passes to its preprocessor and its compiler
compile   the processes that preprocess, compile and simulate, as values
"""
