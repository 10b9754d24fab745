"""ABC's output as plain text."""

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def plain(text: str) -> str:
    """Without terminal colours, and with the lines that ABC overprints one below the other."""
    return _COLOUR.sub("", text).replace("\r", "\n")
