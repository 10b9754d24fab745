"""ABC and Yosys can work with the generic library."""

import re
import sys

import pytest
from generic_cells import CELLS, combinational, promised

from eda.abc.binary import find_abc
from eda.liberty.generic import library_text
from eda.process import run_tool


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
