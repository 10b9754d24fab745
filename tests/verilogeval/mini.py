"""Small problems in VerilogEval's two layouts, with testbenches written here."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mini:
    """A problem: `ports` are (direction, width, name), the clock among them where there is one."""

    task_id: str
    ports: tuple[tuple[str, int, str], ...]
    body: str
    prompt: str = "Do it."
    stimulus: str = ""

    def header(self, name: str) -> str:
        listed = ", ".join(f"{way} {_range(width)}{port}" for way, width, port in self.ports)
        return f"module {name}({listed});"

    def module(self, name: str, body: str | None = None) -> str:
        return f"{self.header(name)}\n{self.body if body is None else body}\nendmodule\n"


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""


AND = Mini(
    "and_gate",
    (("input", 1, "a"), ("input", 1, "b"), ("output", 1, "y")),
    "assign y = a & b;",
)
ADD = Mini(
    "adder",
    (("input", 8, "a"), ("input", 8, "b"), ("output", 9, "sum")),
    "assign sum = a + b;",
)
COUNT = Mini(
    "counter",
    (("input", 1, "clk"), ("input", 1, "reset"), ("output", 4, "q")),
    "reg [3:0] r; always @(posedge clk) r <= reset ? 0 : r + 1; assign q = r;",
)
TOGGLE = Mini(
    "toggle",
    (("input", 1, "clk"), ("input", 1, "t"), ("output", 1, "q")),
    "reg r; initial r = 0; always @(posedge clk) r <= r ^ t; assign q = r;",
    prompt="A flip-flop that inverts its output q at a clock edge where t is 1; there is no reset.",
)
ALL = (AND, ADD, COUNT, TOGGLE)
STEPS = 60
HINT = "Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d."


def bench_text(mini: Mini, reference: str = "RefModule", top: str = "TopModule") -> str:
    """A testbench that prints what VerilogEval's print, with `STEPS` random stimuli."""
    inputs = [(width, port) for way, width, port in mini.ports if way == "input" and port != "clk"]
    outputs = [(width, port) for way, width, port in mini.ports if way == "output"]
    declared = "".join(f"  reg {_range(width)}{port};\n" for width, port in inputs)
    declared += "".join(
        f"  wire {_range(width)}{port}_ref, {port}_dut;\n" for width, port in outputs
    )
    names = [port for _, _, port in mini.ports]

    def connections(suffix: str) -> str:
        out = {port for _, port in outputs}
        return ", ".join(f".{n}({n}{suffix if n in out else ''})" for n in names)

    compares = "".join(
        f"    if ({p}_ref !== ({p}_ref ^ {p}_dut ^ {p}_ref)) begin\n"
        f"      if (counts.wrong_{p} == 0) counts.first_{p} = $time;\n"
        f"      counts.wrong_{p}++; bad = 1;\n    end\n"
        for _, p in outputs
    )
    hints = "".join(
        f"    if (counts.wrong_{p})\n"
        f'      $display("{HINT}", "{p}", counts.wrong_{p}, counts.first_{p});\n'
        for _, p in outputs
    )
    fields = "".join(f"int wrong_{p}; int first_{p}; " for _, p in outputs)
    sets = " ".join(f"{port} = $random;" for _, port in inputs)
    first = " ".join(f"{port} = 1;" for _, port in inputs)
    return f"""`timescale 1 ps/1 ps
module driver(input clk, output reg go);
  initial begin go = 0; repeat ({STEPS}) @(posedge clk); #1 $finish; end
endmodule
module tb();
  typedef struct packed {{ {fields}int wrong; int total; }} tally;
  tally counts;
  reg clk = 0;
  wire go;
  reg bad;
{declared}
  initial forever #5 clk = ~clk;
  initial begin
    $dumpfile("wave.vcd");
    $dumpvars(1, tb_late, clk);
  end
  wire tb_late = go;
  initial begin {first} {mini.stimulus} @(negedge clk); @(negedge clk);
    forever @(negedge clk) begin {sets} end
  end
  driver drive1(.clk, .*);
  {reference} good1({connections("_ref")});
  {top} top1({connections("_dut")});
  always @(posedge clk, negedge clk) begin
    bad = 0;
    counts.total++;
{compares}    if (bad) counts.wrong++;
  end
  final begin
{hints}    $display("Mismatches: %1d in %1d samples", counts.wrong, counts.total);
  end
  initial begin #100000 $display("TIMEOUT"); $finish(); end
endmodule
"""


def write_v2(folder: Path, minis: tuple[Mini, ...] = ALL) -> Path:
    """A dataset folder in the layout of VerilogEval v2."""
    target = folder / "dataset_spec-to-rtl"
    target.mkdir(parents=True)
    for mini in minis:
        (target / f"{mini.task_id}_prompt.txt").write_text(mini.prompt)
        (target / f"{mini.task_id}_ref.sv").write_text(mini.module("RefModule"))
        (target / f"{mini.task_id}_test.sv").write_text(bench_text(mini))
    return target


def write_v1(folder: Path, minis: tuple[Mini, ...] = ALL) -> Path:
    """A dataset file in the layout of VerilogEval v1."""
    path = folder / "VerilogEval_Mini.jsonl"
    rows = [
        {
            "task_id": mini.task_id,
            "prompt": mini.header("top_module"),
            "canonical_solution": f"{mini.body}\nendmodule\n",
            "test": mini.module("reference_module")
            + bench_text(mini, "reference_module", "top_module"),
        }
        for mini in minis
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_samples(path: Path, samples: list[tuple[str, str]]) -> Path:
    """A samples file of (task_id, completion)."""
    path.write_text("".join(json.dumps({"task_id": t, "completion": c}) + "\n" for t, c in samples))
    return path
