"""How large RTL is taken to be, before anything is synthesized."""

from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from eda.abc.binary import find_abc
from eda.aiger import parse_header
from eda.frontend import Source, read_design
from eda.frontend.rtl import is_rtl
from eda.frontend.size import Widths, rtl_sizes, word_ands

EXAMPLES = ("fir.sv", "fifo.sv", "uart.v", "bin_to_bcd.v")
BITS = st.integers(0, 64)


def test_examples_are_about_as_large_as_they_are_taken_for(tmp_path: Path) -> None:
    sources = [Source((ROOT / "examples" / name,)) for name in EXAMPLES]
    (tmp_path / "sizes").mkdir()
    sizes = rtl_sizes(sources, workdir=tmp_path / "sizes", time_limit=60)
    for source, size in zip(sources, sizes, strict=True):
        design = read_design(source, library=None, workdir=tmp_path / "read", abc=find_abc())
        ands = parse_header(design.core)[0].ands
        assert size is not None
        assert ands / 4 <= size <= 4 * ands, source.files


@pytest.mark.parametrize(
    "text",
    [
        "module m(input a, output y); assign y = a &; endmodule\n",
        "module m(input a, output y); endmodule\nmodule n(input a, output y); endmodule\n",
    ],
)
@pytest.mark.parametrize("suffix", ["v", "sv"])
def test_what_cannot_be_read_costs_no_other_design_its_size(
    text: str, suffix: str, tmp_path: Path
) -> None:
    broken = tmp_path / f"broken.{suffix}"
    broken.write_text(text)
    good = Source((ROOT / "examples" / "fifo.sv",))
    absent = Source((tmp_path / "absent.v",))
    sizes = rtl_sizes([good, Source((broken,)), absent, good], workdir=tmp_path, time_limit=60)
    assert sizes[1:3] == [None, None]
    assert sizes[0] == sizes[3] is not None


def test_what_takes_too_long_costs_none_of_the_others_its_size(tmp_path: Path) -> None:
    slow = tmp_path / "slow.v"
    slow.write_text(
        "module m(input [255:0] a, output reg [255:0] y);\ninteger i;\n"
        "always @* begin y = a; for (i = 0; i < 200000; i = i + 1) y = y * a + i; end\nendmodule\n"
    )
    good = Source((ROOT / "examples" / "fifo.sv",))
    sizes = rtl_sizes([good, Source((slow,)), good], workdir=tmp_path, time_limit=8)
    assert sizes[0] is not None
    assert sizes[1:] == [None, None]


def test_parameters_count(tmp_path: Path) -> None:
    multiplier = tmp_path / "m.v"
    multiplier.write_text(
        "module m #(parameter W = 4) (input [W-1:0] a, b, output [2*W-1:0] y);\n"
        "assign y = a * b;\nendmodule\n"
    )
    narrow, wide = (Source((multiplier,), params=(("W", w),)) for w in ("4", "32"))
    few, many = rtl_sizes([narrow, wide], workdir=tmp_path, time_limit=60)
    assert few is not None
    assert many is not None
    assert many > 30 * few


def test_netlists_are_no_rtl() -> None:
    assert is_rtl(Source((Path("a.v"), Path("b.svh"), Path("c.sv.gz"))))
    assert not is_rtl(Source((Path("a.aig"),)))


@given(st.sampled_from(["$add", "$mul", "$mux", "$pmux", "$shl", "$xor", "$lt"]), BITS, BITS)
def test_wider_cells_are_not_smaller(kind: str, width: int, more: int) -> None:
    def ands(bits: int) -> int:
        return word_ands(kind, Widths(bits, bits, bits, bits, bits, 0))

    assert 0 <= ands(width) <= ands(width + more)


def test_wires_and_registers_are_no_logic() -> None:
    for kind in ("$dff", "$not", "$pos", "no such"):
        assert word_ands(kind, Widths(8, 8, 8, 8, 0, 0)) == 0
