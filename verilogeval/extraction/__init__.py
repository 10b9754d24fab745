"""From a model's reply to the code in it.

values    what was found in a reply
cleaning  what is no part of an answer: thinking, end marks of chats, foreign line ends
blocks    where a reply may hold code: fences, marks, tags, JSON, bare text
units     modules and packages in a text
body      the inner part of a module, for problems that give its header
extract   the choice among all these
"""

from verilogeval.extraction.extract import extract
from verilogeval.extraction.values import Extracted, Found

__all__ = ["Extracted", "Found", "extract"]
