"""`eda-rl bench` from designs to reports."""

import json
import re
import signal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import EXAMPLES, Cli, Ended, adder_aig, wait_until

import eda_rl
from eda.equivalence import Equivalence
from eda.liberty.find import resolve_library
from rl.bench.rows import Kind, Row
from rl.rowfile import read_rows

QUICK = ("--budget", 3, "--seeds", 1, "--jobs", 2)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> tuple[Ended, Path, Cli]:
    """Two searchers, all scripts and `&deepsyn` on an adder, under the papers' protocol."""
    folder = tmp_path_factory.mktemp("bench")
    (folder / "adder4.aig").write_bytes(adder_aig(4))
    cli = Cli(folder, cache_dir)
    ended = cli.run(
        "bench", "adder4.aig", "--protocol", "abc-rl", *QUICK, "--seeds", 2,
        "--searcher", "mcts", "--searcher", "random", "--deepsyn-seeds", 1, "--out", "out",
        "--json",
    )  # fmt: skip
    return ended, folder / "out", cli


def rows_of(folder: Path) -> list[Row]:
    return read_rows(folder / "rows.jsonl", Row)[0]


def test_every_row_is_there_replayed_and_proven(compared: tuple[Ended, Path, Cli]) -> None:
    ended, out, _ = compared
    assert ended.status == 0, ended.stderr
    rows = rows_of(out)
    assert len(rows) == len({row.key for row in rows}) == ended.json["rows"]
    kinds = [row.kind for row in rows]
    assert kinds == sorted(kinds, key=[Kind.SCRIPT, Kind.SEARCHER, Kind.DEEPSYN].index)
    assert {row.contender for row in rows} >= {"resyn2", "none", "deepsyn", "deepsyn; dch"}
    assert [(row.contender, row.seed) for row in rows if row.kind is Kind.SEARCHER] == [
        ("mcts", 0), ("random", 0), ("mcts", 1), ("random", 1),
    ]  # fmt: skip
    for row in rows:
        assert row.error is None
        assert row.verified
        assert row.replayed
        assert row.best is not None
        assert row.best.holds
        assert row.best.value == pytest.approx(row.best.area * row.best.delay)
        assert row.reference
        assert row.best.improvement == pytest.approx(1 - row.best.value / row.reference)


def test_the_start_circuit_and_resyn2_are_what_rows_refer_to(
    compared: tuple[Ended, Path, Cli],
) -> None:
    for row in rows_of(compared[1]):
        by_name = {r.contender: r for r in rows_of(compared[1]) if r.design == row.design}
        assert by_name["none"].best is not None
        assert by_name["resyn2"].best is not None
        assert row.before == by_name["none"].best.value
        assert row.reference == by_name["resyn2"].best.value
        assert by_name["resyn2"].best.improvement == 0


def test_searchers_use_the_papers_moves_and_only_map(compared: tuple[Ended, Path, Cli]) -> None:
    for row in rows_of(compared[1]):
        if row.kind is not Kind.SEARCHER:
            continue
        assert row.evaluations == 3
        assert row.best == row.found
        assert row.best is not None
        assert row.best.script is None or row.best.recipe == ()
        assert len(row.best.recipe) <= 10
        assert all(re.match("balance|re(write|factor|sub)", move) for move in row.best.recipe)
        assert row.best.commands[-1] == "map; topo"
        values = [value for _, _, value in row.trace]
        assert values == sorted(values, reverse=True)
        assert values[-1] == row.best.value
        assert row.trace[-1][0] == 3
        assert row.trace[-1][1] <= row.wall_s


def test_a_second_run_has_nothing_to_do(compared: tuple[Ended, Path, Cli]) -> None:
    _, out, cli = compared
    before = (out / "rows.jsonl").read_bytes()
    again = cli.run(
        "bench", "adder4.aig", "--protocol", "abc-rl", *QUICK, "--seeds", 2,
        "--searcher", "mcts", "--searcher", "random", "--deepsyn-seeds", 1, "--out", "out",
    )  # fmt: skip
    assert again.status == 0
    assert "[1/" not in again.stderr
    assert (out / "rows.jsonl").read_bytes() == before
    assert "mean cut" in again.stdout


def test_the_reports(compared: tuple[Ended, Path, Cli]) -> None:
    ended, out, cli = compared
    markdown = (out / "report.md").read_text("utf-8")
    page = (out / "report.html").read_text("utf-8")
    totals = ended.json["libraries"]["generic"]["totals"]
    for text in (markdown, page):
        for name in ("adder4", "mcts", "random", "deepsyn; dch", "compress2rs"):
            assert name in text
        assert f"{totals['mcts']['ratio']:.3f}" in text
        assert "UC Berkeley, ABC" in text
        assert "2 jobs, load" in text
        assert "bench adder4.aig" in text
        assert ended.json["conditions"]["abc_sha256"][:12] in text
    assert "<svg" in page
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert not re.search(r"(src|href)=", page)
    for axis in ("evaluations", "seconds"):
        name = f"convergence-generic-{axis}.svg"
        assert f"]({name})" in markdown
        ElementTree.fromstring((out / name).read_text("utf-8"))
    for name in ("report.md", "report.html"):
        (out / name).unlink()
    again = cli.call("bench", "--report", "out")
    assert again.status == 0
    assert (out / "report.md").read_text("utf-8") == markdown
    assert (out / "report.html").read_text("utf-8") == page


