"""The official verdicts, with logs that the real compiler and simulator make."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eda.errors import InputError
from verilogeval.datasets import v2
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.official import judge as judge_module
from verilogeval.official import v1
from verilogeval.official.judge import judge
from verilogeval.official.letters import VERDICTS, classify
from verilogeval.problem import Problem, Task, TestbenchJudge
from verilogeval.verdict import LETTERS, FirstMismatch, Judgement, Verdict

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "verilog-eval"
INSTALLED = [
    path
    for path in (shutil.which("iverilog"), *sorted(ROOT.glob(".icarus/*/bin/iverilog")))
    if path is not None
]

needs_icarus = pytest.mark.skipif(not INSTALLED, reason="Icarus Verilog is not installed")

TESTBENCH = """
`timescale 1ps/1ps
module tb;
  reg clk = 0, reset = 1, a = 0;
  wire q_ref, q_dut;
  integer errors = 0, samples = 0, first = 0, cycle;
  RefModule good (.clk(clk), .reset(reset), .a(a), .q(q_ref));
  TopModule dut (.clk(clk), .reset(reset), .a(a), .q(q_dut));
  always #5 clk = !clk;
  always @(posedge clk, negedge clk) begin
    samples = samples + 1;
    if (q_ref !== (q_ref ^ q_dut ^ q_ref)) begin
      if (errors == 0) first = $time;
      errors = errors + 1;
    end
  end
  initial begin
    for (cycle = 0; cycle < 20; cycle = cycle + 1)
      #7 {reset, a} = {cycle % 6 == 0, cycle % 3 == 0};
    $finish;
  end
  initial #1000 begin $display("TIMEOUT"); $finish; end
  final begin
    if (errors)
      $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.",
               "q", errors, first);
    $display("Mismatches: %1d in %1d samples", errors, samples);
  end
endmodule
"""
PORTS = "(input clk, input reset, input a, output reg q);"
BODY = "always @(posedge clk) if (reset) q <= 0; else q <= a; endmodule\n"
REFERENCE = f"module RefModule {PORTS} {BODY}"


def top(body: str, ports: str = PORTS) -> str:
    return f"module TopModule {ports}\n{body}\nendmodule\n"


GOLDEN = f"module TopModule {PORTS} {BODY}"
RESET_AT_ONCE = "always @(posedge clk or posedge reset) if (reset) q <= 1; else q <= a;"
TOGGLING = "reg b = 0; initial b <= 1; always @(b) b <= !b;"

SAMPLES = {
    "S": top("assign q = a"),
    "e": top("typedef enum logic {A, B} state_t; state_t s; always_comb s = a;"),
    "0": top("always @(posedge clk) q <= 0'd1;"),
    "n": top("always_comb q = 1'b0;"),
    "w": top("always @(posedge clk) q <= a;", PORTS.replace("reg", "wire")),
    "m": top("flipflop f(clk, a, q);"),
    "c": top("always @(posedge clk) q <= a;", PORTS.replace("input clk,", "")),
    "p": top("always @(posedge clk) q <= b;"),
    "C": top("always @(posedge clk) q <= 1;", PORTS.replace("input a,", "")),
    "T": top('initial $display("TIMEOUT"); always @(posedge clk) q <= a;'),
    ".": GOLDEN,
    "r": top(RESET_AT_ONCE),
    "R": top("always @(posedge clk) q <= !a;"),
}


def problem(testbench: str = TESTBENCH, reference: str = REFERENCE) -> Problem:
    return Problem(
        task_id="flop",
        task=Task.SPEC_TO_RTL,
        top="TopModule",
        prompt="",
        interface="",
        golden=GOLDEN,
        testbench=TestbenchJudge(testbench, reference),
    )


@pytest.fixture(params=INSTALLED)
def icarus(request: pytest.FixtureRequest) -> Icarus:
    return find_icarus(Path(request.param))


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = dataclasses.replace(judge_module.RUN_LIMITS, cpu_s=1, output_bytes=1 << 20)
    monkeypatch.setattr(judge_module, "RUN_LIMITS", limits)


def test_there_is_a_sample_and_a_verdict_for_every_letter() -> None:
    assert set(SAMPLES) == set(LETTERS) == set(VERDICTS)


@needs_icarus
@pytest.mark.parametrize("letter", SAMPLES)
def test_each_class_of_real_log_gets_its_letter(
    icarus: Icarus, letter: str, tmp_path: Path
) -> None:
    found = judge(icarus, problem(), SAMPLES[letter], tmp_path)
    # Version 13 says "declared here as a wire", which the analyser does not know.
    expected = "C" if letter == "w" and icarus.version >= (13, 0) else letter
    assert found.letter == expected, found.log
    assert found.verdict is VERDICTS[letter]


@needs_icarus
def test_a_pass_and_a_mismatch_carry_their_evidence(tmp_path: Path) -> None:
    def judged(letter: str) -> Judgement:
        folder = tmp_path / f"letter{letter}"
        folder.mkdir()
        return judge(find_icarus(), problem(), SAMPLES[letter], folder)

    passed, failed, broken = judged("."), judged("R"), judged("p")
    assert (passed.mismatches, passed.stimuli, passed.message) == (0, 28, "")
    assert failed.first_mismatch == FirstMismatch(time=10, signals=("q",))
    assert failed.mismatches is not None
    assert failed.message == f"{failed.mismatches} of 28 samples differ"
    assert (broken.mismatches, broken.stimuli) == (None, None)
    assert broken.message.startswith("flop/flop_sample01.sv:2: error: Unable to bind wire/reg")


@needs_icarus
@pytest.mark.parametrize(
    "body",
    ["initial forever q = 0;", "initial forever $display(1);", TOGGLING],
    ids=["in a process", "printing", "between processes"],
)
@pytest.mark.usefixtures("one_second")
def test_a_simulation_that_does_not_end_times_out(body: str, tmp_path: Path) -> None:
    found = judge(find_icarus(), problem(), top(body), tmp_path)
    assert (found.letter, found.verdict) == ("T", Verdict.TIMEOUT)
    assert len(found.log) < 30_000


@needs_icarus
def test_a_stop_goes_on_as_it_does_without_a_terminal(tmp_path: Path) -> None:
    found = judge(find_icarus(), problem(), top(f"initial #3 $stop; {BODY[:-10]}"), tmp_path)
    assert (found.letter, found.stimuli) == (".", 28)


@needs_icarus
def test_no_result_line_is_no_result(tmp_path: Path) -> None:
    silent = problem(TESTBENCH.replace("final", "initial #900"))
    found = judge(find_icarus(), silent, top("initial $finish;"), tmp_path)
    assert (found.letter, found.verdict) == ("R", Verdict.NO_RESULT)


@needs_icarus
def test_the_sample_comes_first_so_its_macros_reach_the_testbench(tmp_path: Path) -> None:
    bench = problem("`ifdef FROM_SAMPLE\n" + TESTBENCH + "\n`endif\n")
    found = judge(find_icarus(), bench, "`define FROM_SAMPLE\n" + GOLDEN, tmp_path)
    assert found.letter == "."


