"""Code from models' replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reply_shapes import CODE, FENCE, SHAPES, Shape, fenced

from verilogeval.extraction import Found, extract


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_shape_of_reply_gives_its_code(shape: Shape) -> None:
    found = extract(
        shape.reply,
        top="TopModule",
        header_given=shape.header_given,
        continues=shape.continues,
        cut=shape.cut,
    )
    assert found.code.strip() == shape.code.strip()
    assert found.found.value == shape.found
    assert found.truncated == shape.truncated


def test_the_shapes_are_many_and_all_differ() -> None:
    assert len({shape.reply for shape in SHAPES}) >= 60
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


def test_what_was_extracted_is_extracted_as_it_is() -> None:
    for shape in SHAPES:
        if shape.found == "module":
            assert extract(shape.code, top="TopModule").code.strip() == shape.code.strip()


def test_a_reply_without_code_says_so() -> None:
    assert extract("no", top="TopModule").note == "the reply has no code"
    assert extract("<think>hm", top="TopModule").note == "the reply ends within its thinking"
    other = extract("module other(input a); endmodule", top="TopModule")
    assert other.note == "the reply defines 'other' and not the module asked for"


_PIECES = st.sampled_from(
    ["\n", FENCE, "~~~\n", "[BEGIN]", "[DONE]", "<think>", "</think>", "module TopModule(",
     "endmodule", "module m;", '"', "//", "/*", "*/", "`define A", "{", "}", "</s>", "> ",
     "\\n", "assign y = a;", "always @(posedge clk)", "1: ", CODE]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map("".join))
def test_no_reply_is_too_strange(reply: str) -> None:
    """Nothing is raised, nothing is made up, and what is found says what it is."""
    for header_given, continues in ((False, False), (True, False), (True, True)):
        found = extract(reply, top="TopModule", header_given=header_given, continues=continues)
        assert (found.found is Found.NOTHING) == (not found.code)
        if found.found is Found.MODULE:
            assert "endmodule" in found.code


_LINES = st.text(
    st.characters(codec="utf-8", exclude_characters='`~[<>{}\\\r\u2028\u2029/*"'), max_size=60
)


@given(before=_LINES, after=_LINES, language=st.sampled_from(["", "verilog", "sv", "text"]))
def test_prose_around_a_fence_never_changes_the_code(
    before: str, after: str, language: str
) -> None:
    found = extract(f"{before}\n{fenced(CODE, language)}{after}", top="TopModule")
    assert found.code == CODE
    assert found.found is Found.MODULE
    assert not found.truncated
