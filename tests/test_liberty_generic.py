"""The generic library's text: functions, electrical order, the same bytes everywhere."""

import hashlib
import itertools
import os
import re
import subprocess
import sys

import pytest
from generic_cells import CELLS, combinational, promised

from eda.liberty import effort, function
from eda.liberty.catalogue import GATES
from eda.liberty.effort import Step
from eda.liberty.generic import library_text
from eda.liberty.write import timing_arc

BODIES = dict(
    re.findall(r"^  cell \((\w+)\) \{\n(.*?)^  \}$", library_text(), re.DOTALL | re.MULTILINE)
)


def test_has_the_promised_breadth():
    bases = {
        name.rsplit("_X", 1)[0] for name, cell in CELLS.items() if cell.kind == "combinational"
    }
    assert len(bases) >= 40
    for base in bases:
        drives = [int(n.rsplit("_X", 1)[1]) for n in CELLS if n.rsplit("_X", 1)[0] == base]
        assert drives in ([1, 2, 4], [1, 2, 4, 8], [1, 2, 4, 8, 16]), base
    assert "INV_X16" in CELLS
    assert "BUF_X16" in CELLS


def test_every_function_is_what_the_name_promises():
    for cell in combinational():
        inputs = cell.inputs
        table = function.truth_table(function.parse(cell.outputs[0].function), inputs)
        for pattern in range(1 << len(inputs)):
            pins = {pin: bool(pattern >> index & 1) for index, pin in enumerate(inputs)}
            expected = promised(cell.name.rsplit("_X", 1)[0], pins)
            assert bool(table >> pattern & 1) == expected, (cell.name, pins)


def test_stages_that_give_the_timing_compute_the_function():
    for gate in GATES:
        inputs = CELLS[f"{gate.name}_X1"].inputs
        expected = function.truth_table(function.parse(gate.liberty_function), inputs)
        text = gate.stages.split("=")[-1]
        for stage in reversed(gate.stages.split(";")[:-1]):
            node, network = (part.strip() for part in stage.split("=", 1))
            text = re.sub(rf"\b{node}\b", f"({network})", text)
        assert function.truth_table(function.parse(text), inputs) == expected, gate.name


def test_timing_sense_is_that_of_the_function():
    for cell in combinational():
        table = function.truth_table(function.parse(cell.outputs[0].function), cell.inputs)
        senses = dict(
            re.findall(r'related_pin : "(\w+)";\n\s*timing_sense : (\w+);', BODIES[cell.name])
        )
        assert set(senses) == set(cell.inputs)
        for index, pin in enumerate(cell.inputs):
            rises = falls = False
            for pattern in range(1 << len(cell.inputs)):
                low, high = pattern & ~(1 << index), pattern | 1 << index
                change = (table >> high & 1) - (table >> low & 1)
                rises, falls = rises or change > 0, falls or change < 0
            expected = {
                (True, False): "positive_unate",
                (False, True): "negative_unate",
                (True, True): "non_unate",
            }[rises, falls]
            assert senses[pin] == expected, (cell.name, pin)


def tables(body: str) -> list[tuple[str, list[list[float]]]]:
    found = re.findall(r"(\w+) \(delay_7x7\) \{.*?values \((.*?)\);", body, re.DOTALL)
    return [
        (name, [[float(x) for x in row.split(",")] for row in re.findall(r'"(.*?)"', values)])
        for name, values in found
    ]


def test_delay_and_transition_grow_with_load_and_input_transition():
    count = 0
    for name, body in BODIES.items():
        for kind, rows in tables(body):
            count += 1
            assert (len(rows), len(rows[0])) == (7, 7)
            assert rows[0][0] > 0
            for row in rows:
                assert all(a < b for a, b in itertools.pairwise(row)), (name, kind)
            for column in zip(*rows, strict=True):
                later = itertools.pairwise(column)
                if kind.startswith("cell"):
                    assert all(a < b for a, b in later), (name, kind)
                else:
                    assert all(a <= b for a, b in later), (name, kind)
    assert count > 2000


