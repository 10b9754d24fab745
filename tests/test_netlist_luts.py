"""Lookup tables: covers read from BLIF, tables built as ANDs, and models of the cells."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda.errors import ToolError
from eda.frontend.build import AigBuilder
from eda.netlist.blif import Lut, parse_mapped
from eda.netlist.luts import lut_function, lut_kind, lut_models

CUBES = st.integers(1, 8).flatmap(
    lambda inputs: st.lists(
        st.text("01-", min_size=inputs, max_size=inputs), min_size=1, max_size=6
    )
)


def parsed(blif: str, *, luts: bool = True):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapped.blif"
        path.write_text(blif)
        return parse_mapped(path, luts=luts)


def value(literal: int, builder: AigBuilder, ends: dict[int, bool]) -> bool:
    """What a literal is worth, by the ANDs that made it."""
    if literal < 2:
        return bool(literal)
    variable = literal >> 1
    if 2 * variable in ends:
        return ends[2 * variable] != bool(literal & 1)
    pair = next(key for key, made in builder.ands.items() if made == 2 * variable)
    return all(value(each, builder, ends) for each in pair) != bool(literal & 1)


@given(CUBES, st.sampled_from("01"))
def test_a_cover_is_read_as_the_table_of_its_function(cubes: list[str], shown: str) -> None:
    inputs = [f"i{at}" for at in range(len(cubes[0]))]
    rows = "".join(f"{cube} {shown}\n" for cube in cubes)
    network = parsed(f".inputs {' '.join(inputs)}\n.outputs y\n.names {' '.join(inputs)} y\n{rows}")
    if network.copies:
        assert (cubes, shown) == (["1"] * len(cubes), "1")
        return
    (lut,) = network.luts
    for number in range(2 ** len(inputs)):
        bits = [str(number >> at & 1) for at in range(len(inputs))]
        covered = any(
            all(wanted in ("-", bit) for wanted, bit in zip(cube, bits, strict=True))
            for cube in cubes
        )
        assert lut.table >> number & 1 == (covered == (shown == "1"))


@given(st.integers(1, 5).flatmap(lambda k: st.tuples(st.just(k), st.integers(0, 2**2**k - 1))))
def test_a_table_is_built_as_ands_of_the_same_function(drawn: tuple[int, int]) -> None:
    inputs, table = drawn
    function = lut_function(lut_kind(inputs), {"INIT": f"{table:0{2**inputs}b}"})
    assert function is not None
    builder = AigBuilder()
    literals = [builder.variable() for _ in range(inputs)]
    output = function.apply(builder, literals)["O"]
    for number in range(2**inputs):
        ends = {literal: bool(number >> at & 1) for at, literal in enumerate(literals)}
        assert value(output, builder, ends) == bool(table >> number & 1)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("LUT2", {}),
        ("LUT2", {"INIT": "011"}),
        ("LUT2", {"INIT": "01x1"}),
        ("LUT2", {"INIT": "0111", "WIDTH": "1"}),
        ("LUT9", {"INIT": "1" * 512}),
        ("NAND2", {"INIT": "0111"}),
    ],
)
def test_what_is_not_such_a_cell_is_none(kind: str, parameters: dict[str, str]) -> None:
    assert lut_function(kind, parameters) is None


def test_constants_wires_and_luts_are_told_apart() -> None:
    network = parsed(
        "# by ABC\n.model m\n.inputs a b\n.outputs p q r s\n"
        ".names p\n 1\n.names q\n.names a r\n1 1\n.names a \\\n b s\n0- 1\n-0 1\n.end\n"
    )
    assert network.constants == {"p": "1", "q": "0"}
    assert network.copies == {"r": "a"}
    assert network.luts == (Lut(("a", "b"), "s", 0b0111),)


def test_a_table_in_a_network_of_library_cells_is_refused() -> None:
    with pytest.raises(ToolError, match="'y' is not mapped to a library cell"):
        parsed(".inputs a b\n.outputs y\n.names a b y\n11 1\n", luts=False)


@pytest.mark.parametrize("luts", [True, False])
def test_a_cover_of_many_inputs_is_refused_before_its_table_is_made(luts: bool) -> None:
    nets = " ".join(f"i{at}" for at in range(40))
    with pytest.raises(ToolError, match="'y' is not mapped to a"):
        parsed(f".inputs {nets}\n.outputs y\n.names {nets} y\n{'1' * 40} 1\n", luts=luts)


def test_there_are_models_of_luts_and_of_nothing_else() -> None:
    assert lut_models(["NAND2_X1", "DFF_X1"]) == ""
    text = lut_models(["LUT6", "NAND2_X1", "LUT1"])
    assert text.count("endmodule") == 2
    assert "module LUT1(I0, O);" in text
