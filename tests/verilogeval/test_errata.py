"""The known errors of the public datasets are errors, and do what the list says."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import DATA, ROOT

from verilogeval import Scorer, Verdict
from verilogeval.datasets.errata import COMPLETE, ERRATA, HUMAN, MACHINE, SPEC, Kind, errata_of
from verilogeval.datasets.errata_page import page
from verilogeval.datasets.find import load
from verilogeval.icarus.find import find_icarus
from verilogeval.official.judge import judge as official_judge
from verilogeval.problem import Dataset

FILES = {
    SPEC: "dataset_spec-to-rtl",
    COMPLETE: "dataset_code-complete-iccad2023",
    HUMAN: "v1/VerilogEval_Human.jsonl",
    MACHINE: "v1/VerilogEval_Machine.jsonl",
}
GOLDEN = ""
EDGES = """module TopModule(input clk, reset, input [31:0] in, output reg [31:0] out);
reg [31:0] last; wire [31:0] fell = last & ~in;
always @(posedge clk) begin last <= LAST; out <= reset ? 0 : out | FELL; end endmodule"""
RECEIVER = """reg [3:0] n; reg [8:0] b; reg lost, good;
assign done = good; assign out_byte = b[7:0];
always @(posedge clk) begin b <= {in, b[8:1]}; good <= 0;
if (reset) begin n <= 0; lost <= 0; end
else if (lost) begin if (in) begin lost <= 0; good <= LATE; end end
else if (n == 0) begin if (!in) n <= 1; end
else if (n < 9) n <= n + 1;
else begin n <= 0; if (in) good <= 1; else lost <= 1; end end endmodule"""
RECEIVES = "module TopModule(input clk, in, reset, output [7:0] out_byte, output done);" + RECEIVER
DFF = "always @(posedge clk) "


@dataclass(frozen=True)
class Shown:
    """A source, with its official letter and mismatches, and whether it passes here."""

    source: str
    letter: str
    mismatches: int | None
    passes: bool


def edges(last: str, fell: str) -> str:
    return EDGES.replace("LAST", last).replace("FELL", fell)


EVIDENCE = {
    (SPEC, "Prob099_m2014_q6c", Kind.PORTS): [Shown(GOLDEN, "C", None, True)],
    (SPEC, "Prob099_m2014_q6c", Kind.PROMPT): [
        Shown(
            "module TopModule(input [6:1] y, input w, output Y2, Y4);"
            "assign Y2 = y[1] & ~w, Y4 = (y[2] | y[3] | y[5] | y[6]) & w; endmodule",
            "C",
            None,
            False,
        )
    ],
    (SPEC, "Prob082_lfsr32", Kind.WATCHDOG): [Shown(GOLDEN, "T", 0, True)],
    (SPEC, "Prob034_dff8", Kind.POWER_UP): [
        Shown(
            f"module TopModule(input clk, input [7:0] d, output reg [7:0] q); {DFF} q <= d;"
            "endmodule",
            "R",
            1,
            True,
        )
    ],
    (SPEC, "Prob053_m2014_q4d", Kind.POWER_UP): [
        Shown(
            f"module TopModule(input clk, in, output reg out); {DFF} out <= in ^ out; endmodule",
            "R",
            1,
            True,
        )
    ],
    (HUMAN, "mt2015_muxdff", Kind.POWER_UP): [
        Shown(f"{DFF} Q <= L ? r_in : q_in; endmodule", "R", 1, True)
    ],
    (SPEC, "Prob053_m2014_q4d", Kind.UNKNOWN_REFERENCE): [
        Shown(
            "module TopModule(input clk, in, output out); assign out = 0; endmodule", ".", 0, False
        )
    ],
    (HUMAN, "review2015_fsmshift", Kind.WEAK_STIMULUS): [
        Shown(
            "reg [2:0] n; assign shift_ena = ~n[2];"
            "always @(posedge clk, posedge reset) n <= reset ? 0 : n + !n[2]; endmodule",
            ".",
            0,
            True,
        )
    ],
    (SPEC, "Prob062_bugs_mux2", Kind.PROMPT): [
        Shown(
            "module TopModule(input sel, input [7:0] a, b, output [7:0] out);"
            "assign out = {8{~sel}} & a | {8{sel}} & b; endmodule",
            "R",
            111,
            False,
        )
    ],
    (HUMAN, "bugs_mux2", Kind.PROMPT): [
        Shown("assign out = {8{~sel}} & a | {8{sel}} & b; endmodule", "R", 111, False)
    ],
    (SPEC, "Prob146_fsm_serialdata", Kind.PROMPT): [
        Shown(RECEIVES.replace("LATE", "0"), ".", 0, True),
        Shown(RECEIVES.replace("LATE", "1"), "R", 28, False),
    ],
    (HUMAN, "fsm_serialdata", Kind.PROMPT): [
        Shown(RECEIVER.replace("LATE", "0"), ".", 0, True),
        Shown(RECEIVER.replace("LATE", "1"), "R", 28, False),
    ],
    (SPEC, "Prob070_ece241_2013_q2", Kind.PROMPT): [
        Shown(
            "module TopModule(input a, b, c, d, output out_sop, out_pos);"
            "assign out_sop = ~a & ~b & c & ~d | b & c & d, out_pos = out_sop; endmodule",
            "R",
            10,
            False,
        )
    ],
    (HUMAN, "edgedetect2", Kind.PROMPT): [
        Shown(
            f"reg [7:0] last; {DFF} begin last <= in; anyedge <= in & ~last; end endmodule",
            "R",
            187,
            False,
        )
    ],
    (MACHINE, "vector2", Kind.PROMPT): [Shown("assign out = in; endmodule", "R", 109, False)],
    (MACHINE, "xnorgate", Kind.PROMPT): [Shown("assign out = a ^ b; endmodule", "R", 219, False)],
    (SPEC, "Prob066_edgecapture", Kind.RACE): [
        Shown(edges("in", "last & ~in"), ".", 0, True),
        Shown(edges("in", "fell"), "R", 4, False),
    ],
    (SPEC, "Prob066_edgecapture", Kind.SILENT): [
        Shown(edges("reset ? 0 : in", "last & ~in"), "R", 91, False)
    ],
}


@pytest.fixture(scope="module")
def datasets() -> dict[str, Dataset]:
    found = {}
    for name, file in FILES.items():
        path = DATA / "verilog-eval" / file
        if not path.exists():
            pytest.skip(f"{path} is not there: the public datasets are no part of this project")
        found[name] = load(str(path))
    return found


@pytest.mark.parametrize("key", EVIDENCE, ids=lambda key: f"{key[1]} {key[2].value}")
def test_an_erratum_does_what_it_says(
    key: tuple[str, str, Kind],
    datasets: dict[str, Dataset],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, task_id, kind = key
    assert [e for e in errata_of(name) if (e.task_id, e.kind) == (task_id, kind)]
    monkeypatch.setenv("EDA_RL_CACHE", str(tmp_path / "cache"))
    problem = datasets[name].problems[task_id]
    header = f"{problem.interface}\n" if datasets[name].rule == "v1" else ""
    with Scorer(datasets[name], jobs=1) as scorer:
        for number, shown in enumerate(EVIDENCE[key]):
            completion = shown.source or problem.golden.removeprefix(header)
            folder = tmp_path / str(number)
            folder.mkdir()
            official = official_judge(find_icarus(), problem, f"{header}{completion}", folder)
            assert (official.letter, official.mismatches) == (shown.letter, shown.mismatches)
            assert (scorer.score(task_id, completion) is Verdict.PASS) == shown.passes


def test_errata_name_problems_of_their_datasets(datasets: dict[str, Dataset]) -> None:
    for erratum in ERRATA:
        for name in erratum.datasets:
            assert datasets[name].name == name
            assert erratum.task_id in datasets[name].problems


def test_the_page_is_in_step_with_the_list() -> None:
    written = (ROOT / "docs" / "dataset-errors.md").read_text("utf-8")
    assert written == page(), (
        "run python -m verilogeval.datasets.errata_page docs/dataset-errors.md"
    )