def test_a_larger_drive_is_larger_in_everything_and_faster():
    families: dict[str, list[str]] = {}
    for name in CELLS:
        families.setdefault(name.rsplit("_X", 1)[0], []).append(name)
    for names in families.values():
        for small, large in itertools.pairwise(names):
            assert CELLS[small].area < CELLS[large].area
            limits = [
                float(re.search(r"max_capacitance : ([\d.]+)", BODIES[n])[1])
                for n in (small, large)
            ]
            assert limits[1] > 1.8 * limits[0]  # the same effort drives the larger load
            for pin_small, pin_large in zip(CELLS[small].pins, CELLS[large].pins, strict=True):
                assert pin_small.name == pin_large.name
                assert pin_small.capacitance <= pin_large.capacitance


def test_fan_out_of_four_inverter_takes_five_tau():
    inverter = effort.build_stage(function.parse("A"), 1)
    slew, load = effort.SLEW_RATIO * 5 * effort.TAU, 4 * inverter.input_cap("A")
    delays = [
        effort.path_tables((Step(inverter.devices[0]),), (slew,), (load,), rising=rising)[0][0][0]
        for rising in (True, False)
    ]
    assert sum(delays) / 2 == pytest.approx(5 * effort.TAU)
    assert 15 <= sum(delays) / 2 <= 25  # ps, the 45 nm class


def test_logical_effort_orders_the_gates():
    def worst(base):  # delay in ns at the smallest transition, per fF
        return max(
            rows[0][-1] / limit(base) for kind, rows in tables(BODIES[base]) if "cell" in kind
        )

    def limit(base):
        return float(re.search(r"max_capacitance : ([\d.]+)", BODIES[base])[1])

    assert worst("INV_X1") < worst("NAND2_X1") < worst("NAND3_X1") < worst("NAND4_X1")
    assert worst("NAND2_X1") < worst("NOR2_X1") < worst("NOR3_X1") < worst("NOR4_X1")
    assert CELLS["NAND2_X1"].pins[0].capacitance > CELLS["INV_X1"].pins[0].capacitance
    assert CELLS["NAND2_X1"].area == pytest.approx(1.5 * CELLS["INV_X1"].area)


def test_of_two_ways_the_slowest_counts():
    fast = (Step(effort.build_stage(function.parse("A"), 4).devices[0]),)
    slow = (Step(effort.build_stage(function.parse("A"), 1).devices[0]),)
    alone, together = timing_arc([slow], "A", 30.0), timing_arc([fast, slow], "A", 30.0)
    assert tables(together) == tables(alone) != tables(timing_arc([fast], "A", 30.0))


@pytest.mark.parametrize(("pair"), [("BUF_X16", "INV_X16"), ("AND2_X8", "NAND2_X8")])
def test_stages_before_the_output_are_smaller(pair):
    two_stages, one_stage = (CELLS[name].pins[0].capacitance for name in pair)
    assert one_stage / 3 < two_stages < one_stage / 2


def test_the_header_says_what_it_is_not():
    head = library_text()[:700]
    assert "NOT FOR TAPE-OUT" in head
    assert "generic" in head


def test_same_bytes_in_another_process():
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "LC_ALL": "C"}
    answer = subprocess.run(
        [sys.executable, "-m", "eda.liberty.generic"],
        capture_output=True,
        check=True,
        env=environment,
    )
    assert answer.stdout == library_text().encode()


def test_same_bytes_on_every_python():
    """A change here changes every figure that quotes the generic library: measure them again."""
    digest = hashlib.sha256(library_text().encode()).hexdigest()
    assert digest == "85b4f3e90fb132fe03a57f1890ae592407ad88593aeeeca40a36a5e8d2439c1a"
