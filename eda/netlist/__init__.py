"""Netlists of library cells: written from a mapped core, read back from disk to be proved."""

from eda.netlist.readback import NetlistMismatch, read_back
from eda.netlist.write import NetlistFacts, write_netlist

__all__ = ["NetlistFacts", "NetlistMismatch", "read_back", "write_netlist"]
