"""Rewritten testbenches in real Icarus: the same findings, and nothing left to name."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import mini
import pytest

from eda.errors import InputError
from verilogeval.testbench import record, results
from verilogeval.testbench.powerup import power_up
from verilogeval.testbench.results import Results
from verilogeval.testbench.rewrite import rewrite
from verilogeval.testbench.template import Bench, Template, instantiate

WRONG = {
    "and_gate": "assign y = a | b;",
    "adder": "assign sum = a + b + (a == 8'h3c);",
    "counter": "reg [3:0] r; always @(posedge clk) r <= reset ? 1 : r + 1; assign q = r;",
    "toggle": "reg r; initial r = 0; always @(posedge clk) r <= r | t; assign q = r;",
}


def _template(m: mini.Mini) -> Template:
    text = mini.bench_text(m) + m.module("RefModule")
    return rewrite(text, "TopModule", "RefModule")


def _compile(folder: Path, text: str, top: str) -> bytes:
    (folder / "x.sv").write_text(text)
    command = ["iverilog", "-g2012", "-s", top, "-o", "x.vvp", "x.sv"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "x.vvp").read_bytes()


def _run(folder: Path, program: bytes) -> str:
    (folder / "x.vvp").write_bytes(program)
    answer = subprocess.run(
        ["vvp", "-n", "x.vvp"], cwd=folder, check=True, capture_output=True, text=True
    )
    return answer.stdout


def _results(folder: Path, bench: Bench, source: str) -> Results:
    program = _compile(folder, f"{bench.text}\n{source}", bench.top)
    return results.read(_run(folder, program), bench.secret)


@dataclass(frozen=True)
class Plain:
    count: str
    firsts: list[str]


def _plain(folder: Path, m: mini.Mini, source: str) -> Plain:
    text = mini.bench_text(m) + m.module("RefModule") + source
    lines = _run(folder, _compile(folder, text, "tb")).splitlines()
    return Plain(
        next(line for line in lines if line.startswith("Mismatches")),
        [line for line in lines if line.startswith("Hint")],
    )


@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize("m", mini.ALL, ids=lambda m: m.task_id)
def test_the_findings_are_those_of_the_testbench_as_it_was(
    tmp_path: Path, m: mini.Mini, isolated: bool
) -> None:
    for source in (m.module("TopModule"), m.module("TopModule", WRONG[m.task_id])):
        plain = _plain(tmp_path, m, source)
        (tmp_path / "wave.vcd").unlink()
        found = _results(tmp_path, instantiate(_template(m), isolated=isolated), source)
        assert f"Mismatches: {found.mismatches} in {found.stimuli} samples" == plain.count
        assert [line for line in found.lines if line.startswith("Hint")] == plain.firsts
        assert found.end == "0"
        assert not (tmp_path / "wave.vcd").exists()


@pytest.mark.parametrize("m", mini.ALL, ids=lambda m: m.task_id)
def test_no_name_of_the_testbench_is_left(m: mini.Mini) -> None:
    bench = instantiate(_template(m))
    code = re.sub(r'"[^"]*"', "", bench.text)
    ports = {port for _, _, port in m.ports}
    for name in ("tb", "driver", "drive1", "good1", "top1", "counts", "wrong", "RefModule", "go"):
        assert not re.search(rf"\b{name}\b", code), name
    for port in ports:
        for found in re.finditer(rf"\b{port}\b", code):
            assert code[found.start() - 1] == "."  # only where the sample is connected


def test_two_benches_share_no_secret() -> None:
    template = _template(mini.AND)
    one, two = instantiate(template), instantiate(template)
    assert one.secret != two.secret
    assert one.secret not in two.text
    assert len(one.secret) == 32


def test_messages_speak_of_the_testbench_by_its_own_names() -> None:
    bench = instantiate(_template(mini.AND))
    assert bench.plain(f"in {bench.top}: oh") == "in tb: oh"


def test_the_first_mismatch_is_the_earliest_and_names_its_outputs(tmp_path: Path) -> None:
    m = mini.Mini("two", (("input", 1, "a"), ("output", 1, "x"), ("output", 1, "y")), "")
    m = mini.Mini(m.task_id, m.ports, "assign x = a; assign y = a;")
    wrong = m.module("TopModule", "assign x = ~a; assign y = ~a;")
    found = _results(tmp_path, instantiate(_template(m)), wrong)
    assert found.first_mismatch is not None
    assert found.first_mismatch.signals == ("x", "y")


def test_a_simulation_can_stop_where_nothing_tells_of_a_mismatch(tmp_path: Path) -> None:
    text = mini.bench_text(mini.ADD).replace("counts.wrong++", "{counts.wrong} = counts.wrong + 1")
    template = rewrite(text + mini.ADD.module("RefModule"), "TopModule", "RefModule")
    assert "counts" in template.names
    bench = instantiate(template, max_mismatches=3)
    assert "wait (" in bench.text
    assert "wait (" not in instantiate(_template(mini.ADD), max_mismatches=3).text
    found = _results(tmp_path, bench, mini.ADD.module("TopModule", "assign sum = a - b;"))
    assert (found.mismatches, found.end) == (3, "stop")


def test_a_simulation_can_stop_at_its_first_mismatch(tmp_path: Path) -> None:
    bench = instantiate(_template(mini.ADD), max_mismatches=1)
    found = _results(tmp_path, bench, mini.ADD.module("TopModule", "assign sum = a - b;"))
    assert found.mismatches == 1
    assert found.end == "stop"
    right = _results(tmp_path, bench, mini.ADD.module("TopModule"))
    assert (right.mismatches, right.end) == (0, "0")


@pytest.mark.parametrize("m", mini.ALL, ids=lambda m: m.task_id)
def test_a_played_reference_gives_the_same_findings(tmp_path: Path, m: mini.Mini) -> None:
    template = _template(m)
    recorder = instantiate(template, isolated=False, record=1000)
    recorded = _results(tmp_path, recorder, m.module("TopModule"))
    recording = record.read(recorded.lines, len(template.outputs), 1000).recording
    assert recording is not None
    assert recording.size > 3
    for source in (m.module("TopModule"), m.module("TopModule", WRONG[m.task_id])):
        simulated = _results(tmp_path, instantiate(template), source)
        bench = instantiate(template, recording=recording)
        reference = m.body if "always" in m.body else "assign"
        assert reference not in bench.text or "always" not in m.body
        played = _results(tmp_path, bench, source)
        assert (played.mismatches, played.stimuli) == (simulated.mismatches, simulated.stimuli)


DRIVING = {
    "assign": "assign (supply1, supply0) a = 0; assign (supply1, supply0) b = 0; assign y = 0;",
    "force": "initial begin force a = 0; force b = 0; end assign y = 0;",
    "gate": "buf (supply1, supply0) (a, 1'b0); buf (supply1, supply0) (b, 1'b0); assign y = 0;",
}


@pytest.mark.parametrize("body", DRIVING.values(), ids=DRIVING)
def test_a_sample_that_drives_its_inputs_reaches_only_its_copies(tmp_path: Path, body: str) -> None:
    source = mini.AND.module("TopModule", body)
    found = _results(tmp_path, instantiate(_template(mini.AND), isolated=True), source)
    assert found.mismatches


def test_what_a_sample_prints_is_not_the_testbench_speaking(tmp_path: Path) -> None:
    body = """assign y = 0; initial begin $display("Mismatches: 0 in 119 samples"); $write("end 0");
    forever begin #7 $write("x"); $display("Mismatches: 0 in 119 samples"); end end"""
    bench = instantiate(_template(mini.AND))
    found = _results(tmp_path, bench, mini.AND.module("TopModule", body))
    assert found.mismatches
    assert found.end == "0"


