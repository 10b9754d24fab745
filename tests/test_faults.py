"""Whatever breaks in mid-search: a right result or one line, and nothing left behind."""

import json
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, Ended, adder_aig, children, multiplier_aig, wait_until

FakeAbc = Callable[..., Path]
DIES = "if 'write_aiger out.aig' in line:\n    os._exit(9)"

TWO_CELLS = """library (tiny) {
  delay_model : table_lookup; time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA";
  capacitive_load_unit (1, ff);
  cell (INV) { area : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "!A"; max_capacitance : 100;
      timing () { related_pin : "A"; timing_sense : negative_unate; @ } } }
  cell (NAND2) { area : 1.5;
    pin (A) { direction : input; capacitance : 1; }
    pin (B) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "!(A & B)"; max_capacitance : 100;
      timing () { related_pin : "A"; timing_sense : negative_unate; @ }
      timing () { related_pin : "B"; timing_sense : negative_unate; @ } } }
}
"""
TABLE = """(t) { index_1 ("0.01, 0.1"); index_2 ("1, 100"); values ("0.01, 0.2", "0.02, 0.3"); }"""
ARC = " ".join(
    f"{kind} {TABLE}" for kind in ("cell_rise", "cell_fall", "rise_transition", "fall_transition")
)
TEMPLATE = (
    'lu_table_template (t) { variable_1 : input_net_transition; index_1 ("0.01, 0.1");\n'
    '  variable_2 : total_output_net_capacitance; index_2 ("1, 100"); }\n'
)


def search(cli: Cli, design: object, *more: object) -> Ended:
    options = ("--json", "--no-cache", "--budget", 10, "--table", "paper")
    return cli.call("search", design, *options, *more)


def assert_one_line(ended: Ended, status: int) -> None:
    assert ended.status == status, ended.stderr
    lines = [row for row in ended.stderr.splitlines() if row.startswith("eda-rl: ")]
    assert len(lines) == 1, ended.stderr
    assert ended.stderr.rstrip().endswith(lines[0])


@pytest.fixture
def undisturbed(cli: Cli, adder: Path) -> Any:
    ended = search(cli, adder, "--out", "undisturbed")
    assert ended.status == 0, ended.stderr
    return ended.json


def test_abc_killed_in_mid_search(cli: Cli, tmp_path: Path) -> None:
    """Whoever kills ABC, such as the kernel short of memory: the result is right all the same."""
    (tmp_path / "mult.aig").write_bytes(multiplier_aig(6))
    options = ("--json", "--no-cache", "--budget", 20, "--table", "paper", "--flow", "map")
    process = cli.start("search", "mult.aig", *options, "--out", "run")
    journal = tmp_path / "run" / "events.jsonl"
    shots = 0
    wait_until(journal.exists)
    until = time.monotonic() + 60
    while process.poll() is None and shots < 8 and time.monotonic() < until:
        for pid in cli.abc_processes():
            os.kill(pid, signal.SIGKILL)
            shots += 1
        time.sleep(0.15)
    ended = cli.end(process)
    assert shots > 0
    assert ended.status in (0, 3), ended.stderr  # 3: it was the replay that was shot
    if ended.status == 0:
        assert ended.json["verified"] is True
        assert cli.call("replay", "run").status == 0


