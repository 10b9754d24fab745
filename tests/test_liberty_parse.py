"""The Liberty scanner: structure, facts, and that no input makes it fail otherwise than plainly."""

import gzip
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eda.errors import InputError
from eda.liberty import function
from eda.liberty.facts import Tie, read_cells, read_facts
from eda.liberty.parse import parse_library

DATA = Path(__file__).parents[2] / "shared" / "data" / "liberty"

TOY = r"""/* a comment with { and " */
// another }
library ("toy lib") {
  time_unit : "1ns"; define(a, b, string);
  capacitive_load_unit (1, \
     pf);
  nom_voltage = 1.0
  lu_table_template (t) { variable_1 : x; index_1 ("1, 2"); }
  cell (INV) { area : 1.5 /* um2; really */; dont_touch : true
    pin(A) { direction : input; capacitance : 0.5 }
    pin(Y) { direction : "output"; function : "A'";
      timing() { related_pin : "A"; cell_rise (t) { values ("1, 2", \
        "} \" { 3"); /* } */ } } }
  }
  cell ("ND") { area : 2;
    pin(A, B) { direction : input; }
    pin(Y) { direction : output; function : "(A B)'"; } }
  cell (OFF) { area : 9; dont_use : true; pin(A) {direction : input;}
    pin(Y) { direction : output; function : "!A"; } }
  cell (FF) { ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }
    pin(D) { direction : input; } pin(C) { direction : input; clock : true; }
    pin(Q) { direction : output; function : "IQ"; } }
  cell (LA) { latch (IQ, IQN) { data_in : "D"; enable : "G"; }
    pin(Q) { direction : output; function : "IQ"; } }
  cell (CG) { clock_gating_integrated_cell : "latch_posedge"; latch (a, b) { enable : "C"; } }
  cell (TRI) { pin(A) { direction : input; } pin(E) { direction : input; }
    pin(Y) { direction : output; function : "A"; three_state : "E"; } }
  cell (TIE) { area : 3; pin(H) { direction : output; function : "1"; }
    pin(L) { direction : output; function : "0"; } }
  cell (TIEL) { area : 1; pin(Z) { direction : output; function : "0"; } }
  cell (FILL) { area : 1; }
  cell (ODD) { pin(A) { direction : input; } pin(Y) { direction : output; function : "A &"; } }
}
"""


def test_facts_of_a_small_library():
    facts = read_facts(TOY, "toy.lib")
    assert facts.name == "toy lib"
    assert (facts.cells, facts.combinational, facts.flops, facts.latches) == (11, 2, 1, 1)
    assert facts.has_inverter
    assert facts.has_nand_or_nor
    assert facts.tie_low == Tie("TIEL", "Z")
    assert facts.tie_high == Tie("TIE", "H")


def test_cells_have_areas_and_pins():
    cells = {cell.name: cell for cell in read_cells(TOY, "toy.lib")[1]}
    assert cells["INV"].area == 1.5
    assert cells["INV"].pins[0].capacitance == 0.5
    assert cells["INV"].outputs[0].function == "A'"
    assert cells["ND"].inputs == ("A", "B")
    assert [cells[name].kind for name in ("FF", "LA", "CG", "TRI", "TIE", "FILL", "ODD")] == [
        *("flop", "latch", "clock_gate", "other", "tie", "other", "other")
    ]
    assert cells["OFF"].dont_use


def test_library_attributes_are_kept():
    library = parse_library(TOY, "toy.lib")
    assert library.attributes["time_unit"] == "1ns"
    assert re.sub(r"[\s\\]", "", library.attributes["capacitive_load_unit"]) == "1,pf"
    assert library.attributes["nom_voltage"] == "1.0"


def test_a_library_of_xors_is_not_complete():
    text = "library(x){cell(X){pin(A){direction:input;}pin(B){direction:input;}"
    text += 'pin(Y){direction:output;function:"A^B";}}}'
    facts = read_facts(text, "x")
    assert (facts.combinational, facts.has_inverter, facts.has_nand_or_nor) == (1, False, False)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "not Liberty"),
        ("\n\nmodule x;\n", 3, "not Liberty"),
        ("library (x);", 1, "no body"),
        ("library (x) {\n cell (A) {\n", 3, "cell 'A' of line 2"),
        ("library (x) {\n cell (A) { pin(B) {} }\n", 3, "library 'x' of line 1"),
        ("library (x) {\n t () {\n { } \n", 4, "'t' of line 2"),
        ("library (x) {\n}\n}\n", 3, "one '}' too many"),
        ('library (x) {\n a : "b;\n}\n', 2, "quote without an end"),
        ('library (x) {\n t () { values ("b); } }\n', 2, "quote without an end"),
        ("library (x) {\n /* b }\n", 2, "comment without an end"),
        ("library (x) {\n t () { /* b }\n", 2, "comment without an end"),
        ("library (x) {\n 17\n}\n", 2, "expected an attribute or a group, found '17'"),
        ("library (x) {\n a (b; }\n", 2, "parentheses of 'a'"),
        ("library (x) {\n cell (A) { area : -1; }\n}", 2, "area '-1'"),
        ("library (x) {\n cell (A) { area : nan; }\n}", 2, "area 'nan'"),
        ("library (x) {\n cell (A) {\n pin(B) { capacitance : 1,5; }\n}}", 3, "capacitance '1,5'"),
        ("library (x) {" + "pin (a) {" * 1000, 1, "nested too deep"),
        ("library (x) {\n cell (\x1b[2J) {", 2, r"cell '\x1b[2J'"),
    ],
)
def test_errors_name_file_and_line(text, line, what):
    with pytest.raises(InputError) as caught:
        read_facts(text, "some/file.lib")
    message = str(caught.value)
    assert message.startswith(f"some/file.lib:{line}: ")
    assert what in message
    assert "\n" not in message


