"""Logical effort of one static CMOS stage: sizes, capacitances, resistances, delays, transitions.

After I. Sutherland, B. Sproull, D. Harris, "Logical Effort", 1999. A stage is a pull-down network
of n-type transistors and its dual of p-type ones. Where the book counts in units of an inverter,
the constants here give those units a size, so that the results come in ps, fF and um^2.
Sums of floats are `math.fsum`: `sum` rounds differently from Python 3.12 on.
`docs/generic-library.md` gives the reason for each.
"""

import math
from dataclasses import dataclass

from eda.liberty.function import Expr

TAU = 4.0  # ps; delay is TAU * (g h + p), so a fan-out-of-4 inverter takes 5 TAU = 20 ps
N_WIDTH = 0.27  # um, n-type transistor of the X1 inverter
BETA = 1.5  # width of its p-type transistor over the n-type one
MOBILITY_RATIO = 1.8  # resistance of a p-type transistor over an n-type one of the same width
GATE_CAP = 1.6  # fF per um of transistor width
DRAIN_CAP = 1.6  # fF per um of transistor width: an inverter's parasitic delay p is 1
STACK_WIDTH = 1.5  # transistors in series are wider by this factor: one whole finger at X1
N_RELIEF = 0.8  # resistance that each further n-type transistor in series adds, over the first
P_RELIEF = 0.9  # the same for p-type ones, whose velocity saturates less
INNER_NODE = 0.5  # share of a drain's capacitance that counts at each node inside a stack
SLEW_SHARE = 0.3  # share of a chain's delay that comes from the slope of its input
SLEW_RATIO = 1.6  # 10-90 % transition over the delay, in a chain of equal stages
SLEW_THROUGH = 0.1  # share of an input transition that reaches the output
MAX_TRANSITION = 250.0  # ps at max_capacitance
MIN_SCALE = 0.67  # size of the smallest internal stage, in X1
STAGE_STEP = 2.5  # size of a stage over that of the internal stage that drives it
ROW_HEIGHT = 1.4  # um: 10 tracks of 0.14 um
GATE_PITCH = 0.18  # um between contacted gates
N_FINGER = N_WIDTH * STACK_WIDTH  # um, the widest transistor that the row holds unfolded
P_FINGER = N_FINGER * BETA
LEAKAGE = 25.0  # nW per um of width, one transistor off; half of a stage's transistors are

UNIT_CAP = N_WIDTH * (1 + BETA) * GATE_CAP  # fF, input of the X1 inverter
N_RESISTANCE = TAU / UNIT_CAP * 2 / (1 + MOBILITY_RATIO / BETA)  # kOhm, X1 inverter falling
P_RESISTANCE = N_RESISTANCE * MOBILITY_RATIO / BETA  # kOhm, X1 inverter rising

Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Device:
    """One pair of transistors of a stage, as its input sees it.

    Attributes:
        pin: the node that drives both gates.
        width: um, the sum of the two.
        rise_resistance, fall_resistance: kOhm of the worst path through it.
        rise_cap, fall_cap: fF that the stage itself adds when this pair switches last.
    """

    pin: str
    width: float
    rise_resistance: float
    fall_resistance: float
    rise_cap: float
    fall_cap: float


@dataclass(frozen=True)
class Stage:
    """A sized static CMOS gate, the complement of its pull-down network's function."""

    devices: tuple[Device, ...]
    columns: int

    def input_cap(self, pin: str) -> float:
        """Capacitance in fF that `pin` sees."""
        return math.fsum(device.width for device in self.devices if device.pin == pin) * GATE_CAP

    @property
    def leakage(self) -> float:
        """Mean leakage in nW over the input patterns."""
        return math.fsum(device.width for device in self.devices) * LEAKAGE / 2


@dataclass(frozen=True)
class _Leaf:
    pin: str
    stack: int
    position: int
    at_output: bool


def build_stage(pull_down: Expr, scale: float) -> Stage:
    """Size a stage whose output is the complement of `pull_down`, `scale` times the X1 size."""
    falling = _leaves(pull_down, "and", 0, 0, at_output=True)
    rising = _leaves(pull_down, "or", 0, 0, at_output=True)
    n_widths = [scale * N_WIDTH * (STACK_WIDTH if leaf.stack > 1 else 1.0) for leaf in falling]
    p_widths = [
        scale * N_WIDTH * BETA * (STACK_WIDTH if leaf.stack > 1 else 1.0) for leaf in rising
    ]
    drains = [w for w, leaf in zip(n_widths, falling, strict=True) if leaf.at_output]
    drains += [w for w, leaf in zip(p_widths, rising, strict=True) if leaf.at_output]
    output_cap = math.fsum(drains) * DRAIN_CAP
    devices = tuple(
        Device(
            pin=down.pin,
            width=n_width + p_width,
            rise_resistance=P_RESISTANCE / scale * _stack_factor(up.stack, P_RELIEF),
            fall_resistance=N_RESISTANCE / scale * _stack_factor(down.stack, N_RELIEF),
            rise_cap=output_cap + up.position * INNER_NODE * p_width * DRAIN_CAP,
            fall_cap=output_cap + down.position * INNER_NODE * n_width * DRAIN_CAP,
        )
        for down, up, n_width, p_width in zip(falling, rising, n_widths, p_widths, strict=True)
    )
    columns = max(_fingers(n_widths, N_FINGER), _fingers(p_widths, P_FINGER))
    return Stage(devices, columns)