REFUSED = [
    (["--budget", "4"], "budget 3, not 4"),
    (["--flow", "sized"], "flow map, not sized"),
    (["--protocol", "open"], "name abc-rl, not open"),
    (["--jobs", "1"], "jobs 2, not 1"),
    (["--objective", "area"], "objective adp, not area"),
]


@pytest.mark.parametrize(("changed", "words"), REFUSED, ids=lambda value: str(value)[:20])
def test_changed_settings_are_refused(
    changed: list[str], words: str, compared: tuple[Ended, Path, Cli],
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    _, out, cli = compared
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    monkeypatch.chdir(cli.folder)
    monkeypatch.setenv("EDA_RL_CACHE", str(cli.cache))
    given = ["bench", "adder4.aig", "--protocol", "abc-rl", *map(str, QUICK), "--out", "out"]
    with pytest.raises(SystemExit) as end:
        eda_rl.main([*given, *changed])
    captured = capsys.readouterr()
    assert end.value.code == 2
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert words in captured.err
    assert before == {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


WRONG = [
    (["adder.aig"], "--out"),
    (["--out", "new"], "no design"),
    (["absent.v", "--out", "new"], "absent.v"),
    (["--suite", "epfk", "--out", "new"], "did you mean 'epfl'"),
    (["adder.aig", "--designs", "addr", "--out", "new"], "did you mean 'adder'"),
    (["adder.aig", "--out", "full"], "not empty"),
    (["adder.aig", "--out", "adder.aig"], "not a folder"),
    (["adder.aig", "--liberty", "absent.lib", "--out", "new"], "absent.lib"),
    (["--report", "absent"], "absent"),
    (["adder.aig", "--report", "full"], "name no designs"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=lambda value: str(value)[:30])
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], cache_dir: Path,
) -> None:  # fmt: skip
    (tmp_path / "adder.aig").write_bytes(adder_aig(3))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDA_RL_CACHE", str(cache_dir))
    with pytest.raises(SystemExit) as end:
        eda_rl.main(["bench", *arguments])
    captured = capsys.readouterr()
    assert (end.value.code, captured.out) == (2, "")
    assert len(captured.err.splitlines()) == 1, captured.err
    assert words in captured.err


def bench(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, *given: object) -> int:
    """Run the command in this process; its exit status."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EDA_RL_CACHE", str(cache))
    with pytest.raises(SystemExit) as end:
        eda_rl.main(["bench", *map(str, given)])
    return int(str(end.value.code))


def test_a_changed_design_is_refused_and_a_cut_row_is_made_again(
    adder: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    given = (adder.name, "--protocol", "abc-rl", *QUICK, "--deepsyn-seeds", 0, "--out", "out")
    given += ("--objective", "nodes")
    assert bench(adder.parent, cache_dir, monkeypatch, *given) == 0
    path = adder.parent / "out" / "rows.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert bench(adder.parent, cache_dir, monkeypatch, *given) == 0
    rows = rows_of(adder.parent / "out")
    assert len(rows) == len(whole.splitlines())
    assert capsys.readouterr().err.count("[1/1]") == 1
    path.write_bytes(whole + b"{}\n")
    assert bench(adder.parent, cache_dir, monkeypatch, "--report", "out") == 2
    assert f"rows.jsonl:{len(rows) + 1}: not a row: design" in capsys.readouterr().err
    path.write_bytes(whole)
    adder.write_bytes(adder_aig(3))
    assert bench(adder.parent, cache_dir, monkeypatch, *given) == 2
    assert "choose another --out" in capsys.readouterr().err


def test_what_fails_is_a_row_and_does_not_end_the_run(
    adder: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (adder.parent / "broken.v").write_text("module broken(input a, output y); assign y = ;\n")
    given = ("broken.v", adder.name, *QUICK, "--table", "paper", "--objective", "nodes")
    given += ("--out", "out")
    assert bench(adder.parent, cache_dir, monkeypatch, *given, "--deepsyn-seeds", 1) == 1
    out = capsys.readouterr().out
    assert "failed: broken, generic, mcts, seed 0: " in out.replace("evolution", "mcts")
    rows = rows_of(adder.parent / "out")
    assert {row.error is None for row in rows if row.design == "adder"} == {True}
    assert {row.error is None for row in rows if row.design == "broken"} == {False}
    deepsyn = next(r for r in rows if (r.design, r.contender) == ("broken", "deepsyn"))
    assert "no searcher ended" in str(deepsyn.error)
    (adder.parent / "broken.v").write_text("module broken(input a, output y); assign y = ;\n")
    assert bench(adder.parent, cache_dir, monkeypatch, *given, "--deepsyn-seeds", 1) == 1
    assert len(rows_of(adder.parent / "out")) == len(rows)
    assert "failed" in (adder.parent / "out" / "report.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("proof", "objective"),
    [("rl.bench.claim.check_equivalence", "nodes"), ("rl.finish.check_equivalence", "luts")],
    ids=["circuit", "netlist"],
)
def test_a_wrong_circuit_or_netlist_is_found_out(
    proof: str, objective: str, adder: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(proof, lambda *_args, **_given: Equivalence.DIFFERENT)
    given = (adder.name, "--protocol", "abc-rl", *QUICK, "--deepsyn-seeds", 0, "--out", "out")
    given += ("--objective", objective)
    assert bench(adder.parent, cache_dir, monkeypatch, *given, "--json") == 1
    result = json.loads(capsys.readouterr().out)
    rows = rows_of(adder.parent / "out")
    assert {row.error for row in rows} == {"not proven: DIFFERENT"}
    assert not any(row.verified for row in rows)
    assert len(result["failed"]) == len(rows)
    assert result["libraries"]["generic"]["totals"] == {}
    monkeypatch.undo()
    assert bench(adder.parent, cache_dir, monkeypatch, *given, "--retry") == 0
    assert len(rows_of(adder.parent / "out")) == 2 * len(rows)


def test_the_open_protocol_counts_the_scripts(cli: Cli, adder: Path) -> None:
    ended = cli.call(
        "bench", adder, *QUICK, "--out", "out", "--json", "--objective", "luts", "--lut", 4,
        "--table", "paper",
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    rows = {row.contender: row for row in rows_of(cli.folder / "out")}
    (searched,) = [row for row in rows.values() if row.kind is Kind.SEARCHER]
    assert searched.best is not None
    assert searched.found is not None
    scripts = [row.best.value for row in rows.values() if row.kind is Kind.SCRIPT and row.best]
    assert searched.best.value == min([searched.found.value, *scripts])
    assert searched.evaluations == 3
    assert "if -K 4" in searched.best.commands[-1]
    assert ended.json["protocol"]["budget"] == 3
    (library,) = ended.json["libraries"].values()
    names = set(library["designs"]["adder"]["contenders"])
    assert {searched.contender, f"{searched.contender} alone", "deepsyn; dch"} <= names


def test_two_libraries_share_one_run_of_deepsyn_as_long_as_a_search(cli: Cli, adder: Path) -> None:
    generic = resolve_library("generic", cli.cache)
    (cli.folder / "same.lib").write_bytes(generic.path.read_bytes())
    libraries = ("--liberty", "generic", "--liberty", "same.lib", "--objective", "nodes")
    ended = cli.call(
        "bench", adder, *libraries, "--table", "paper", "--time-limit", 2, "--seeds", 1,
        "--jobs", 1, "--out", "out",
    )  # fmt: skip
    rows = rows_of(cli.folder / "out")
    assert {row.liberty for row in rows} == {"generic", "same"}, ended.stderr
    assert len(list((cli.folder / "out" / "deepsyn").iterdir())) == 1
    one, other = [row for row in rows if row.kind is Kind.DEEPSYN]
    assert one.best is not None
    assert one.best.recipe == ("&deepsyn -T 2",)
    assert one.best.holds
    assert one.wall_s == other.wall_s > 1.5


def test_an_interrupted_run_keeps_its_rows_and_goes_on(cli: Cli, adder: Path) -> None:
    (cli.folder / "bcd.v").write_bytes((EXAMPLES / "bin_to_bcd.v").read_bytes())
    given: tuple[Any, ...] = ("bench", adder, "bcd.v", "--protocol", "abc-rl", "--seeds", 1)
    given += ("--jobs", 2, "--deepsyn-seeds", 0, "--budget", 400, "--out", "out")
    process = cli.start(*given, "--designs", "adder,bcd")
    out = cli.folder / "out"
    wait_until(lambda: (out / "rows.jsonl").exists() and len(rows_of(out)) >= 2)
    process.send_signal(signal.SIGINT)
    ended = cli.end(process)
    assert ended.status == 130
    assert "interrupted" in ended.stderr
    kept = rows_of(out)
    assert len(kept) >= 2
    assert (out / "report.html").exists()
    again = cli.call(*given, "--designs", "adder")
    assert again.status == 0
    assert rows_of(out)[: len(kept)] == kept
