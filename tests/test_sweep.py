"""`eda-rl sweep`: undisturbed, killed, interrupted, and where something is missing."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES, Cli, Ended, adder_aig, multiplier_aig, wait_until

from rl.rowfile import read_rows
from rl.store.database import Database
from rl.store.queries import Wanted, evaluations, list_runs
from rl.sweep.local import LocalExecutor
from rl.sweep.perform import Order
from rl.sweep.rows import Row
from rl.sweep.spec import SearchBlock
from rl.sweep.task import Task
from rl.sweep.watch import Bounds, descendants, memory_of, watch
from rl.sweep.watch import Ended as How

SWEEP = """name: small
cache: false
search:
  - designs: [a.aig, b.aig]
    table: paper
    searcher: random
    objective: nodes
    budget: 2
    seed: [0, 1]
"""


class Patient(Cli):
    """A sweep is several searches, and the machine may be busy with other things."""

    def end(self, process: "subprocess.Popen[str]", timeout: float = 120) -> Ended:
        return super().end(process, 5 * timeout)


@pytest.fixture
def cli(tmp_path: Path, cache_dir: Path) -> Cli:
    return Patient(tmp_path, cache_dir)


def soon(happens: Callable[[], object]) -> None:
    wait_until(happens, 300)


@pytest.fixture
def designs(tmp_path: Path) -> Path:
    (tmp_path / "a.aig").write_bytes(adder_aig(4))
    (tmp_path / "b.aig").write_bytes(adder_aig(5))
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> tuple[Ended, Path]:
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "a.aig").write_bytes(adder_aig(4))
    (folder / "b.aig").write_bytes(adder_aig(5))
    (folder / "sweep.yaml").write_text(SWEEP)
    ended = Patient(folder, cache_dir).run("sweep", "sweep.yaml", "--out", "out", "--json", "-j", 2)
    return ended, folder / "out"


def rows_of(folder: Path) -> list[Row]:
    return read_rows(folder / "rows.jsonl", Row)[0]


def found(rows: list[Row]) -> dict[str, Any]:
    """What the rows claim; times and folders are no part of it."""
    return {
        row.key: {**row.result["best"], "name": row.name, "proof": row.result["proof"]}
        for row in rows
        if row.result is not None
    }


def one_line(ended: Ended, status: int, words: str) -> None:
    assert ended.status == status, ended.stderr
    lines = [line for line in ended.stderr.splitlines() if line.startswith("eda-rl: ")]
    assert len(lines) == 1, ended.stderr
    assert words in lines[0]


def test_every_task_is_a_row_that_is_proven(undisturbed: tuple[Ended, Path]) -> None:
    ended, out = undisturbed
    assert ended.status == 0, ended.stderr
    assert (ended.json["tasks"], ended.json["done"], ended.json["failed"]) == (4, 4, 0)
    rows = rows_of(out)
    assert len({row.key for row in rows}) == len(rows) == 4
    assert all(row.verified and row.error is None and row.attempts == 1 for row in rows)
    for row in rows:
        assert (Path(row.artifacts) / "best.aig").exists()


def test_a_task_finds_what_the_search_finds(undisturbed: tuple[Ended, Path], cli: Cli) -> None:
    _, out = undisturbed
    row = next(row for row in rows_of(out) if row.name == "a" and row.choices["seed"] == 1)
    ended = cli.call(
        "search", out.parent / "a.aig", "--table", "paper", "--searcher", "random",
        "--objective", "nodes", "--budget", 2, "--seed", 1, "--no-cache", "--json",
    )  # fmt: skip
    assert row.result is not None
    for name in ("best", "baseline", "scripts", "improvement", "proof"):
        assert ended.json[name] == row.result[name]


def test_the_store_has_what_the_rows_have(undisturbed: tuple[Ended, Path]) -> None:
    _, out = undisturbed
    database = Database(str(out))
    runs = list_runs(database, Wanted(sweep="small"))
    assert {(run["name"], run["seed"]) for run in runs} == {(n, s) for n in "ab" for s in (0, 1)}
    for run in runs:
        assert len(evaluations(database, run["id"])) > run["evaluations"] == 2
    database.close()


def test_going_on_with_a_whole_sweep_does_nothing_again(
    undisturbed: tuple[Ended, Path], cache_dir: Path
) -> None:
    _, out = undisturbed
    before = (out / "rows.jsonl").read_bytes()
    ended = Patient(out.parent, cache_dir).run("sweep", "--resume", out, "--json")
    assert (ended.status, ended.json["done"]) == (0, 4)
    assert (out / "rows.jsonl").read_bytes() == before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_sweep_that_was_ended_goes_on(
    number: signal.Signals, designs: Path, cli: Cli, undisturbed: tuple[Ended, Path]
) -> None:
    process = cli.start("sweep", "sweep.yaml", "--out", "out", "--json", "-j", 1)
    soon(lambda: (designs / "out" / "rows.jsonl").exists() and rows_of(designs / "out"))
    process.send_signal(number)
    ended = cli.end(process)
    assert ended.status == (130 if number is signal.SIGINT else -number)
    if number is signal.SIGINT:
        assert "--resume" in ended.stderr
    there = (designs / "out" / "rows.jsonl").read_bytes()
    assert 0 < len(rows_of(designs / "out")) < 4
    again = cli.run("sweep", "--resume", "out", "--json", "-j", 2)
    assert again.status == 0, again.stderr
    assert (designs / "out" / "rows.jsonl").read_bytes().startswith(there)
    rows = rows_of(designs / "out")
    assert len(rows) == 4
    assert found(rows) == found(rows_of(undisturbed[1]))
    database = Database(str(designs / "out"))
    assert len(list_runs(database, Wanted())) == 4
    database.close()


def searches(cli: Cli) -> list[int]:
    """The processes of the searches that a sweep has started."""
    pids = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if b"search" in words and cli.token.encode() in environment:
            pids.append(int(entry.name))
    return pids


def test_a_task_whose_process_was_killed_is_started_again(designs: Path, cli: Cli) -> None:
    (designs / "sweep.yaml").write_text(SWEEP.replace("[a.aig, b.aig]", "a.aig"))
    process = cli.start("sweep", "sweep.yaml", "--out", "out", "--json", "-j", 1)
    soon(lambda: searches(cli))
    os.kill(searches(cli)[0], signal.SIGKILL)
    ended = cli.end(process)
    assert ended.status == 0, ended.stderr
    assert sorted(row.attempts for row in rows_of(designs / "out")) == [1, 2]


def test_tasks_that_fail_are_rows_and_can_be_run_once_more(designs: Path, cli: Cli) -> None:
    (designs / "b.aig").write_text("aig nonsense\n")
    text = SWEEP.replace("seed: [0, 1]", "seed: 0")
    (designs / "sweep.yaml").write_text(text)
    ended = cli.call("sweep", "sweep.yaml", "--out", "out", "--json")
    assert ended.status == 1
    broken = next(row for row in rows_of(designs / "out") if row.name == "b")
    assert broken.error is not None
    assert "b.aig" in broken.error
    again = cli.call("sweep", "--resume", "out", "--retry", "--json")
    assert (again.status, again.json["done"], again.json["failed"]) == (1, 1, 1)
    assert len(rows_of(designs / "out")) == 3
    (designs / "b.aig").write_bytes(adder_aig(5))
    one_line(cli.call("sweep", "--resume", "out", "--retry"), 2, "b is not what it was")


def test_a_deadline_ends_a_task_and_not_the_sweep(designs: Path, cli: Cli) -> None:
    (designs / "b.aig").write_bytes(multiplier_aig(24))
    (designs / "sweep.yaml").write_text(
        "deadline: 4\nsearch:\n"
        "  - {designs: b.aig, budget: 100000, table: paper}\n"
        "  - {designs: a.aig, budget: 0, table: paper}\n"
    )
    ended = cli.call("sweep", "sweep.yaml", "--out", "out", "--json", "-j", 2)
    assert ended.status == 1
    late = next(row for row in rows_of(designs / "out") if row.name == "b")
    assert late.error == "not done within its deadline of 4 s"
    assert len(rows_of(designs / "out")) == 2


def test_a_process_is_held_to_its_memory() -> None:
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', sys.argv[1]])"
    eats = "import time\nx = bytearray(200 << 20)\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, eats], start_new_session=True)
    how, status = watch(process, Bounds(50, 100 << 20), lambda: False)
    assert (how, status) == (How.MEMORY, -signal.SIGKILL)
    assert memory_of(process.pid) == 0
    assert descendants(process.pid) == [process.pid]


def test_scorings_are_run_as_the_command_runs_them(tmp_path: Path, cli: Cli) -> None:
    lines = (EXAMPLES / "samples.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "one.jsonl").write_text(lines[0])
    (tmp_path / "sweep.yaml").write_text(
        "verilogeval:\n  - {samples: one.jsonl, missing: leave-out}\n"
    )
    ended = cli.call("sweep", "sweep.yaml", "--out", "out", "--json")
    assert ended.status == 0, ended.stderr
    (row,) = rows_of(tmp_path / "out")
    verdicts = (Path(row.artifacts) / "results.jsonl").read_text().splitlines()
    assert [json.loads(line)["verdict"] for line in verdicts] == ["pass"]
    shown = cli.call("runs", "show", "1", "--store", "out", "--json")
    assert [one["verdict"] for one in shown.json["verdicts"]] == ["pass"]


def test_artifacts_go_where_the_file_says(designs: Path, cli: Cli) -> None:
    url = f"file://{designs / 'elsewhere'}"
    text = SWEEP.replace("[a.aig, b.aig]", "a.aig").replace("seed: [0, 1]", "seed: 0")
    (designs / "sweep.yaml").write_text(f"artifacts: {url}\n{text}")
    ended = cli.call("sweep", "sweep.yaml", "--out", "out", "--json")
    assert ended.status == 0, ended.stderr
    (row,) = rows_of(designs / "out")
    assert row.artifacts.startswith(url)
    assert (Path(row.artifacts.removeprefix("file://")) / "best.aig").exists()
    assert not list((designs / "out" / "tasks").iterdir())


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["sweep.yaml", "--store", "postgresql://127.0.0.1:1/none"], 3, "127.0.0.1"),
        (["sweep.yaml", "--store", "mysql://x/y"], 2, "postgresql://"),
        (["sweep.yaml", "--address", "127.0.0.1:1"], 3, "no Ray cluster at 127.0.0.1:1"),
        (["sweep.yaml", "--address", "here"], 2, "HOST:PORT"),
        (["sweep.yaml", "--address", "a:1", "--executor", "local"], 2, "--address"),
        (["none.yaml"], 2, "none.yaml: No such file"),
        (["--resume", "."], 2, "holds no sweep"),
        ([], 2, "name a sweep file"),
        (["bad.yaml"], 2, "bad.yaml:2: search.0.designs.0: no.aig: no such file"),
        (["init", "sweep.yaml"], 2, "exists"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_leaves_no_folder(
    arguments: list[str], status: int, words: str, designs: Path, cli: Cli
) -> None:
    (designs / "bad.yaml").write_text("search:\n  - designs: no.aig\n")
    one_line(cli.call("sweep", *arguments), status, words)
    assert not (designs / "runs").exists()


def test_a_disk_that_is_full_keeps_what_is_done(designs: Path, cli: Cli) -> None:
    small = designs / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(small)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("no file system can be mounted here")
    # With a mapping a row is long, and none fits once the disk is full.
    (designs / "sweep.yaml").write_text(SWEEP.replace("    objective: nodes\n", ""))
    try:
        process = cli.start("sweep", "sweep.yaml", "--out", "small/out", "-j", 1)
        soon(lambda: (small / "out" / "rows.jsonl").exists() and rows_of(small / "out"))
        fill(small / "filler")
        one_line(cli.end(process), 3, "No space left")
        there = rows_of(small / "out")
        assert 0 < len(there) < 4
        assert all(row.verified for row in there)
        (small / "filler").unlink()
        again = cli.call("sweep", "--resume", "small/out", "--json")
        assert (again.status, again.json["done"]) == (0, 4)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def fill(path: Path) -> None:
    """Take all the room that there is."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1024))


