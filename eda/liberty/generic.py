"""Writes the generic library as Liberty text: `python -m eda.liberty.generic [OUT]`.

The library is a 45 nm class one, computed by logical effort from the constants in `effort.py` and
the networks in `catalogue.py`. It is nobody's process and not for tape-out.
`docs/generic-library.md` describes the method.
"""

import math
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eda.liberty import effort, function
from eda.liberty.catalogue import GATES, REGISTERS, Gate
from eda.liberty.effort import Stage, Step
from eda.liberty.registers import register_cell
from eda.liberty.write import SLEWS, cell, input_pin, max_capacitance, output_pin, timing_arc

LIBRARY_NAME = "generic45"
_HEADER = f"""\
/*
  {LIBRARY_NAME}: a generic standard-cell library of the 45 nm class, part of eda-rl (Apache-2.0).

  INVENTED: computed by logical effort from round numbers. It is not derived from any foundry's
  data, describes no real process, and is NOT FOR TAPE-OUT. Use it to compare circuits with each
  other; use your foundry's library to learn how fast or large one is.
*/
library ({LIBRARY_NAME}) {{
  comment : "Generic, invented, not for tape-out";
  technology (cmos);
  delay_model : table_lookup;
  time_unit : "1ns";
  voltage_unit : "1V";
  current_unit : "1mA";
  pulling_resistance_unit : "1kohm";
  leakage_power_unit : "1nW";
  capacitive_load_unit (1, ff);
  nom_process : 1;
  nom_temperature : 25;
  nom_voltage : 1;
  operating_conditions (typical) {{
    process : 1;
    temperature : 25;
    voltage : 1;
  }}
  default_operating_conditions : typical;
  input_threshold_pct_rise : 50;
  input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50;
  output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 10;
  slew_lower_threshold_pct_fall : 10;
  slew_upper_threshold_pct_rise : 90;
  slew_upper_threshold_pct_fall : 90;
  slew_derate_from_library : 1;
  default_max_transition : {effort.MAX_TRANSITION / 1000:g};
  default_fanout_load : 1;
  default_input_pin_cap : 1;
  default_output_pin_cap : 0;
  default_inout_pin_cap : 1;
  default_cell_leakage_power : 0;
  default_leakage_power_density : 0;
  lu_table_template (delay_7x7) {{
    variable_1 : input_net_transition;
    variable_2 : total_output_net_capacitance;
    index_1 ("{{index}}");
    index_2 ("1, 2, 3, 4, 5, 6, 7");
  }}
""".replace("{index}", ", ".join(f"{slew / 1000:g}" for slew in SLEWS))


@dataclass(frozen=True)
class _Node:
    name: str
    stage: Stage


@cache
def library_text() -> str:
    """The whole library; the same text on every machine and in every process."""
    parts = [_HEADER]
    for gate in GATES:
        parts += [_gate(gate, drive) for drive in gate.drives]
    parts += [_tie("LOGIC0", "0"), _tie("LOGIC1", "1")]
    for register in REGISTERS:
        parts += [register_cell(register, drive) for drive in register.drives]
    return "".join([*parts, "}\n"])


def _gate(gate: Gate, drive: int) -> str:
    nodes = _nodes(gate, drive)
    output = nodes[-1].stage
    inputs = sorted(function.variables(function.parse(gate.liberty_function)))
    limit = max_capacitance(output)
    arcs = [timing_arc(_paths(nodes, pin), pin, limit) for pin in inputs]
    columns = sum(node.stage.columns for node in nodes)
    leakage = math.fsum(node.stage.leakage for node in nodes)
    pins = [
        input_pin(pin, math.fsum(node.stage.input_cap(pin) for node in nodes)) for pin in inputs
    ]
    pins.append(output_pin("Y", gate.liberty_function, limit, arcs))
    return cell(f"{gate.name}_X{drive}", columns, leakage, pins)


def _nodes(gate: Gate, drive: int) -> list[_Node]:
    """The sized stages in order; each is smaller than the last by STAGE_STEP per stage."""
    texts = [text.split("=", 1) for text in gate.stages.split(";")]
    nodes = []
    for distance, (name, text) in enumerate(reversed(texts)):
        network = function.parse(text).args[0]
        scale = max(effort.MIN_SCALE, drive / effort.STAGE_STEP**distance) if distance else drive
        nodes.append(_Node(name.strip(), effort.build_stage(network, scale)))
    return nodes[::-1]


def _paths(nodes: list[_Node], pin: str) -> list[tuple[Step, ...]]:
    """Every way from `pin` to the last node."""
    found: list[tuple[Step, ...]] = []
    for node in nodes:
        for device in node.stage.devices:
            if device.pin != pin:
                continue
            if node is nodes[-1]:
                found.append((Step(device),))
                continue
            step = Step(device, math.fsum(after.stage.input_cap(node.name) for after in nodes))
            found += [(step, *rest) for rest in _paths(nodes, node.name)]
    return found


def _tie(name: str, value: str) -> str:
    pin = f'    pin (Y) {{\n      direction : output;\n      function : "{value}";\n    }}\n'
    return cell(f"{name}_X1", 1, effort.N_WIDTH * effort.LEAKAGE, [pin])


def main() -> None:
    """Write the library to the file named on the command line, else to standard output."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(library_text(), encoding="ascii", newline="\n")
    else:
        sys.stdout.write(library_text())


if __name__ == "__main__":
    main()
