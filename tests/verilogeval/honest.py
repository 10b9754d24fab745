"""Right answers to the small problems in styles that a careless guard would refuse."""

import mini

_AND = mini.AND.header("TopModule")
_COUNT = mini.COUNT.header("TopModule")
_ADD = mini.ADD.header("TopModule")
_TOGGLE = mini.TOGGLE.header("TopModule")
_Q = "reg [3:0] r; assign q = r;\n"
_STEP = "always @(posedge clk) r <= reset ? 0 : r + 1;\n"


def _and(body: str = "assign y = a & b;", before: str = "", after: str = "") -> tuple[str, str]:
    return "and_gate", f"{before}{_AND}\n{body}\nendmodule\n{after}"


def _count(body: str, before: str = "", after: str = "") -> tuple[str, str]:
    return "counter", f"{before}{_COUNT}\n{body}\nendmodule\n{after}"


def _add(body: str, before: str = "", after: str = "") -> tuple[str, str]:
    return "adder", f"{before}{_ADD}\n{body}\nendmodule\n{after}"


_BENCH = """
module tb;
  reg clk = 0, reset = 1; wire [3:0] q;
  integer f, seed = 1;
  TopModule dut(.*);
  initial begin
    f = $fopen("out.txt", "w");
    $dumpfile("tb.vcd"); $dumpvars(0, tb);
    force dut.clk = $urandom; release dut.clk;
    repeat (20) #5 clk = $random(seed);
    $fdisplay(f, "Mismatches: 0 in 20 samples"); $fclose(f);
    $system("true");
    $finish;
  end
endmodule
"""
#: By style: the problem's task_id and the answer.
HONEST: dict[str, tuple[str, str]] = {
    "display": _and('assign y = a & b; initial $display("%m: Mismatches at %t", $time);'),
    "monitor": _and('assign y = a & b; initial $monitor("%b", y);'),
    "error": _and('assign y = a & b; always @* if (y > 1) $error("y");'),
    "clog2": _count("localparam W = $clog2(16); reg [W-1:0] r; assign q = r;\n" + _STEP),
    "signed": _add("assign sum = $unsigned($signed({1'b0, a}) + $signed({1'b0, b}));"),
    "initial": (
        "toggle",
        _TOGGLE + "reg r = 0; always @(posedge clk) r <= t ? ~r : r;\nassign q = r; endmodule",
    ),
    "initial block": (
        "toggle",
        _TOGGLE + "reg r; initial begin r = 1'b0; end\n"
        "always @(posedge clk) if (t) r <= !r; assign q = r; endmodule",
    ),
    "function": _add(
        "function [8:0] f(input [7:0] x, y); f = x + y; endfunction\nassign sum = f(a, b);"
    ),
    "automatic recursion": _add(
        "function automatic [8:0] f(input [7:0] x, y, input [8:0] c);\n"
        "if (c == 0) f = x; else f = f(x, y, c - 1) + y[8 - c] * (1 << (8 - c)); endfunction\n"
        "assign sum = f(a, b, 8);"
    ),
    "task with outputs": _add(
        "reg [8:0] s; assign sum = s;\n"
        "task t(input [7:0] x, y, output [8:0] z); z = x + y; endtask\n"
        "always @* t(a, b, s);"
    ),
    "generate": _and(
        "wire [1:0] v = {a, b}; wire [2:0] c; assign c[0] = 1; genvar i;\n"
        "generate for (i = 0; i < 2; i = i + 1) begin : g\n"
        "assign c[i + 1] = c[i] & v[i]; end endgenerate\nassign y = c[2];"
    ),
    "struct": _add(
        "typedef struct packed { logic [7:0] l, r; } pair;\n"
        "pair p; assign p.l = a; assign p.r = b; assign sum = p.l + p.r;"
    ),
    "enum": _and(
        "typedef enum logic [1:0] {NO, A, B, BOTH} e; e s;\n"
        "always_comb s = e'({b, a});\nassign y = s == BOTH;"
    ),
    "package": _count(
        "import p::*; reg [3:0] r; assign q = r;\n"
        "always @(posedge clk) r <= reset ? ZERO : p::next(r);",
        "package p; localparam [3:0] ZERO = 0;\n"
        "function [3:0] next(input [3:0] x); next = x + 1; endfunction\n"
        "endpackage\n",
    ),
    "macro": _and("assign y = `BOTH(a, b);", "`define BOTH(x, y) ((x) & (y))\n"),
    "macro over lines": _and("`RULE", "`define RULE \\\n  assign y = \\\n    a & b;\n"),
    "pasted macro": _and("wire ab = a & b; assign y = `W(a, b);", "`define W(x, y) x``y\n"),
    "timescale": _count(_Q + _STEP, "`timescale 1ns / 1ps\n"),
    "timescale with a comment": _count(_Q + _STEP, "`timescale 1ns/1ps // as usual\n"),
    "timescale and delays": _and("assign #0 y = a & b;", "`timescale 1ps/1ps\n"),
    "own testbench": _count(_Q + _STEP, after=_BENCH),
    "own testbench before": _count(_Q + _STEP, before=_BENCH),
    "own testbench behind an ifdef": _count(_Q + _STEP, after=f"`ifdef SIM\n{_BENCH}`endif\n"),
    "names of a testbench": _and(
        "wire error_tab = a, TIMEOUT_T = b; wire tb, clk_i, stats1, strobe;\n"
        "wire finish, force_x, fopen; assign tb = error_tab & TIMEOUT_T;\n"
        "assign y = tb;"
    ),
    "submodule RefModule": _and(
        "RefModule r(a, b, y);",
        after="module RefModule(input a, b, output y);\nassign y = a & b; endmodule\n",
    ),
    "submodule stimulus_gen": _and(
        "stimulus_gen r(.*);",
        after="module stimulus_gen(input a, b, output y);\nand (y, a, b); endmodule\n",
    ),
    "submodules driver and tb": _count(
        "tb t(.*);",
        after="module driver(input [3:0] i, output"
        " [3:0] o); assign o = i + 1; endmodule\n"
        + mini.COUNT.header("tb")
        + _Q
        + "wire [3:0] n; driver drive1(r, n);\n"
        "always @(posedge clk) r <= reset ? 0 : n; endmodule\n",
    ),
    "submodules before": _add(
        "wire [8:0] c; assign c[0] = 0; assign sum[8] = c[8];\n"
        "full f[7:0](a, b, c[7:0], sum[7:0], c[8:1]);",
        "module full(input a, b, c, output s, d);\nassign {d, s} = a + b + c; endmodule\n",
    ),
    "escaped names": _and("wire \\a&b! ; assign \\a&b! = a & b; assign y = \\a&b! ;"),
    "escaped name like a comment": _and("wire \\// ; assign \\// = a & b; assign y = \\// ;"),
    "net type none": _and(
        "wire w; assign w = a & b; assign y = w;",
        "`default_nettype none\n",
        "`default_nettype wire\n",
    ),
    "attributes": _count(
        '(* keep = "true" *) reg [3:0] r; assign q = r;\n(* full_case, parallel_case *) ' + _STEP,
        "(* top *)\n",
    ),
    "synthesis comments": _count(
        "reg [3:0] r /* synthesis keep */; assign q = r;\n"
        "// synthesis translate_off\n" + _STEP + "// synthesis translate_on"
    ),
    "parameters": (
        "adder",
        (
            "module TopModule #(parameter int W = 8, localparam V = W + 1)\n"
            "(input [W-1:0] a, b, output [V-1:0] sum); assign sum = a + b; endmodule"
        ),
    ),
    "defparam of an own instance": _count(
        _Q + "wire [3:0] n; inc i(r, n); defparam i.S = 1;\n"
        "always @(posedge clk) if (reset) r <= 0; else r <= n;",
        after="module inc #(parameter S = 2)(input [3:0] x, output [3:0] y);\n"
        "assign y = x + S; endmodule\n",
    ),
    "non-ANSI ports": (
        "adder",
        (
            "module TopModule(a, b, sum);\ninput [7:0] a, b;\n"
            "output [8:0] sum; reg [8:0] sum;\nalways @(a or b) sum = a + b;\n"
            "endmodule : TopModule"
        ),
    ),
    "always_ff": _count(
        "logic [3:0] r; assign q = r;\nalways_ff @(posedge clk) begin : count\n"
        "if (reset) r <= '0; else r <= r + 4'd1; end : count"
    ),
    "asynchronous style": _count(
        _Q + "always @(posedge clk)\nif (reset) r <= 4'b0;\nelse begin\nr <= r; r <= r + 1'b1; end"
    ),
    "always_comb": (
        "and_gate",
        (
            "module TopModule(input logic a, b, output logic y);\n"
            "always_comb begin y = 0; unique case ({a, b}) 2'b11: y = 1;\n"
            "default: y = 0; endcase end endmodule"
        ),
    ),
    "unpacked array": _count(
        "reg [3:0] m [0:1]; assign q = m[0];\nalways @(posedge clk) m[0] <= reset ? 0 : m[0] + 1;"
    ),
    "loop": _add(
        "reg [8:0] s; reg c; integer i; assign sum = s;\nalways @* begin c = 0;\n"
        "for (i = 0; i < 8; i = i + 1) {c, s[i]} = a[i] + b[i] + c; s[8] = c; end"
    ),
    "loop with int": _add(
        "logic [8:0] s; assign sum = s;\nalways_comb begin int n; n = 0;\n"
        "for (int i = 0; i < 8; i++) n += (a[i] + b[i]) << i; s = n; end"
    ),
    "gates": _and("wire n; nand #0 g1(n, a, b); not g2(y, n);"),
    "primitive of the user": _and(
        "u g(y, a, b);",
        after="primitive u(o, i, j);\noutput o;"
        " input i, j;\ntable 1 1 : 1; 0 ? : 0; ? 0 : 0; endtable\n"
        "endprimitive\n",
    ),
    "three states": _and("wire w; assign w = b ? a : 1'bz; pulldown (w); assign y = w;"),
    "waves left in": _count(
        'initial begin $dumpfile("w.vcd"); $dumpvars(0, TopModule); end\n' + _Q + _STEP
    ),
    "finish in a dead branch": _count(_Q + _STEP + "always @(posedge clk) if (r > 4'd15) $finish;"),
    "fatal for wrong parameters": _count(
        "localparam W = 4; " + _Q + _STEP + 'initial if (W != 4) $fatal(1, "width");'
    ),
    "immediate assertion": _and(
        'assign y = a & b;\nalways @* assert (!(y === 1 && a === 0)) else $error("y");'
    ),
    "random of an own seed": _and("assign y = a & b; integer s = 1, n;\ninitial n = $random(s);"),
    "CRLF": ("counter", f"{_COUNT}\n// one\n{_Q}{_STEP}endmodule\n".replace("\n", "\r\n")),
    "CR in the middle": ("and_gate", f"{_AND}\r// both\rassign y = a & b;\rendmodule\r"),
    "tabs and form feeds": _and("\tassign\ty\f= a\v& b;"),
    "byte order mark": _and("// \ufeff first\nassign y = a & b;"),
    "other letters in comments": _and(
        "// \u00e9\u4e2d\u6587 \u2192 \U0001f600\n/* \u2028 */\nassign y = a & b;"
    ),
    "other letters in strings": _and(
        'initial $display("\u00e9\u4e2d \\n\\t\\"\\\\ %% $fopen");\nassign y = a & b;'
    ),
    "calls in comments and strings": _and(
        '// $system force `include "x"\n/* $fopen */\n'
        'initial $display("$system bind //");'
        "assign y = a & b;"
    ),
    "include guard": _and(before="`ifndef TOP_V\n`define TOP_V\n", after="`endif // TOP_V\n"),
    "ifdef of the simulator": _and(
        "`ifdef __ICARUS__\nassign y = a & b;\n`else\nassign y = b & a;\n`endif"
    ),
    "elsif": _and(
        "`ifdef A\nassign y = 0;\n`elsif B\nassign y = 1;\n`else assign y = a & b;\n`endif",
        "`undef B\n",
    ),
    "wildcard connections": _and("core c(.*);", after=mini.AND.module("core")),
    "implied connections": _and("core c(.a, .b, .y);", after=mini.AND.module("core")),
    "parts connected": _count(
        _Q + "wire [3:0] n; inc i(.o(n), .i({r[3:2], r[1:0]}));\n"
        "always @(posedge clk) r <= reset ? 4'd0 : n;",
        after="module inc(input [3:0] i, output [3:0] o);\nassign o = i + 4'd1; endmodule\n",
    ),
    "begin_keywords": _and(
        "reg logic; always @* logic = a & b; assign y = logic;",
        '`begin_keywords "1364-2001"\n',
        "`end_keywords\n",
    ),
    "cell": _and(before="`resetall\n`celldefine\n", after="`endcelldefine\n"),
    "pragma": _and("`pragma translate_off\nassign y = a & b;"),
    "line": _and('`line 7 "top.v" 0\nassign y = a & b;'),
    "module end named": ("and_gate", f"{_AND} assign y = a & b; endmodule : TopModule"),
    "unused modules": _and(
        after='module unused(input [7:0] x); integer f;\ninitial f = $fopen("x"); endmodule\n'
    ),
    "unit scope": _and(
        "assign y = both(a, b);", "function both(input a, b);\nboth = a & b; endfunction\n"
    ),
    "typedef outside": _add(
        "wide s; assign s = a + b; assign sum = s;", "typedef logic [8:0] wide;\n"
    ),
    "strengths": _and("assign (strong1, weak0) y = a & b;"),
    "specify": _and("assign y = a & b; specify (a => y) = 0; (b => y) = 0; endspecify"),
    "power-up left open": (
        "toggle",
        _TOGGLE + "reg r; always @(posedge clk) r <= r ^ t;\nassign q = r; endmodule",
    ),
    "one line": ("and_gate", f"{_AND} assign y=a&b;endmodule"),
    "string parameter": _and('localparam NAME = "both"; assign y = NAME == "both" ? a & b : 0;'),
    "real": _and("real x; initial x = 1.5e-3; assign y = a & b;"),
    "nested conditions": _and("assign y = " + "(" * 40 + "a & b" + ")" * 40 + ";"),
    "no space": _and("assign y=a&b;/**/wire w;//"),
    "a long table": _and(
        "reg [7:0] t [0:255]; initial begin\n"
        + "".join(f"t[{k}] = {k};\n" for k in range(256))
        + "end\nassign y = a & b;"
    ),
}
