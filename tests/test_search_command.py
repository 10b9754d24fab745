"""`eda-rl search` and `eda-rl replay` from design to proven netlist."""

import json
import math
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES, Cli, Ended, adder_aig, multiplier_aig, wait_until

from eda.abc.binary import AbcBinary
from eda.equivalence import Equivalence, check_equivalence
from eda.qor import parse_stime

PROMISED = {
    "design", "top", "liberty", "objective", "flow", "baseline", "scripts", "best", "improvement",
    "verified", "evaluations", "wall_s", "abc_s", "seed", "jobs", "run_dir", "versions",
}  # fmt: skip
FIGURES = {"area", "delay", "adp", "nodes", "levels"}
FILES = {
    "settings.json", "events.jsonl", "result.json", "recipe.abc", "replay.abc", "best.aig",
    "input.aig", "netlist.v",
}  # fmt: skip
VERILOG = """module mix #(parameter W = 4)
  (input clk, input rst, input [W-1:0] a, b, output reg [W:0] q);
  wire [W-1:0] twisted = (a & ~b) | {b[0], a[W-1:1]};
  always @(posedge clk or posedge rst) if (rst) q <= 0; else q <= a * twisted + (q ^ b);
endmodule
"""


def same_outcome(ours: Any, theirs: Any) -> bool:
    keys = ("baseline", "scripts", "best", "improvement", "verified", "evaluations", "proof")
    return all(ours[key] == theirs[key] for key in keys)


def events(folder: Path) -> list[dict[str, Any]]:
    """What a run did, without the times it took."""
    rows = [json.loads(row) for row in (folder / "events.jsonl").read_text().splitlines()]
    timed = ("wall_s", "elapsed_s", "steps_s")
    return [{key: row[key] for key in row if key not in timed} for row in rows]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> tuple[Ended, Path, Cli]:
    """One search over Verilog with registers."""
    folder = tmp_path_factory.mktemp("search")
    (folder / "mix.v").write_text(VERILOG)
    cli = Cli(folder, cache_dir)
    ended = cli.run("search", "mix.v", "--budget", 12, "--seed", 5, "--json", "--out", "run")
    return ended, folder / "run", cli


def test_the_object_has_the_promised_keys(finished: tuple[Ended, Path, Cli]) -> None:
    ended, folder, _ = finished
    assert ended.status == 0, ended.stderr
    result = ended.json
    assert ended.stdout.count("\n") == 1
    assert set(result) >= PROMISED
    assert set(result["baseline"]) >= {"name", *FIGURES}
    assert set(result["best"]) >= {"recipe", "script", *FIGURES}
    assert all(set(row) >= {"name", *FIGURES} for row in result["scripts"])
    assert (result["top"], result["objective"], result["flow"]) == ("mix", "adp", "sized")
    assert (result["seed"], result["evaluations"], result["verified"]) == (5, 12, True)
    assert result["design"].endswith("mix.v")
    assert result["flops"] == 5
    assert result["baseline"]["name"] == "resyn2"
    assert result["run_dir"] == str(folder)
    assert json.loads((folder / "result.json").read_text()) == result


def test_the_figures_fit_together(finished: tuple[Ended, Path, Cli]) -> None:
    result = finished[0].json
    best, baseline = result["best"], result["baseline"]
    assert math.isclose(best["adp"], best["area"] * best["delay"], rel_tol=1e-6)
    assert best["adp"] <= min(row["adp"] for row in result["scripts"])
    assert math.isclose(result["improvement"], 1 - best["adp"] / baseline["adp"], abs_tol=1e-5)


def test_the_run_folder_holds_everything(finished: tuple[Ended, Path, Cli]) -> None:
    _, folder, _ = finished
    there = {path.name for path in folder.iterdir()}
    assert there >= FILES
    assert there <= FILES | {".lock"}
    evaluations = [row for row in events(folder) if row["event"] == "evaluation"]
    phases = [row["phase"] for row in evaluations]
    assert phases.count("search") == 12
    assert phases.count("script") == len(finished[0].json["scripts"])


def test_the_terminal_shows_a_table_and_no_json(cli: Cli, adder: Path) -> None:
    ended = cli.call("search", adder, "--budget", 2)
    assert ended.status == 0
    for words in ("resyn2", "compress2rs", "best:", "recipe:", "EQUIVALENT", "runs/adder-"):
        assert words in ended.stdout.replace("\n", "")
    assert "generic45" in ended.stderr