def test_a_move_that_hangs(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    """Without its deadline reached: the time limit of the search ends it and proves the rest."""
    hangs = fake_abc(
        "if 'resub -K 8 -N 1' in line:\n"
        "    inputs = open('in.aig', 'rb').readline().split()[2]\n"
        "    if inputs == b'12':  # the design, not the circuit that moves are tried on\n"
        "        time.sleep(1000)"
    )
    ended = cli.run("search", adder, "--json", "--abc", hangs, "--time-limit", 5, "--out", "run",
                    "--no-cache", "--table", "paper", timeout=60)  # fmt: skip
    assert ended.status == 0, ended.stderr
    assert ended.json["verified"] is True


def test_moves_that_always_crash(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    crashes = fake_abc("if 'refactor' in line or 'dc2' in line:\n    os._exit(9)")
    ended = search(cli, adder, "--abc", crashes)
    assert ended.status == 0, ended.stderr
    result = ended.json
    assert result["verified"] is True
    assert result["failures"] > 0
    assert not any("refactor" in move for move in result["best"]["moves"])


def test_an_abc_that_always_dies(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    assert_one_line(search(cli, adder, "--abc", fake_abc("os._exit(9)")), 3)


def test_an_abc_whose_mapping_fails(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    refuses = "if 'stime' in line:\n    line = 'frobnicate;' + line"
    ended = search(cli, adder, "--abc", fake_abc(refuses), "--out", "run")
    assert_one_line(ended, 3)
    assert "no fixed script could be measured" in ended.stderr
    assert json.loads((cli.folder / "run" / "result.json").read_text())["status"] == "failed"


def test_an_abc_that_miscompiles_is_found_out(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    """Live and plain process agree on a wrong circuit: the proof against the design says no."""
    zeros = "; ".join(f"zeropo -N {output}" for output in range(5))
    wrong = fake_abc(
        f"line = line.replace('rewrite', '{zeros}')",
        at_start=(
            "if '-f' in sys.argv:\n"
            f"    text = open('replay.abc').read().replace('rewrite', '{zeros}')\n"
            "    open('replay.abc', 'w').write(text)"
        ),
    )
    ended = search(cli, adder, "--abc", wrong)
    assert ended.status == 1, ended.stderr
    assert ended.json["verified"] is False
    assert ended.json["proof"] == {"aig": "DIFFERENT", "netlist": "DIFFERENT"}


def test_a_replay_that_differs_is_not_claimed(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    """A live session that measures too well does not get away with it."""
    lie = "echo Gates = 1 Area = 1.00 Delay = 1.00 ps; stime"
    flatters = fake_abc(f"line = line.replace('stime', '{lie}')")
    ended = search(cli, adder, "--abc", flatters)
    assert_one_line(ended, 3)
    assert "a plain ABC process measures" in ended.stderr
    assert (ended.json["verified"], ended.json["status"]) == (False, "failed")


@pytest.mark.parametrize("keep", [12, 60, -1])
def test_a_truncated_design(keep: int, cli: Cli) -> None:
    (cli.folder / "cut.aig").write_bytes(adder_aig(6)[:keep])
    ended = search(cli, "cut.aig")
    assert_one_line(ended, 2)
    assert "cut.aig" in ended.stderr
    assert ended.stdout == ""


def test_a_library_of_two_cells(cli: Cli, adder: Path) -> None:
    text = TWO_CELLS.replace("@", ARC).replace("  cell (INV)", TEMPLATE + "  cell (INV)")
    (cli.folder / "tiny.lib").write_text(text)
    ended = search(cli, adder, "--liberty", "tiny.lib", "--out", "run")
    if ended.status == 0:
        assert ended.json["verified"] is True
        assert set(ended.json["netlist"]["cells"]) <= {"INV", "NAND2"}
    else:
        assert_one_line(ended, 2)
        assert "tiny.lib" in ended.stderr


def test_the_memory_limit(cli: Cli) -> None:
    (cli.folder / "wide.aig").write_bytes(multiplier_aig(24))
    ended = search(cli, "wide.aig", "--memory-limit", 64, "--flow", "map")
    assert_one_line(ended, 3)
    assert "64 MiB" in ended.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with little room, where this process may mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    argv = ["mount", "-t", "tmpfs", "-o", "size=1088k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_fills_up(cli: Cli, adder: Path, small_disk: Path, undisturbed: Any) -> None:
    run = small_disk / "run"
    options = ("--table", "paper", "--budget", 400, "--searcher", "random", "--jobs", 2)
    process = cli.start("search", adder, "--json", "--no-cache", *options, "--out", run)
    wait_until((run / "events.jsonl").exists)
    ended = cli.end(process)
    assert_one_line(ended, 3)
    assert "No space left" in ended.stderr
    result = json.loads((run / "result.json").read_text())  # the reserve made room for it
    assert result["status"] == "failed"
    assert result["baseline"] == undisturbed["baseline"]
    assert (run / "recipe.abc").exists()


def test_a_file_size_limit_in_the_run_folder(cli: Cli, adder: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    warm = search(cli, adder)  # so that the library is converted already
    assert warm.status == 0
    assert_one_line(cli.end(cli.start("search", adder, "--out", "run", preexec_fn=limit)), 3)


def test_a_cache_on_a_broken_disk_costs_a_warning(cli: Cli, adder: Path, cache_dir: Path) -> None:
    other = cli.folder / "cache"
    other.mkdir()
    for path in cache_dir.iterdir():
        if path.name != "evaluations":
            (other / path.name).symlink_to(path)
    (other / "evaluations").write_text("in the way")
    ended = cli.call("search", adder, "--budget", 3, "--json", "--cache-dir", other)
    assert ended.status == 0, ended.stderr
    assert ended.json["verified"] is True
    assert ended.stderr.count("warning: the cache") == 1


def test_two_searches_on_one_cache(cli: Cli, adder: Path) -> None:
    options = ("--json", "--budget", 12, "--cache-dir", "shared", "--table", "paper")
    options += ("--flow", "map")
    both = [cli.start("search", adder, *options, "--out", f"run{n}") for n in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    for process, (_, stderr) in zip(both, outputs, strict=True):
        assert process.returncode == 0, stderr
        assert "warning: the cache" not in stderr
        cli.assert_nothing_left(process.pid)
    results = [json.loads(stdout) for stdout, _ in outputs]
    assert results[0]["best"] == results[1]["best"]
    assert results[0]["scripts"] == results[1]["scripts"]
    assert results[0]["verified"] is results[1]["verified"] is True


def test_two_searches_in_one_run_folder(cli: Cli) -> None:
    (cli.folder / "mult.aig").write_bytes(multiplier_aig(6))
    first = cli.start(
        "search", "mult.aig", "--time-limit", 30, "--out", "run", "--no-cache", "--table", "paper"
    )
    wait_until((cli.folder / "run" / "events.jsonl").exists)
    second = cli.start("search", "--resume", "run")
    _, stderr = second.communicate(timeout=60)
    assert second.returncode == 2
    assert "in use by another search" in stderr
    first.send_signal(signal.SIGINT)
    assert cli.end(first).status == 130


LONGER = ("--json", "--no-cache", "--budget", 35, "--seed", 2, "--table", "paper", "--flow", "map")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Any:
    """What a longer search finds that nobody interrupts."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "mult.aig").write_bytes(multiplier_aig(5))
    ended = Cli(folder, cache_dir).call("search", "mult.aig", *LONGER, "--out", "run")
    assert ended.status == 0, ended.stderr
    return ended.json


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_search_is_saved_and_goes_on(
    number: signal.Signals, cli: Cli, whole: Any
) -> None:
    (cli.folder / "mult.aig").write_bytes(multiplier_aig(5))
    process = cli.start("search", "mult.aig", *LONGER, "--out", "run")
    journal = cli.folder / "run" / "events.jsonl"
    wait_until(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 16)
    process.send_signal(number)
    ended = cli.end(process, timeout=30)
    assert_one_line(ended, 130)
    assert "--resume" in ended.stderr
    result = json.loads((cli.folder / "run" / "result.json").read_text())
    assert ended.json == result
    assert (result["status"], result["verified"]) == ("interrupted", False)
    assert result["best"]["adp"] > 0
    assert (cli.folder / "run" / "recipe.abc").exists()
    resumed = cli.call("search", "--resume", "run", "--json", "--no-cache")
    assert resumed.status == 0
    assert resumed.json["verified"] is True
    for key in ("best", "scripts", "evaluations", "improvement"):
        assert resumed.json[key] == whole[key]


def test_interrupted_while_reading(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    slow = fake_abc("time.sleep(1000)")
    process = cli.start("search", adder, "--abc", slow)
    wait_until(lambda: cli.abc_processes() or any_fake(cli))
    process.send_signal(signal.SIGINT)
    ended = cli.end(process, timeout=30)
    assert ended.status == 130
    assert_one_line(ended, 130)


def any_fake(cli: Cli) -> bool:
    """Whether a fake ABC is live."""
    return any(b"fake-" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in cli.processes())


def test_interrupted_while_proving(cli: Cli, adder: Path, fake_abc: FakeAbc) -> None:
    stuck = fake_abc(
        "if 'cec -n' in line:\n    open(folder + '/cec', 'w').close()\n    time.sleep(1000)"
    )
    process = cli.start(
        "search", adder, "--abc", stuck, "--budget", 0, "--no-cache", "--out", "run",
        "--table", "paper",
    )  # fmt: skip
    wait_until((stuck.parent / "cec").exists)
    process.send_signal(signal.SIGINT)
    ended = cli.end(process, timeout=30)
    assert_one_line(ended, 130)
    assert json.loads((cli.folder / "run" / "result.json").read_text())["verified"] is False


def test_threads_do_not_outlive_a_search_in_process(adder: Path, cache_dir: Path) -> None:
    """Used as a library: no thread and no process stays either."""
    import eda_rl  # noqa: PLC0415

    threads, processes = threading.active_count(), children(os.getpid())
    out = adder.parent / "run"
    with pytest.raises(SystemExit) as end:
        eda_rl.main(["search", str(adder), "--budget", "3", "--out", str(out), "--json",
                     "--cache-dir", str(cache_dir)])  # fmt: skip
    assert end.value.code == 0
    # Rich tells the thread of its display to end, and does not wait for that.
    wait_until(lambda: threading.active_count() <= threads)
    assert children(os.getpid()) <= processes
    assert not list(Path("/dev/shm").glob(f"eda-rl-{os.getpid()}-*"))
