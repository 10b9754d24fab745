"""The embedded library: functions, electrical order, and that ABC and Yosys can work with it."""

import hashlib
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from eda.abc.binary import find_abc
from eda.liberty import effort, function
from eda.liberty.catalogue import GATES
from eda.liberty.effort import Step
from eda.liberty.facts import Cell, read_cells
from eda.liberty.generic import library_text
from eda.liberty.write import timing_arc
from eda.process import run_tool

CELLS: dict[str, Cell] = {cell.name: cell for cell in read_cells(library_text(), "generic")[1]}
BODIES = dict(
    re.findall(r"^  cell \((\w+)\) \{\n(.*?)^  \}$", library_text(), re.DOTALL | re.MULTILINE)
)

# Independent of the library's texts: what each name promises.
PLAIN: dict[str, Callable[..., bool]] = {
    "INV": lambda a: not a,
    "BUF": lambda a: a,
    "NAND2B": lambda an, b: not (not an and b),
    "NOR2B": lambda an, b: not (not an or b),
    "AND2B": lambda an, b: not an and b,
    "OR2B": lambda an, b: not an or b,
    "XOR2": lambda a, b: a != b,
    "XNOR2": lambda a, b: a == b,
    "MUX2": lambda a, b, s: b if s else a,
    "MUXI2": lambda a, b, s: not (b if s else a),
    "MAJ3": lambda a, b, c: a + b + c >= 2,
    "MAJI3": lambda a, b, c: a + b + c < 2,
    "LOGIC0": lambda: False,
    "LOGIC1": lambda: True,
}


def promised(base: str, pins: dict[str, bool]) -> bool:
    if base in PLAIN:
        return bool(PLAIN[base](**{pin.lower(): value for pin, value in pins.items()}))
    match = re.fullmatch(r"(NAND|NOR|AND|OR)(\d)", base)
    if match:
        assert len(pins) == int(match[2])
        value = all(pins.values()) if "AND" in match[1] else any(pins.values())
        return value != match[1].startswith("N")
    match = re.fullmatch(r"(AO|OA)(I?)(\d+)", base)
    assert match, base
    groups: dict[str, list[bool]] = {}
    for pin, value in pins.items():
        groups.setdefault(pin[0], []).append(value)
    assert [len(group) for group in groups.values()] == [int(digit) for digit in match[3]]
    inner, outer = (all, any) if match[1] == "AO" else (any, all)
    return outer(inner(group) for group in groups.values()) != bool(match[2])


def combinational() -> list[Cell]:
    return [cell for cell in CELLS.values() if cell.kind in ("combinational", "tie")]


def abc(*commands: str) -> str:
    answer = run_tool([str(find_abc().path), "-q", "; ".join(commands)], time_limit=60)
    assert answer.returncode == 0, answer.output
    return re.sub(r"\x1b\[[0-9;]*m", "", answer.output.replace("\r", "\n"))


@pytest.fixture(scope="module")
def lib(tmp_path_factory):
    path = tmp_path_factory.mktemp("liberty") / "generic.lib"
    path.write_text(library_text())
    return path


@pytest.fixture(scope="module")
def multiplier(tmp_path_factory):
    path = tmp_path_factory.mktemp("circuit") / "multiplier.blif"
    abc(f"gen -m -N 8 {path}")
    return path


def yosys(*commands: str) -> str:
    program = (
        "import sys\nfrom pyosys import libyosys as ys\nd = ys.Design()\n"
        "for command in sys.argv[1:]: ys.run_pass(command, d)\n"
    )
    answer = run_tool([sys.executable, "-c", program, *commands], time_limit=60)
    assert answer.returncode == 0, answer.output[-2000:]
    return answer.output


# -- the text --------------------------------------------------------------------------------


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


# -- ABC -------------------------------------------------------------------------------------


def test_abc_reads_every_combinational_cell(lib):
    output = abc(f"read_lib -w {lib}", "print_genlib")
    usable = sum(cell.kind == "combinational" for cell in CELLS.values())
    ties = sum(cell.kind == "tie" for cell in CELLS.values())
    assert f"has {usable + ties} cells" in output
    assert "0 tri-state; 0 no func; 0 dont_use" in output
    genlib = set(re.findall(r"^GATE (\w+)", output, re.MULTILINE))
    assert genlib >= {c.name for c in CELLS.values() if c.kind == "combinational"}


def figures(output: str) -> tuple[list[float], list[float]]:
    areas = [float(x) for x in re.findall(r"Area = +([\d.]+) \(", output)]
    delays = [float(x) for x in re.findall(r"Delay = +([\d.]+) ps", output)]
    return areas, delays


