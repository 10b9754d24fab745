"""What was learned from other designs, for use in a search.

`choose` says which checkpoint, `model` reads it, `network` runs it in NumPy, `retrieval` finds
the nearest known designs, `guide` puts them together for one design.
"""

from rl.guide.choose import chosen_model
from rl.guide.guide import Guide
from rl.guide.model import Model, load_model
from rl.guide.retrieval import Neighbour

__all__ = ["Guide", "Model", "Neighbour", "chosen_model", "load_model"]
