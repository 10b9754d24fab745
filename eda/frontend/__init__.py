"""Reads RTL and netlists: a combinational core to optimise, and a shell to put it back into."""

from eda.frontend.read import read_design
from eda.frontend.source import Design, ModuleFacts, PortFacts, Source, Summary

__all__ = ["Design", "ModuleFacts", "PortFacts", "Source", "Summary", "read_design"]