def test_sizing_lowers_delay_and_uses_other_drives(lib, multiplier):
    output = abc(
        f"read_lib {lib}",
        f"read {multiplier}",
        "strash; map; topo; stime; buffer -c; topo; upsize; dnsize; topo; stime; print_gates; cec",
    )
    areas, delays = figures(output)
    assert delays[-1] < 0.97 * delays[0]
    assert areas[-1] > areas[0]
    used = set(re.findall(r"^(\w+_X\d+) +Fanin", output, re.MULTILINE))
    assert {name.rsplit("_X", 1)[1] for name in used} >= {"1", "2", "4"}
    assert len({name.rsplit("_X", 1)[0] for name in used}) >= 12
    assert "Networks are equivalent" in output


@pytest.mark.parametrize("mapper", ["map", "amap", "&get -n; &nf; &put", "map -a"])
def test_every_mapper_works(lib, multiplier, mapper):
    output = abc(f"read_lib {lib}", f"read {multiplier}", f"strash; {mapper}", "topo; stime; cec")
    areas, delays = figures(output)
    assert areas[0] > 100
    assert delays[0] > 100
    assert "Networks are equivalent" in output


def test_scl_gives_the_same_timing(lib, multiplier, tmp_path):
    scl = tmp_path / "generic.scl"
    abc(f"read_lib {lib}", f"write_scl {scl}")
    flow = (f"read {multiplier}", "strash; map; topo; stime")
    by_liberty, by_scl = abc(f"read_lib {lib}", *flow), abc(f"read_scl {scl}", *flow)
    assert figures(by_liberty) == figures(by_scl)
    assert figures(by_scl)[1]


# -- Yosys -----------------------------------------------------------------------------------

REGISTERS = """
module t(input clk, rst, set, en, d, output reg [11:0] q);
always @(posedge clk) q[0] <= d;
always @(negedge clk) q[1] <= d;
always @(posedge clk, negedge rst) if (!rst) q[2] <= 0; else q[2] <= d;
always @(posedge clk, posedge rst) if (rst) q[3] <= 0; else q[3] <= d;
always @(posedge clk, negedge set) if (!set) q[4] <= 1; else q[4] <= d;
always @(posedge clk) if (en) q[5] <= d;
always @(posedge clk, negedge rst) if (!rst) q[6] <= 0; else if (en) q[6] <= d;
always @(posedge clk, negedge rst, posedge set) if (!rst) q[7] <= 0; else if (set) q[7] <= 1;
    else q[7] <= d;
always @(negedge clk, posedge set) if (set) q[8] <= 1; else q[8] <= d;
always @* if (en) q[9] = d;
always @* if (!en) q[10] = d;
always @* if (!rst) q[11] = 0; else if (en) q[11] = d;
endmodule
"""


def test_yosys_maps_every_usual_flop_and_latch(lib, tmp_path):
    source = tmp_path / "t.v"
    source.write_text(REGISTERS)
    netlist = tmp_path / "out.v"
    yosys(
        f"read_verilog {source}",
        "synth -flatten -top t",
        f"dfflibmap -liberty {lib}",
        "select -assert-none t:$_DFF* t:$_SDFF* t:$_DLATCH* t:$_SR_* t:$_ALDFF*",
        f"write_verilog -noattr {netlist}",
    )
    used = re.findall(r"^  (D\w+_X1) ", netlist.read_text(), re.MULTILINE)
    assert len(used) == 12
    assert set(used) >= {"DFF_X1", "DFFN_X1", "DFFR_X1", "DFFS_X1", "DFFE_X1", "DFFRS_X1"}
    assert set(used) >= {"DLH_X1", "DLL_X1", "DLHR_X1"}


def test_yosys_models_compute_the_functions(lib):
    """Yosys reads each function by its own parser; every gate is compared on all patterns."""
    cells = [cell for cell in combinational() if cell.inputs and cell.name.endswith("_X1")]
    lines = []
    for cell in cells:
        inputs = ",".join(reversed(cell.inputs))
        lines += [f"cd {cell.name}", f"eval -table {inputs} -show Y", "cd"]
    output = yosys(f"read_liberty {lib}", "check -assert", *lines)
    rows = re.findall(r"^ *(?:1'[01] +)+\| +1'([01])", output, re.MULTILINE)
    expected = []
    for cell in cells:
        for pattern in range(1 << len(cell.inputs)):
            pins = {pin: bool(pattern >> index & 1) for index, pin in enumerate(cell.inputs)}
            expected.append(str(int(promised(cell.name.removesuffix("_X1"), pins))))
    assert rows == expected


