"""Shapes of models' replies and the code that each holds."""

import json
from dataclasses import dataclass

CODE = """module TopModule (
  input  logic       clk,
  input  logic [7:0] d,
  output logic [7:0] q
);

  // a register
  always_ff @(posedge clk)
    q <= d;

endmodule
"""
INSIDE = """  // a register
  always_ff @(posedge clk)
    q <= d;

endmodule
"""
OPEN_INSIDE = """  always_ff @(posedge clk)
    q <= d;
"""
DRAFT = "module TopModule(input clk, input [7:0] d, output [7:0] q);\n  assign q = d;\nendmodule\n"
HELPER = "module half_adder(input a, b, output s, c);\n  assign {c, s} = a + b;\nendmodule\n"
USER = """module TopModule(input x, y, output s, c);
  half_adder h0(.a(x), .b(y), .s(s), .c(c));
endmodule
"""
BENCH = "module tb;\n  reg clk = 0;\n  TopModule dut(.clk(clk), .d(8'd1), .q());\nendmodule\n"
TRICKY = CODE.replace("a register", 'module TopModule ( endmodule " /*')
HEADER = CODE[: CODE.index(");") + 3]
CUT = CODE[: CODE.index("  always_ff") + 20]
FENCE = "```"


@dataclass(frozen=True)
class Shape:
    """`code` is what must come out, compared without white space at its ends."""

    name: str
    reply: str
    code: str = CODE
    found: str = "module"
    truncated: bool = False
    header_given: bool = False
    continues: bool = False
    cut: bool = False


def fenced(code: str, language: str = "verilog") -> str:
    return f"{FENCE}{language}\n{code}{FENCE}\n"


def _indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}" if line.strip() else line for line in text.splitlines(True))


def _numbered(text: str) -> str:
    return "".join(f"{n:3}: {line}\n" for n, line in enumerate(text.splitlines(), 1))


def _patch(text: str) -> str:
    return "--- a\n+++ b\n@@ -0,0 +1 @@\n" + "".join(f"+{line}" for line in text.splitlines(True))


_PROSE = "Here is a module that does what you ask for. It's a register.\n\n"
_AFTER = '\nThe output follows the input one cycle later; "q" is never unknown after that.\n'
_THOUGHT = f"The user wants a register. First try:\n{fenced(DRAFT)}No, that has no clock.\n"