def refusal(text: str) -> str:
    """What the reader says of `text`; nothing if it is Liberty."""
    try:
        read_facts(text, "g")
    except InputError as error:
        return str(error)
    return ""


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="library(x){};:\"/*\\ \n'cellpin01,.é\0", max_size=200))
@example("library(x){" + "a:b\n" * 30)
def test_garbage_is_refused_or_read(text):
    for candidate in (text, "library(x){" + text + "}", "library(x){t(){" + text + "}}"):
        assert "\n" not in refusal(candidate)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(TOY)), st.integers(0, 12), st.text('{}"();/*\\:', max_size=4))
def test_mutations_are_refused_or_read(position, removed, added):
    text = TOY[:position] + added + TOY[position + removed :]
    assert re.match(r"g:\d+: .|$", refusal(text))


@pytest.mark.parametrize("size", [400_000])
@pytest.mark.parametrize(
    "unit",
    ["/*", "/* *", "//", '"', "{", "}", "(", "a(", "a:", "a(){", "pin(){", '"\\', "/", "* ", "a "],
)
def test_hostile_repetition_takes_linear_time(unit, size):
    start = time.perf_counter()
    for head in ("", "library(x){", "library(x){t(){", "library(x){a("):
        with pytest.raises(InputError):
            read_facts(head + unit * size, "g")
    assert time.perf_counter() - start < 20  # linear time is below one second


@given(st.binary(max_size=100))
def test_functions_parse_or_are_refused(data):
    text = data.decode("latin-1")
    try:
        expr = function.parse(text)
    except function.FunctionError:
        return
    assert function.truth_table(expr, function.variables(expr)[:12]) >= 0


def test_function_precedence_and_forms():
    def same(left, right):
        names = ("A", "B", "C")
        tables = [function.truth_table(function.parse(text), names) for text in (left, right)]
        assert tables[0] == tables[1]

    same("A B + C", "(A & B) | C")
    same("A ^ B C", "(A ^ B) & C")
    same("!A'", "A")
    same("!(A B)'", "A * B")
    same("A+B C", "A | (B & C)")
    same("A ^ B ^ C", "(A&!B&!C) | (!A&B&!C) | (!A&!B&C) | (A&B&C)")
    same("A | 1", "1")
    assert function.truth_table(function.parse("A & B"), ("A", "B")) == 0b1000
    assert function.truth_table(function.parse("A & !B"), ("A", "B")) == 0b0010


@pytest.mark.parametrize(
    "text", ["", "A &", "(A", "A)", "A $ B", "!", "'", "(" * 60 + "A" + ")" * 60]
)
def test_function_errors(text):
    with pytest.raises(function.FunctionError):
        function.parse(text)


REAL = {
    "sg13g2_typ": (78, 52, 3, 5, Tie("sg13g2_tielo", "L_LO"), Tie("sg13g2_tiehi", "L_HI")),
    "sky130hd_tt": (
        *(428, 332, 45, 18),
        Tie("sky130_fd_sc_hd__conb_1", "LO"),
        Tie("sky130_fd_sc_hd__conb_1", "HI"),
    ),
    "asap7_rvt_tt": (
        *(169, 167, 0, 0),
        Tie("TIELOx1_ASAP7_75t_R", "L"),
        Tie("TIEHIx1_ASAP7_75t_R", "H"),
    ),
}


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real libraries are not at {DATA}")
@pytest.mark.parametrize("file", REAL)
def test_real_libraries(file):
    text = gzip.decompress((DATA / f"{file}.lib.gz").read_bytes()).decode()
    facts = read_facts(text, file)
    counts = (facts.cells, facts.combinational, facts.flops, facts.latches)
    assert (*counts, facts.tie_low, facts.tie_high) == REAL[file]
    assert facts.cells == len(re.findall(r"^\s*cell\s*\(", text, re.MULTILINE))
    assert facts.has_inverter
    assert facts.has_nand_or_nor
