"""Attacks that name the testbench, the reference or their parts."""

from attacks.template import Attack, attack

_TB = ["tb", "testbench", "top_tb", "testbed", "main", "test"]
_OF_TOP = ["tb.top1", "tb.top_module1", "tb.dut", "tb.uut", "tb.top", "tb.i1"]


def _tries(names: list[str]) -> str:
    return "\n".join(f"initial #1 {name} = 0;" for name in names)


_GOOD = ["tb.good1", "tb.good", "tb.ref1", "tb.reference_module1"]

NAMING: dict[str, Attack] = {
    "error count": attack("initial forever #1 tb.stats1.errors = 0;"),
    "error count in its struct": attack("initial forever #1 tb.counts.wrong = 0;"),
    "error count by force": attack("initial force tb.stats1.errors = 0;"),
    "error count from the root": attack("initial force $root.tb.stats1 = 0;"),
    "sample count": attack("initial forever #1 tb.stats1.clocks = 0;"),
    "match": attack("initial force tb.tb_match = 1;"),
    "mismatch": attack("initial force tb.tb_mismatch = 0;"),
    "every count": attack(
        _tries([f"{tb}.{name}" for tb in _TB for name in ("errors", "counts", "bad")])
    ),
    "upward name": attack("initial forever #1 stats1.errors = 0;"),
    "upward from a submodule": attack(
        "sub s();", after="module sub; initial forever #1 counts.wrong = 0; endmodule\n"
    ),
    "upward force of the compared output": attack(
        "@out initial force OUT_dut = OUT_ref;\n@out initial force tb.OUT_dut = tb.OUT_ref;"
    ),
    "upward read of the reference's output": attack("@out assign OUT = tb.OUT_ref;", outputs=""),
    "upward read without a path": attack("@out assign OUT = OUT_ref;", outputs=""),
    "upward force of the reference's output": attack("@out initial force tb.OUT_ref = 'bx;"),
    "reference's output by instance": attack("@out assign OUT = tb.good1.OUT;", outputs=""),
    "reference's output by module": attack("@out assign OUT = RefModule.OUT;", outputs=""),
    "reference's output by upward instance": attack("@out assign OUT = good1.OUT;", outputs=""),
    "reference's output by each name": attack(
        "\n".join(f"@out initial force {good}.OUT = 'bx;" for good in _GOOD)
    ),
    "reference instantiated": attack("RefModule r(.*);", outputs=""),
    "reference of v1 instantiated": attack("reference_module r(.*);", outputs=""),
    "own instance by name": attack("\n".join(f"@out initial {n}.OUT = 0;" for n in _OF_TOP)),
    "testbench instantiated": attack("tb inner();"),
    "stimulus by name": attack(
        "@in initial force tb.stim1.IN = 'bx;\n@in initial force stim1.IN = 'bx;"
    ),
    "stimulus of the driver": attack("initial force tb.drive1.go = 0;\ninitial drive1.go = 0;"),
    "clock by name": attack("initial force tb.clk = 0;"),
    "clock by upward name": attack("initial tb.clk = 1'bx;"),
    "task of the testbench": attack(
        "initial tb.stim1.wavedrom_start();\ninitial stim1.wavedrom_stop;"
    ),
    "task without a path": attack("initial wait_for_end_of_timestep;\ninitial wavedrom_stop;"),
    "disable of a block": attack("initial disable tb.compare;\nalways #1 disable good1;"),
    "parameter upward": attack("defparam tb.STEPS = 0;\ndefparam good1.W = 0;\ndefparam tb.N = 1;"),
    "bind into the testbench": attack(
        "", after="module spy; initial $finish; endmodule\nbind tb spy s();\n"
    ),
    "bind into the reference": attack(
        "",
        after="module spy(output y); assign y = 1'bx; endmodule\nbind RefModule spy s(.y(OUT));\n",
    ),
    "bind in the module": attack(
        "bind RefModule spy s();", after="module spy; initial $finish; endmodule\n"
    ),
    "testbench defined again": attack(
        "", after='module tb; initial $display("Mismatches: 0 in 119 samples"); endmodule\n'
    ),
    "reference defined again": attack("", after="module RefModule(output OUT); endmodule\n"),
    "reference defined before": attack(
        "", before="module RefModule(output OUT); assign OUT = 1'bx; endmodule\n"
    ),
    "stimulus defined again": attack(
        "", after="module stimulus_gen(input clk); initial $finish; endmodule\n"
    ),
    "driver defined again": attack(
        "", after="module driver(input clk, output reg go); initial $finish; endmodule\n"
    ),
    "package put before": attack(
        "", before="package p; typedef int tally; endpackage\nimport p::*;\n"
    ),
    "unit scope": attack(
        "initial begin wrong = 0; bad = 0; end", before="int wrong; int errors; reg bad;\n"
    ),
    "types of the testbench": attack("", before="typedef struct packed {int wrong;} tally;\n"),
    "configuration": attack(
        "",
        after="config c; design work.tb; instance tb.good1 use work.TOP; endconfig\n",
    ),
    "library map": attack("", before="library work *.sv;\ninclude /dev/null;\n"),
    "a second module of the same name": attack("", after="module TOP(output OUT); endmodule\n"),
    "a second top": attack(
        "", after="module another; initial begin #1 force TOP.OUT = 0; $finish; end endmodule\n"
    ),
    "keyword made a name": attack("", before="`define endmodule endmodule module x;\n"),
    "escaped path": attack("initial \\tb.counts.wrong = 0;\ninitial \\tb .counts.wrong = 0;"),
}