FENCES = (
    Shape("bare", CODE),
    Shape("bare without last newline", CODE.rstrip()),
    Shape("verilog fence", fenced(CODE)),
    Shape("systemverilog fence", fenced(CODE, "systemverilog")),
    Shape("sv fence", fenced(CODE, "sv")),
    Shape("capitals", fenced(CODE, "Verilog")),
    Shape("no language", fenced(CODE, "")),
    Shape("wrong language", fenced(CODE, "cpp")),
    Shape("language behind a space", fenced(CODE, " verilog")),
    Shape("attributes", fenced(CODE, "verilog {linenos=true, file=top.sv}")),
    Shape("file name", fenced(CODE, "verilog:TopModule.sv")),
    Shape("tildes", f"~~~verilog\n{CODE}~~~\n"),
    Shape("four marks around three", f"````markdown\n{fenced(CODE)}````\n"),
    Shape("five marks", f"`````verilog\n{CODE}`````\n"),
    Shape("prose around a fence", _PROSE + fenced(CODE) + _AFTER),
    Shape("fence behind words", f"Here: {fenced(CODE)}{_AFTER}"),
    Shape("end behind the last word", f"{FENCE}verilog\n{CODE.rstrip()}{FENCE}\nDone."),
    Shape("no end", f"{FENCE}verilog\n{CODE}"),
    Shape("no end, then prose", f"{FENCE}verilog\n{CODE}{_AFTER}"),
    Shape("end without beginning", f"{CODE}{FENCE}\n{_AFTER}"),
    Shape("in a list", f"1. The code:\n\n{_indented(fenced(CODE), '   ')}\n2. That is all.\n"),
    Shape("in a quote", "".join(f"> {line}" for line in fenced(CODE).splitlines(True))),
    Shape("tabs", _indented(fenced(CODE), "\t")),
    Shape("one line", f"{FENCE}module TopModule(input a, output y); assign y = a; endmodule{FENCE}",
          "module TopModule(input a, output y); assign y = a; endmodule"),
    Shape("code on the fence's line", f"{FENCE}verilog {CODE}{FENCE}\n"),
    Shape("prose in the fence", fenced(f"{_PROSE}{CODE}")),
    Shape("prose behind the module in the fence", fenced(CODE + _AFTER)),
)  # fmt: skip
SEVERAL = (
    Shape("draft, then final", fenced(DRAFT) + "That has no clock. Better:\n" + fenced(CODE)),
    Shape("code, then a piece of it", fenced(CODE) + "The important part:\n" + fenced(OPEN_INSIDE)),
    Shape("code, then a testbench", fenced(CODE) + "A testbench:\n" + fenced(BENCH)),
    Shape("testbench, then code", fenced(BENCH) + "The design:\n" + fenced(CODE)),
    Shape("shell commands", fenced(CODE) + fenced("iverilog -g2012 top.sv\n", "bash")),
    Shape("truth table", fenced("a b | y\n0 0 | 0\n0 1 | 1\n", "text") + fenced(CODE)),
    Shape("helper in a fence of its own", fenced(HELPER) + "and\n" + fenced(USER),
          f"{HELPER}\n{USER}"),
    Shape("helper behind", fenced(USER) + "with\n" + fenced(HELPER), f"{HELPER}\n{USER}"),
    Shape("helper in the same fence", fenced(f"{HELPER}\n{USER}"), f"{HELPER}\n{USER}"),
    Shape("helper in bare text", f"First:\n\n{HELPER}\nThen:\n\n{USER}\nThat is it.\n",
          f"{HELPER}\n{USER}"),
    Shape("complete, then cut short", fenced(CODE) + f"Or:\n{FENCE}verilog\n{CUT}"),
    Shape("in pieces", fenced(HEADER) + "Then the register:\n" + fenced(INSIDE),
          f"{HEADER}{INSIDE}"),
    Shape("another name", fenced(CODE.replace("TopModule", "top")),
          CODE.replace("TopModule", "top")),
)  # fmt: skip
MARKS = (
    Shape("begin and done", f"[BEGIN]\n{CODE}[DONE]\n"),
    Shape("begin alone", f"[BEGIN]\n{CODE}"),
    Shape("done alone", f"{CODE}[DONE]"),
    Shape("done alone, prose before", f"{_PROSE}{CODE}[DONE]"),
    Shape("prose outside the marks", f"{_PROSE}[BEGIN]\n{CODE}[DONE]{_AFTER}"),
    Shape("fence inside the marks", f"[BEGIN]\n{fenced(CODE)}[DONE]\n"),
    Shape("marks inside the fence", fenced(f"[BEGIN]\n{CODE}[DONE]\n")),
    Shape("marks spoken of", f"I put it between [BEGIN] and [DONE].\n\n[BEGIN]\n{CODE}[DONE]"),
    Shape("marks around nothing", f"[BEGIN]\n[DONE]\n{fenced(CODE)}"),
    Shape("goes on behind done", f"[BEGIN]\n{CODE}[DONE]\n\nQuestion:\n{DRAFT}"),
    Shape("answer tag", f"<answer>\n{CODE}</answer>"),
    Shape("code tag", f"{_PROSE}<code>\n{CODE}</code>{_AFTER}"),
    Shape("html", "<pre><code>\n" + CODE.replace("<", "&lt;") + "</code></pre>"),
    Shape("latex", f"\\begin{{lstlisting}}[language=Verilog]\n{CODE}\\end{{lstlisting}}\n"),
    Shape("json", json.dumps({"reasoning": "a register", "code": CODE})),
    Shape("json in a fence", fenced(json.dumps({"module": CODE}, indent=1) + "\n", "json")),
    Shape("json with a fence", json.dumps({"response": fenced(CODE)})),
)
THOUGHTS = (
    Shape("thinking", f"<think>\n{_THOUGHT}</think>\n\n{fenced(CODE)}"),
    Shape("thinking, then bare code", f"<think>\n{_THOUGHT}</think>\n\n{CODE}"),
    Shape("thinking without its beginning", f"{_THOUGHT}</think>\n\n{fenced(CODE)}"),
    Shape("thinking by another name", f"<reasoning>{_THOUGHT}</reasoning>{fenced(CODE)}"),
    Shape("twice", f"<think>{_THOUGHT}</think>\nHm.\n<think>{_THOUGHT}</think>\n{CODE}"),
    Shape("brackets", f"[THINK]{_THOUGHT}[/THINK]{fenced(CODE)}"),
    Shape("channels", f"<|channel|>analysis<|message|>{_THOUGHT}<|end|><|start|>assistant"
          f"<|channel|>final<|message|>{fenced(CODE)}<|return|>"),
    Shape("end of turn", f"{fenced(CODE)}<|im_end|>\n<|im_start|>user\nAnother: {DRAFT}"),
    Shape("end of text", f"{CODE}</s>"),
    Shape("cut within its thinking", f"<think>\n{_THOUGHT}", "", "nothing", truncated=True),
)  # fmt: skip
TEXT = (
    Shape("prose around", _PROSE + CODE + _AFTER),
    Shape("prose that speaks of modules", f"The module TopModule (see below) is a register.\n{CODE}"
          "This module is simple; endmodule closes it.\n"),
    Shape("line ends of Windows", (_PROSE + fenced(CODE)).replace("\n", "\r\n")),
    Shape("line ends of old", CODE.replace("\n", "\r")),
    Shape("byte order mark", "\ufeff" + CODE),
    Shape("spaces that do not break", fenced(CODE.replace("  input", "\u00a0\u00a0input"))),
    Shape("escaped line ends", CODE.replace("\n", "\\n")),
    Shape("numbered lines", fenced(_numbered(CODE))),
    Shape("patch", fenced(_patch(CODE), "diff")),
    Shape("directives", f"{_PROSE}`timescale 1ns/1ps\n`default_nettype none\n\n{CODE}",
          f"`timescale 1ns/1ps\n`default_nettype none\n\n{CODE}"),
    Shape("package", f"{_PROSE}package p;\n  typedef logic t;\nendpackage\n\n"
          "module TopModule import p::*; (input t a, output t y);\n  assign y = a;\nendmodule\n",
          "package p;\n  typedef logic t;\nendpackage\n\n"
          "module TopModule import p::*; (input t a, output t y);\n  assign y = a;\nendmodule\n"),
    Shape("type before the module", f"{_PROSE}typedef enum logic {{A, B}} s_t;\n\n{CODE}",
          f"typedef enum logic {{A, B}} s_t;\n\n{CODE}"),
    Shape("words in comments", fenced(TRICKY), TRICKY),
    Shape("words in comments, bare", f"{_PROSE}{TRICKY}{_AFTER}", TRICKY),
    Shape("heading", f"### Solution\n\n**TopModule**\n\n{CODE}"),
    Shape("label", CODE.rstrip() + " : TopModule\n", CODE.rstrip() + " : TopModule"),
    Shape("parameters", CODE.replace("TopModule (", "TopModule #(parameter N = 8) ("),
          CODE.replace("TopModule (", "TopModule #(parameter N = 8) (")),
)  # fmt: skip
SHORT = (
    Shape("empty", "", "", "nothing"),
    Shape("refusal", "I'm sorry, but I can't help with that.", "", "nothing"),
    Shape("cut in a fence", f"{_PROSE}{FENCE}verilog\n{CUT}", CUT, "fragment", truncated=True),
    Shape("cut in bare code", CUT, CUT, "fragment", truncated=True),
    Shape("cut behind a helper", f"{HELPER}\n{CUT}", CUT, "fragment", truncated=True),
    Shape("cut behind the code", f"{fenced(CODE)}The reg", cut=True),
    Shape("only a truth table", "| a | y |\n|---|---|\n| 0 | 1 |\n", "", "nothing"),
)
INSIDES = (
    Shape("inside", INSIDE, INSIDE, "body", header_given=True),
    Shape("inside in a fence", fenced(INSIDE), INSIDE, "body", header_given=True),
    Shape("inside without its end", fenced(OPEN_INSIDE), OPEN_INSIDE, "body", header_given=True),
    Shape("inside in prose", f"{_PROSE}{INSIDE}{_AFTER}", INSIDE, "body", header_given=True),
    Shape("open inside in prose", f"{_PROSE}{OPEN_INSIDE}{_AFTER}", OPEN_INSIDE, "body",
          header_given=True),
    Shape("whole module", fenced(CODE), header_given=True),
    Shape("inside, marked", f"[BEGIN]\n{INSIDE}[DONE]", INSIDE, "body", header_given=True),
    Shape("header repeated", fenced(CODE), INSIDE, "body", header_given=True, continues=True),
    Shape("inside that goes on", INSIDE, INSIDE, "body", header_given=True, continues=True),
    Shape("inside, said to be cut", OPEN_INSIDE, OPEN_INSIDE, "body", truncated=True,
          header_given=True, cut=True),
    Shape("a single assignment", "assign q = d;", "assign q = d;", "body", header_given=True),
    Shape("explained piece by piece", f"We need a register:\n{fenced(OPEN_INSIDE)}"
          "where `q` is the output.\n", OPEN_INSIDE, "body", header_given=True),
)  # fmt: skip
SHAPES = FENCES + SEVERAL + MARKS + THOUGHTS + TEXT + SHORT + INSIDES
