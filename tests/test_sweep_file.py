"""A sweep file, from text to tasks: what is wrong is told with its line and field."""

import contextlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, adder_aig
from hypothesis import given, settings
from hypothesis import strategies as st

from eda.errors import InputError
from rl.sweep.matrix import Matrix
from rl.sweep.show import estimate
from rl.sweep.spec import read_sweep
from rl.sweep.task import Task

FILE = Path("sweep.yaml")


def tasks_of(base: Path, cache_dir: Path, text: str) -> list[Task]:
    sweep, located = read_sweep(FILE, text)
    return Matrix(sweep, located, base, cache_dir).tasks()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for width in (2, 8, 4):
        (tmp_path / f"adder{width}.aig").write_bytes(adder_aig(width))
    (tmp_path / "samples.jsonl").write_text('{"task_id": "p", "completion": ""}\n')
    return tmp_path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("search: [", "sweep.yaml:1: not YAML"),
        ("- 1\n", "sweep.yaml:1: a sweep file holds fields"),
        ("", "sweep.yaml:1: a sweep file holds fields"),
        ("name: x\n", "sweep.yaml:1: nothing to do"),
        ("search:\n  - designs: a.v\n    budgt: 3\n", "3: search.0.budgt: .*mean 'budget'"),
        ("search:\n  - designs: a.v\n    seed: [0, x]\n", "3: search.0.seed.1: .*integer"),
        ("search:\n  - designs: a.v\n    seed: [1, 1]\n", "3: search.0.seed: .*twice"),
        ("search:\n  - designs: []\n", "2: search.0.designs: at least one"),
        ("search:\n  - liberty: generic\n", "2: search.0: no design"),
        ("search:\n  - designs: a.v\n    searcher: mcst\n", "3: search.0.searcher.*no 'mcst'"),
        ("search:\n  - designs: a.v\n  - designs: b.v\n    lut: 9\n", "4: search.1.lut: .*9"),
        ("search:\n  - designs:\n      - {nme: x}\n", "3: search.0.designs.0"),
        ("search: &a [*a]\n", "sweep.yaml:1: "),
        ("jobs: 1\njobs: 2\n", "2: field 'jobs' comes twice"),
        ("store: !!python/name:os.system x\n", "sweep.yaml:1: not YAML"),
        ("name: ../up\nsearch:\n  - designs: a.v\n", "1: name: "),
        ("verilogeval:\n  - dataset: own\n", "2: verilogeval.0.*'samples' is missing"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_sweep(FILE, text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("search:\n  - designs:\n      - adder2.aig\n      - no.v\n", "4: .*no.v: no such file"),
        ("search:\n  - designs: 'no*.v'\n", "2: search.0.designs.0: .*no file matches"),
        ("search:\n  - suites: exmples\n", "2: search.0.suites.0: .*did you mean 'examples'"),
        ("search:\n  - designs: adder2.aig\n    only: adder3\n", "3: search.0.only: .*adder2"),
        ("search:\n  - designs: adder2.aig\n    liberty: no.lib\n", "3: search.0.liberty.0: "),
        ("search:\n  - designs: adder2.aig\n    max_delay: 3\n", "3: search.0.max_delay: "),
        ("verilogeval:\n  - samples: no.jsonl\n", "2: verilogeval.0.samples.0: .*no.jsonl"),
        ("verilogeval:\n  - samples: samples.jsonl\n    dataset: ve\n", "3: .*dataset.0: ve: no"),
    ],
)
def test_what_is_not_there_is_told_with_its_line(
    text: str, words: str, base: Path, cache_dir: Path
) -> None:
    with pytest.raises(InputError, match=f"sweep.yaml:{words}"):
        tasks_of(base, cache_dir, text)


def test_the_matrix_has_every_combination_once_the_longest_first(
    base: Path, cache_dir: Path
) -> None:
    block = "  - designs: '*.aig'\n    objective: [adp, area]\n    seed: [0, 1]\n"
    tasks = tasks_of(base, cache_dir, f"search:\n{block}{block}")
    assert len(tasks) == 3 * 2 * 2
    assert len({task.key for task in tasks}) == len({task.id for task in tasks}) == len(tasks)
    assert [task.name for task in tasks] == ["adder8"] * 4 + ["adder4"] * 4 + ["adder2"] * 4