def test_the_dry_run_runs_nothing(designs: Path, cli: Cli) -> None:
    ended = cli.call("sweep", "sweep.yaml", "--dry-run", "--json")
    assert ended.status == 0
    assert len(ended.json["tasks"]) == 4
    assert ended.json["seconds"] > 0
    assert "4 tasks (4 search)" in cli.call("sweep", "sweep.yaml", "--dry-run").stdout
    assert not (designs / "runs").exists()


def test_the_store_may_go_and_come_back(designs: Path, cli: Cli) -> None:
    """A store that stops answering in mid-sweep costs no row; `--resume` brings it up to date."""
    (designs / "sweep.yaml").write_text(SWEEP.replace("[a.aig, b.aig]", "a.aig"))
    (designs / "db").mkdir()
    process = cli.start("sweep", "sweep.yaml", "--out", "out", "--store", "db/store", "-j", 1)
    soon(lambda: searches(cli))
    with contextlib.closing(sqlite3.connect(designs / "db" / "store", timeout=60)) as other:
        other.execute("DROP TABLE evaluations")
    one_line(cli.end(process), 3, "go on with: eda-rl sweep --resume")
    assert len(rows_of(designs / "out")) == 2
    for path in (designs / "db").iterdir():
        path.unlink()
    again = cli.call("sweep", "--resume", "out", "--store", "db/store", "--json")
    assert (again.status, again.json["done"]) == (0, 2)
    database = Database(str(designs / "db" / "store"))
    assert len(list_runs(database, Wanted())) == 2
    database.close()


