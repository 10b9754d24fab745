"""Finding a library: names, paths, PDKs, the cache, and the errors in one line."""

import gzip
import hashlib
import json
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from eda.errors import InputError
from eda.liberty import cache, generic
from eda.liberty.find import Library, resolve_library

DATA = Path(__file__).parents[2] / "shared" / "data" / "liberty"


def inverter(name="INV"):
    return (
        f"cell({name}){{area:1; pin(A){{direction:input;}}"
        'pin(Y){direction:output;function:"!A";}}\n'
    )


def two(text, name="ND"):
    return (
        f"cell({name}){{area:1; pin(A){{direction:input;}} pin(B){{direction:input;}}"
        f'pin(Y){{direction:output;function:"{text}";}}}}\n'
    )


TOY = "library(toy){\n" + inverter() + two("!(A&B)") + "}\n"


@pytest.fixture
def store(tmp_path):
    return tmp_path / "cache"


@pytest.mark.parametrize("spec", [None, "generic"])
def test_the_embedded_library(spec, store):
    library = resolve_library(spec, store)
    assert library.generic
    assert library.name == "generic45"
    assert library.source == "generic"
    assert library.path.is_absolute()
    assert library.path.read_text() == generic.library_text()
    assert library.sha256 == hashlib.sha256(library.path.read_bytes()).hexdigest()
    assert library.facts.combinational >= 150
    assert library.facts.flops >= 20
    assert library.facts.latches >= 9
    assert library.facts.tie_low.cell == "LOGIC0_X1"


def test_a_plain_file_is_used_where_it_lies(tmp_path, store):
    path = tmp_path / "toy.lib"
    path.write_text(TOY)
    library = resolve_library(str(path), store)
    assert library.path == path
    assert not library.generic
    assert library.source == str(path)
    assert library.sha256 == hashlib.sha256(TOY.encode()).hexdigest()
    assert not list(store.glob("*.lib"))


def test_a_gzip_file_is_decompressed_under_its_hash(tmp_path, store):
    path = tmp_path / "toy.lib.gz"
    path.write_bytes(gzip.compress(TOY.encode()))
    library = resolve_library(path, store)
    assert library.path.read_text() == TOY
    assert library.sha256 == hashlib.sha256(TOY.encode()).hexdigest()
    assert library.sha256 in library.path.name
    assert library == resolve_library(path, store)


def test_the_second_time_nothing_is_read_again(tmp_path, store, monkeypatch):
    path = tmp_path / "toy.lib.gz"
    path.write_bytes(gzip.compress(TOY.encode()))
    first = resolve_library(path, store)
    monkeypatch.setattr(cache, "read_facts", lambda *_: pytest.fail("read again"))
    assert resolve_library(path, store) == first
    path.write_bytes(gzip.compress(TOY.replace("toy", "other").encode()))
    monkeypatch.undo()
    assert resolve_library(path, store).name == "other"


def test_a_damaged_cache_is_made_anew(tmp_path, store):
    path = tmp_path / "toy.lib.gz"
    path.write_bytes(gzip.compress(TOY.encode()))
    library = resolve_library(path, store)
    library.path.write_text(TOY[:30])
    assert resolve_library(path, store).path.read_text() == TOY
    library.path.unlink()
    assert resolve_library(path, store).path.read_text() == TOY
    (record,) = store.glob("*.json")
    good = record.read_text()
    for bad in (
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"format": 1, "facts": 3}',
        good.replace("toy", "\\"),
    ):
        record.write_text(bad)
        assert resolve_library(path, store) == library, bad
    stale = json.loads(good)
    stale["facts"]["combinational"] = 99
    record.write_text(json.dumps(stale | {"format": 0}))
    assert resolve_library(path, store) == library


def resolve_in_child(arguments: tuple[str, str]) -> Library:
    return resolve_library(arguments[0], Path(arguments[1]))


def test_processes_share_one_cache(store):
    with ProcessPoolExecutor(4) as pool:
        found = list(pool.map(resolve_in_child, [("generic", str(store))] * 8))
    assert len(set(found)) == 1
    assert found[0].path.read_text() == generic.library_text()
    assert len(list(store.iterdir())) == 2  # the text and the facts, no passing files


def fails(spec, store) -> str:
    with pytest.raises(InputError) as caught:
        resolve_library(spec, store)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_unknown_names_get_a_suggestion(store):
    assert "did you mean 'sky130'?" in fails("sky131", store)
    assert "did you mean 'generic'?" in fails("Generic", store)
    message = fails("zzz", store)
    assert "did you mean" not in message
    assert "generic, sky130, gf180, ihp-sg13g2" in message


def test_absent_and_unreadable_files(tmp_path, store):
    assert fails("no/such.lib", store) == "no/such.lib: No such file or directory"
    assert "Is a directory" in fails(tmp_path, store)
    assert "null" in fails("a\0b.lib", store)