def test_verilog_is_as_long_as_its_logic_not_its_text(base: Path, cache_dir: Path) -> None:
    (base / "long.v").write_text("// comment\n" * 999 + "module m(input a, output y); endmodule\n")
    (base / "short.v").write_text(
        "module m(input [31:0] a, b, output [63:0] y); assign y = a * b; endmodule\n"
    )
    tasks = tasks_of(base, cache_dir, "search:\n  - designs: '*.v'\n")
    assert [task.name for task in tasks] == ["short", "long"]


def test_searches_with_a_delay_target_or_for_luts_have_a_size(base: Path, cache_dir: Path) -> None:
    text = (
        "search:\n"
        "  - {designs: adder8.aig, objective: area, max_delay: 500}\n"
        "  - {designs: adder8.aig, objective: luts, lut: 6, time_limit: [5, 400]}\n"
    )
    tasks = tasks_of(base, cache_dir, text)
    assert len(tasks) == 3
    assert len({task.ands for task in tasks}) == 1
    assert all(task.seconds > 0 for task in tasks)


def test_a_tasks_key_is_of_contents_not_of_paths(base: Path, cache_dir: Path) -> None:
    text = "search:\n  - designs: adder2.aig\n"
    before = tasks_of(base, cache_dir, text)
    elsewhere = base / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "adder2.aig").write_bytes(adder_aig(2))
    assert tasks_of(elsewhere, cache_dir, text)[0].key == before[0].key
    (elsewhere / "adder2.aig").write_bytes(adder_aig(3))
    assert tasks_of(elsewhere, cache_dir, text)[0].key != before[0].key


def test_a_design_of_several_files(base: Path, cache_dir: Path) -> None:
    for name in ("b.v", "a.v"):
        (base / name).write_text("module m; endmodule\n")
    text = (
        "search:\n  - designs:\n"
        "      - {name: two, files: [b.v, a.v], top: m, define: [X=1], param: {W: 3}}\n"
    )
    (task,) = tasks_of(base, cache_dir, text)
    assert task.search is not None
    assert [path.name for path in task.search.files] == ["b.v", "a.v"]
    assert (task.name, task.search.top, task.search.defines) == ("two", "m", ("X=1",))
    assert task.search.params == (("W", "3"),)


def test_scorings_are_tasks_too(base: Path, cache_dir: Path) -> None:
    (task,) = tasks_of(base, cache_dir, "verilogeval:\n  - samples: samples.jsonl\n")
    assert task.scoring is not None
    assert task.scoring.arguments()[0] == str(base / "samples.jsonl")
    assert task.scoring.arguments()[1:3] == ["--dataset", "own"]


def test_the_file_that_init_writes_is_a_sweep(cache_dir: Path) -> None:
    text = (ROOT / "rl" / "sweep" / "templates" / "sweep.yaml").read_text("utf-8")
    assert len(tasks_of(ROOT, cache_dir, text)) == 6
    options = [line[2:] for line in text.splitlines() if re.match(r"# \w+: ", line)]
    uncommented = "\n".join(options[:-1])  # the last is a matrix
    assert set(yaml.safe_load(uncommented)) == {
        "jobs", "task_jobs", "task_memory", "retries", "cache", "store", "artifacts",
    }  # fmt: skip
    read_sweep(FILE, f"{uncommented}\nsearch:\n  - suites: examples\n")


def test_jobs_share_the_estimate(base: Path, cache_dir: Path) -> None:
    tasks = tasks_of(base, cache_dir, "search:\n  - designs: '*.aig'\n    seed: [0, 1]\n")
    whole = sum(task.seconds for task in tasks)
    assert estimate(tasks, 1) == pytest.approx(whole)
    assert whole / 2 <= estimate(tasks, 2) < 0.7 * whole
    assert estimate(tasks, 100) == max(task.seconds for task in tasks)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(["search", "designs", "seed", "budget", "name", "jobs", "verilogeval", "x"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner),
    max_leaves=12,
)


def assert_sweep_or_one_line(text: str) -> None:
    said = "sweep.yaml:"
    with contextlib.suppress(InputError):
        try:
            read_sweep(FILE, text)
        except InputError as error:
            said = str(error)
            raise
    assert said.startswith("sweep.yaml:")
    assert "\n" not in said


@settings(deadline=None)
@given(VALUES)
def test_any_yaml_is_a_sweep_or_one_line(value: Any) -> None:
    assert_sweep_or_one_line(yaml.safe_dump(value))


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_sweep_or_one_line(text: str) -> None:
    assert_sweep_or_one_line(text)
