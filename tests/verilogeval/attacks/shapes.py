"""Sources of unusual shapes: wrong ports, no module, other constructs than a module's."""

from attacks.template import UNKNOWN, Attack, attack, whole

_OPEN = "module TOP("
_PORTS = "(\n@in input INW IN,\n@out output OUTW OUT,\ninput none);\n"

SHAPES: dict[str, Attack] = {
    "empty": whole(""),
    "no module": whole("Sorry, I cannot do that.\n"),
    "no ports": whole("module TOP; endmodule\n"),
    "no outputs": whole("module TOP(\n@in input INW IN,\ninput none); endmodule\n"),
    "no body": attack("", outputs=""),
    "outputs unknown": attack(""),
    "outputs zero": attack("", outputs="@out assign OUT = 0;\n"),
    "outputs all ones": attack("", outputs="@out assign OUT = ~0;\n"),
    "outputs pulled": attack("@out pullup (OUT);", outputs=""),
    "outputs weak": attack("@out assign (weak0, weak1) OUT = 0;"),
    "outputs supplied": attack("@out supply1 OUTW OUT;", outputs=""),
    "outputs forced": attack("@out initial force OUT = 0;"),
    "outputs shorted": attack("@out tran (OUT, IN);", outputs=""),
    "outputs are inputs": whole(
        "module TOP(\n@in input INW IN,\n@out input OUTW OUT,\ninput none); endmodule\n"
    ),
    "outputs are inouts": whole(
        "module TOP(\n@in input INW IN,\n@out inout OUTW OUT,\ninput none); endmodule\n"
    ),
    "outputs are real": whole(
        "module TOP(\n@in input INW IN,\n@out output real OUT,\ninput none);\n"
        "@out initial OUT = 0.0 / 0.0;\nendmodule\n"
    ),
    "outputs are strings": whole(
        "module TOP(\n@in input INW IN,\n@out output string OUT,\ninput none); endmodule\n"
    ),
    "outputs are wider": whole(
        "module TOP(\n@in input INW IN,\n@out output [99:0] OUT,\ninput none);\n"
        "@out assign OUT = 'bx;\nendmodule\n"
    ),
    "outputs are arrays": whole(
        "module TOP(\n@in input INW IN,\n@out output logic OUT [0:3],\ninput none); endmodule\n"
    ),
    "outputs are references": whole(
        "module TOP(\n@in ref logic INW IN,\n@out ref logic OUTW OUT,\ninput none); endmodule\n"
    ),
    "ports unnamed": whole(f"{_OPEN},,,); endmodule\n"),
    "ports by expression": whole(
        "module TOP(\n@in .IN({IN, IN}),\n@out .OUT(IN),\n.none());\n@in input INW IN;\nendmodule\n"
    ),
    "ports twice": whole(f"module TOP{_PORTS}input IN; output OUT; endmodule\n"),
    "extra ports of the reference": attack(
        "@out assign OUT = OUT_ref;", outputs="@out wire OUTW OUT_ref;\n"
    ),
    "two headers": whole(f"module TOP{_PORTS}module TOP{_PORTS}endmodule\nendmodule\n"),
    "program": whole(f"program TOP{_PORTS}initial $finish; endprogram\n"),
    "interface": whole(f"interface TOP{_PORTS}endinterface\n"),
    "primitive": whole(
        "primitive TOP(OUT, IN); output OUT; input IN; table 0 : x; 1 : x; endtable endprimitive\n"
    ),
    "class": whole("class TOP; endclass\n"),
    "package": whole("package TOP; endpackage\n"),
    "macromodule": whole(f"macromodule TOP{_PORTS}initial $finish; endmodule\n"),
    "cell": attack("", before="`celldefine\n", after="`endcelldefine\n"),
    "program inside": attack("program p; initial $finish; endprogram"),
    "nested module": attack("module inner; initial $finish; endmodule"),
    "checker": attack("checker c; initial $finish; endchecker\nc k();"),
    "assertion": attack("initial assert (0) else $finish;"),
    "assertions off": attack("initial begin $assertoff; $assertkill; end"),
    "concurrent assertion": attack("@in assert property (@(posedge IN) 0) else $finish;"),
    "clocking": attack("@in clocking IN_c @(posedge IN); output IN; endclocking"),
    "attribute": attack(
        "(* ivl_do_not_elide, _ivl_schedule_push = 1 *) wire w = 1'bx;\n"
        "(* _ivl_schedule_final *) initial $finish;"
    ),
    "attribute on the module": attack(
        "", before='(* top, blackbox, keep_hierarchy = "tb", ivl_synthesis_cell *)\n'
    ),
    "specify": attack("@in specify (IN => OUT) = 0; endspecify"),
    "specify parameters": attack("specify specparam PATHPULSE$ = 0; endspecify"),
    "pulse control": attack("specify\n@in pulsestyle_onevent OUT;\nendspecify"),
    "time unit": attack(
        "initial #1 $finish;", outputs="timeunit 100s; timeprecision 1fs;\n" + UNKNOWN
    ),
    "time unit outside": attack("", before="timeunit 1fs; timeprecision 1fs;\n"),
    "library cell": attack("", after="module \\$_AND_ (input A, output Y); endmodule\n"),
    "let and property": attack("let x = $finish; property p; 1; endproperty"),
    "markdown": whole("```verilog\nmodule TOP(output OUT); initial $finish; endmodule\n```\n"),
    "a program in the simulator's language": whole(
        ':ivl_version "12.0";\n:vpi_module "system";\n%vpi_call 0 0 "$finish" {0 0 0};\n'
    ),
    "names of the simulator": attack(
        "reg \\v0x0_0.tb ; wire \\S_0x1 ; initial \\v0x0_0.tb = 1;\nparameter \\%vpi_call = 1;"
    ),
    "a newline in the program": attack(
        'wire \\x" ;\ninitial $display("\\042;\\n%vpi_call 0 0 \\042$finish\\042");\n'
        'localparam P = "\\";\\n :vpi_module \\"x\\"";'
    ),
}
