"""Circuits as arrays: for policies, for retrieval, for the environment's observations."""

from rl.representation.graph import Graph, Kind, graph_of
from rl.representation.statistics import NAMES, statistics

__all__ = ["NAMES", "Graph", "Kind", "graph_of", "statistics"]
