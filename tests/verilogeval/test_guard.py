import re
import signal
import subprocess
import sys

import mini
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verilogeval.guard.clean import UncleanError, clean
from verilogeval.guard.examine import examine as examine_ports
from verilogeval.guard.finding import Finding
from verilogeval.guard.server import Guard

HEADER = "module TopModule(input clk, input [3:0] a, output [3:0] y);\n"


INPUTS = ("clk", "a")


def examine(text: str, top: str, inputs: tuple[str, ...] = INPUTS) -> Finding:
    return examine_ports(clean(text), top, inputs)


def _source(body: str, after: str = "") -> str:
    return f"{HEADER}{body}\nendmodule\n{after}"


HARMLESS = {
    "prints": 'initial $display("%m %t $fopen", $time);',
    "size": "localparam W = $clog2(9); assign y = $signed(a) >>> W;",
    "error": 'initial if ($bits(a) != 4) $error("width");',
    "finish in a branch": "always @(posedge clk) if (a > 20) $finish;",
    "dump": 'initial begin $dumpfile("x.vcd"); $dumpvars(0, TopModule); end',
    "names": "reg error_tab, TIMEOUT_T, tb, force_x; assign y = a;",
    "comment": "// $fopen force\n/* $system */ assign y = a;",
    "string": 'initial $display("$fopen bind");',
    "own generator": "integer s = 1; reg [31:0] r; always @(posedge clk) r = $random(s);",
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_honest_sources_are_let_through_and_see_the_real_inputs(body: str) -> None:
    finding = examine(_source(body), "TopModule")
    assert finding.rejected == ""
    assert not finding.isolate


REFUSED = {
    "file": 'integer f; initial f = $fopen("/proc/self/mem", "r");',
    "write": 'reg [7:0] m [0:3]; initial $writememh("x", m);',
    "shell": 'initial $system("ls");',
    "stream": "reg [31:0] r; initial r = $urandom;",
    "restart of the stream": "integer s = 0; reg [31:0] r; initial r = $urandom(s);",
    "range": "reg [31:0] r; initial r = $urandom_range(3, 0);",
    "annotate": 'initial $sdf_annotate("x.sdf");',
    "deposit": "initial $deposit(clk, 1);",
    "unknown": "initial $no_such_task;",
    "foreign": 'import "DPI-C" function int getpid();',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_reaches_out_is_refused_with_its_line(body: str) -> None:
    assert examine(_source(body), "TopModule").rejected.startswith("line 2 ")


def test_a_binding_is_refused() -> None:
    source = _source("assign y = a;", "bind other TopModule x();")
    assert examine(source, "TopModule").rejected.startswith("line 4 binds")


def test_a_refused_call_in_a_submodule_counts() -> None:
    sub = 'module deep; initial $system("x"); endmodule\nmodule sub; deep d(); endmodule\n'
    assert examine(sub + _source("sub s();"), "TopModule").rejected


def test_a_testbench_beside_the_answer_does_not_count() -> None:
    beside = """module tb; integer f; reg [3:0] a; wire [3:0] y; reg clk;
    TopModule dut(clk, a, y); initial begin f = $fopen("log"); a = $urandom; force clk = 0; end
    endmodule"""
    finding = examine(_source("assign y = a;", beside), "TopModule")
    assert finding.rejected == ""
    assert not finding.isolate


DRIVES = {
    "assign": "assign a = 0;",
    "strength": "assign (supply1, supply0) clk = 0;",
    "part": "assign a[1:0] = 0;",
    "concatenation": "reg r; assign {a[0], y[0]} = 2;",
    "force": "initial force a = 0;",
    "procedural": "initial a = 0;",
    "non-blocking": "always @(posedge clk) a <= 0;",
    "step": "initial a++;",
    "operator": "initial a += 1;",
    "redeclared": "wire [3:0] a = 0;",
    "supply": "supply0 clk;",
    "pull": "pullup (clk);",
    "gate": "buf (clk, 1'b0);",
    "all outputs of a gate": "wire w; buf (w, clk, 1'b0);",
    "transistor": "wire w; tran (w, clk);",
    "task": "task t(output o); o = 1; endtask initial t(clk);",
    "scan": 'initial void\'($sscanf("1", "%d", a));',
    "alias": "wire [3:0] w; alias w = a;",
    "hierarchy": "initial TopModule.a = 0;",
}


@pytest.mark.parametrize("body", DRIVES.values(), ids=DRIVES)
def test_a_source_that_may_drive_its_inputs_is_isolated(body: str) -> None:
    assert examine(_source(body), "TopModule").isolate


def test_driving_through_a_submodule_is_seen() -> None:
    out = "module sub(output o); assign o = 0; endmodule\n"
    for connection in (".o(clk)", "clk", ".*"):
        source = out.replace("output o", "output clk") if connection == ".*" else out
        assert examine(source + _source(f"sub s({connection});"), "TopModule").isolate
    own = "module sub(input i); assign i = 0; endmodule\n"
    assert examine(own + _source("sub s(clk);"), "TopModule").isolate
    reads = "module sub(input i, output o); assign o = i; endmodule\n"
    assert not examine(reads + _source("sub s(clk, y[0]);"), "TopModule").isolate


def test_driving_by_any_name_is_seen() -> None:
    sub = "module sub(input i); assign TopModule.a = 0; endmodule\n"
    assert examine(sub + _source("sub s(clk);"), "TopModule").isolate
    sub = "module sub(input i); endmodule\n"
    assert examine(sub + _source("sub s(clk); assign s.i = 0;"), "TopModule").isolate


def test_arguments_of_a_task_are_no_ports() -> None:
    source = """module sub(q); output q; task t; input q; begin end endtask assign q = 0; endmodule
    """ + _source("sub s(clk);")
    assert examine(source, "TopModule").isolate


def test_an_input_declared_as_output_is_isolated() -> None:
    source = "module TopModule(output clk, input [3:0] a); assign clk = 1; endmodule"
    assert examine(source, "TopModule").isolate


def test_nodes_live_as_long_as_they_are_read() -> None:
    ports = ", ".join(f"p{k}" for k in range(200))
    declared = " ".join(f"input p{k};" for k in range(200))
    source = f"module sub({ports}); {declared} endmodule\n" + _source(f"sub s({ports});")
    for _ in range(50):
        assert not examine(source, "TopModule").isolate


def test_ports_in_the_old_style_are_understood() -> None:
    source = "module TopModule(clk, y); input clk; output y; assign {0} = 1; endmodule"
    assert examine(source.replace("{0}", "clk"), "TopModule").isolate
    assert not examine(source.replace("{0}", "y"), "TopModule").isolate


def test_an_index_is_read_and_not_driven() -> None:
    body = "reg m [0:15]; always @(posedge clk) m[a] <= 1; assign y = m[a];"
    assert not examine(_source(body), "TopModule").isolate


def test_a_port_of_another_direction_is_isolated() -> None:
    for way in ("inout", "ref"):
        assert examine(f"module TopModule({way} clk); endmodule", "TopModule").isolate


def test_what_slang_cannot_read_is_isolated_and_every_module_counts() -> None:
    broken = "module TopModule(input a; endmodule\n"
    assert examine(broken, "TopModule").isolate
    assert examine(broken + "module x; initial $system; endmodule", "TopModule").rejected


#: What one lexer reads as comment, line end or directive, and another does not.
AMBIGUOUS = {
    "carriage return": "// x\r/*\nforce a = 1;\n// */",
    "pragma": "`pragma foo /*\nforce a = 1;\n// */",
    "delay mode": "`delay_mode_path /*\nforce a = 1;\n// */",
    "line": '`line 1 "f" 0 /* " 0\nforce a = 1;\n// */',
    "line without a backtick": '\n#line "a" /* " 5\nforce a = 1;\n// */',
    "continued comment": "// x \\\nforce a = 1;",
    "vertical tab": "\\q\v/*\nforce a = 1;\n// */",
    "continued string": '$display("\\\n");force a = 1;//");',
}


@pytest.mark.parametrize("text", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_clean_source_leaves_no_doubt_about_comments(text: str) -> None:
    try:
        written = clean(text)
    except UncleanError:
        return
    bare = re.sub(r'"(\\.|[^"\\])*"|\\[!-~]+', "", written)
    assert not re.search(r"//|/\*|[^\n -~]|#line|`(?!line \d+ \"sample)", bare)
    assert written.count("\n") == text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert clean(written).split() == written.split()


@pytest.mark.parametrize(
    ("text", "hostile"),
    [
        ("`ifdef NOPE\n", True),
        ('`include "x"\n', True),
        ("assign y = caf\u00e9;", False),
        ("\ufeffmodule m;", False),
        ("a /* b", False),
        ('$display("a', False),
        ("a \x00 b", False),
    ],
)
def test_a_source_that_cannot_be_read_is_told(text: str, hostile: bool) -> None:
    with pytest.raises(UncleanError, match="line 1: ") as caught:
        clean(text)
    assert caught.value.hostile == hostile


@given(st.text(alphabet=st.sampled_from("ab1'\"\\/*`#$ \n\t\r\v;line"), max_size=30))
def test_cleaning_is_done_once(text: str) -> None:
    try:
        written = clean(text)
    except UncleanError:
        return
    assert clean(written).split() == written.split()


def test_cleaning_keeps_what_is_meant() -> None:
    text = '`timescale 1ns / 1ps\nmodule m; // c\n  assign y = 4\'hf / \\a*b ; /* d\n */ x "é//";'
    assert clean(text).split() == (
        [
            "`timescale",
            "1ns",
            "/",
            "1ps",
            "module",
            "m;",
            "assign",
            "y",
            "=",
            "4'hf",
            "/",
            "\\a*b",
            ";",
            "x",
            '"\\303\\251//";',
        ]
    )


BOMBS = {
    "parentheses": "assign y = " + "(" * 3000 + "a" + ")" * 3000 + ";",
    "sum": "assign y = " + "a+" * 100_000 + "a;",
    "names": "initial " + "a." * 100_000 + "a = 1;",
    "blocks": "initial " + "begin " * 20_000 + "end " * 20_000,
}


def test_what_no_parser_survives_is_refused_and_the_next_source_is_not() -> None:
    with Guard() as guard:
        for body in BOMBS.values():
            guard.examine(_source(body), "TopModule", INPUTS)
            finding = guard.examine(_source("assign y = a;"), "TopModule", INPUTS)
            assert finding == Finding("", isolate=False)


def test_a_guard_that_dies_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verilogeval.guard.server.SECONDS", 0)
    with Guard() as guard:
        assert "too large" in guard.examine(_source(""), "TopModule", INPUTS).rejected


def test_an_examination_without_end_is_ended_by_its_processor_time() -> None:
    code = "from verilogeval.guard import server\nserver._allow(1)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -signal.SIGXCPU


@pytest.mark.parametrize("m", mini.ALL, ids=lambda m: m.task_id)
def test_golden_sources_are_let_through(m: mini.Mini) -> None:
    inputs = tuple(port for way, _, port in m.ports if way == "input")
    finding = examine(m.module("TopModule"), "TopModule", inputs)
    assert (finding.rejected, finding.isolate) == ("", False)
