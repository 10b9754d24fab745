"""The registry of designs: where they are found, what is missing, which are for testing only."""

import json
from pathlib import Path

import pytest
from conftest import EXAMPLES, Cli, adder_aig

from eda.errors import InputError
from rl.suites import SUITES, find_suite, held_out, select, single_design
from rl.suites.held_out import HELD_OUT


@pytest.fixture(autouse=True)
def no_designs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDA_RL_DESIGNS", raising=False)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package like circuitgraph, with three netlists."""
    folder = tmp_path / "packages" / "circuitgraph" / "netlists"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise ImportError('not to be imported')\n")
    for name in ("ctrl", "memctrl", "priority_ckt"):
        (folder / f"{name}.v").write_text(f"module {name}; endmodule\n")
    monkeypatch.syspath_prepend(folder.parents[1])
    return folder


@pytest.mark.parametrize("name", HELD_OUT)
def test_test_circuits_are_held_out_however_they_are_written(name: str) -> None:
    for spelling in (name, name.upper(), f"{name}.blif", f"mcnc/{name}.aig", f"EPFL_{name}.v.gz"):
        assert held_out(spelling), spelling


@pytest.mark.parametrize(
    "name",
    ["memctrl", "mem-ctrl", "div_size_2018.aig", "C880g", "c7552_opt", "coding-cavlc", "apex1_pla"],
)
def test_other_spellings_are_held_out(name: str) -> None:
    assert held_out(name)


@pytest.mark.parametrize(
    "name",
    ["alu2", "apex3", "c8", "c88", "m3", "max", "max128", "i8", "divider", "router_fifo", "barrel",
     "bar_chart", "prom2", "b90", "size", "mcnc", "", "C6288", "fifo", "sin"],
)  # fmt: skip
def test_other_circuits_are_not(name: str) -> None:
    assert not held_out(name)


def test_the_examples_ship() -> None:
    suite = find_suite("examples")
    names = [design.name for design in suite.designs]
    assert names == sorted(names)
    assert {"bin_to_bcd", "riscv", "uart"} <= set(names)
    assert len(names) == 10
    riscv = next(design for design in suite.designs if design.name == "riscv")
    assert riscv.files[0].name == "riscv_pkg.sv"
    assert len(riscv.files) == 6
    assert all(design.licence == "Apache-2.0" for design in suite.designs)
    assert not any(design.held_out for design in suite.designs)


def test_a_hash_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "x.aig"
    path.write_bytes(adder_aig(2))
    before = single_design(path)
    assert len(before.sha256) == 64
    path.write_bytes(adder_aig(3))
    assert single_design(path).sha256 != before.sha256
    path.unlink()
    with pytest.raises(InputError, match=r"x\.aig"):
        _ = single_design(path).sha256


def test_a_folder_is_a_suite(tmp_path: Path) -> None:
    (tmp_path / "b.aig").write_bytes(adder_aig(2))
    (tmp_path / "a.blif.gz").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.aig").write_bytes(adder_aig(2))
    suite = find_suite(str(tmp_path))
    assert [design.name for design in suite.designs] == ["a", "b"]
    assert {design.licence for design in suite.designs} == {"not stated"}
    (tmp_path / "LICENSE.md").write_text("")
    assert find_suite(str(tmp_path)).designs[0].licence == "see LICENSE.md"
    (tmp_path / "b.v").write_text("")
    with pytest.raises(InputError, match=r"b\.aig and b\.v are both named b"):
        find_suite(str(tmp_path))


def test_a_folder_without_designs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no design"):
        find_suite(str(tmp_path))


def test_an_unknown_suite() -> None:
    with pytest.raises(InputError, match="did you mean 'examples'"):
        find_suite("exampels")


def test_what_is_missing_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install eda-rl\[suites\]"):
        find_suite("epfl")
    with pytest.raises(InputError, match=r"set \$EDA_RL_DESIGNS .* mcnc/") as error:
        find_suite("mcnc")
    assert "pip" not in str(error.value)


def test_designs_of_the_package(package: Path) -> None:
    suite = find_suite("epfl")
    assert suite.path == package
    assert [design.name for design in suite.designs] == ["ctrl", "mem_ctrl", "priority"]
    assert [design.held_out for design in suite.designs] == [False, True, False]
    assert suite.designs[1].files == (package / "memctrl.v",)


def test_a_folder_of_the_user_comes_before_the_package(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "designs" / "epfl").mkdir(parents=True)
    (tmp_path / "designs" / "epfl" / "sin.aig").write_bytes(adder_aig(2))
    monkeypatch.setenv("EDA_RL_DESIGNS", str(tmp_path / "designs"))
    epfl = find_suite("epfl")
    assert [design.name for design in epfl.designs] == ["sin"]
    assert epfl.designs[0].licence == SUITES["epfl"].licence
    assert package.is_dir()


def test_selecting(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.aig").write_bytes(adder_aig(2))
    designs = find_suite(str(tmp_path)).designs
    assert select(designs, ()) == designs
    assert [design.name for design in select(designs, ["two"])] == ["two"]
    assert select([*designs, *designs], ()) == designs
    with pytest.raises(InputError, match="did you mean 'two'"):
        select(designs, ["tow"])
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.aig").write_bytes(adder_aig(3))
    with pytest.raises(InputError, match="both named one"):
        select([*designs, single_design(other / "one.aig")], ())


def test_the_command(cli: Cli) -> None:
    ended = cli.call("suites", "--json")
    assert ended.status == 0
    rows = {row["suite"]: row for row in ended.json["suites"]}
    assert rows.keys() == SUITES.keys()
    assert rows["examples"]["designs"] == 10
    assert rows["mcnc"]["missing"]
    one = json.loads(cli.call("suites", EXAMPLES, "--json").stdout)
    assert one["designs"][0]["name"] == "alu"
    assert len(one["designs"][0]["sha256"]) == 64
    assert "bin_to_bcd" in cli.call("suites", "examples").stdout
    wrong = cli.call("suites", "exampels")
    assert wrong.status == 2
    assert len(wrong.stderr.splitlines()) == 1
