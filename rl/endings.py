"""The endings that a search may choose from, and all that a run folder may name."""

from collections.abc import Iterator

from eda.flow import DCH, DCH_FAST, PLAIN, Ending, Target

# Ways to size cells, by what they do otherwise than the flow.
_FEW = "buffer -c -N 20; topo; upsize{patience}{target}; dnsize{target}"
_LEAST = "buffer -c -N 20; topo; minsize; upsize{patience}{target}; dnsize{target}"
_NONE = "upsize{patience}{target}; dnsize{target}"
_SHORT = "buffer -c -N 20; topo; upsize -I 30 -J 10{target}; dnsize{target}"
_BYPASS = "buffer -c -N 20; topo; upsize -B 10{patience}{target}; dnsize{target}"

# Structural choices, mapper and sizing: those that together come nearest to the best of 246
# (`python -m benchmarks.endings`), in the order in which each adds most to those before it.
# `&nf`, `amap` and `emap` are not among them: they map to whatever the session's last `map` made
# of the library, so that their result depends on what ran before.
_CELLS: tuple[tuple[str, str, str], ...] = (
    ("dch", "map -B 0.95", _LEAST),
    ("dch -f", "map -a -B 0.95", _BYPASS),
    ("dch", "map", _NONE),
    ("dch -f", "map -B 0.95", _FEW),
    ("", "map -a", _SHORT),
    ("dch -f", "map", _LEAST),
    ("dch", "map -a -B 0.95", _LEAST),
    ("dch", "map -B 0.5", ""),
    ("", "map -B 0.9 -G 500", _BYPASS),
    ("dch -f", "map -B 0.95", _SHORT),
    ("dch", "map -B 0.8", ""),
    ("", "map -a", _BYPASS),
    ("dch", "map -a", _FEW),
)
_LUTS: tuple[tuple[str, str, str], ...] = (
    ("dch", "if -K {lut} -a", ""),
    ("", "if -K {lut} -a", ""),
    ("dch", "if -K {lut}", "mfs2 -a -e -W 20 -F 20 -L 2000"),
)


def _name(*parts: str) -> str:
    text = "; ".join(filter(None, parts))
    return text.replace("{patience}", "").replace("{target}", "").replace("{lut}", "K")


# The same with the mapped network improved before it is sized: `mfs3` replaces gates on long paths
# by what don't-cares allow. The bounds keep it from taking seconds on exclusive ors.
_BOUNDED = "-C 30 -K 4 -I 20 -O 5"
_REWORKED: tuple[tuple[str, str, str, str], ...] = (
    ("dch", "map", "mfs3 -W 20 -C 100 -K 4", _LEAST),
    ("", "map", f"mfs3 -W 5 {_BOUNDED}", _LEAST),
    ("dch -f", "map", f"mfs3 -W 5 {_BOUNDED}", _LEAST),
)


def _cells() -> Iterator[Ending]:
    for prepare, mapper, after in _CELLS:
        yield Ending(_name(prepare, mapper, after), prepare, mapper, after, Target.CELLS)
    for prepare, mapper, rework, after in _REWORKED:
        name = _name(prepare, mapper, rework, after)
        yield Ending(name, prepare, mapper, after, Target.CELLS, rework)


def _luts() -> Iterator[Ending]:
    for prepare, mapper, after in _LUTS:
        yield Ending(_name(prepare, mapper, after), prepare, mapper, after, Target.LUTS)


WIDE: tuple[Ending, ...] = (PLAIN, DCH, *_cells(), *_luts())
ENDINGS = {ending.name: ending for ending in (*WIDE, DCH_FAST)}
