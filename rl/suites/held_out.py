"""The circuits that are for testing only.

Nothing that ships may have been trained, tuned or indexed on them, under whatever name they come.
"""

import re

# The test split of ABC-RL: twelve MCNC circuits and eight of EPFL's, as the suites spell them.
HELD_OUT = (
    "alu4", "apex1", "apex2", "apex4", "b9", "c880", "c7552", "i9", "m4", "pair", "max1024",
    "prom1", "bar", "div", "square", "sqrt", "cavlc", "mem_ctrl", "router", "voter",
)  # fmt: skip

FOR_TESTING = "for testing only: nothing may be learned from it"

# Circuits with the ports of one that is held out, and by all accounts its function.
_TWINS = frozenset({"k2", "too_large"})

# Other spellings: circuitgraph's, EPFL's of its first release, LGSynth's variants. Plain English
# for what a circuit does ("divider") is not among them: users have circuits of such names.
ALIASES = {
    "alu4cl": "alu4",
    "alu4tl": "alu4",
    "apex1pla": "apex1",
    "apex2pla": "apex2",
    "apex4pla": "apex4",
    "c880a": "c880",
    "c880g": "c880",
    "c7552a": "c7552",
    "c7552g": "c7552",
    "cavlccodingcavlc": "cavlc",
    "codingcavlc": "cavlc",
    "cavlccoding": "cavlc",
    "memctrl": "mem_ctrl",
    "lookaheadxyrouter": "router",
    "xyrouter": "router",
}

# What collections append to a circuit's name: the form of the file, or what was done to it.
_SUFFIXES = {
    "aig", "best", "blif", "ckt", "comb", "depth", "epfl", "flat", "iscas", "iscas85", "lut",
    "lut6", "map", "mapped", "mcnc", "n2", "opt", "orig", "original", "pla", "size", "strash",
    "synth", "unopt",
}  # fmt: skip
_PREFIXES = {"epfl", "iscas", "iscas85", "mcnc", "lgsynth", "lgsynth91"}
_KNOWN = {re.sub(r"[^a-z0-9]", "", name) for name in HELD_OUT} | set(ALIASES)


def held_out(name: str) -> bool:
    """Whether a design of this name is for testing only.

    Upper and lower case are the same, and so are spellings with and without `_`; folders, file
    suffixes and what collections put before or after a name (`epfl_div_size_2018.aig`) do not
    count.
    """
    words = [word for word in re.split(r"[^a-z0-9]+", _stem(name)) if word]
    while len(words) > 1 and words[0] in _PREFIXES:
        del words[0]
    while len(words) > 1 and (words[-1] in _SUFFIXES or re.fullmatch(r"(19|20)\d\d", words[-1])):
        del words[-1]
    return "".join(words) in _KNOWN


def unlearnable(name: str) -> str | None:
    """Why nothing may be learned from a design of this name; None where it may."""
    if held_out(name):
        return FOR_TESTING
    if _stem(name) in _TWINS:
        return "by its ports it is a circuit for testing under another name"
    return None


def _stem(name: str) -> str:
    return re.split(r"[/\\]", name.casefold())[-1].split(".")[0]
