"""RTL to netlist and back: registers survive, damage is found, simulation agrees."""

import copy
import gzip
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from eda.abc.binary import find_abc
from eda.errors import EdaError
from eda.frontend import Design, Source, read_design
from eda.frontend.controls import find_controls
from eda.liberty.find import resolve_library
from eda.netlist import NetlistFacts, NetlistMismatch, read_back, write_netlist
from eda.process import run_tool
from eda.simulation import simulate_against_rtl

SHARED = Path(__file__).parents[2] / "shared" / "data" / "liberty"
PORTS = "input clk, input clk2, input rst, input rst_n, input set, input en, input [3:0] d"
KINDS = {
    "plain": "always @(posedge clk) q <= d + 4'd7;",
    "negative edge": "always @(negedge clk) q <= d ^ 4'd5;",
    "asynchronous reset": "always @(posedge clk or posedge rst) if (rst) q <= 6; else q <= d - q;",
    "low reset": "always @(posedge clk or negedge rst_n) if (!rst_n) q <= 0; else q <= d - q;",
    "low set": "always @(negedge clk or negedge rst_n) if (!rst_n) q <= 15; else q <= d - q;",
    "synchronous reset": "always @(posedge clk) if (rst) q <= 9; else if (en) q <= q + d;",
    "enable": "always @(posedge clk) if (en) q <= d ^ 4'd5;",
    "set and reset": "always @(posedge clk or negedge rst_n or posedge set) "
    "if (!rst_n) q <= 0; else if (set) q <= 15; else q <= d + q;",
    "two clocks": "reg [3:0] m; always @(posedge clk) m <= d; always @(posedge clk2) q <= m + 1;",
    "gated clock": "wire g = clk & en; always @(posedge g or posedge rst) "
    "if (rst) q <= 0; else q <= q + 1;",
    "latch": "always @* if (en) q = d + 4'd3;",
    "latch with reset": "always @* if (!rst_n) q = 0; else if (!en) q = d;",
    "shift register": "always @(posedge clk) q <= {q[2:0], d[0]};",
    "constants and wires": "always @* q = {d[3], 1'b1, 1'b0, d[3]};",
    "power-up value": "initial q = 4'd9; always @(posedge clk) q <= q + 3;",
    "small memory": "reg [3:0] mem [0:7]; always @(posedge clk) "
    "begin if (en) mem[d[2:0]] <= d; q <= mem[d[3:1]]; end",
}


EDGES_BLIF = """.model e
.inputs a ck
.outputs q r
.latch a q fe ck 0
.latch q r re ck 2
.end
"""
SEQUENTIAL_BLIF = """.model s
.inputs a
.outputs y
.latch n q 1
.names a q n
01 1
10 1
.names q y
1 1
.end
"""


@dataclass
class Flow:
    """One design on its way."""

    source: Source
    library: Path
    folder: Path
    luts: int = 0
    design: Design = field(init=False)
    facts: NetlistFacts = field(init=False)

    def __post_init__(self) -> None:
        abc = find_abc()
        self.design = read_design(self.source, library=self.library, workdir=self.folder, abc=abc)
        (self.folder / "core.aig").write_bytes(self.design.core)
        mapper = f"if -K {self.luts}" if self.luts else f"read_lib {self.library}; map; topo"
        script = f"read_aiger core.aig; {mapper}; write_blif mapped.blif"
        run_tool([str(abc.path), "-s", "-c", script], time_limit=60, cwd=self.folder)
        self.facts = write_netlist(
            self.design,
            self.folder / "mapped.blif",
            library=self.library,
            out=self.netlist,
            workdir=self.folder,
            time_limit=60,
            luts=bool(self.luts),
        )

    @property
    def netlist(self) -> Path:
        return self.folder / "netlist.v"

    def proved(self) -> bool:
        abc = find_abc()
        core = read_back(
            self.netlist,
            self.design,
            library=self.library,
            workdir=self.folder,
            time_limit=60,
        )
        (self.folder / "back.aig").write_bytes(core)
        if not self.design.output_names:  # ABC's cec needs outputs
            return core == self.design.core
        done = run_tool(
            [str(abc.path), "-s", "-c", "cec -n core.aig back.aig"], time_limit=60, cwd=self.folder
        )
        return "Networks are equivalent" in done.output

    def damage(self, pattern: str, replacement: str) -> "Flow":
        text, count = re.subn(pattern, replacement, self.netlist.read_text(), count=1)
        assert count == 1, f"{pattern} is not in\n{text}"
        self.netlist.write_text(text)
        return self