@needs_icarus
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip() + " // no line end",
        lambda text: "// \u00e4\u2028\ud83d\n" + text,
    ],
    ids=["CR LF", "no final line end", "odd characters"],
)
def test_the_text_is_judged_as_it_is(change: Callable[[str], str], tmp_path: Path) -> None:
    assert judge(find_icarus(), problem(), change(GOLDEN), tmp_path).letter == "."


def test_a_problem_without_a_testbench_is_refused(tmp_path: Path) -> None:
    other = dataclasses.replace(problem(), testbench=None)
    with pytest.raises(InputError, match="'flop' has no Verilog testbench"):
        judge(None, other, GOLDEN, tmp_path)  # type: ignore[arg-type]


RESULT = "Mismatches: 0 in 9 samples"


@pytest.mark.parametrize(
    ("log", "letter"),
    [
        (f"{RESULT}\n", "."),
        (f"{RESULT}", "."),
        (f"{RESULT}\r\n", "."),
        (f"x\r{RESULT}\r", "."),
        (f"x\x0b{RESULT}\n", "R"),
        (f" {RESULT}\n", "R"),
        (f"{RESULT}.\n", "R"),
        ("Mismatches: 3 in 9 samples\n", "R"),
        (f"Mismatches: 3 in 9 samples\n{RESULT}\n", "."),
        (f"{RESULT}\nMismatches: 3 in 9 samples\n", "."),
        (f"{RESULT}\nTIMEOUT\n", "T"),
        (f"error\n{RESULT}\n", "C"),
        (f"Error\n{RESULT}\n", "."),
        (f"a: Unable to bind wire/reg `b' in\n{RESULT}\n", "p"),
        ("a: Unable to bind wire/reg `b' in\nerror\n", "p"),
        ("error\nTIMEOUT\n", "T"),
        ("TIMEOUT\na.sv:1: syntax error\n", "T"),
        ("a.sv:1: Unknown module type: b\na.sv:1: syntax error\n", "m"),
        ("Unknown module type: TIMEOUT\n", "m"),
        ("error: Unable to bind wire/reg/memory `clk2' in `tb'\n", "p"),
        ("", "R"),
    ],
)
def test_the_log_is_read_line_by_line(log: str, letter: str) -> None:
    assert classify(log, "").letter == letter


