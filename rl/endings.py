"""The endings that a search may choose from, and all that a run folder may name."""

from collections.abc import Iterator, Sequence

from eda.flow import DCH, DCH_FAST, MAP, PLAIN, Ending, Target

_UPSIZE = "upsize{patience}{target}; dnsize{target}"
_BYPASS = "upsize -B 10{patience}{target}; dnsize{target}"
_NARROW = "upsize -W 5 -R 1{patience}{target}; dnsize{target}"


def _buffered(fanouts: int) -> str:
    """Signals of so many fan-outs are buffered.

    `unbuffer` finds nothing to remove after `map`, but leaves the cells in another order, with
    which `buffer` does better.
    """
    return f"unbuffer; topo; buffer -c -N {fanouts}; topo; "


#: Ways to buffer and size cells: those that together come nearest to the best of 50
#: (`python -m benchmarks.endings --rank sizings`).
SIZINGS = (
    f"{_buffered(20)}minsize; {_UPSIZE}; {_UPSIZE}",
    f"{_buffered(100)}{_BYPASS}; {_UPSIZE}",
    f"{_buffered(20)}{_BYPASS}; {_UPSIZE}",
    f"{_buffered(7)}{_UPSIZE}; {_UPSIZE}",
    _UPSIZE,
)
# What else circuits have been sized with: run folders and models name it.
_FORMER = (
    f"buffer -c -N 20; topo; minsize; {_UPSIZE}",
    f"buffer -c -N 20; topo; {_UPSIZE}",
    f"buffer -c -N 20; topo; {_BYPASS}",
    f"buffer -c -N 20; topo; minsize; {_NARROW}",
    f"{_buffered(100)}{_UPSIZE}; {_UPSIZE}",
    "buffer -c -N 20; topo; upsize -I 30 -J 10{target}; dnsize{target}",
)

# Structural choices and mapper: those that together come nearest to the best of all
# (`python -m benchmarks.endings`), in the order in which each adds most to those before it.
# `&nf`, `amap` and `emap` are not among them: they map to whatever the session's last `map` made
# of the library, so that their result depends on what ran before.
_CELLS: tuple[tuple[str, str], ...] = (
    ("dch", "map -B 0.95"),
    ("dch -f", "map -a -B 0.95"),
    ("dch -f", "map -B 0.95"),
    ("", "map -a"),
    ("dch -f", "map"),
    ("dch", "map -a -B 0.95"),
    ("dch", "map -B 0.5"),
    ("", "map -B 0.9 -G 500"),
    ("dch", "map -B 0.8"),
    ("dch", "map -a"),
)
#: Structural choices that suit LUTs.
SYNCH2 = "&get -n; &synch2; &put"
#: Maps to few LUTs; with fewer cuts and rounds than these there are several percent more.
FEWEST_LUTS = "if -K {lut} -a -C 24 -F 8 -A 8"
#: Then LUTs are replaced by what don't-cares allow, and windows of them mapped again by a SAT
#: solver, which for LUTs of more than six inputs changes nothing.
LUTS_IMPROVED = "mfs2 -a -e -W 20 -F 20 -D 0 -L 2000; &get -n -m; &satlut -N 32 -C 100; &put"
# Name, structural choices, mapper, improvement. The last two are quick.
_LUTS: tuple[tuple[str, str, str, str], ...] = (
    ("&synch2; if -K K -a; mfs2; satlut", SYNCH2, FEWEST_LUTS, LUTS_IMPROVED),
    ("dch; if -K K -a; mfs2; satlut", "dch", FEWEST_LUTS, LUTS_IMPROVED),
    ("dch; if -K K; mfs2; satlut", "dch", "if -K {lut}", LUTS_IMPROVED),
    ("dch -f; if -K K -a; mfs2; satlut", "dch -f", FEWEST_LUTS, LUTS_IMPROVED),
    ("if -K K -a; mfs2; satlut", "", FEWEST_LUTS, LUTS_IMPROVED),
    ("dch; if -K K -a", "dch", "if -K {lut} -a", ""),
    ("if -K K -a", "", "if -K {lut} -a", ""),
)


def _name(*parts: str) -> str:
    text = "; ".join(filter(None, parts))
    return text.replace("{patience}", "").replace("{target}", "")


# The same with the mapped network improved before it is sized: `mfs3` replaces gates on long paths
# by what don't-cares allow. The bounds keep it from taking seconds on exclusive ors.
_BOUNDED = "-C 30 -K 4 -I 20 -O 5"
_REWORKED: tuple[tuple[str, str, str], ...] = (
    ("dch", "map", "mfs3 -W 20 -C 100 -K 4"),
    ("", "map", f"mfs3 -W 5 {_BOUNDED}"),
    ("dch -f", "map", f"mfs3 -W 5 {_BOUNDED}"),
)


def _cells() -> Iterator[Ending]:
    for prepare, mapper in _CELLS:
        yield sized(Ending("", prepare, mapper, target=Target.CELLS), SIZINGS[0])
    for prepare, mapper, rework in _REWORKED:
        yield sized(Ending("", prepare, mapper, "", Target.CELLS, rework), SIZINGS[0])


def _luts() -> Iterator[Ending]:
    for name, prepare, mapper, rework in _LUTS:
        yield Ending(name, prepare, mapper, "", Target.LUTS, rework)


def sized(ending: Ending, way: str) -> Ending:
    """The ending with another way to buffer and size cells."""
    mapper = ending.mapper or MAP
    name = _name(ending.prepare, mapper, ending.rework, way)
    return Ending(name, ending.prepare, mapper, way, Target.CELLS, ending.rework)


def group_of(name: str) -> str:
    """The group of the ending of that name; the name itself where there is none."""
    return ENDINGS[name].group if name in ENDINGS else name


def numbers(names: Sequence[str]) -> dict[str, int]:
    """Where endings of each group stand in a list of names, the first of each."""
    found: dict[str, int] = {}
    for number, name in enumerate(names):
        found.setdefault(group_of(name), number)
    return found


WIDE: tuple[Ending, ...] = (PLAIN, DCH, *_cells(), *_luts())


def _every() -> Iterator[Ending]:
    yield from (*WIDE, DCH_FAST)
    for ending in WIDE:
        if ending.target is not Target.LUTS:
            yield from (sized(ending, way) for way in (*SIZINGS, *_FORMER, ""))


ENDINGS = {ending.name: ending for ending in _every()}
