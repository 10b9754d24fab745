"""`eda-rl verilogeval score` from end to end, with real Icarus in the real sandbox."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import mini
import pytest
from conftest import Ended, called, children

GOOD = {m.task_id: m.module("TopModule") for m in mini.ALL}
OSCILLATES = """reg r, s; initial begin r = 0; s = 1; #1 r = 1; end
always @(r) s = ~r; always @(s) r = s; assign y = r;"""
HANG = mini.AND.module("TopModule", OSCILLATES)
CASES = {
    "pass": (GOOD["and_gate"], "pass", "."),
    "mismatch": (mini.AND.module("TopModule", "assign y = a | b;"), "mismatch", "R"),
    "syntax": (
        "module TopModule(input a, b, output y) assign y = a; endmodule",
        "compile_error",
        "S",
    ),
    "unknown module": (mini.AND.module("TopModule", "no_such m(y);"), "compile_error", "m"),
    "net": (mini.AND.module("TopModule", "always @* y = a & b;"), "compile_error", "w"),
    "no module": ("module Other; endmodule", "compile_error", "m"),
    "empty": ("", "compile_error", "m"),
    "ends early": (mini.AND.module("TopModule", "initial $finish;"), "no_result", "R"),
    "refused": (mini.AND.module("TopModule", 'integer f = $fopen("x");'), "rejected", ""),
    "hang": (HANG, "timeout", "T"),
    "huge": (GOOD["and_gate"] + f"module {'x' * 3_000_000}; endmodule", "rejected", ""),
    "unknown output": (mini.AND.module("TopModule", "reg r; assign y = r;"), "mismatch", "R"),
    "crlf": (GOOD["and_gate"].replace("\n", "\r\n"), "pass", "."),
    "not ascii": ("// \u2028\u00e9\n" + GOOD["and_gate"], "pass", "."),
    "macro": ("`define OP &\n" + GOOD["and_gate"].replace("&", "`OP"), "pass", "."),
    "includes": ('`include "/etc/passwd"\n' + GOOD["and_gate"], "compile_error", "C"),
    "flood": (
        mini.AND.module("TopModule", 'always #1 repeat (99) $display("%0100000d", 1);'),
        "no_result",
        "R",
    ),
}


def score(samples: Path, dataset: Path, out: Path, *options: str) -> Ended:
    words = ["verilogeval", "score", samples, "--dataset", dataset, "--out", out, "--jobs", 2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDA_RL_CACHE", str(out.parent / "cache"))
        return called(*words, *options)


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def test_each_kind_of_sample_gets_its_verdict(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    samples = mini.write_samples(
        tmp_path / "s.jsonl", [("and_gate", source) for source, _, _ in CASES.values()]
    )
    answer = score(
        samples, dataset, tmp_path / "run", "--json", "--time-limit", "2", "--missing", "leave-out"
    )
    assert answer.status == 0, answer.stderr
    found = {row["sample"]: row for row in rows(tmp_path / "run")}
    got = {name: (found[n]["verdict"], found[n]["letter"]) for n, name in enumerate(CASES, start=1)}
    assert got == {name: (verdict, letter) for name, (_, verdict, letter) in CASES.items()}
    summary = json.loads(answer.stdout)
    assert summary["samples"] == summary["scored"] == len(CASES)
    assert summary["verdicts"]["pass"] == 4
    assert summary["pass_at"]["1"] == pytest.approx(4 / len(CASES))
    assert json.loads((tmp_path / "run/summary.json").read_text()) == summary
    assert set(summary) >= {
        "dataset", "problems", "samples", "scored", "reused", "pass_at", "ci", "verdicts",
        "letters", "sandbox", "versions", "wall_s", "results",
    }  # fmt: skip
    mismatch = found[2]
    assert mismatch["mismatches"] > 0
    assert mismatch["stimuli"] == 119
    assert mismatch["first_mismatch"]["signals"] == ["y"]
    assert f"at time {mismatch['first_mismatch']['time']} in y" in mismatch["message"]
    assert (tmp_path / "run/sources" / f"{mismatch['hash']}.sv").read_text() == CASES["mismatch"][0]
    assert found[3]["message"].startswith("sample.sv:1:")
    assert "/etc/passwd" in found[16]["message"]
    assert list((tmp_path / "run/waves").iterdir())


def test_equal_sources_are_judged_once_and_all_get_their_row(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    same = [GOOD["adder"], "// first\n" + GOOD["adder"], GOOD["adder"].replace(" ", "\n\t ")]
    samples = mini.write_samples(tmp_path / "s.jsonl", [("adder", source) for source in same])
    assert score(samples, dataset, tmp_path / "run").status == 0
    found = rows(tmp_path / "run")
    assert sorted(row["sample"] for row in found) == [1, 2, 3]
    assert len({row["hash"] for row in found}) == 1
    assert len(list((tmp_path / "run/sources").iterdir())) == 1


def test_both_datasets_and_both_layouts_agree(tmp_path: Path) -> None:
    v1 = mini.write_v1(tmp_path)
    bodies = [(m.task_id, f"{m.body}\nendmodule\n") for m in mini.ALL]
    bodies.append(("adder", "assign sum = a; endmodule"))
    samples = mini.write_samples(tmp_path / "s.jsonl", bodies)
    answer = score(samples, v1, tmp_path / "run", "--json")
    assert json.loads(answer.stdout)["verdicts"] == {"pass": 4, "mismatch": 1}
    folder = tmp_path / "samples"
    folder.mkdir()
    for m in mini.ALL:
        (folder / f"{m.task_id}_sample01.sv").write_text(GOOD[m.task_id])
    answer = score(folder, mini.write_v2(tmp_path), tmp_path / "run2", "--json")
    assert json.loads(answer.stdout)["pass_at"]["1"] == 1.0


def test_a_register_without_a_stated_power_up_value_may_have_any(tmp_path: Path) -> None:
    body = "reg r; always @(posedge clk) r <= r ^ t; assign q = r;"
    samples = mini.write_samples(
        tmp_path / "s.jsonl",
        [("toggle", mini.TOGGLE.module("TopModule", b)) for b in (body, body.replace("^", "|"))],
    )
    said = mini.Mini("toggle", mini.TOGGLE.ports, mini.TOGGLE.body, prompt="Initially q is 0.")
    verdicts = []
    for name, m in (("silent", mini.TOGGLE), ("said", said)):
        dataset = mini.write_v2(tmp_path / name, (m,))
        score(samples, dataset, tmp_path / name / "run")
        found = sorted(rows(tmp_path / name / "run"), key=lambda row: row["sample"])
        verdicts.append([row["verdict"] for row in found])
    assert verdicts == [["pass", "mismatch"], ["mismatch", "mismatch"]]


def test_resume_judges_only_what_is_new(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    first = [("adder", GOOD["adder"]), ("and_gate", HANG)]
    samples = mini.write_samples(tmp_path / "s.jsonl", first)
    out = tmp_path / "run"
    assert score(samples, dataset, out, "--time-limit", "1").status == 0
    again = score(samples, dataset, out, "--time-limit", "1")
    assert again.status == 2
    assert "--resume" in again.stderr
    mini.write_samples(samples, [*first, ("adder", "module TopModule; endmodule")])
    with (out / "results.jsonl").open("a") as file:
        file.write('{"task_id": "adder", "sam')  # as a kill leaves it
    answer = score(samples, dataset, out, "--time-limit", "1", "--resume", "--json")
    summary = json.loads(answer.stdout)
    assert (summary["reused"], summary["scored"]) == (2, 1)
    assert sorted((row["task_id"], row["sample"]) for row in rows(out)) == [
        ("adder", 1),
        ("adder", 2),
        ("and_gate", 1),
    ]


def test_resume_judges_again_what_changed(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    samples = mini.write_samples(tmp_path / "s.jsonl", [("adder", GOOD["adder"])])
    score(samples, dataset, tmp_path / "run")
    mini.write_samples(samples, [("adder", mini.ADD.module("TopModule", "assign sum = a;"))])
    answer = score(samples, dataset, tmp_path / "run", "--resume", "--json")
    assert json.loads(answer.stdout)["verdicts"] == {"mismatch": 1}


def test_an_unknown_task_is_an_error_or_left_out(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    samples = mini.write_samples(
        tmp_path / "s.jsonl", [("adder", GOOD["adder"]), ("nonsense", "x")]
    )
    answer = score(samples, dataset, tmp_path / "run")
    assert answer.status == 2
    assert "'nonsense'" in answer.stderr
    answer = score(samples, dataset, tmp_path / "run", "--allow-partial", "--json")
    assert json.loads(answer.stdout)["unknown"] == {"nonsense": 1}


@pytest.mark.parametrize(("choice", "pass_at_1"), [("fail", 0.25), ("leave-out", 1.0)])
def test_missing_samples_count_as_chosen(tmp_path: Path, choice: str, pass_at_1: float) -> None:
    dataset = mini.write_v2(tmp_path)
    samples = mini.write_samples(tmp_path / "s.jsonl", [("adder", GOOD["adder"])])
    answer = score(samples, dataset, tmp_path / "run", "--missing", choice, "--json")
    summary = json.loads(answer.stdout)
    assert summary["missing"] == {"and_gate": 1, "counter": 1, "toggle": 1}
    assert summary["pass_at"]["1"] == pass_at_1


def test_the_official_mode_can_be_cheated_and_the_default_cannot(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path, (mini.COUNT,))
    cheat = mini.COUNT.module("TopModule", "initial $finish;")
    samples = mini.write_samples(tmp_path / "s.jsonl", [("counter", cheat)])
    score(samples, dataset, tmp_path / "run")
    score(samples, dataset, tmp_path / "official", "--official")
    assert rows(tmp_path / "run")[0]["verdict"] == "no_result"
    assert rows(tmp_path / "official")[0]["letter"] == "."


def test_a_problem_whose_golden_source_fails_is_no_failure_of_the_model(tmp_path: Path) -> None:
    dataset = mini.write_v2(tmp_path)
    (dataset / "adder_ref.sv").write_text(mini.ADD.module("RefModule", "no_such m();"))
    samples = mini.write_samples(
        tmp_path / "s.jsonl", [("adder", GOOD["adder"]), ("and_gate", GOOD["and_gate"])]
    )
    answer = score(samples, dataset, tmp_path / "run", "--missing", "leave-out", "--json")
    assert answer.status == 3
    summary = json.loads(answer.stdout)
    assert summary["verdicts"] == {"tool_error": 1, "pass": 1}
    assert summary["pass_at"]["1"] == 1.0
    assert "cannot judge this problem" in next(
        row["message"] for row in rows(tmp_path / "run") if row["task_id"] == "adder"
    )


def test_a_missing_simulator_is_told_in_one_line(tmp_path: Path) -> None:
    samples = mini.write_samples(tmp_path / "s.jsonl", [("adder", "")])
    answer = score(
        samples, mini.write_v2(tmp_path), tmp_path / "run", "--iverilog", "/absent/iverilog"
    )
    assert answer.status == 3
    assert len(answer.stderr.splitlines()) == 1
    assert "make icarus" in answer.stderr


def _start(tmp_path: Path, count: int, *options: str) -> tuple[subprocess.Popen[bytes], Path]:
    """A run of many samples that each take a while."""
    slow = "integer i; initial for (i = 0; i < 300000; i = i + 1) if (i % 7 == {}) n = n + 1;"
    bodies = [f"assign y = a & b; integer n = 0; {slow.format(k)}" for k in range(count)]
    samples = mini.write_samples(
        tmp_path / "s.jsonl", [("and_gate", mini.AND.module("TopModule", body)) for body in bodies]
    )
    dataset = mini.write_v2(tmp_path, (mini.AND,))
    command = [sys.executable, "-m", "eda_rl", "verilogeval", "score", str(samples), "--json"]
    command += ["--dataset", str(dataset), "--out", str(tmp_path / "run"), "--jobs", "2", *options]
    env = {**os.environ, "EDA_RL_CACHE": str(tmp_path / "cache")}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, start_new_session=True)
    return process, tmp_path / "run"


def _wait_for_rows(out: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (out / "results.jsonl").exists() and len(rows_so_far(out)) >= count:
            return
        time.sleep(0.02)
    raise AssertionError("no results came")


def rows_so_far(out: Path) -> list[str]:
    return (out / "results.jsonl").read_text().split("\n")[:-1]


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to find the worker")
def test_a_killed_worker_loses_no_sample(tmp_path: Path) -> None:
    process, out = _start(tmp_path, 12)
    _wait_for_rows(out, 2)
    os.kill(min(children(process.pid)), signal.SIGKILL)
    stdout, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(stdout)["verdicts"] == {"pass": 12}
    assert len(rows(out)) == 12


def test_a_killed_run_goes_on_where_it_was_and_leaves_no_process(tmp_path: Path) -> None:
    process, out = _start(tmp_path, 12)
    _wait_for_rows(out, 3)
    process.kill()
    process.wait()
    before = [json.loads(line) for line in rows_so_far(out)]
    time.sleep(0.5)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert not [line for line in running.stdout.splitlines() if str(tmp_path) in line]
    answer = score(
        tmp_path / "s.jsonl", tmp_path / "dataset_spec-to-rtl", out, "--resume", "--json"
    )
    summary = json.loads(answer.stdout)
    assert summary["reused"] == len(before) < 12
    assert summary["verdicts"] == {"pass": 12}
    assert sorted(row["sample"] for row in rows(out)) == list(range(1, 13))


def test_an_interrupted_run_ends_at_once_with_its_status(tmp_path: Path) -> None:
    process, out = _start(tmp_path, 40)
    _wait_for_rows(out, 2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert all(json.loads(line)["verdict"] == "pass" for line in rows_so_far(out))


def test_a_full_disk_is_told_in_one_line_and_keeps_whole_lines(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(small)], check=False
    )
    if mount.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        bodies = [f"assign y = a & b; wire w{k} = 1;" for k in range(200)]
        samples = mini.write_samples(
            tmp_path / "s.jsonl", [("and_gate", mini.AND.module("TopModule", b)) for b in bodies]
        )
        answer = score(samples, mini.write_v2(tmp_path, (mini.AND,)), small / "run")
        assert answer.status == 3
        assert len(answer.stderr.splitlines()) == 1
        assert "No space left" in answer.stderr
        assert rows(small / "run")
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
