"""Designs to measure on, by the names of their suites.

`registry` finds a suite, `folder` reads one from a folder, `design` is what a suite holds,
`held_out` tells which circuits are for testing only, and which nothing may be learned from. Nothing
is ever downloaded.
"""

from rl.suites.design import Suite, SuiteDesign, single_design
from rl.suites.held_out import FOR_TESTING, held_out, unlearnable
from rl.suites.registry import SUITES, find_suite, gathered, select

__all__ = [
    "FOR_TESTING",
    "SUITES",
    "Suite",
    "SuiteDesign",
    "find_suite",
    "gathered",
    "held_out",
    "select",
    "single_design",
    "unlearnable",
]
