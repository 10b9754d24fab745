"""The command line's manners: help, exit status, and errors in one line."""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, Cli, adder_aig

import eda_rl

COMMANDS = sorted(eda_rl.COMMANDS)


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(command: list[str], option: str, cli: Cli) -> None:
    ended = cli.call(*command, option)
    assert ended.status == 0
    assert ended.stdout.startswith("Usage: eda-rl")
    assert ended.stderr == ""
    if not command:
        assert all(f"  {name} " in ended.stdout for name in COMMANDS)


def test_the_table_of_contents_says_what_the_commands_say() -> None:
    for name in COMMANDS:
        command = eda_rl.commands.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name
        assert command.help


def test_version(cli: Cli) -> None:
    ended = cli.run("--version")
    assert ended.status == 0
    assert re.fullmatch(r"eda-rl, version \d+\.\d+\.\d+\n", ended.stdout)


def test_no_command_shows_the_help(cli: Cli) -> None:
    ended = cli.run()
    assert "Commands" in ended.stdout + ended.stderr
    assert ended.status == 2


WRONG = [
    (["serach"], "serach"),
    (["search"], "no design"),
    (["search", "absent.v"], "absent.v"),
    (["search", "absent.v", "--budget", "-1"], "--budget"),
    (["search", "absent.v", "--budget", "many"], "many"),
    (["search", "absent.v", "--objective", "beauty"], "beauty"),
    (["search", "absent.v", "--max-delay", "soon"], "soon"),
    (["search", "absent.v", "--objective", "area", "--max-delay", "-3ps"], "above 0"),
    (["search", "absent.v", "--max-delay", "500ps"], "--objective area"),
    (["search", "absent.v", "--time-limit", "0"], "--time-limit"),
    (["search", "absent.v", "--lut", "99"], "--lut"),
    (["search", "absent.v", "--jobs", "0"], "--jobs"),
    (["search", "absent.v", "--length", "0"], "--length"),
    (["search", "absent.v", "--searcher", "oracle"], "oracle"),
    (["search", "absent.v", "--table", "round"], "round"),
    (["search", "absent.v", "-P", "WIDTH"], "NAME=VALUE"),
    (["search", "absent.v", "--frobnicate"], "--frobnicate"),
    (["search", "absent.v", "--liberty", "absent.lib"], "absent.lib"),
    (["search", "absent.v", "--liberty", "sky13"], "sky130"),
    (["search", "--resume", "absent"], "absent"),
    (["search", "absent.v", "--resume", "absent"], "--resume"),
    (["search", "adder.txt"], "unknown format"),
    (["search", "adder.aig", "--out", "."], "not empty"),
    (["search", "adder.aig", "--out", "adder.aig"], "not a folder"),
    (["replay"], "RUN"),
    (["replay", "absent"], "absent"),
    (["replay", "."], "settings.json"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=lambda v: str(v)[:50])
def test_wrong_usage_is_one_line_and_status_2(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], cache_dir: Path,
) -> None:  # fmt: skip
    (tmp_path / "adder.aig").write_bytes(adder_aig(3))
    (tmp_path / "adder.txt").write_bytes(adder_aig(3))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDA_RL_CACHE", str(cache_dir))
    with pytest.raises(SystemExit) as end:
        eda_rl.main(arguments)
    out, err = capsys.readouterr()
    assert out == ""
    lines = [row for row in err.splitlines() if not row.startswith(("Usage:", "Try ")) and row]
    assert len(lines) == 1, err
    assert words in lines[0]
    assert end.value.code == 2


@pytest.mark.parametrize("arguments", [["search", "adder.aig", "--abc", "absent"], ["search"]])
def test_errors_stay_off_stdout_with_json(arguments: list[str], cli: Cli, adder: Path) -> None:
    del adder
    ended = cli.call(*arguments, "--json")
    assert ended.status == (3 if "--abc" in arguments else 2)
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1


def test_output_into_a_closed_pipe(cli: Cli, adder: Path) -> None:
    process = cli.start("search", adder, "--budget", 0)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert cli.end(process).status in (0, 1)


def test_doctor(cli: Cli) -> None:
    ended = cli.call("doctor", "--json")
    assert ended.status in (0, 1, 3)
    assert isinstance(json.loads(ended.stdout), dict)


def test_it_is_installed_as_a_command() -> None:
    assert 'eda-rl = "eda_rl:main"' in (ROOT / "pyproject.toml").read_text("utf-8")
