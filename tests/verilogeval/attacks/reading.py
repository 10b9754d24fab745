"""Attacks on how a source is read: what one program sees as a comment, another executes."""

from attacks.template import Attack, attack

#: What is to be hidden from whoever examines the source.
_HIDDEN = "@in initial force IN = 'bx;\n"
_FILE = 'integer f; initial f = $fopen("/proc/self/mem", "r+");\n'
_CLOSE = "// */\n"
_SEPARATORS = {
    "vertical tab": "\v",
    "form feed": "\f",
    "file separator": "\x1c",
    "next line": "\x85",
    "no-break space": "\xa0",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "zero width space": "\u200b",
    "byte order mark": "\ufeff",
    "right to left": "\u202e",
    "end of text": "\x1a",
    "null": "\0",
    "escape": "\x1b",
    "backspace": "\b",
}


def _directive(line: str) -> Attack:
    """A directive behind whose line a comment begins, for one of the readers."""
    return attack(f"{line}\n{_HIDDEN}{_CLOSE}")


READING: dict[str, Attack] = {
    "carriage return ends a comment": attack(f"// x\r/*\n{_HIDDEN}{_CLOSE}"),
    "carriage return hides": attack("// x\rinitial $finish;\r"),
    "carriage return in a string": attack('initial $display("x\r"); initial $finish; // ");\n'),
    "carriage return in a directive": attack("`celldefine\r/*\n" + _HIDDEN + _CLOSE),
    "pragma": _directive("`pragma foo /*"),
    "pragma protect": attack(
        "`pragma protect begin_protected\n" + _HIDDEN + "`pragma protect end_protected"
    ),
    "protect": attack("`protect\n" + _HIDDEN + "`endprotect"),
    "delay mode": _directive("`delay_mode_path /*"),
    "library": _directive("`uselib /*"),
    "time scale": _directive("`timescale 1ns/1ps /*"),
    "net type": _directive("`default_nettype wire /*"),
    "unconnected drive": _directive("`unconnected_drive pull0 /*"),
    "decay time": _directive("`default_decay_time 1 /*"),
    "reset": _directive("`resetall /*"),
    "end of keywords": _directive("`end_keywords /*"),
    "line": _directive('`line 1 "f" 0 /* " 0'),
    "line of the testbench": attack('`line 1 "testbench.sv" 0\n' + _HIDDEN),
    "line without end": _directive('`line 1 "/* 0'),
    "line with hash": attack(
        'reg [7:0] d; integer line; initial d =\n#line "a" /* " 5\n 0;\n'
        f"{_HIDDEN} initial d = 1\n{_CLOSE};"
    ),
    "macro-made ifdef": attack(
        f"`T`A NOPE\n{_HIDDEN}`T`B",
        before="`define A ifdef\n`define B endif\n`define T `\n",
    ),
    "macro-made ifdef by pasting": attack(
        f"`X(if,def) NOPE\n{_HIDDEN}`X(end,if)", before="`define X(a,b) `a``b\n"
    ),
    "macro-made include": attack('`T`I "/dev/zero"', before="`define I include\n`define T `\n"),
    "macro-made define": attack(
        "`T`D force\n@in initial `T``Q IN = 'bx;", before="`define D define Q\n`define T `\n"
    ),
    "macro-made comment": attack(f"`S`S x\r{_HIDDEN}`S* x\n{_HIDDEN}*`S", before="`define S /\n"),
    "macro-made string": attack(f"initial $display(`Q); {_HIDDEN}", before='`define Q "x`"\n'),
    "ifdef of the simulator": attack(f"`ifdef __ICARUS__\n{_HIDDEN}`endif"),
    "ifdef of the simulator hides a file": attack(f"`ifdef __ICARUS__\n{_FILE}`endif"),
    "ifndef of another reader": attack(f"`ifndef __slang__\n{_HIDDEN}{_FILE}`endif"),
    "undefined simulator": attack(f"`undef __ICARUS__\n`undefineall\n{_HIDDEN}"),
    "include of a host file": attack("", before='`include "/etc/passwd"\n'),
    "include of the environment": attack("", before='`include "/proc/self/environ"\n'),
    "include of the command": attack("", before='`include "/proc/self/cmdline"\n'),
    "include of a device": attack("", before='`include "/dev/zero"\n'),
    "include of the testbench": attack(
        "", before='`include "testbench.sv"\n`include "../testbench.sv"\n'
    ),
    "include of the reference": attack("", before='`include "counter_ref.sv"\n'),
    "include of itself": attack("", before='`include "sample.sv"\n'),
    "include in brackets": attack("", before="`include </etc/passwd>\n"),
    "keyword defined": attack("", before="`define module macromodule\n`define initial final\n"),
    "system task defined": attack("initial `x;", before="`define x $\\\nfinish\n"),
    "macro of the testbench": attack(
        "", before="`define OK 0\n`define INCORRECT 0\n`define RefModule TOP\n"
    ),
    "macro that calls itself": attack("`A", before="`define A `B\n`define B `A\n"),
    "macro with comment": attack("`A */ " + _HIDDEN, before="`define A /*\n"),
    "macro without end": attack("`A(1", before="`define A(x) x\n"),
    "comment without end": attack("/* " + _HIDDEN),
    "comment without end behind the module": attack("", after="/* never closed\n"),
    "string without end": attack('initial $display("' + _HIDDEN),
    "string without end behind the module": attack("", after='"never closed\n'),
    "ifdef without end": attack("", after="`ifdef NOPE\n"),
    "ifdef without end before": attack("", before="`ifndef NOPE\n"),
    "define without end": attack("", after="`define X \\\n"),
    "endif too many": attack("`endif\n" + _HIDDEN),
    "module left open": attack("", after="module open(input x);\n"),
    "module without end": attack("", after="primitive p(o, i); output o; input i; table\n"),
    "backslash at the end": attack("", after="// \\"),
    "comment that goes on": attack("// x \\\n" + _HIDDEN),
    "comment in a comment": attack("/* /* */\n" + _HIDDEN + "// */"),
    "comment begun in a string": attack('initial $display("/*");\n' + _HIDDEN + '//*/ "'),
    "string begun in a comment": attack('// "\n' + _HIDDEN + '// "'),
    "string over two lines": attack('initial $display("\\\n/*");\n' + _HIDDEN + "// */"),
    "raw string": attack('initial $display("""a" /* """);\n' + _HIDDEN + "// */"),
    "escaped name that begins a comment": attack("wire \\/* ;\n" + _HIDDEN + "// */"),
    "escaped name ended by a tab": attack("wire \\qq\v/* ;\n" + _HIDDEN + "// */"),
    "attribute that is none": attack("(* x *) wire w; always @(*) /*) " + _HIDDEN + "// */ ;"),
    "net type none": attack("assign undeclared = IN;", before="`default_nettype none\n"),
    "net type for all": attack("", after="`default_nettype none\n"),
    "all nets supplied": attack("", before="`default_nettype tri1\n`unconnected_drive pull1\n"),
    "directives reset": attack("", before="`resetall\n", after="`resetall\n"),
    "coarse time": attack("initial #1 $finish;", before="`timescale 100s/100s\n"),
    "fine time": attack("initial #1 $finish;", before="`timescale 1fs/1fs\n"),
    "fine time behind the module": attack("", after="`timescale 1fs/1fs\n"),
    "other keywords": attack(
        "reg logic; initial logic = 0;", before='`begin_keywords "1364-2001"\n'
    ),
    "other keywords for all": attack("", after='`begin_keywords "1364-1995"\n'),
    **{
        f"{name} as white space": attack(f"initial{character}$finish;\n// x{character}{_HIDDEN}")
        for name, character in _SEPARATORS.items()
    },
    "no-break space hides a call": attack('integer f; initial f =\xa0$fopen("x", "w");'),
    "other letters": attack("initial \uff04finish; wire \u0430;"),
    "lone surrogate": attack('initial $display("\ud800"); initial $finish;'),
}