def _stack_factor(stack: int, relief: float) -> float:
    return (1 + relief * (stack - 1)) / (STACK_WIDTH if stack > 1 else 1.0)


def _fingers(widths: list[float], widest: float) -> int:
    return sum(math.ceil(width / widest - 1e-6) for width in widths)


def _depth(expr: Expr, series: str) -> int:
    """The most transistors in series, where operands of `series` stand in series."""
    if expr.op == "var":
        return 1
    depths = [_depth(arg, series) for arg in expr.args]
    return sum(depths) if expr.op == series else max(depths)


def _leaves(expr: Expr, series: str, around: int, above: int, *, at_output: bool) -> list[_Leaf]:
    """The transistors from left to right.

    `around` counts those in series with `expr`, `above` those of them nearer the output.
    """
    if expr.op == "var":
        return [_Leaf(expr.name, around + 1, above, at_output)]
    if expr.op != series:
        return [
            leaf
            for arg in expr.args
            for leaf in _leaves(arg, series, around, above, at_output=at_output)
        ]
    total = _depth(expr, series)
    leaves: list[_Leaf] = []
    passed = 0
    for arg in expr.args:
        own = _depth(arg, series)
        beside = around + total - own
        first = at_output and passed == 0
        leaves += _leaves(arg, series, beside, above + passed, at_output=first)
        passed += own
    return leaves


@dataclass(frozen=True)
class Step:
    """One stage on a path, entered at one device; `load` in fF is what follows it in the cell."""

    device: Device
    load: float = 0.0

    def effort(self, *, rising: bool, load: float) -> float:
        """R * C in ps for an output edge into `load` fF beside the cell's own."""
        device = self.device
        if rising:
            return device.rise_resistance * (device.rise_cap + self.load + load)
        return device.fall_resistance * (device.fall_cap + self.load + load)


def path_tables(
    path: tuple[Step, ...], slews: tuple[float, ...], loads: tuple[float, ...], *, rising: bool
) -> tuple[Table, Table]:
    """Delay and output transition in ps of one edge at the end of `path`.

    A stage of effort f = R * C gives, for an input transition s,
    delay (1 - SLEW_SHARE) f + SLEW_SHARE / SLEW_RATIO s and
    transition (1 - SLEW_THROUGH) SLEW_RATIO f + SLEW_THROUGH s,
    so that a chain of equal stages has the delay f of logical effort, and transition SLEW_RATIO f.

    Args:
        path: the stages from the input pin to the output pin.
        slews: input transitions, ps.
        loads: loads of the output pin, fF.
        rising: which edge of the output.

    Returns: the two tables, one row per input transition and one column per load.
    """
    delays = [0.0] * len(slews)
    inputs = list(slews)
    for position, step in enumerate(path[:-1]):
        edge = rising if (len(path) - 1 - position) % 2 == 0 else not rising
        effort = step.effort(rising=edge, load=0.0)
        delays = [delay + _delay(effort, slew) for delay, slew in zip(delays, inputs, strict=True)]
        inputs = [_transition(effort, slew) for slew in inputs]
    efforts = [path[-1].effort(rising=rising, load=load) for load in loads]
    delay_table = tuple(
        tuple(delay + _delay(effort, slew) for effort in efforts)
        for delay, slew in zip(delays, inputs, strict=True)
    )
    transitions = tuple(tuple(_transition(effort, slew) for effort in efforts) for slew in inputs)
    return delay_table, transitions


def _delay(effort: float, slew: float) -> float:
    return (1 - SLEW_SHARE) * effort + SLEW_SHARE / SLEW_RATIO * slew


def _transition(effort: float, slew: float) -> float:
    return (1 - SLEW_THROUGH) * SLEW_RATIO * effort + SLEW_THROUGH * slew


def max_load(devices: tuple[Device, ...]) -> float:
    """The load in fF at which the worst edge of a stage has MAX_TRANSITION."""
    effort = MAX_TRANSITION / SLEW_RATIO
    return min(
        effort / resistance - cap
        for device in devices
        for resistance, cap in (
            (device.rise_resistance, device.rise_cap),
            (device.fall_resistance, device.fall_cap),
        )
    )
