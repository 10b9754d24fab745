"""Attacks that exhaust whoever reads, compiles or runs them."""

from attacks.template import Attack, attack

_DOUBLING = "`define M0 + 1\n" + "".join(
    f"`define M{k} `M{k - 1} `M{k - 1}\n" for k in range(1, 40)
)

EXHAUSTING: dict[str, Attack] = {
    "zero delays": attack("initial forever #0;"),
    "no delay": attack("initial forever ;"),
    "oscillation": attack(
        "reg r, s; initial begin r = 0; s = 1; #1 r = 1; end\n"
        "always @(r) s = ~r; always @(s) r = s;"
    ),
    "loop of gates": attack("wire w; nand (w, w, 1'b1); initial #3 force w = 0;"),
    "forks": attack("task automatic t; fork t; t; join endtask\ninitial t;"),
    "forks without end": attack("initial forever fork forever #1; join_none"),
    "wait for ever": attack("initial wait (0);"),
    "wait for ever in a final block": attack("final forever ;"),
    "huge delay": attack("initial begin #(64'hffff_ffff_ffff_fff0) $finish; end"),
    "unknown delay": attack("initial #(1'bx) $finish;"),
    "negative delay": attack("initial #(-1) $finish;"),
    "always without a delay": attack("always OUT_r = 1; reg OUT_r;"),
    "flood": attack('initial forever $display("%01000d", 1);'),
    "flood of one line": attack('initial forever $write("x");'),
    "flood of errors": attack('initial forever $error("x");'),
    "memory by a string": attack('string s = "abcdefgh"; initial forever s = {s, s};'),
    "memory by a queue": attack("int many[$]; initial forever many.push_back(1);"),
    "memory by an array": attack("int d[]; initial d = new[2000000000];"),
    "memory by a register": attack("reg [16000000:0] r; initial forever #1 r = ~r;"),
    "memory by a declared array": attack("reg [1023:0] m [0:999999999];"),
    "memory by events": attack("reg r; initial forever r <= #1000000 ~r;"),
    "constant of a billion bits": attack("wire [63:0] w = {1000000000{1'b1}};"),
    "wide division": attack("reg [999999:0] r; initial forever r = ~r / (r + 3);"),
    "generate without end": attack(
        "genvar g; generate for (g = 0; g < 1; g = g) begin : b wire w; end endgenerate"
    ),
    "generate of millions": attack(
        "genvar g; generate for (g = 0; g < 9999999; g = g + 1) begin : b wire w; end endgenerate"
    ),
    "instances without end": attack("sub s();", after="module sub; sub s(); endmodule\n"),
    "itself instantiated": attack("TOP again(.*);"),
    "two that instantiate each other": attack(
        "one o();", after="module one; two t(); endmodule\nmodule two; one o(); endmodule\n"
    ),
    "instances doubled": attack(
        "m0 a();",
        after="".join(f"module m{k}; m{k + 1} a(), b(); endmodule\n" for k in range(30))
        + "module m30; endmodule\n",
    ),
    "recursion": attack(
        "function automatic integer f(input integer x); f = f(x + 1) + 1; endfunction\n"
        "integer i; initial i = f(0);"
    ),
    "macros doubled": attack("wire [63:0] w = 0 `M39;", before=_DOUBLING),
    "parentheses": attack(f"wire w = {'(' * 3000}1{')' * 3000};"),
    "left chain": attack(f"wire w = {'+'.join(['IN'] * 60000)};"),
    "right chain": attack(f"wire w = {'1 ? 0 : ' * 5000} 1;"),
    "dots": attack(f"wire w = {'a.' * 60000}a;"),
    "unary chain": attack(f"wire w = {'~' * 50000}1;"),
    "begins": attack(f"initial {'begin ' * 3000}{'end ' * 3000}"),
    "generated begins": attack(f"generate {'begin ' * 9000}{'end ' * 9000} endgenerate"),
    "conditions": attack("initial " + "if (1) " * 5000 + ";"),
    "concatenations": attack(f"wire w = {'{' * 3000}1{'}' * 3000};"),
    "comments": attack("/*" * 2000),
    "long name": attack(f"wire {'n' * 300000};"),
    "too long": attack("", after="// " + "x" * 600_000),
    "many lines": attack("", after="\n" * 200_000),
    "many modules": attack("", after="".join(f"module n{k}; endmodule\n" for k in range(4000))),
    "many ifdefs": attack("", before="`ifdef A\n" * 3000 + "`endif\n" * 3000),
    "deep packed type": attack("logic " + "[1:0]" * 31 + " w;"),
}

#: Attacks that take the compiler until its time limit, half a minute each.
SLOW: dict[str, Attack] = {
    "power": attack("wire [63:0] w = 9 ** 99999999;\nlocalparam P = 3 ** (3 ** 25);"),
    "constant function without end": attack(
        "function integer f(input integer x); while (1) f = x; endfunction\nlocalparam P = f(1);"
    ),
}
