import gzip
import json
from pathlib import Path

import pytest

from eda.errors import InputError
from verilogeval.sample import Sample
from verilogeval.samples import read_samples


def _line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def test_samples_of_a_task_are_numbered_in_the_order_of_the_input(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(
        _line(task_id="a", completion="1")
        + "\n"
        + _line(task_id="b", completion="2")
        + _line(task_id="a", completion="3", more=1)
    )
    assert list(read_samples(path)) == [
        Sample("a", 1, "1"),
        Sample("b", 1, "2"),
        Sample("a", 2, "3"),
    ]


def test_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl.gz"
    path.write_bytes(gzip.compress(_line(task_id="a", completion="x\u00e9").encode()))
    assert list(read_samples(path)) == [Sample("a", 1, "x\u00e9")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"task_id": "a"', "2: not JSON"),
        ('{"task_id": "a"}', "2: 'completion' must be a string"),
        ('{"task_id": 3, "completion": ""}', "2: 'task_id' must be a string"),
        ("[1]", "2: a JSON object is expected"),
        ("[" * 100_000, "2: JSON is nested too deeply"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(_line(task_id="a", completion="") + line + "\n")
    with pytest.raises(InputError, match=complaint):
        list(read_samples(path))


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(b'{"task_id": "a", "completion": "\xff"}\n')
    with pytest.raises(InputError, match=r"s\.jsonl:1: not UTF-8"):
        list(read_samples(path))


def test_a_truncated_gzip_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl.gz"
    lines = "".join(_line(task_id="a", completion=str(i) * 50) for i in range(200))
    path.write_bytes(gzip.compress(lines.encode())[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        list(read_samples(path))


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text("\n")
    with pytest.raises(InputError, match="no samples"):
        list(read_samples(path))


def test_a_folder_in_the_official_layout(tmp_path: Path) -> None:
    for task, number in (("Prob002_b", 1), ("Prob001_a", 10), ("Prob001_a", 2)):
        folder = tmp_path / task
        folder.mkdir(exist_ok=True)
        (folder / f"{task}_sample{number:02d}.sv").write_text(f"{task} {number}\r\n")
        (folder / f"{task}_sample{number:02d}-sv-iv-test.log").write_text("not a sample")
    (tmp_path / "Prob003_c_sample01.sv.gz").write_bytes(gzip.compress(b"zipped"))
    found = list(read_samples(tmp_path))
    assert [(s.task_id, s.sample) for s in found] == [
        ("Prob001_a", 1),
        ("Prob001_a", 2),
        ("Prob002_b", 1),
        ("Prob003_c", 1),
    ]
    assert found[1].completion == "Prob001_a 10\r\n"
    assert found[3].completion == "zipped"


def test_a_folder_without_samples_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no files named"):
        list(read_samples(tmp_path))
