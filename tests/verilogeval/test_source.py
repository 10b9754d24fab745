from hypothesis import given
from hypothesis import strategies as st

from verilogeval.problem import Dataset, Problem, Task
from verilogeval.source import (
    build_source,
    declares_module,
    normal_form,
    rename_module,
    without_comments,
    words,
)

HEADER = "module TopModule(input a, output y);"
SPEC = Problem("p", Task.SPEC_TO_RTL, "TopModule", "", "", "")
COMPLETE = Problem("p", Task.CODE_COMPLETE, "TopModule", "", HEADER, "")
V1 = Problem("p", Task.CODE_COMPLETE, "top_module", "", "module top_module(input a);", "")


def _v2(problem: Problem) -> Dataset:
    return Dataset("d", "v2", {"p": problem})


def test_a_spec_to_rtl_answer_is_the_source_as_it_stands() -> None:
    assert build_source(_v2(SPEC), SPEC, "anything\r\n") == "anything\r\n"


def test_a_completion_continues_the_interface_and_is_closed() -> None:
    assert build_source(_v2(COMPLETE), COMPLETE, "assign y = a;").split() == (
        f"{HEADER} assign y = a; endmodule".split()
    )


def test_a_completion_that_closes_the_module_is_not_closed_again() -> None:
    source = build_source(_v2(COMPLETE), COMPLETE, "assign y = a;\nendmodule // endmodule")
    assert source.count("endmodule") == 2


def test_a_completion_that_declares_the_module_is_taken_whole() -> None:
    answer = "module  TopModule (input a, output y); endmodule"
    assert build_source(_v2(COMPLETE), COMPLETE, answer) == answer


def test_a_comment_does_not_declare_the_module() -> None:
    answer = "// module TopModule\nassign y = a;"
    assert build_source(_v2(COMPLETE), COMPLETE, answer).startswith(HEADER)


def test_v1_completions_follow_the_header_without_ceremony() -> None:
    assert build_source(Dataset("d", "v1", {"p": V1}), V1, "endmodule") == (
        "module top_module(input a);\nendmodule"
    )


def test_renaming_leaves_comments_strings_and_longer_names_alone() -> None:
    text = 'module Ref(); // Ref\n initial $display("Ref"); Ref2 Ref_x(); `Ref \\Ref  endmodule'
    assert rename_module(text, "Ref", "Top") == (
        'module Top(); // Ref\n initial $display("Ref"); Ref2 Ref_x(); `Ref \\Ref  endmodule'
    )


def test_comment_marks_inside_strings_begin_no_comment() -> None:
    assert without_comments('a "// b /*" c // d') == 'a "// b /*" c  '
    assert words('"module" // endmodule\n wire') == {"wire"}


def test_declares_module_wants_the_whole_name() -> None:
    assert declares_module("module TopModule(", "TopModule")
    assert not declares_module("module TopModule2(", "TopModule")
    assert not declares_module("endmodule TopModule", "TopModule")


def test_what_separates_words_still_separates_them_in_the_normal_form() -> None:
    assert normal_form("wire/**/a;") == "wire a;"
    assert normal_form("a//x\nb") == "a b"


def test_strings_are_not_touched_by_the_normal_form() -> None:
    assert normal_form('$display("a  //  b");') == '$display("a  //  b");'


def test_lines_are_kept_where_directives_end_with_them() -> None:
    assert normal_form("`define A b\nassign  x") == "`define A b\nassign x"
    assert normal_form("`define A b") != normal_form("`define A\nb")


PIECES = st.sampled_from(
    ["module", "m", ";", "assign", "y", "=", "8'hff", "&", '"a b"', "endmodule"]
)
BLANKS = st.sampled_from([" ", "\n", "\t", " // note\n", "/* a\n b */", "  "])


@given(st.lists(PIECES, min_size=1), st.data())
def test_comments_and_blanks_do_not_change_the_normal_form(
    words_: list[str], data: st.DataObject
) -> None:
    plain = " ".join(words_)
    spaced = "".join(word + data.draw(BLANKS) for word in words_)
    assert normal_form(spaced) == normal_form(plain)


@given(st.text(alphabet=st.sampled_from('ab"/*\\\n `;$'), max_size=40))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)
