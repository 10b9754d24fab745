"""Extraction: our reply shapes, and models' own code wrapped in ten styles of reply.

python -m benchmarks.extraction
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import ROOT, SHARED, conditions
from verilogeval.extraction import extract
from verilogeval.source import normal_form

SAMPLES = SHARED / "verilog-eval" / "gemini-2.5-flash_spec-to-rtl.jsonl"
_FENCE = "```"
_OTHER = "module Draft(input a, output y);\n  assign y = a;\nendmodule\n"


def _fenced(code: str, language: str = "verilog") -> str:
    return f"{_FENCE}{language}\n{code}\n{_FENCE}\n"


#: A way to reply, by what it looks like.
STYLES: dict[str, Callable[[str], str]] = {
    "bare": lambda code: code,
    "fence": _fenced,
    "prose and fence": lambda code: (
        f"Sure! Here is the module TopModule (as asked):\n\n{_fenced(code, 'systemverilog')}\n"
        "**How it works.** The module uses `always` blocks; it's simple.\n"
    ),
    "prose around bare code": lambda code: (
        f"The module below does it. It's short.\n\n{code}\n\nThat is all; no reset is needed.\n"
    ),
    "thinking, draft, fence": lambda code: (
        f"<think>\nA module TopModule (maybe):\n{_fenced(_OTHER)}Hm, no.\n</think>\n{_fenced(code)}"
    ),
    "begin and done": lambda code: f"[BEGIN]\n{code}\n[DONE]\n",
    "begin alone, no line end": lambda code: f"[BEGIN]{code}",
    "unclosed fence, Windows line ends": lambda code: f"{_FENCE}verilog\n{code}".replace(
        "\n", "\r\n"
    ),
    "code and testbench in two fences": lambda code: (
        f"{_fenced(code)}\nTest it:\n{_fenced('module tb; TopModule dut(); endmodule')}"
    ),
    "JSON": lambda code: json.dumps({"explanation": "see the code", "code": code}),
}


def shapes() -> int:
    """How many of our own shapes are missed."""
    sys.path.insert(0, str(ROOT / "tests" / "verilogeval"))
    from reply_shapes import SHAPES  # noqa: PLC0415 - test data, no part of a package

    missed = []
    for shape in SHAPES:
        found = extract(
            shape.reply,
            top="TopModule",
            header_given=shape.header_given,
            continues=shape.continues,
            cut=shape.cut,
        )
        told = found.code.strip(), found.found.value, found.truncated
        if told != (shape.code.strip(), shape.found, shape.truncated):
            missed.append(shape.name)
    print(f"own shapes: {len(SHAPES) - len(missed)} of {len(SHAPES)}", *missed)
    return len(missed)


def styles(path: Path) -> int:
    """How many right answers lose their code in some style; right: the official harness passes it.

    A reply that was cut short within its code cannot be told from the prose behind it.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lost = 0
    print(f"{'style':<36} code kept: of all, of the right ones")
    for name, wrapped in STYLES.items():
        kept = [
            row
            for row in rows
            if normal_form(extract(wrapped(row["completion"]), top="TopModule").code)
            == normal_form(row["completion"])
        ]
        right = [sum(row["official_icarus12"] == "." for row in some) for some in (kept, rows)]
        lost += right[1] - right[0]
        print(f"{name:<36} {len(kept)}/{len(rows)} {right[0]}/{right[1]}")
    return lost


def main() -> int:
    """Print both; exit status 1: some code is lost."""
    print(conditions())
    missed = shapes()
    if not SAMPLES.exists():
        sys.exit(f"{SAMPLES} is absent")
    return int(bool(missed + styles(SAMPLES)))


if __name__ == "__main__":
    sys.exit(main())
