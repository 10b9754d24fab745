"""Flops, latches and clock gates of the generic library.

A path of inverters stands for the clock buffer, the storage nodes and the output stage.
"""

from itertools import pairwise

from eda.liberty import effort, function
from eda.liberty.catalogue import Register
from eda.liberty.effort import Stage, Step
from eda.liberty.write import cell, input_pin, max_capacitance, output_pin, timing_arc


def _inverter(scale: float) -> Stage:
    return effort.build_stage(function.Expr("var", name="A"), scale)


def _chain(stages: int, drive: int) -> tuple[Step, ...]:
    """`stages` inverters, the last of size `drive`, each loaded with the next and as much again."""
    scales = [
        max(effort.MIN_SCALE, drive / effort.STAGE_STEP**distance)
        for distance in range(stages - 1, 0, -1)
    ]
    built = [_inverter(scale) for scale in [*scales, drive]]
    steps = [Step(stage.devices[0], 2 * after.input_cap("A")) for stage, after in pairwise(built)]
    return (*steps, Step(built[-1].devices[0]))


_SMALL = effort.MIN_SCALE * effort.UNIT_CAP  # fF, a pin that drives one smallest stage
_CHECKS = {"setup": (0.035, 0.045), "hold": (0.004, 0.002)}  # ns, of a rising and a falling input


def register_cell(register: Register, drive: int) -> str:
    """The Liberty text of `register` with output stages of `drive` times X1."""
    outputs = len(register.outputs)
    columns = register.columns + outputs * _inverter(drive).columns
    leakage = (register.columns * 2 * effort.N_WIDTH) * effort.LEAKAGE / 2
    leakage += outputs * _inverter(drive).leakage
    low = register.clock.endswith("N")
    clock_extra = "      clock : true;\n"
    if register.kind == "gate":
        return cell(
            f"{register.name}_X{drive}", columns, leakage, _clock_gate(register, drive, clock_extra)
        )
    pins = [_state(register, low=low)]
    pins.append(input_pin("D", _SMALL, _checks(register, low=low)))
    pins.append(input_pin(register.clock, 2 * _SMALL, clock_extra))
    if register.enable:
        pins.append(input_pin("E", 2 * _SMALL, _checks(register, low=low)))
    for pin, has in (("RN", register.clear), ("SN", register.preset)):
        if has:
            pins.append(input_pin(pin, 2 * _SMALL))
    for name in register.outputs:
        pins.append(_register_output(register, name, drive, low=low))
    return cell(f"{register.name}_X{drive}", columns, leakage, pins)


def _state(register: Register, *, low: bool) -> str:
    """The `ff` or `latch` group."""
    clock = f"!{register.clock}" if low else register.clock
    data = "(E & D) | (!E & IQ)" if register.enable else "D"
    if register.kind == "flop":
        lines = [f'    ff (IQ, IQN) {{\n      clocked_on : "{clock}";\n']
        lines.append(f'      next_state : "{data}";\n')
    else:
        lines = [f'    latch (IQ, IQN) {{\n      enable : "{clock}";\n']
        lines.append(f'      data_in : "{data}";\n')
    if register.clear:
        lines.append('      clear : "!RN";\n')
    if register.preset:
        lines.append('      preset : "!SN";\n')
    if register.clear and register.preset:
        lines.append("      clear_preset_var1 : L;\n      clear_preset_var2 : H;\n")
    return "".join([*lines, "    }\n"])


def _checks(register: Register, *, low: bool) -> str:
    """Setup and hold at the edge that stores: a latch closes where a flop of its name opens."""
    stores_at_rise = (register.kind == "latch") == low
    edge = "rising" if stores_at_rise else "falling"
    lines = []
    for check, (rise, fall) in _CHECKS.items():
        lines.append(
            f'      timing () {{\n        related_pin : "{register.clock}";\n'
            f"        timing_type : {check}_{edge};\n"
            f'        rise_constraint (scalar) {{ values ("{rise}"); }}\n'
            f'        fall_constraint (scalar) {{ values ("{fall}"); }}\n      }}\n'
        )
    return "".join(lines)


def _register_output(register: Register, name: str, drive: int, *, low: bool) -> str:
    """Q follows the clock of a flop after four stages, the enable of a latch after three.

    It follows the data of a latch after two. QN comes one stage later.
    """
    limit = max_capacitance(_inverter(drive))
    inverted = name == "QN"
    edge = "falling_edge" if low else "rising_edge"
    stages = (3 if register.kind == "latch" else 4) + inverted
    arcs = [timing_arc([_chain(stages, drive)], register.clock, limit, edge)]
    if register.kind == "latch":
        arcs.append(timing_arc([_chain(2, drive)], "D", limit))
    for pin, has in (("RN", register.clear), ("SN", register.preset)):
        if has:
            to_one = (pin == "SN") != inverted
            stages = 3 if to_one else 4  # an active-low pin: one inversion sets, two clear
            arcs.append(
                timing_arc([_chain(stages, drive)], pin, limit, "preset" if to_one else "clear")
            )
    return output_pin(name, "IQN" if inverted else "IQ", limit, arcs)


def _clock_gate(register: Register, drive: int, clock_extra: str) -> list[str]:
    """A latch, open while the clock is low, and an AND of it with the clock."""
    limit = max_capacitance(_inverter(drive))
    arcs = [timing_arc([_chain(2, drive)], "CK", limit)]
    enable = "      clock_gate_enable_pin : true;\n" + _checks(register, low=False)
    return [
        "    clock_gating_integrated_cell : latch_posedge;\n",
        '    latch (IQ, IQN) {\n      enable : "!CK";\n      data_in : "E";\n    }\n',
        input_pin("E", _SMALL, enable),
        input_pin("CK", 2 * _SMALL, clock_extra + "      clock_gate_clock_pin : true;\n"),
        output_pin("GCK", "CK & IQ", limit, arcs, "      clock_gate_out_pin : true;\n"),
    ]
