"""Attacks that drive inputs, so that the reference sees unknown ones and its outputs match all."""

from attacks.template import Attack, attack, whole

_SUB = "sub s(IN);"


def _below(body: str, direction: str = "output", names: str = "@in sub IN_s(IN);") -> Attack:
    return attack(names, after=f"module sub({direction} [63:0] p);\n{body}\nendmodule\n")


DRIVING: dict[str, Attack] = {
    "force": attack("@in initial force IN = 'bx;"),
    "force for ever": attack("@in always #1 force IN = 'bx;"),
    "force and release": attack("@in initial begin force IN = 'bx; #3 release IN; end"),
    "force from the own scope": attack("@in initial force TOP.IN = 'bx;"),
    "assign": attack("@in assign IN = 'bx;"),
    "assign the opposite": attack("@in assign IN = ~IN;"),
    "assign z and x": attack("@in assign (supply0, supply1) IN = 'bx;"),
    "strong assign": attack("@in assign (strong1, strong0) IN = 'bx;"),
    "procedural assign": attack("@in initial assign IN = 'bx;"),
    "procedural assign and deassign": attack(
        "@in initial begin assign IN = 'bx; #5 deassign IN; end"
    ),
    "blocking": attack("@in initial IN = 'bx;"),
    "nonblocking": attack("@in always @(IN) IN <= 'bx;"),
    "hierarchical assign": attack("@in assign TOP.IN = 'bx;"),
    "concatenated assign": attack("assign {IN, OUT} = 'bx;", outputs=""),
    "bit of an input": attack("@in assign IN[$bits(IN)-1:0] = 'bx;"),
    "gate": attack("@in buf (IN, 1'bx);"),
    "supply gate": attack("@in buf (supply0, supply1) (IN, 1'bx);"),
    "tristate gate": attack("@in bufif1 (IN, 1'bx, 1'b1);"),
    "switch": attack("wire x = 1'bx;\n@in nmos (IN, x, 1'b1);"),
    "transistor pair": attack("wire x; assign (supply0, supply1) x = 1'bx;\n@in tran (IN, x);"),
    "switched transistors": attack(
        "wire x; assign (supply0, supply1) x = 1'bx;\n@in tranif1 (IN, x, 1'b1);"
    ),
    "transistors between inputs and outputs": attack("@in tran (IN, OUT);"),
    "pulls": attack("@in pullup (supply1) (IN);\n@in pulldown (supply0) (IN);"),
    "alias": attack("wire x = 1'bx;\n@in alias IN = x;"),
    "supply nets": attack("@in supply0 IN;"),
    "declared again": attack("@in wire INW IN = 'bx;"),
    "variable again": attack("@in reg INW IN = 'bx;"),
    "inputs are inout": whole(
        "module TOP(\n@in inout INW IN,\n@out output OUTW OUT,\ninput none);\n"
        "@in assign IN = 'bx;\nendmodule\n"
    ),
    "inputs are outputs": whole(
        "module TOP(\n@in output INW IN,\n@out output OUTW OUT,\ninput none);\n"
        "@in assign IN = 'bx;\nendmodule\n"
    ),
    "inputs are registers": whole(
        "module TOP(\n@in output reg INW IN,\n@out output OUTW OUT,\ninput none);\n"
        "@in initial IN = 'bx;\nendmodule\n"
    ),
    "inputs are pulled": whole(
        "module TOP(\n@in input supply0 INW IN,\n@out output OUTW OUT,\ninput none);\nendmodule\n"
    ),
    "inputs have defaults": whole(
        "module TOP(\n@in input reg INW IN = 'bx,\n@out output OUTW OUT,\ninput none);\nendmodule\n"
    ),
    "output of a submodule": _below("assign p = 'bx;"),
    "inout of a submodule": _below("assign (supply0, supply1) p = 'bx;", "inout"),
    "input of a submodule": _below("assign p = 'bx;", "input"),
    "force in a submodule": _below("initial force p = 'bx;", "input"),
    "register of a submodule": _below("initial p = 'bx;", "output reg"),
    "submodule with ports named twice": attack(
        "@in sub IN_s(IN, IN);",
        after="module sub(q, r); output q; output r; reg q, r;\n"
        "task t; input q; input r; begin end endtask endmodule\n",
    ),
    "submodule connected by wildcard": attack(
        "sub s(.*);",
        after="module sub(\n@in output INW IN,\ninput none);\n@in assign IN = 'bx;\nendmodule\n",
    ),
    "ports of a submodule from outside": attack(
        "@in sub IN_s(IN);\n@in assign IN_s.i = 'bx;", after="module sub(input i); endmodule\n"
    ),
    "upward from a submodule": attack(
        "sub s();", after="module sub;\n@in assign TOP.IN = 'bx;\nendmodule\n"
    ),
    "array of instances": attack(
        "sub s[0:3](IN);", after="module sub(inout p); assign p = 1'bx; endmodule\n"
    ),
    "generated instances": attack(
        "genvar g; generate for (g = 0; g < 1; g = g + 1) begin : b\n"
        "@in sub IN_s(IN);\nend endgenerate",
        after="module sub(output p); assign p = 1'bx; endmodule\n",
    ),
    "primitive of the user": attack(
        "@in u (IN, 1'b0);",
        after="primitive u(o, i); output o; input i; table 0 : x; 1 : x; endtable endprimitive\n",
    ),
    "task's output": attack("task t(output o); o = 1'bx; endtask\n@in initial t(IN);"),
    "task's reference": attack("task automatic t(ref o); o = 1'bx; endtask\n@in initial t(IN);"),
    "function's output": attack(
        "function automatic f(output o); begin o = 1'bx; f = 0; end endfunction\n"
        "reg r;\n@in initial r = f(IN);"
    ),
    "sscanf": attack('integer n;\n@in initial n = $sscanf("x", "%b", IN);'),
    "swrite": attack('@in initial $swrite(IN, "x");'),
    "sformat": attack('@in initial $sformat(IN, "x");'),
    "cast": attack("@in initial $cast(IN, 1'bx);"),
    "value of plusargs": attack('integer n;\n@in initial n = $value$plusargs("x=%b", IN);'),
    "readmem": attack('@in initial $readmemh("/dev/null", IN);'),
    "deposit": attack("@in initial $deposit(IN, 'bx);"),
    "increment": attack("@in initial IN++;"),
    "foreach and inputs": attack("@in initial foreach (IN[k]) IN[k] = 1'bx;"),
    "for and inputs": attack("initial for (IN = 0; IN < 1; IN = IN + 1) ;"),
    "event on inputs": attack("@in initial -> IN;"),
    "defparam and inputs": attack(
        "@in sub #(1) IN_s(.p(IN));\n@in defparam IN_s.W = 2;",
        after="module sub #(parameter W = 1)(inout [W:1] p); assign p = 'bx; endmodule\n",
    ),
    "interface": attack(
        "bus b(); assign b.v = 1'bx;\n@in assign IN = b.v;",
        after="interface bus; wire v; endinterface\n",
    ),
    "outputs forced to the reference's": attack("@out initial force OUT = IN;"),
    "charge": attack("@in trireg (large) INW IN;"),
}