@pytest.fixture(scope="session")
def generic_library(cache_dir: Path) -> Path:
    return resolve_library(None, cache_dir).path


def shared_library(name: str, folder: Path) -> Path:
    packed = SHARED / f"{name}.lib.gz"
    if not packed.exists():
        pytest.skip(f"{packed} is absent")
    path = folder / f"{name}.lib"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def verilog(body: str, folder: Path, declared: str = "output reg [3:0] q") -> Source:
    path = folder / "top.v"
    path.write_text(f"module top({PORTS}, {declared});\n  {body}\nendmodule\n")
    return Source((path,))


def simulate(flow: Flow, cycles: int = 60):
    return simulate_against_rtl(
        flow.source,
        flow.design,
        flow.netlist,
        library=flow.library,
        cycles=cycles,
        seed=1,
        workdir=flow.folder,
        time_limit=60,
    )


def test_names_that_yosys_keeps_escaped(generic_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "names.v"
    path.write_text(
        r"module \5names (input \1a , input \$b , input clk, output reg \2q , output \3[x] );"
        r" assign \3[x] = \1a ^ \$b ; always @(posedge clk) \2q <= \1a & \$b ; endmodule"
    )
    flow = Flow(Source((path,)), generic_library, tmp_path)
    assert flow.proved()
    assert r"module \5names (\1a , \$b , clk, \2q , \3[x] );" in flow.netlist.read_text()


@pytest.mark.parametrize("luts", [0, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_register_kind_survives(
    kind: str, luts: int, generic_library: Path, tmp_path: Path
) -> None:
    flow = Flow(verilog(KINDS[kind], tmp_path), generic_library, tmp_path, luts)
    assert flow.facts.unmapped == 0
    assert flow.facts.registers == flow.design.flops + flow.design.latches
    assert flow.proved()
    result = simulate(flow)
    assert result.passed, result


@pytest.mark.parametrize("name", ["sky130hd_tt", "sg13g2_typ", "asap7_rvt_tt"])
def test_real_library(name: str, tmp_path: Path) -> None:
    library = shared_library(name, tmp_path)
    declared = ", ".join(f"output reg [3:0] q{at}" for at in range(len(KINDS)))
    bodies = [
        re.sub(r"\b(m|g|mem|q)\b", rf"\g<1>{at}", body) for at, body in enumerate(KINDS.values())
    ]
    flow = Flow(verilog("\n  ".join(bodies), tmp_path, declared), library, tmp_path)
    assert flow.proved()
    result = simulate(flow)
    assert result.passed, result
    assert (flow.facts.unmapped > 0) == any(
        "stay generic" in w for w in flow.design.summary.warnings
    )


def test_two_runs_write_the_same_netlist(generic_library: Path, tmp_path: Path) -> None:
    texts = []
    for name in "ab":
        (tmp_path / name).mkdir()
        source = verilog(KINDS["set and reset"], tmp_path)
        texts.append(Flow(source, generic_library, tmp_path / name).netlist.read_text())
    assert texts[0] == texts[1]


DAMAGE = {
    "renamed flop": (r"\\q_reg\[2\] ", r"\\other[2] "),
    "missing flop": (r"\n[^\n]*\\q_reg\[2\] [^\n]*", ""),
    "another clock": (r"(\\q_reg\[2\] +\([^\n]*)\(clk\)", r"\1(clk2)"),
    "another reset": (r"(\\q_reg\[2\] +\(.*?RN\()[^)]*\)", r"\1set)"),
    "swapped outputs": (r"(?s)(.*)\bq\[0\](.*?)\bq\[1\]", r"\1q[1]\2q[0]"),
    "narrower port": (r"output \[3:0\] q", "output [2:0] q"),
    "new port": (r"\(clk, clk2, ", "(clk, extra, clk2, "),
    "unknown cell": (r"(?m)^  \w+ (g\d+) ", r"  NO_SUCH_CELL \1 "),
    "second driver": (r"endmodule", "  BUF_X1 extra (.A(clk), .Y(q[1]));\nendmodule"),
    "second module": (r"endmodule", "endmodule\nmodule other; endmodule"),
    "floating input": (r"(?m)^(  \w+ g1 \(\.\w+\()[^)]*\)", r"\1nothing)"),
}


@pytest.fixture(scope="module")
def undamaged(generic_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Flow:
    folder = tmp_path_factory.mktemp("undamaged")
    return Flow(verilog(KINDS["low reset"], folder), generic_library, folder)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_netlist_is_found(damage: str, undamaged: Flow, tmp_path: Path) -> None:
    shutil.copytree(undamaged.folder, tmp_path, dirs_exist_ok=True)
    flow = copy.copy(undamaged)
    flow.folder = tmp_path
    flow.damage(*DAMAGE[damage])
    with pytest.raises(EdaError) as caught:
        assert flow.proved()
    assert "\n" not in str(caught.value)


def test_wrong_gate_is_disproved(generic_library: Path, tmp_path: Path) -> None:
    flow = Flow(verilog(KINDS["plain"], tmp_path), generic_library, tmp_path)
    flow.damage(r"(?m)^  (INV)_X1 ", "  BUF_X1 ")
    assert not flow.proved()
    assert simulate(flow).mismatch_count > 0


@pytest.mark.parametrize("luts", [3, 6, 8])
def test_wrong_lut_is_disproved(luts: int, generic_library: Path, tmp_path: Path) -> None:
    flow = Flow(verilog(KINDS["plain"], tmp_path), generic_library, tmp_path, luts)
    assert flow.proved()
    text = flow.netlist.read_text()
    assert {int(inputs) for inputs in re.findall(r"(?m)^  LUT(\d)", text)} <= {*range(1, luts + 1)}
    assert flow.facts.gates == len(re.findall(r"(?m)^  LUT", text)) > 0
    number = next(re.finditer(r"'h(\w+)\)", text))[1]
    flow.damage(f"'h{number}", f"'h{int(number, 16) ^ 1:X}")
    assert not flow.proved()
    assert simulate(flow).mismatch_count > 0


def test_a_lut_with_a_table_of_another_size_is_no_lut(
    generic_library: Path, tmp_path: Path
) -> None:
    flow = Flow(verilog(KINDS["plain"], tmp_path), generic_library, tmp_path, 4)
    flow.damage(r"16'h", "8'h")
    with pytest.raises(NetlistMismatch, match="unexpected instance"):
        flow.proved()


def test_swapped_instance_outputs_are_disproved(generic_library: Path, tmp_path: Path) -> None:
    flow = Flow(verilog(KINDS["plain"], tmp_path), generic_library, tmp_path)
    flow.damage(r"(reg\[0\].*)\.Q\(q\[0\]\)([^\0]*?)\.Q\(q\[1\]\)", r"\1.Q(q[1])\2.Q(q[0])")
    with pytest.raises(NetlistMismatch, match="does not correspond"):
        flow.proved()


def test_port_names_and_ranges_stay(generic_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "odd.v"
    path.write_text(
        "module odd(input clk, input [0:3] up, input [9:6] high, output reg [7:4] \\a+b ,\n"
        "  output \\module );\n  always @(posedge clk) \\a+b <= up ^ high;\n"
        "  assign \\module = up[0];\nendmodule\n"
    )
    flow = Flow(Source((path,)), generic_library, tmp_path)
    text = flow.netlist.read_text()
    assert "input [0:3] up;" in text
    assert "input [9:6] high;" in text
    assert "output [7:4] \\a+b ;" in text
    assert "output \\module ;" in text
    assert flow.proved()
    assert simulate(flow).passed


def test_black_box_is_kept(generic_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "box.v"
    path.write_text(
        "(* blackbox *) module ram #(parameter W = 2)(input clk, input [W-1:0] a, "
        "output [W-1:0] y); endmodule\n"
        "module top(input clk, input [3:0] a, output [3:0] y, output reg z);\n"
        "  wire [3:0] m;\n  ram #(.W(4)) store(.clk(clk), .a(a + 4'd1), .y(m));\n"
        "  assign y = m ^ a; always @(posedge clk) z <= ^m;\nendmodule\n"
    )
    flow = Flow(Source((path,), top="top"), generic_library, tmp_path)
    assert flow.design.black_boxes == ("ram",)
    assert flow.proved()
    assert "ram #(.W(" in flow.netlist.read_text()
    assert "black boxes" in (simulate(flow).skipped or "")
    flow.damage(r"\.W\(32'b0+100\)", ".W(32'b1000)")
    with pytest.raises(NetlistMismatch, match="other parameters"):
        flow.proved()


def test_internal_tri_state_bus(generic_library: Path, tmp_path: Path) -> None:
    body = "wire n; assign n = en ? d[0] : 1'bz; assign n = !en ? d[1] : 1'bz; assign q = {4{~n}};"
    flow = Flow(verilog(body, tmp_path, "output [3:0] q"), generic_library, tmp_path)
    assert flow.proved()
    assert simulate(flow).passed


def test_controls_are_found(generic_library: Path, tmp_path: Path) -> None:
    flow = Flow(verilog(KINDS["set and reset"], tmp_path), generic_library, tmp_path)
    controls = find_controls(flow.design)
    assert controls.clocks == (("clk", 0),)
    assert controls.resets[("rst_n", 0)] is False
    assert controls.resets[("set", 0)] is True
    assert controls.exclusive


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.blif", ".model c\n.inputs a b\n.outputs y\n.names a b y\n11 1\n.end\n"),
        ("s.blif", SEQUENTIAL_BLIF),
        ("e.blif", EDGES_BLIF),
        ("d.bench", "INPUT(a)\nINPUT(b)\nOUTPUT(y)\nq = DFF(n)\nn = NAND(a, q)\ny = OR(q, b)\n"),
        ("k.aag", "aag 1 0 1 1 0\n2 3\n2\n"),
        ("n.aag", "aag 4 2 1 1 1\n2\n4\n6 8 1\n6\n8 2 7\ni0 a[0]\ni1 a[1]\nl0 state\no0 out\n"),
        ("w.aag", "aag 1 1 0 3 0\n2\n2\n3\n1\n"),
    ],
)
def test_netlist_formats(name: str, text: str, generic_library: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress(text.encode()))
    flow = Flow(Source((path,)), generic_library, tmp_path)
    sequential = name not in ("c.blif", "w.aag")
    assert bool(flow.design.flops) == sequential
    assert flow.facts.unmapped == 0
    assert flow.proved()
    assert "no RTL" in (simulate(flow).skipped or "")
    if name in ("s.blif", "d.bench", "k.aag", "n.aag"):
        assert any("'clk' is added" in warning for warning in flow.design.summary.warnings)
    if name == "e.blif":
        assert flow.design.summary.clocks == ("ck",)


def test_simulation_without_icarus(
    generic_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = Flow(verilog(KINDS["plain"], tmp_path), generic_library, tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "not installed" in (simulate(flow).skipped or "")


def test_rtl_that_icarus_cannot_read_is_elaborated(generic_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "u.sv"
    path.write_text(
        "module u(input logic clk, input logic [3:0] d, output logic [3:0] q);\n"
        "  typedef struct packed {logic [1:0] a; logic [1:0] b;} pair_t;\n  pair_t p;\n"
        "  always_comb p = '{a: d[1:0], b: d[3:2]};\n"
        "  always_ff @(posedge clk) q <= {p.b inside {2'd1, 2'd2}, p.a, 1'b0};\nendmodule\n"
    )
    flow = Flow(Source((path,)), generic_library, tmp_path)
    assert flow.proved()
    result = simulate(flow)
    assert result.passed, result
