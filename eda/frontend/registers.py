"""What each of Yosys's single-bit register kinds does, as functions of its pins."""

import re
from dataclasses import dataclass

from eda.frontend.build import FALSE, TRUE, AigBuilder

_EDGE = re.compile(
    r"\$_(?P<family>DFF|DFFE|ALDFF|ALDFFE|DFFSR|DFFSRE|SDFF|SDFFE|SDFFCE|DLATCH|DLATCHSR|SR)"
    r"_(?P<marks>[NP01]+)_\Z"
)
# the pin that each mark of a kind's name speaks of; "v" is the value that a reset gives
_MARKS = {
    ("DFF", 1): "C",
    ("DFF", 3): "CRv",
    ("DFFE", 2): "CE",
    ("DFFE", 4): "CRvE",
    ("ALDFF", 2): "CL",
    ("ALDFFE", 3): "CLE",
    ("DFFSR", 3): "CSR",
    ("DFFSRE", 4): "CSRE",
    ("SDFF", 3): "CRv",
    ("SDFFE", 4): "CRvE",
    ("SDFFCE", 4): "CRvE",
    ("DLATCH", 1): "E",
    ("DLATCH", 3): "ERv",
    ("DLATCHSR", 3): "ESR",
    ("SR", 2): "SR",
}


@dataclass(frozen=True)
class Kind:
    """A register kind: its family, the polarity of each pin, and its reset value."""

    family: str
    polarity: dict[str, bool]
    value: int | None

    @property
    def is_latch(self) -> bool:
        """Whether it has no clock edge."""
        return self.family in ("DLATCH", "DLATCHSR", "SR")


@dataclass(frozen=True)
class Behaviour:
    """A register's functions, as literals of an `AigBuilder`.

    Attributes:
        edge: it takes `next_state` when this rises; None for a latch.
        next_state: what it takes at an edge.
        forced: while true, it shows `value` whatever the clock does.
        value: see `forced`.
    """

    edge: int | None
    next_state: int
    forced: int
    value: int


def parse_kind(name: str) -> Kind | None:
    """The register kind of a Yosys cell type such as `$_DFFE_PN0P_`, or None."""
    match = _EDGE.match(name)
    pins = _MARKS.get((match["family"], len(match["marks"]))) if match else None
    if match is None or pins is None:
        return None
    marks = dict(zip(pins, match["marks"], strict=True))
    value = marks.pop("v", None)
    polarity = {pin: mark == "P" for pin, mark in marks.items()}
    return Kind(match["family"], polarity, None if value is None else int(value))


def behaviour(build: AigBuilder, kind: Kind, pins: dict[str, int], state: int) -> Behaviour:
    """The functions of a register whose input pins have the literals `pins`.

    Args:
        build: where the functions are built.
        kind: the register's kind.
        pins: literal of each input pin.
        state: literal of what it holds now.
    """
    on = {pin: pins[pin] ^ (not positive) for pin, positive in kind.polarity.items()}
    data = pins.get("D", FALSE)
    enable = on.get("E", TRUE)
    if kind.family.startswith("SDFF"):
        reset = on["R"]
        value = TRUE if kind.value else FALSE
        if kind.family == "SDFFCE":  # the enable also gates the reset
            inner = build.choose(enable, build.choose(reset, value, data), state)
        else:
            inner = build.choose(reset, value, build.choose(enable, data, state))
        return Behaviour(on["C"], inner, FALSE, FALSE)
    forced, value = _asynchronous(build, kind, pins, on)
    if kind.is_latch:
        opened = enable if kind.family != "SR" else FALSE
        shown = build.choose(forced, value, data)
        return Behaviour(None, state, build.either(forced, opened), shown)
    return Behaviour(on["C"], build.choose(enable, data, state), forced, value)


def _asynchronous(
    build: AigBuilder, kind: Kind, pins: dict[str, int], on: dict[str, int]
) -> tuple[int, int]:
    if "L" in on:
        return on["L"], pins["AD"]
    if "S" in on:  # reset wins over set
        return build.either(on["S"], on["R"]), on["R"] ^ 1
    if "R" in on:
        return on["R"], TRUE if kind.value else FALSE
    return FALSE, FALSE


def differences(build: AigBuilder, one: Behaviour, other: Behaviour) -> tuple[int, int, int]:
    """Literals that are true where two registers differ: at an edge, in being forced, in value."""
    clocked = build.either(one.forced, other.forced) ^ 1
    edge = _differ(build, one.edge or FALSE, other.edge or FALSE)
    both = build.conjunction(one.forced, other.forced)
    return (
        build.either(
            edge, build.conjunction(clocked, _differ(build, one.next_state, other.next_state))
        ),
        _differ(build, one.forced, other.forced),
        build.conjunction(both, _differ(build, one.value, other.value)),
    )


def _differ(build: AigBuilder, a: int, b: int) -> int:
    return build.choose(a, b ^ 1, b)


def satisfiable(build: AigBuilder, literal: int) -> bool:
    """Whether some input values make `literal` true; tries all, for up to a dozen inputs."""
    free, inner = build.cone([literal])
    order = sorted(free)
    width = 1 << len(order)
    full = (1 << width) - 1
    values = {0: 0}
    for position, variable in enumerate(order):
        period = 1 << position
        block = ((1 << period) - 1) << period
        values[variable] = sum(block << start for start in range(0, width, 2 * period))
    for variable in inner:
        a, b = build.fanins(variable)
        values[variable] = (values[a >> 1] ^ (full if a & 1 else 0)) & (
            values[b >> 1] ^ (full if b & 1 else 0)
        )
    return bool(values[literal >> 1] ^ (full if literal & 1 else 0))
