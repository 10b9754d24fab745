"""Liberty text of one pin, timing arc or cell of the generic library."""

import math

from eda.liberty import effort
from eda.liberty.effort import Stage, Step, Table

SLEWS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 250.0)  # ps
LOAD_SHARES = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)  # of max_capacitance


_ROW = '"' + ", ".join(["%.5f"] * len(LOAD_SHARES)) + '"'
_VALUES = ", \\\n            ".join([_ROW] * len(SLEWS))
_EDGES = (("cell_rise", "rise_transition", True), ("cell_fall", "fall_transition", False))


def max_capacitance(output: Stage) -> float:
    """max_capacitance in fF, rounded down to 0.1."""
    return math.floor(effort.max_load(output.devices) * 10) / 10


def timing_arc(paths: list[tuple[Step, ...]], pin: str, limit: float, kind: str = "") -> str:
    """A timing group; of several paths the slowest counts, entry by entry.

    Args:
        paths: every way from the input to the output.
        pin: the input.
        limit: max_capacitance of the output, fF.
        kind: the timing type; empty for a combinational arc.
    """
    parities = {len(path) % 2 for path in paths}
    sense = (
        "non_unate" if len(parities) > 1 else ("positive_unate", "negative_unate")[parities.pop()]
    )
    loads = tuple(limit * share for share in LOAD_SHARES)
    edges = {"clear": _EDGES[1:], "preset": _EDGES[:1]}.get(kind, _EDGES)
    lines = [f'      timing () {{\n        related_pin : "{pin}";\n']
    if kind:
        lines.append(f"        timing_type : {kind};\n")
    if kind not in ("rising_edge", "falling_edge"):
        lines.append(f"        timing_sense : {sense};\n")
    for delay, transition, rising in edges:
        tables = [effort.path_tables(path, SLEWS, loads, rising=rising) for path in paths]
        lines.append(_table(delay, loads, _slowest([pair[0] for pair in tables])))
        lines.append(_table(transition, loads, _slowest([pair[1] for pair in tables])))
    lines.append("      }\n")
    return "".join(lines)


def _slowest(tables: list[Table]) -> list[float]:
    """The largest value of each entry, row by row."""
    flat = [[value for row in table for value in row] for table in tables]
    return flat[0] if len(flat) == 1 else [max(values) for values in zip(*flat, strict=True)]


def _table(name: str, loads: tuple[float, ...], values: list[float]) -> str:
    index = ", ".join(["%.4f"] * len(loads)) % loads
    body = _VALUES % tuple([value / 1000 for value in values])
    return (
        f"        {name} (delay_7x7) {{\n"
        f'          index_2 ("{index}");\n'
        f"          values ({body});\n        }}\n"
    )


def input_pin(name: str, cap: float, extra: str = "") -> str:
    """An input of `cap` fF; `extra` is more text of its group."""
    return (
        f"    pin ({name}) {{\n      direction : input;\n"
        f"      capacitance : {cap:.4f};\n{extra}    }}\n"
    )


def output_pin(name: str, text: str, limit: float, arcs: list[str], extra: str = "") -> str:
    """An output of function `text` that drives up to `limit` fF."""
    return (
        f'    pin ({name}) {{\n      direction : output;\n      function : "{text}";\n'
        f"      max_capacitance : {limit:.1f};\n{extra}{''.join(arcs)}    }}\n"
    )


def cell(name: str, columns: int, leakage: float, parts: list[str]) -> str:
    """A cell of `columns` transistor columns, with half a pitch of margin at either side.

    Args:
        name: with the drive.
        columns: transistor columns.
        leakage: nW.
        parts: text of its groups and further attributes.
    """
    area = (columns + 1) * effort.GATE_PITCH * effort.ROW_HEIGHT
    return (
        f"  cell ({name}) {{\n    area : {area:.4f};\n"
        f"    cell_leakage_power : {leakage:.3f};\n{''.join(parts)}  }}\n"
    )
