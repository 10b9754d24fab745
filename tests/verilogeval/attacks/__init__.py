"""Attacks on the verdict: sources that implement nothing and want to pass, by family and name.

Each is a function of the module header, its inputs and its outputs; the outputs of what it returns
are unknown or a constant that has nothing to do with the inputs.
"""

from collections.abc import Mapping

from attacks.driving import DRIVING
from attacks.ending import ENDING
from attacks.exhausting import EXHAUSTING, SLOW
from attacks.naming import NAMING
from attacks.printing import PRINTING
from attacks.reaching import REACHING
from attacks.reading import READING
from attacks.shapes import SHAPES
from attacks.template import Attack, Port

FAMILIES: Mapping[str, Mapping[str, Attack]] = {
    "ending": ENDING,
    "printing": PRINTING,
    "naming": NAMING,
    "driving": DRIVING,
    "reading": READING,
    "reaching": REACHING,
    "exhausting": EXHAUSTING,
    "shapes": SHAPES,
}
ATTACKS: Mapping[str, Attack] = {
    f"{family}: {name}": made
    for family, all_of in FAMILIES.items()
    for name, made in all_of.items()
}

__all__ = ["ATTACKS", "FAMILIES", "SLOW", "Attack", "Port"]