def test_the_testbench_draws_numbers_that_a_sample_cannot_use_up(tmp_path: Path) -> None:
    body = "assign y = a & b; integer i; always @(a or b) i = $random;"
    bench = instantiate(_template(mini.AND))
    drawn = _results(tmp_path, bench, mini.AND.module("TopModule", body))
    assert (drawn.mismatches, drawn.end) == (0, "0")
    plain = _compile(tmp_path, _with_trace(mini.AND.module("TopModule")), "tb")
    drawing = _compile(tmp_path, _with_trace(mini.AND.module("TopModule", body)), "tb")
    assert _run(tmp_path, plain) != _run(tmp_path, drawing)  # the danger is real
    template = rewrite(_with_trace(""), "TopModule", "RefModule")
    ours = []
    for source in (mini.AND.module("TopModule"), mini.AND.module("TopModule", body)):
        ours.append(_results(tmp_path, instantiate(template), source).lines)
    assert ours[0] == ours[1]


def _with_trace(source: str) -> str:
    testbench = mini.bench_text(mini.AND).replace(
        "driver drive1", 'always @(a or b) $display("at %0d: %b%b", $time, a, b);\n  driver drive1'
    )
    return testbench + mini.AND.module("RefModule") + source


@pytest.mark.parametrize("bit", [0, 1])
def test_registers_power_up_as_told_but_for_what_a_sample_initialises(
    tmp_path: Path, bit: int
) -> None:
    body = """reg r; reg [39:0] wide; reg own = 1; reg late; initial late = 0;
    initial #1 $display("own %b late %b wide %h r %b", own, late, wide, r); assign q = r;
    always @(posedge clk) r <= r ^ t;"""
    bench = instantiate(_template(mini.TOGGLE))
    source = mini.TOGGLE.module("TopModule", body)
    program = _compile(tmp_path, f"{bench.text}\n{source}", bench.top)
    assert "wide xxxxxxxxxx r x" in _run(tmp_path, program)
    output = _run(tmp_path, power_up(program, bench.instance, bit))
    assert f"own 1 late 0 wide {'f' * 10 if bit else '0' * 10} r {bit}" in output
    found = results.read(output, bench.secret)
    assert (found.mismatches == 0) == (bit == 0)


def test_where_port_names_disagree_the_order_decides(tmp_path: Path) -> None:
    other = mini.Mini("and_gate", tuple((w, n, f"p_{p}") for w, n, p in mini.AND.ports), "")
    text = mini.bench_text(mini.AND) + other.module("RefModule", "assign p_y = p_a & p_b;")
    bench = instantiate(rewrite(text, "TopModule", "RefModule"))
    found = _results(tmp_path, bench, other.module("TopModule", "assign p_y = p_a & p_b;"))
    assert (found.mismatches, found.end) == (0, "0")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("module tb; RefModule r(); endmodule module RefModule(); endmodule", "no instance of"),
        ("module tb; TopModule t(); endmodule module RefModule(); endmodule", "never prints"),
        ("module tb; TopModule t(); endmodule", "do not define the module 'RefModule'"),
        ("module tb; TopModule t(;", "is not SystemVerilog"),
    ],
)
def test_what_is_no_testbench_is_told(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        rewrite(text, "TopModule", "RefModule")
