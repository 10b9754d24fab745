"""Runs in the sandbox, without the package: what calls Yosys on a sample."""