def test_files_that_are_not_what_they_say(tmp_path, store):
    path = tmp_path / "x.lib.gz"
    path.write_text(TOY)
    assert fails(path, store) == f"{path}: not a gzip file, though its name ends in .gz"
    path.write_bytes(gzip.compress(TOY.encode())[:-10])
    assert fails(path, store).startswith(f"{path}: damaged gzip file")
    packed = gzip.compress(TOY.encode())
    path.write_bytes(packed[:20] + b"\xff" * 20 + packed[40:])
    assert fails(path, store).startswith(f"{path}: damaged gzip file")
    path.write_bytes(gzip.compress(TOY[:-3].encode()))
    assert fails(path, store).startswith(f"{path}:3: the file ends within library 'toy' of line 1")
    plain = tmp_path / "x.lib"
    plain.write_bytes(b"\x7fELF\0\0\n\xff\xfe")
    assert fails(plain, store).startswith(f"{plain}:1: not Liberty")
    assert not store.exists() or not list(store.iterdir())


def test_gzip_is_recognised_by_content(tmp_path, store):
    path = tmp_path / "toy.lib"
    path.write_bytes(gzip.compress(TOY.encode()))
    assert resolve_library(path, store).path.read_text() == TOY


def test_a_compression_bomb_is_refused(tmp_path, store, monkeypatch):
    monkeypatch.setattr("eda.liberty.find.MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.lib.gz"
    path.write_bytes(gzip.compress(b" " * (64 << 20)))
    tracemalloc.start()
    assert "holds more than 1 MiB" in fails(path, store)
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ("", "no combinational cell"),
        (two("!(A&B)"), "no inverter"),
        (inverter(), "no two-input AND, OR, NAND or NOR"),
        (inverter() + two("A^B"), "no two-input AND, OR, NAND or NOR"),
        (inverter() + two("A"), "no two-input AND, OR, NAND or NOR"),
        (inverter() + two("!(A&B)").replace("area:1", "dont_use:true"), "no two-input"),
    ],
)
def test_libraries_that_cannot_map(tmp_path, store, cells, missing):
    path = tmp_path / "x.lib"
    path.write_text(f"library(x){{{cells}}}")
    for _ in range(2):  # from the text, then from the cache
        assert missing in fails(path, store)


@pytest.mark.parametrize("text", ["A|B", "!(A|B)", "A & !B", "A + B'"])
def test_any_and_like_cell_completes_an_inverter(tmp_path, store, text):
    path = tmp_path / "x.lib"
    path.write_text(f"library(x){{{inverter()}{two(text)}}}")
    assert resolve_library(path, store).facts.has_nand_or_nor


def test_unwritable_cache(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert f"cannot write the cache folder {blocked}/c" in fails("generic", blocked / "c")


# -- PDKs ------------------------------------------------------------------------------------

PLACES = {
    "sky130": "sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
    "gf180": "gf180mcuD/libs.ref/gf180mcu_fd_sc_mcu7t5v0/lib/"
    "gf180mcu_fd_sc_mcu7t5v0__tt_025C_5v00.lib",
    "ihp-sg13g2": "ihp-sg13g2/libs.ref/sg13g2_stdcell/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
}


def place(path: Path, name="toy") -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(TOY.replace("toy", name))
    return path


@pytest.mark.parametrize("name", PLACES)
def test_pdk_by_short_name(name, tmp_path, store, monkeypatch):
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    message = fails(name, store)
    assert str(tmp_path / PLACES[name]) in message
    path = place(tmp_path / PLACES[name])
    library = resolve_library(name, store)
    assert library.path == path
    assert library.source == name


def test_pdk_root_must_be_a_folder(tmp_path, store, monkeypatch):
    monkeypatch.delenv("PDK_ROOT", raising=False)
    assert "set $PDK_ROOT" in fails("sky130", store)
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "none"))
    assert "no folder" in fails("sky130", store)


def test_pdk_versions_of_ciel_and_volare(tmp_path, store, monkeypatch):
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    place(tmp_path / "ciel/sky130/versions/abc" / PLACES["sky130"], "ciel")
    assert resolve_library("sky130", store).name == "ciel"
    place(tmp_path / "volare/sky130/versions/def" / PLACES["sky130"], "volare")
    assert "2 versions" in fails("sky130", store)
    place(tmp_path / PLACES["sky130"].replace("sky130A", "sky130B"), "enabled")
    assert resolve_library("sky130", store).name == "enabled"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real libraries are not at {DATA}")
def test_a_library_is_parsed_once(store, monkeypatch):
    path = DATA / "asap7_rvt_tt.lib.gz"
    first = resolve_library(path, store)
    monkeypatch.setattr(cache, "read_facts", None)
    assert resolve_library(path, store) == first