@pytest.mark.parametrize(
    ("source", "letter"),
    [
        ("always @(posedge clk or posedge reset)", "r"),
        ("always @(posedge clk, negedge reset_n)", "r"),
        ("// posedge reset is not used", "r"),
        ("always @(posedge clk, posedge r)", "r"),
        ("always @(posedge clk, posedge rst)", "R"),
        ("always @(posedge  reset)", "R"),
        ("always @(POSEDGE RESET, posedge\nreset)", "R"),
    ],
)
def test_a_reset_counts_only_as_the_analyser_spells_it(source: str, letter: str) -> None:
    assert classify("Mismatches: 3 in 9 samples\n", source).letter == letter
    assert classify(RESULT, source).letter == "."


def test_the_counts_are_those_that_the_letter_rests_on() -> None:
    found = classify(f"{RESULT}\nMismatches: 3 in 8 samples\n", "")
    assert (found.letter, found.mismatches, found.samples) == (".", 0, 9)
    found = classify("Mismatches: 2 in 9 samples\nMismatches: 3 in 8 samples\n", "")
    assert (found.letter, found.mismatches, found.samples) == ("R", 3, 8)


@pytest.mark.parametrize(
    ("stdout", "stderr", "letter"),
    [
        (RESULT, "", "."),
        (f"Hint: {RESULT} and more", "", "."),
        (f"Mismatches: 1 in 9 samples\n{RESULT}", "", "R"),
        (f"{RESULT}\nTIMEOUT error", "", "."),
        (RESULT, "a.sv:1: warning: implicit definition\n", "C"),
        (RESULT, "a.sv:1: syntax error\n", "S"),
        ("Mismatches:  in  samples", "", "R"),
        ("", "", "R"),
    ],
)
def test_v1_reads_results_from_stdout_and_fails_all_that_is_on_stderr(
    stdout: str, stderr: str, letter: str
) -> None:
    assert v1.classify(stdout, stderr).letter == letter


@needs_icarus
@pytest.mark.parametrize(
    ("sample", "letter", "verdict"),
    [
        (GOLDEN, ".", Verdict.PASS),
        (SAMPLES["R"], "R", Verdict.MISMATCH),
        (SAMPLES["S"], "S", Verdict.COMPILE_ERROR),
        (SAMPLES["m"], "C", Verdict.COMPILE_ERROR),
        (top(f"assign implicit = a; {BODY[:-10]}"), "C", Verdict.COMPILE_ERROR),
        (top(TOGGLING), "T", Verdict.TIMEOUT),
        (top(f'initial $display("%c", 8\'hff); {BODY[:-10]}'), "R", Verdict.NO_RESULT),
        (top(f"initial #3 $stop; {BODY[:-10]}"), ".", Verdict.PASS),
    ],
    ids=["golden", "wrong", "syntax", "no module", "warning", "endless", "no UTF-8", "stop"],
)
@pytest.mark.usefixtures("one_second")
def test_v1_judges_one_file_with_test_prompt_and_completion(
    sample: str, letter: str, verdict: Verdict, tmp_path: Path
) -> None:
    both = problem(testbench=f"{TESTBENCH}\n{REFERENCE}", reference="")
    found = judge(find_icarus(), both, sample, tmp_path)
    assert (found.letter, found.verdict) == (letter, verdict), found.log


def _real_outputs() -> tuple[Icarus, Path]:
    samples = DATA / "gemini-2.5-flash_spec-to-rtl.jsonl"
    if not samples.exists():
        pytest.skip("../shared/data/verilog-eval is not there")
    found = [find_icarus(Path(path)) for path in INSTALLED]
    twelve = next((icarus for icarus in found if icarus.version == (12, 0)), None)
    if twelve is None:
        pytest.skip("needs Icarus Verilog 12: run 'make icarus'")
    return twelve, samples


def test_all_letters_of_real_outputs_are_the_official_ones(tmp_path: Path) -> None:
    icarus, path = _real_outputs()
    dataset = v2.load(DATA / "dataset_spec-to-rtl")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    distinct = list(dict.fromkeys((row["task_id"], row["completion"]) for row in rows))

    def letter(number: int) -> str:
        task_id, completion = distinct[number]
        folder = tmp_path / str(number)
        folder.mkdir()
        found = judge(icarus, dataset.problems[task_id], completion, folder).letter
        shutil.rmtree(folder)
        return found

    with ThreadPoolExecutor(2) as threads:
        letters = dict(zip(distinct, threads.map(letter, range(len(distinct))), strict=True))
    wrong = {
        f"{row['task_id']} {row['sample']}": (letters[key], row["official_icarus12"])
        for row in rows
        if letters[key := (row["task_id"], row["completion"])] != row["official_icarus12"]
    }
    assert not wrong
    assert len(rows) == 235
