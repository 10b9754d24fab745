"""Proofs of equivalence, with real Yosys, ABC and Icarus in the sandbox."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eda import aiger
from eda.abc.binary import find_abc
from eda.frontend.build import AigBuilder
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Problem, Task
from verilogeval.proof.prove import ProofSettings, Prover
from verilogeval.proof.store import ProofRow, ProofStore
from verilogeval.proof.values import Counterexample, Proof, ProofVerdict, proof_of
from verilogeval.proof.wander import Wanderer
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.settings import JudgeSettings

SYNC = "always @(posedge clk) if (reset) q <= 0; else q <= q + d;"
PORTS = "input clk, input reset, input [3:0] d, output reg [3:0] q"


@pytest.fixture
def prover(tmp_path: Path) -> Iterator[Prover]:
    judging = JudgeSettings(
        icarus=find_icarus(),
        official=False,
        max_mismatches=1,
        time_limit_s=30.0,
        memory_mib=1024,
        scratch=tmp_path,
    )
    with Judge(judging) as judge:
        yield Prover(ProofSettings(find_abc(), 5.0, judging), judge)


def problem(golden: str, prompt: str = "A circuit.") -> Problem:
    return Problem("p", Task.SPEC_TO_RTL, "TopModule", prompt, "", golden)


def module(body: str, ports: str = PORTS) -> str:
    return f"module TopModule({ports});\n{body}\nendmodule\n"


BINARY = """module TopModule(input clk, reset, x, output z);
  reg [1:0] s;
  always @(posedge clk) if (reset) s <= 0; else s <= x ? s + (s != 2) : 0;
  assign z = s == 2;