STORAGE = {
    "DFF": "always @(posedge CK) Q <= D;",
    "DFFN": "always @(negedge CKN) Q <= D;",
    "DFFE": "always @(posedge CK) if (E) Q <= D;",
    "DFFQN": "always @(posedge CK) Q <= D;",
    "DFFR": "always @(posedge CK, negedge RN) if (!RN) Q <= 0; else Q <= D;",
    "DFFNR": "always @(negedge CKN, negedge RN) if (!RN) Q <= 0; else Q <= D;",
    "DFFRQN": "always @(posedge CK, negedge RN) if (!RN) Q <= 0; else Q <= D;",
    "DFFS": "always @(posedge CK, negedge SN) if (!SN) Q <= 1; else Q <= D;",
    "DFFNS": "always @(negedge CKN, negedge SN) if (!SN) Q <= 1; else Q <= D;",
    "DFFSQN": "always @(posedge CK, negedge SN) if (!SN) Q <= 1; else Q <= D;",
    "DFFRS": "always @(posedge CK, negedge RN, negedge SN)"
    " if (!RN) Q <= 0; else if (!SN) Q <= 1; else Q <= D;",
    "DFFNRS": "always @(negedge CKN, negedge RN, negedge SN)"
    " if (!RN) Q <= 0; else if (!SN) Q <= 1; else Q <= D;",
    "DFFRSQN": "always @(posedge CK, negedge RN, negedge SN)"
    " if (!RN) Q <= 0; else if (!SN) Q <= 1; else Q <= D;",
    "DLH": "always @* if (G) Q = D;",
    "DLL": "always @* if (!GN) Q = D;",
    "DLHR": "always @* if (!RN) Q = 0; else if (G) Q = D;",
    "DLHS": "always @* if (!SN) Q = 1; else if (G) Q = D;",
    "CKGATE": "reg Q; always @* if (!CK) Q = E; assign GCK = CK & Q;",
}


def test_every_register_is_described():
    kinds = ("flop", "latch", "clock_gate")
    names = {cell.name.rsplit("_X", 1)[0] for cell in CELLS.values() if cell.kind in kinds}
    assert names == set(STORAGE)


def test_yosys_models_store_as_the_name_promises(lib, tmp_path):
    """Five steps of every input sequence from an unknown state, against Verilog."""
    source = tmp_path / "spec.v"
    text, commands = [], []
    for name, body in STORAGE.items():
        cell = CELLS[f"{name}_X1"]
        ports = [f"input {pin}" for pin in cell.inputs]
        ports += [f"output {'reg ' if pin.name == 'Q' else ''}{pin.name}" for pin in cell.outputs]
        inverse = "assign QN = !Q;" if any(pin.name == "QN" for pin in cell.outputs) else ""
        text.append(f"module spec_{name}({', '.join(ports)});\n{body}\n{inverse}\nendmodule\n")
        commands += [
            f"miter -equiv -flatten -ignore_gold_x spec_{name} {name}_X1 miter_{name}",
            f"cd miter_{name}",
            "clk2fflogic",
            "opt_clean",
            "sat -verify -prove trigger 0 -set-init-undef -set-def-inputs -seq 5",
            "cd",
        ]
    source.write_text("".join(text))
    output = yosys(f"read_liberty {lib}", f"read_verilog {source}", "proc", *commands)
    assert output.count("no model found: SUCCESS") == len(STORAGE)


def test_mapped_registers_behave_as_written(lib, tmp_path):
    """Eight steps of every input sequence, edges of clock, set and reset among them."""
    source = tmp_path / "t.v"
    source.write_text(REGISTERS)
    output = yosys(
        f"read_verilog {source}",
        "synth -flatten -top t",
        "copy t mapped",
        f"dfflibmap -liberty {lib} mapped",
        "select -assert-min 12 mapped/t:D*_X1",
        f"read_liberty {lib}",
        "flatten mapped",
        "miter -equiv -flatten t mapped miter",
        "cd miter",
        "clk2fflogic",
        "sat -verify -prove trigger 0 -set-init-zero -seq 8",
    )
    assert "no model found: SUCCESS" in output


def test_yosys_finds_areas_and_a_clock_gate(lib, tmp_path):
    source = tmp_path / "t.v"
    source.write_text(
        "module t(input c, e, input [7:0] d, output reg [7:0] q);"
        "always @(posedge c) if (e) q <= d; endmodule"
    )
    output = yosys(
        f"read_verilog {source}",
        "synth -top t",
        f"clockgate -liberty {lib}",
        f"dfflibmap -liberty {lib}",
        f"stat -liberty {lib}",
    )
    assert re.search(r"1 +[\d.]+ +CKGATE_X1", output)
    assert re.search(r"8 +[\d.]+ +DFF_X1", output)
    assert "is unknown" not in output
