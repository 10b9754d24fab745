"""Netlists of cells or LUTs: written from a mapped core, read back from disk to be proved."""

from eda.netlist.luts import lut_models
from eda.netlist.readback import NetlistMismatch, read_back
from eda.netlist.write import NetlistFacts, write_netlist

__all__ = ["NetlistFacts", "NetlistMismatch", "lut_models", "read_back", "write_netlist"]
