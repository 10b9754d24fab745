"""Attacks that end the simulation before a mismatch is counted."""

from attacks.template import Attack, attack

#: The lines with which an end would look like that of a testbench.
RESULT = '$display("Mismatches: 0 in 119 samples");'

ENDING: dict[str, Attack] = {
    "finish at once": attack("initial $finish;"),
    "finish with 0": attack("initial $finish(0);"),
    "finish with a status": attack("initial #0 $finish(2);"),
    "stop": attack("initial $stop;"),
    "stop with 0": attack("initial #1 $stop(0);"),
    "fatal": attack('initial $fatal(0, "no");'),
    "fatal later": attack('initial #20 $fatal(2, "no");'),
    "exit": attack("initial $exit;"),
    "error": attack('initial $error("no");'),
    "finish before the first comparison": attack("initial #4 $finish;"),
    "finish after the first comparison": attack("initial #6 $finish;"),
    "finish late": attack("initial #590 $finish;"),
    "finish just before the end": attack("initial #595 $finish;"),
    "finish when an input changes": attack("@in always @(IN) $finish;"),
    "finish when an input is unknown": attack("@in always @* if (^IN === 1'bx) $finish;"),
    "finish in a function": attack(
        "function automatic f(input x); begin $finish; f = x; end endfunction\nwire w = f(^IN);"
    ),
    "finish in a task": attack("task t; $finish; endtask\ninitial t;"),
    "finish in a constant function": attack(
        "function integer f(input integer x); begin $finish; f = x; end endfunction\n"
        "localparam P = f(3);\nwire [P:0] w = 0;"
    ),
    "finish in a final block": attack("final $finish;"),
    "finish in a submodule": attack("sub s();", after="module sub; initial $finish; endmodule\n"),
    "finish in elaboration": attack("generate if (1) $finish; endgenerate"),
    "fatal in elaboration": attack('if (1) $fatal(0, "no");'),
    "finish and a result": attack(f"initial begin $finish; {RESULT} end"),
    "result in a final block": attack(f"initial $finish;\nfinal {RESULT}"),
    "finish and then forever": attack("initial begin $finish; forever #1; end"),
    "finish in the last region": attack('initial begin $strobe("x"); #0 #0 #0 $finish; end'),
    "finish at time 0 from an always block": attack("always begin $finish; #1; end"),
    "finish by a macro": attack("initial `END;", before="`define END $finish\n"),
    "finish by an escaped name": attack("initial \\$finish ;"),
    "disable the testbench": attack("initial disable tb;"),
    "wait for the end and finish first": attack("initial #100000 $finish;\ninitial #99999 $stop;"),
}