endmodule
"""
ONE_HOT = """module TopModule(input clk, reset, x, output z);
  reg [2:0] s;
  always @(posedge clk) if (reset) s <= 1; else s <= x ? {s[2] | s[1], s[0], 1'b0} : 1;
  assign z = s[2];
endmodule
"""
COMBINATIONAL = "input [3:0] d, output reg [3:0] q"
EQUIVALENT = {
    "same": (module(SYNC), module(SYNC)),
    "written another way": (
        module(SYNC),
        module("wire [3:0] n = q + d; always @(posedge clk) q <= n & {4{~reset}};"),
    ),
    "one-hot against binary": (BINARY, ONE_HOT),
    "reference does not care": (
        module("always @* case (d) 1: q = 2; 2: q = 4; default: q = 'x; endcase", COMBINATIONAL),
        module("always @* q = d << 1;", COMBINATIONAL),
    ),
    "never known before a reset": (module(SYNC), module(f"initial q = 7; {SYNC}")),
    "latch": (
        module("always @* if (d[0]) q = d;", COMBINATIONAL),
        module("wire e = d[0]; always @* begin if (e) q = d; else q = q; end", COMBINATIONAL),
    ),
}


@pytest.mark.parametrize("name", EQUIVALENT)
def test_equal_circuits_are_proved(prover: Prover, name: str) -> None:
    golden, source = EQUIVALENT[name]
    proof = prover.prove(problem(golden), source)
    assert (proof.verdict, proof.reason) == (ProofVerdict.EQUIVALENT, "")
    assert proof.assumes == ()


DIFFERENT = {
    "function": (module(SYNC), module(SYNC.replace("+", "|"))),
    "asynchronous reset": (module(SYNC), module(SYNC.replace("clk)", "clk, posedge reset)"))),
    "clock edge": (module(SYNC), module(SYNC.replace("posedge", "negedge"))),
    "no reset": (module(SYNC), module("always @(posedge clk) q <= q + d;")),
    "a step late": (module(SYNC), module(f"reg [3:0] q_;{SYNC.replace('q', 'q_')}"
                    "always @(posedge clk) q <= q_;")),
    "at one input": (module("always @* q = d;", COMBINATIONAL),
                     module("always @* q = d == 11 ? 12 : d;", COMBINATIONAL)),
    "unknown output": (module("always @* q = d;", COMBINATIONAL),
                       module("always @* q = d == 3 ? 'x : d;", COMBINATIONAL)),
    "narrow": (module("always @* q = d;", COMBINATIONAL),
               module("always @* q = d[2:0];", "input [3:0] d, output reg [2:0] q")),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_comes_with_inputs_that_show_it(prover: Prover, name: str) -> None:
    golden, source = DIFFERENT[name]
    proof = prover.prove(problem(golden), source)
    assert (proof.verdict, proof.reason) == (ProofVerdict.DIFFERENT, "")
    assert proof.counterexample is not None
    assert proof.counterexample.outputs == ("q",)


def test_a_difference_that_lies_deep_is_found(prover: Prover) -> None:
    golden = "module TopModule(input clk, reset, output z); reg [8:0] n; always @(posedge clk)"
    golden += " n <= reset ? 0 : n + 1; assign z = n == 400; endmodule\n"
    proof = prover.prove(problem(golden), golden.replace("400", "401"))
    assert proof.verdict is ProofVerdict.DIFFERENT
    assert proof.counterexample is not None
    assert len(proof.counterexample.steps) > 400


def test_initial_values_count_unless_a_reset_comes_first(prover: Prover) -> None:
    with_value = module(f"initial q = 5; {SYNC}")
    proof = prover.prove(problem(with_value, "It starts as 5."), module(SYNC))
    assert proof.verdict is ProofVerdict.EQUIVALENT
    assert proof.assumes == ("a reset comes first: reset = 1",)
    free = "input clk, input [3:0] d, output reg [3:0] q"
    golden = module("initial q = 0; always @(posedge clk) q <= q + d;", free)
    source = module("always @(posedge clk) q <= q + d;", free)
    proof = prover.prove(problem(golden), source)
    assert proof.assumes == ("the sample's registers power up as 0",)
    proof = prover.prove(problem(golden, "The initial state is 0."), source)
    assert proof.verdict is ProofVerdict.DIFFERENT


def test_outputs_that_are_never_known_are_listed(prover: Prover) -> None:
    golden = "module TopModule(input clk, t, output reg q, output r); always @(posedge clk)"
    golden += " q <= q ^ t; assign r = t; endmodule\n"
    source = "module TopModule(input clk, t, output q, output r); assign q = 0, r = t; endmodule\n"
    proof = prover.prove(problem(golden), source)
    assert (proof.verdict, proof.dont_care) == (ProofVerdict.EQUIVALENT, ("q",))


def test_what_yosys_does_not_read_is_unknown_unless_chance_shows_a_difference(
    prover: Prover,
) -> None:
    golden = problem(module(SYNC))
    unread = prover.prove(golden, module(f"{SYNC} initial forever #1;"))
    assert unread.verdict is ProofVerdict.UNKNOWN
    assert unread.reason
    refused = "always @(posedge clk or posedge reset) if (!d[0]) q <= q + d; else q <= 0;"
    for body in ("initial forever #1 q = ~q;", refused):
        shown = prover.prove(golden, module(body))
        assert shown.verdict is ProofVerdict.DIFFERENT
        assert shown.counterexample is not None
        assert shown.counterexample.outputs == ("q",)
        assert len(shown.counterexample.steps) < 60  # it ends where the difference shows


def test_macros_mean_what_they_mean_to_icarus(prover: Prover) -> None:
    hidden = module(f"`ifdef __ICARUS__\n{SYNC}\n`else\nalways @* q = 1;\n`endif")
    assert prover.prove(problem(module(SYNC)), hidden).verdict is ProofVerdict.EQUIVALENT
    off = module(f"{SYNC}\n// synthesis translate_off\nalways @(negedge clk) q <= 3;\n"
                 "// synthesis translate_on")  # fmt: skip
    assert prover.prove(problem(module(SYNC)), off).verdict is not ProofVerdict.EQUIVALENT


@st.composite
def _circuits(draw: st.DrawFn) -> bytes:
    """A random circuit of some latches and one output."""
    build = AigBuilder()
    inputs, latches = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    literals = [build.variable() for _ in range(inputs + latches)]
    for _ in range(draw(st.integers(1, 12))):
        a, b = (draw(st.sampled_from(literals)) ^ draw(st.integers(0, 1)) for _ in "ab")
        literals.append(build.conjunction(a, b))
    roots = [draw(st.sampled_from(literals)) ^ draw(st.integers(0, 1)) for _ in range(latches + 1)]
    aig = aiger.parse(build.encode(literals[: inputs + latches], roots))
    header = aiger.Header(aig.header.max_variable, inputs, latches, 1, aig.header.ands)
    return aiger.write(aiger.Aig(header, aig.outputs[1:], (0,) * latches, aig.outputs[:1],
                                 aig.fanins, {}, {}, {}))  # fmt: skip


def _output(aig: aiger.Aig, trace: tuple[tuple[int, ...], ...]) -> int:
    """The output at the trace's last step, one literal after the other."""
    state, out = [0] * aig.header.latches, 0
    for step in trace:
        values = [0, *step, *state]
        for left, right in aig.fanins.tolist():
            a, b = (values[literal >> 1] ^ (literal & 1) for literal in (left, right))
            values.append(a & b)
        out = values[aig.outputs[0] >> 1] ^ (aig.outputs[0] & 1)
        state = [values[literal >> 1] ^ (literal & 1) for literal in aig.latch_next]
    return out


@settings(max_examples=60, deadline=None)
@given(_circuits())
def test_random_runs_find_only_what_is_there(data: bytes) -> None:
    trace = Wanderer(data).search()
    if trace:
        assert _output(aiger.parse(data), trace) == 1


def test_a_proof_goes_through_its_file(tmp_path: Path) -> None:
    example = Counterexample("cycles", ("clk",), 1, ({"d": 3}, {"d": 4}), 1, ("q",))
    proofs = [
        Proof(ProofVerdict.DIFFERENT, counterexample=example, wall_s=0.25),
        Proof(ProofVerdict.EQUIVALENT, assumes=("a",), dont_care=("q",)),
        Proof(ProofVerdict.BOUNDED, bound=7, reason="r"),
    ]
    assert [proof_of(json.loads(json.dumps(p.to_json()))) for p in proofs] == proofs
    assert proofs[2].text == "bounded 7"
    store = ProofStore(tmp_path)
    assert store.open() == []
    store.append([ProofRow("t", n, "h", proof) for n, proof in enumerate(proofs)])
    store.close()
    with store.path.open("a", encoding="utf-8") as file:
        file.write('{"task_id": "cut')
    again = ProofStore(tmp_path)
    assert [row.proof for row in again.open()] == proofs
    again.close()


def test_simulation_has_the_last_word_on_what_yosys_takes_otherwise(prover: Prover) -> None:
    """Beyond a memory's end a simulator reads x, and Yosys some word of it; long stimulus fits."""
    ports = "input clk, input we, input [1:0] a, input [63:0] d, output reg [63:0] q"
    body = "reg [63:0] m [0:{last}]; always @(posedge clk) begin if (we) m[a] <= d; q <= m[a]; end"
    golden = problem(module(body.format(last="3"), ports))
    assert prover.prove(golden, golden.golden).verdict is ProofVerdict.EQUIVALENT
    beyond = prover.prove(golden, module(body.format(last="-3"), ports))
    assert beyond.verdict is ProofVerdict.DIFFERENT
