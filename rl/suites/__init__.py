"""Designs to measure on, by the names of their suites.

`registry` finds a suite, `folder` reads one from a folder, `design` is what a suite holds,
`held_out` tells which circuits are for testing only. Nothing is ever downloaded.
"""

from rl.suites.design import Suite, SuiteDesign, single_design
from rl.suites.held_out import TWINS, held_out
from rl.suites.registry import SUITES, find_suite, gathered, select

__all__ = [
    "SUITES",
    "TWINS",
    "Suite",
    "SuiteDesign",
    "find_suite",
    "gathered",
    "held_out",
    "select",
    "single_design",
]
