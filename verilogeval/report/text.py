"""Hostile text made harmless to look at, and long text made short."""

import re

# Bidirectional controls reorder what is read, zero-width characters hide in names: source that
# looks right and is not. Lone surrogates cannot be encoded.
_HIDDEN = re.compile(
    "[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_CONTROL = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"} | {
    0x7F: "\u2421",
    **{code: f"<U+{code:04X}>" for code in range(0x80, 0xA0)},
}


def visible(text: str) -> str:
    """The text with line ends as newlines and each character that cannot be seen spelt out.

    Escaping for HTML is done elsewhere: this is about what a reader would be deceived by.
    """
    plain = text.replace("\r\n", "\n").translate(_CONTROL)
    return _HIDDEN.sub(lambda found: f"<U+{ord(found.group()):04X}>", plain)


def shortened(text: str, limit: int, where: str) -> str:
    """The beginning of a text, with a last line that says how much is left out and where it is."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[{len(text) - limit:,} more characters in {where}]"


def percent(share: float) -> str:
    """A share as a percentage; 0 and 100 are said only where they are exact."""
    if 0 < share < 0.0005:
        return "<0.1"
    if 0.9995 <= share < 1:
        return ">99.9"
    return f"{100 * share:.1f}"


def one_of(count: int, thing: str) -> str:
    """A number with its noun: 1 problem, 1,200 problems."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
