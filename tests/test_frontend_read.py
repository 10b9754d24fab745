"""What the front end reads, and how it refuses what it cannot read."""

import gzip
import re
from pathlib import Path

import pytest

from eda.abc.binary import find_abc
from eda.circuit import Circuit
from eda.errors import InputError, ToolTimeout
from eda.frontend import Design, Source, read_design
from eda.frontend.staging import read_bytes

MEMORY = """module top(input c, input [13:0] a, input [7:0] d, output reg [7:0] q);
reg [7:0] store [0:16383]; always @(posedge c) begin store[a] <= d; q <= store[~a]; end
endmodule
"""
GOOD = "module top(input a, input b, output y);\n  assign y = a & b;\nendmodule\n"


def read(folder: Path, *files: tuple[str, str | bytes], **settings: object) -> Design:
    paths = []
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        paths.append(path)
    source = Source(tuple(paths), **settings)  # type: ignore[arg-type]
    return read_design(source, library=None, workdir=folder / "work", abc=find_abc())


BAD = {
    "verilog syntax": ("a.v", "module top(input a output y);\n", {}, r"a\.v:1: .*syntax"),
    "slang syntax": ("a.sv", "module top(input a,\noutput y;\nendmodule\n", {}, r"a\.sv:2: "),
    "undeclared": (
        "a.sv",
        "module top(output y);\n assign y = q;\nendmodule",
        {},
        r"a\.sv:2: .*'q'",
    ),
    "include": ("a.v", '\n`include "no.vh"\n' + GOOD, {}, r"a\.v:2: .*no\.vh"),
    "sv include": ("a.sv", '\n`include "no.vh"\n' + GOOD, {}, r"a\.sv:2: .*no\.vh"),
    "undefined module": (
        "a.v",
        "module top(input a);\n foo u(a);\nendmodule",
        {},
        r"a\.v:2: module 'foo'",
    ),
    "sv undefined module": (
        "a.sv",
        "module top(input a);\n foo u(a);\nendmodule",
        {},
        r"a\.sv:2: .*'foo'",
    ),
    "unknown top": ("a.v", GOOD, {"top": "nix"}, r"no module 'nix'.*top"),
    "sv unknown top": ("a.sv", GOOD, {"top": "nix"}, r"'nix' is not a valid top"),
    "two tops": ("a.v", GOOD + GOOD.replace("top", "other"), {}, r"--top: other, top"),
    "sv two tops": ("a.sv", GOOD + GOOD.replace("top", "other"), {}, r"--top: other, top"),
    "no module": ("a.v", "// nothing\n", {}, r"no module"),
    "empty": ("a.v", "", {}, r"a\.v: the file is empty"),
    "memory": (
        "a.v",
        MEMORY,
        {},
        r"a\.v:2: memory 'store' has 16384 words of 8 bits.*max-memory-bits",
    ),
    "loop": (
        "a.v",
        "module top(input a, output y); wire n = ~(a & y); assign y = ~(n | a); endmodule",
        {},
        r"combinational loop through '(n|y)'",
    ),
    "inout": ("a.v", "module top(inout a, output y); assign y = a; endmodule", {}, r"inout.*'a'"),
    "tri-state": (
        "a.v",
        "module top(input a, e, output y); assign y = e ? a : 1'bz; endmodule",
        {},
        r"tri-state",
    ),
    "two drivers": (
        "a.v",
        "module top(input a, b, output y); assign y = a; assign y = b; endmodule",
        {},
        r"a\.v: '.*' has more than one driver",
    ),
    "sv two drivers": (
        "a.sv",
        "module top(input a, b, output y);\nassign y = a; assign y = b; endmodule",
        {},
        r"a\.(sv: '.*' has|sv:2: ).*driver",
    ),
    "unknown parameter": ("a.v", GOOD, {"params": (("W", "3"),)}, r"W"),
    "define": ("a.v", GOOD, {"defines": ("A; delete",)}, r"--define"),
    "param": ("a.v", GOOD, {"params": (("W", "3; shell ls"),)}, r"--param"),
    "include folder": ("a.v", GOOD, {"include_dirs": (Path("/no/such"),)}, r"/no/such"),
    "format": ("a.txt", GOOD, {}, r"a\.txt: unknown format"),
    "header only": ("a.vh", GOOD, {}, r"only header"),
    "blif garbage": ("a.blif", "not a blif file\n\x00\x01\n", {}, r"a\.blif"),
    "blif with gates": (
        "a.blif",
        ".model a\n.inputs a\n.outputs y\n.gate INV A=a Y=y\n",
        {},
        r"a\.blif:4: .*mapped",
    ),
    "bench garbage": ("a.bench", "INPUT(a)\nOUTPUT(y)\ny = FROB(a)\n", {}, r"a\.bench"),
    "aiger garbage": ("a.aig", b"aig 4 2 0 1 2\n8\n\x80", {}, r"a\.aig: .*truncated"),
    "aiger header": ("a.aag", "hello\n", {}, r"a\.aag: line 1"),
    "gzip cut": ("a.v.gz", gzip.compress(GOOD.encode() * 50)[:-12], {}, r"a\.v\.gz: .*truncated"),
    "not gzip": ("a.v.gz", "module top;", {}, r"a\.v\.gz: not a gzip"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line(case: str, tmp_path: Path) -> None:
    name, text, settings, pattern = BAD[case]
    with pytest.raises(InputError) as caught:
        read(tmp_path, (name, text), **settings)
    message = str(caught.value)
    assert re.search(pattern, message), message
    assert "\n" not in message
    assert "work/" not in message


def test_absent_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_design(Source((tmp_path / "no.v",)), library=None, workdir=tmp_path, abc=find_abc())


def test_gzip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(InputError, match="unpacks to more than"):
        read_bytes(path, limit=1_000_000)


@pytest.mark.parametrize(
    "name", ["a b.v", "it's.v", "x;y.sv", 'q"q.v', "a*.v", "[1].sv", "$HOME.sv", "#!.v", "l\nf.v"]
)
def test_odd_file_names(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "an odd; $folder"
    header = folder / "inc" / "w.vh"
    header.parent.mkdir(parents=True)
    header.write_text("`define OP &\n")
    text = '`include "w.vh"\n' + GOOD.replace("&", "`OP")
    design = read(folder, (name, text), include_dirs=(header.parent,))
    assert Circuit(design.core).ands == 1
    with pytest.raises(InputError) as caught:
        read(folder, (name, "module top(;\n"))
    assert name.replace("\n", " ") in str(caught.value)
    assert ":1: " in str(caught.value)


@pytest.mark.parametrize("suffix", ["v", "sv"])
def test_settings(suffix: str, tmp_path: Path) -> None:
    text = (
        "module top #(parameter W = 1, parameter signed S = 0)\n"
        "  (input [W-1:0] a, output [W-1:0] y);\n"
        "`ifdef INVERT\n assign y = ~a;\n`else\n assign y = a & {W{S < 0}};\n`endif\nendmodule\n"
    )
    plain = read(tmp_path, (f"t.{suffix}", text), params=(("W", "5"), ("S", "-1")))
    assert [(port.name, port.width) for port in plain.summary.ports] == [("a", 5), ("y", 5)]
    assert Circuit(plain.core).outputs == 0  # wires alone: nothing to optimise
    inverted = read(
        tmp_path, (f"t.{suffix}", text), params=(("W", "0x3"[2:]),), defines=("INVERT",)
    )
    assert inverted.output_names == ("y[0]", "y[1]", "y[2]")


def test_several_files_and_hierarchy(tmp_path: Path) -> None:
    leaf = "module leaf #(parameter W = 2)(input [W-1:0] a, output y); assign y = ^a; endmodule\n"
    top = (
        "module top(input [3:0] a, output y, output z);\n"
        "  leaf #(.W(4)) u(.a(a), .y(y));\n  leaf v(.a(a[1:0]), .y(z));\nendmodule\n"
    )
    design = read(tmp_path, ("leaf.v", leaf), ("top.v", top))
    assert design.name == "top"
    assert design.summary.language == "Verilog"
    assert [module.name for module in design.summary.modules] == ["top", "leaf"]
    assert design.summary.modules[0].instances == (("u", "leaf"), ("v", "leaf"))
    mixed = read(tmp_path, ("leaf.v", leaf), ("top.sv", top))
    assert mixed.summary.read_by == "yosys + slang"
    assert mixed.summary.modules[0].name == "top"


def test_undriven_net_is_a_warning(tmp_path: Path) -> None:
    text = ".model a\n.inputs a\n.outputs y\n.names a b y\n11 1\n.end\n"
    design = read(tmp_path, ("a.blif", text))
    assert any("non-driven" in warning for warning in design.summary.warnings)


def test_deadline(tmp_path: Path) -> None:
    with pytest.raises(ToolTimeout):
        read(tmp_path, ("a.v", GOOD), time_limit=0.0)


def test_nothing_is_left_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    design = read(tmp_path, ("a.v", GOOD))
    assert design.summary.structure_from == "pyverilog"
    assert not list((tmp_path / "here").iterdir())


def test_readmemh_beside_the_source(tmp_path: Path) -> None:
    (tmp_path / "rom.hex").write_text("1 2 4 8\n")
    text = (
        "module top(input [1:0] a, output [3:0] y); reg [3:0] rom [0:3];\n"
        '  initial $readmemh("rom.hex", rom);\n  assign y = rom[a];\nendmodule\n'
    )
    assert Circuit(read(tmp_path, ("a.v", text)).core).outputs == 4


def test_summary_without_icarus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    design = read(tmp_path, ("a.v", GOOD))
    assert design.summary.structure_from == "yosys"
    assert any("iverilog" in warning for warning in design.summary.warnings)


def test_a_file_in_the_working_folder_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rtl").mkdir()
    monkeypatch.chdir(tmp_path)
    for suffix in (".v", ".sv"):
        path = tmp_path / "rtl" / f"bad{suffix}"
        path.write_text("module a(input x, output y);\n  assign y = ;\nendmodule\n")
        with pytest.raises(InputError) as caught:
            read_design(Source((path,)), library=None, workdir=tmp_path / "work", abc=find_abc())
        assert str(caught.value).startswith(f"{path}:2")


def test_pyverilogs_tables_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDA_RL_CACHE", str(tmp_path / "cache"))
    read(tmp_path, ("a.v", GOOD))
    (tables,) = (tmp_path / "cache").glob("pyverilog-*/parsetab.py")
    before = tables.stat().st_mtime_ns
    read(tmp_path, ("b.v", GOOD.replace("&", "|")))
    assert tables.stat().st_mtime_ns == before