def test_plain_abc_reproduces_the_result(
    finished: tuple[Ended, Path, Cli], abc: AbcBinary, tmp_path: Path
) -> None:
    ended, folder, _ = finished
    best = ended.json["best"]
    shutil.copytree(folder, tmp_path / "copy")
    ran = subprocess.run(
        [abc.path, "-f", "replay.abc"], cwd=tmp_path / "copy", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert parse_stime(plain(ran.stdout))[:2] == (best["area"], best["delay"])
    liberty = (folder / "replay.abc").read_text().splitlines()[0].split()[-1]
    command = f"read_lib {liberty}; read_aiger input.aig; source recipe.abc; stime"
    ran = subprocess.run(
        [abc.path, "-c", command], cwd=folder, capture_output=True, text=True, check=True
    )
    assert parse_stime(plain(ran.stdout))[:2] == (best["area"], best["delay"])


def test_yosys_takes_the_recipe(
    finished: tuple[Ended, Path, Cli], abc: AbcBinary, tmp_path: Path
) -> None:
    _, folder, _ = finished
    liberty, recipe = (
        (folder / "replay.abc").read_text().splitlines()[0].split()[-1],
        folder / "recipe.abc",
    )
    code = (
        "from pyosys import libyosys as ys\n"
        "d = ys.Design()\n"
        f"ys.run_pass('read_aiger {folder / 'input.aig'}', d)\n"
        f"ys.run_pass('abc -exe {abc.path} -liberty {liberty} -script {recipe}', d)\n"
        f"ys.run_pass('stat -liberty {liberty}', d)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"Chip area for .*: *[1-9]", ran.stdout)


def test_replay_agrees(finished: tuple[Ended, Path, Cli]) -> None:
    _, folder, cli = finished
    ended = cli.call("replay", folder, "--json")
    assert ended.status == 0, ended.stdout + ended.stderr
    report = ended.json
    assert report["ok"] is True
    assert (report["aig"], report["netlist"]) == ("EQUIVALENT", "EQUIVALENT")


def swap_a_gate(text: str) -> str:
    """Exchange an inverting gate for its opposite."""
    for one, other in (("NAND2_", "NOR2_"), ("XNOR2_", "XOR2_"), ("NOR2_", "NAND2_")):
        found = re.search(rf"\b{one}", text)
        if found:
            return text[: found.start()] + other + text[found.end() :]
    raise AssertionError("no gate to exchange")


def test_replay_finds_a_tampered_netlist(finished: tuple[Ended, Path, Cli], tmp_path: Path) -> None:
    _, folder, cli = finished
    shutil.copytree(folder, tmp_path / "copy")
    netlist = tmp_path / "copy" / "netlist.v"
    netlist.write_text(swap_a_gate(netlist.read_text()))
    ended = cli.call("replay", tmp_path / "copy", "--json")
    assert ended.status == 1, ended.stdout + ended.stderr
    assert (ended.json["ok"], ended.json["netlist"]) == (False, "DIFFERENT")
    netlist.write_text(netlist.read_text().replace("endmodule", ""))
    ended = cli.call("replay", tmp_path / "copy", "--json")
    assert ended.status == 2
    assert re.search(r"netlist\.v:\d+: ", ended.stderr)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda best: best | {"area": best["area"] - 1}, 1),
        (lambda best: best | {"moves": best["moves"][:-1] or ["balance"], "ending": "dch"}, 1),
        (lambda best: best | {"moves": ["!rm -rf /"]}, 2),
        (lambda best: {"area": best["area"]}, 2),
    ],
    ids=["figure", "recipe", "command", "incomplete"],
)
def test_replay_finds_a_tampered_result(
    change: Callable[[dict[str, Any]], dict[str, Any]], status: int,
    finished: tuple[Ended, Path, Cli], tmp_path: Path,
) -> None:  # fmt: skip
    _, folder, cli = finished
    shutil.copytree(folder, tmp_path / "copy")
    path = tmp_path / "copy" / "result.json"
    result = json.loads(path.read_text())
    path.write_text(json.dumps(result | {"best": change(result["best"])}))
    assert cli.call("replay", tmp_path / "copy", "--json").status == status


