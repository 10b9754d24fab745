"""How an attack becomes a source for a problem."""

import re
from collections.abc import Callable, Sequence

Port = tuple[str, int]
#: From the module header up to `);`, the inputs and the outputs, each (name, width in bits).
Attack = Callable[[str, Sequence[Port], Sequence[Port]], str]

UNKNOWN = "@out assign OUT = 'bx;\n"


def attack(body: str, *, before: str = "", after: str = "", outputs: str = UNKNOWN) -> Attack:
    """A module with this body, and what stands before and behind it.

    In all of them TOP is the module, IN its first input, OUT its first output; a line that begins
    with `@in ` or `@out ` is written once for each input or output, with its name.
    """

    def source(header: str, inputs: Sequence[Port], outs: Sequence[Port]) -> str:
        text = f"{before}HEADER\n{outputs}{body}\nendmodule\n{after}"
        filled = fill(text, top_of(header), inputs, outs)
        return re.sub(r"\bHEADER\b", lambda _: header, filled)

    return source


def whole(text: str) -> Attack:
    """A source that writes its own module header, with `@in` and `@out` as for `attack`."""
    return lambda header, inputs, outputs: fill(text, top_of(header), inputs, outputs)


def top_of(header: str) -> str:
    """The name of the module that a header declares."""
    found = re.search(r"\bmodule\s+(\w+)", header)
    assert found is not None
    return found.group(1)


def fill(text: str, top: str, inputs: Sequence[Port], outputs: Sequence[Port]) -> str:
    """Write the ports into a text."""
    first_in = inputs[0] if inputs else ("none", 1)
    lines = []
    for line in text.split("\n"):
        if line.startswith("@in "):
            lines += [_named(line[4:], top, port, outputs[0]) for port in inputs]
        elif line.startswith("@out "):
            lines += [_named(line[5:], top, first_in, port) for port in outputs]
        else:
            lines.append(_named(line, top, first_in, outputs[0]))
    return "\n".join(lines)


def _named(line: str, top: str, into: Port, out: Port) -> str:
    words = {
        "TOP": top,
        "IN": into[0],
        "INW": f"[{into[1] - 1}:0]",
        "OUT": out[0],
        "OUTW": f"[{out[1] - 1}:0]",
    }
    return re.sub(r"\b(?:TOP|INW?|OUTW?)(?=_[a-z]|\b)", lambda match: words[match.group()], line)