def test_tasks_share_the_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tasks as there are jobs run at once, and one that ends makes room for the next."""
    running, most, lock = [0], [0], threading.Lock()

    def fake(order: Order, _path: Path, _stopped: Callable[[], bool]) -> Any:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return order.task.name

    monkeypatch.setattr("rl.sweep.local.perform", fake)
    names = [str(number) for number in range(9)]
    orders = [
        Order(Task(name=name, contents={}), 1, 1.0, None, 0, cache=False, cache_dir=None)
        for name in names
    ]
    ended = list(LocalExecutor(3).run(orders, lambda _: tmp_path))
    assert sorted(str(one.done) for one in ended) == names
    assert most[0] == 3


def test_ray_runs_what_processes_run(
    designs: Path,
    cli: Cli,
    undisturbed: tuple[Ended, Path],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    pytest.importorskip("ray")
    short = tempfile.TemporaryDirectory(prefix="ray-")  # a socket's name has 107 bytes at most
    request.addfinalizer(short.cleanup)
    monkeypatch.setenv("RAY_TMPDIR", short.name)
    (designs / "sweep.yaml").write_text(SWEEP.replace("[a.aig, b.aig]", "a.aig"))
    ended = cli.run("sweep", "sweep.yaml", "--executor", "ray", "-j", 2, "--out", "out", "--json")
    assert ended.status == 0, ended.stderr
    rows = rows_of(designs / "out")
    wanted = {
        key: best for key, best in found(rows_of(undisturbed[1])).items() if key in found(rows)
    }
    assert len(rows) == 2
    assert found(rows) == wanted
    assert (Path(rows[0].artifacts) / "best.aig").exists()
    assert socket.gethostname() == rows[0].worker
    replayed = cli.call("replay", rows[0].artifacts, "--json")
    assert replayed.json["ok"] is True


def test_fields_are_called_as_options(cli: Cli) -> None:
    """One word for one thing: a matrix's fields are options of the search."""
    words = cli.call("search", "--help").stdout
    own = {"designs", "suites", "only"}
    for name in SearchBlock.model_fields.keys() - own:
        assert f"--{name.replace('_', '-')}" in words