@pytest.mark.parametrize(
    ("options", "figure"),
    [
        (["adp"], "adp"),
        (["area"], "area"),
        (["area", "--max-delay", "0.30ns"], "area"),
        (["delay", "--flow", "map"], "delay"),
        (["nodes"], "nodes"),
        (["levels"], "levels"),
        (["luts", "--lut", "4"], "area"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_every_objective(
    options: list[str], figure: str, cli: Cli, abc: AbcBinary, adder: Path
) -> None:
    ended = cli.call(
        "search", adder, "--budget", 6, "--json", "--out", "run", "--objective", *options
    )
    assert ended.status == 0, ended.stderr
    result = ended.json
    best, scripts = result["best"], result["scripts"]
    assert result["verified"] is True
    assert not any(row.get("failed") for row in scripts)
    if result["max_delay"] is None:
        assert best[figure] <= min(row[figure] for row in scripts)
    else:
        assert result["max_delay"] == 300
        meeting = [row["area"] for row in scripts if row["delay"] <= 300]
        assert result["meets_max_delay"] == (best["delay"] <= 300)
        assert not meeting or best["area"] <= min(meeting)
    run = cli.folder / "run"
    mapped = {"netlist.v"} if options[0] in ("adp", "area", "delay", "luts") else set()
    mapped |= {"luts.blif", "luts.v"} if options[0] == "luts" else set()
    assert (result["proof"]["netlist"] == "EQUIVALENT") == ("netlist.v" in mapped)
    assert {p.name for p in run.iterdir()} - {".lock"} == FILES - {"netlist.v"} | mapped
    core = (run / "input.aig").read_bytes()
    answer = check_equivalence(abc, core, (run / "best.aig").read_bytes(), time_limit=60)
    assert answer is Equivalence.EQUIVALENT


def test_a_delay_limit_that_nothing_meets_is_said(cli: Cli, adder: Path) -> None:
    limit = ("--objective", "area", "--max-delay", "1ps")
    ended = cli.call("search", adder, "--budget", 4, *limit)
    assert ended.status == 0, ended.stderr
    assert "no recipe meets the delay limit of 1 ps" in ended.stdout


def test_the_same_seed_is_the_same_run_with_any_number_of_jobs(cli: Cli, adder: Path) -> None:
    results = []
    for jobs in (1, 3):
        options = ("--budget", 12, "--seed", 4, "--jobs", jobs, "--no-cache", "--json")
        options += ("--table", "paper")
        results.append(cli.call("search", adder, *options, "--out", f"run{jobs}").json)
        assert events(cli.folder / f"run{jobs}") == events(cli.folder / "run1")
        assert same_outcome(results[0], results[-1])
        assert results[-1]["jobs"] == jobs


def test_a_warm_cache_changes_nothing_but_the_time(cli: Cli, adder: Path) -> None:
    options = ("--budget", 10, "--json", "--cache-dir", "cache")
    cold = cli.call("search", adder, *options, "--out", "cold").json
    warm = cli.call("search", adder, *options, "--out", "warm").json
    assert same_outcome(cold, warm)
    assert events(cli.folder / "cold") == events(cli.folder / "warm")
    assert warm["abc_s"] < cold["abc_s"]


def killed(cli: Cli, options: tuple[object, ...], events: int) -> tuple[int, Path]:
    """Kill a search after so many events: which process it was, and its journal."""
    process = cli.start("search", "mult.aig", *options, "--out", "killed")
    journal = cli.folder / "killed" / "events.jsonl"
    wait_until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > events)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not cli.processes(), 20)
    shutil.rmtree(cli.folder / "tmp")  # what the killed process could not remove
    return process.pid, journal


@pytest.mark.parametrize("searcher", ["mcts", "random", "greedy"])
def test_a_killed_search_is_resumed_to_the_same_result(searcher: str, cli: Cli) -> None:
    (cli.folder / "mult.aig").write_bytes(multiplier_aig(5))
    options = ("--searcher", searcher, "--budget", 30, "--jobs", 2, "--no-cache", "--json",
               "--table", "paper", "--flow", "map")  # fmt: skip
    pid, journal = killed(cli, options, 16)
    assert not (cli.folder / "killed" / "result.json").exists()
    with journal.open("ab") as file:
        file.write(b'{"event": "evaluation", "pha')  # as if it died in mid-line
    resumed = cli.run("search", "--resume", "killed", "--no-cache", "--json")
    assert not list(Path("/dev/shm").glob(f"eda-rl-{pid}-*"))
    undisturbed = cli.call("search", "mult.aig", *options, "--out", "whole")
    assert resumed.status == undisturbed.status == 0
    assert same_outcome(resumed.json, undisturbed.json)
    assert events(cli.folder / "killed") == events(cli.folder / "whole")


def test_a_killed_search_by_time_goes_on_from_what_it_has(cli: Cli) -> None:
    (cli.folder / "mult.aig").write_bytes(multiplier_aig(4))
    options = ("--time-limit", 8, "--jobs", 2, "--no-cache", "--json", "--table", "paper",
               "--objective", "nodes")  # fmt: skip
    _, journal = killed(cli, options, 20)
    before = journal.read_text().splitlines()
    resumed = cli.run("search", "--resume", "killed", "--no-cache", "--json")
    assert resumed.status == 0, resumed.stderr
    after = journal.read_text().splitlines()
    assert after[: len(before)] == before
    numbers = [(row["phase"], row["number"]) for row in map(json.loads, after)]
    assert len(set(numbers)) == len(numbers) > len(before)


def test_a_time_limit_is_kept_and_ends_in_a_proven_result(cli: Cli) -> None:
    (cli.folder / "adder.aig").write_bytes(adder_aig(8))
    options = ("--time-limit", 4, "--table", "paper", "--json", "--no-cache")
    ended = cli.run("search", "adder.aig", *options, timeout=60)
    assert ended.status == 0, ended.stderr
    assert ended.json["verified"] is True
    assert ended.json["evaluations"] > 0
    assert ended.json["wall_s"] < 30  # generous: the machine may be busy


def test_a_design_of_several_gzipped_files(cli: Cli) -> None:
    result = cli.call("search", EXAMPLES / "bin_to_bcd.v", "--budget", 0, "-P", "WIDTH=6",
                     "-P", "DIGITS=2", "--json").json  # fmt: skip
    assert (result["top"], result["verified"]) == ("bin_to_bcd", True)
    (cli.folder / "adder.aig").write_bytes(adder_aig(5))
    subprocess.run(["gzip", "adder.aig"], cwd=cli.folder, check=True)
    result = cli.call("search", "adder.aig.gz", "--budget", 0, "--json").json
    assert (result["top"], result["verified"]) == ("adder", True)
