"""The store: the same on SQLite and PostgreSQL, for one writer and for several."""

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from conftest import Cli
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres import Postgres, running
from sqlalchemy import func, select, text

import eda_rl
from eda.errors import InputError, ToolError
from rl.store.database import HEAD, Database, store_url
from rl.store.export import export
from rl.store.ingest import Writer
from rl.store.queries import (
    Wanted,
    best_recipes,
    evaluations,
    full_runs,
    list_runs,
    measured,
    show_run,
)
from rl.store.record import RunRecord
from rl.store.schema import EVALUATIONS, METADATA, MOVES, RUNS


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with running(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    with psycopg.connect(server.url) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return server.url


def state(number: int) -> str:
    return f"{number:064x}"


def event(phase: str, number: int, area: float = 2.0) -> dict[str, Any]:
    return {
        "event": "evaluation", "phase": phase, "number": number, "moves": ["dc2", "balance"],
        "ending": "plain", "states": [state(number), state(number + 1)],
        "qor": {"area": area, "delay": 3.0, "gates": 4, "nodes": 5, "levels": 6},
        "failure": None, "wall_s": 0.1, "elapsed_s": 1.5,
    }  # fmt: skip


def record(uid: str, value: float = 6.0, **given: Any) -> RunRecord:
    key = {"input_sha256": "i", "library_sha256": "l", "objective": "adp", "flow": "sized"}
    run = {
        "uid": uid, "sweep": "s", "kind": "search", "name": "a", "suite": "", "held_out": False,
        "status": "done", "verified": True, "error": None, "artifacts": "", "wall_s": 1.0,
        "at": f"2026-01-01T00:00:{len(uid):02d}+00:00", "value": value, "result": {"x": [1]},
        **key, **given,
    }  # fmt: skip
    best = {
        **key, "name": "a", "held_out": False, "excess": 0.0, "value": value, "improvement": 0.5,
        "area": value, "delay": 1.0, "gates": 1, "nodes": 1, "levels": 1,
        "recipe": ["dc2", uid], "ending": "plain", "aig_sha256": "o",
    }  # fmt: skip
    return RunRecord(run, [event("script", 0), event("search", 0, 7.0)], best)


def test_what_is_written_is_read_again(url: str) -> None:
    database = Database(url)
    number = Writer(database).add(record("one"))
    (run,) = full_runs(database, Wanted())
    assert {name: run[name] for name in record("one").run} == record("one").run
    shown = show_run(database, number)
    assert (shown["stored_evaluations"], shown["result"]) == (2, {"x": [1]})
    read = evaluations(database, number)
    for back, put in zip(read, record("one").events, strict=True):
        assert back["states"] == [whole[:16] for whole in put["states"]]
        assert {**back, "states": None} == {**put, "states": None}
    assert [row["area"] for row in measured(database, state(1))] == [2.0, 7.0]
    database.close()


def test_the_same_run_is_there_once(url: str) -> None:
    database = Database(url)
    first = Writer(database).add(record("one"))
    again = Writer(database).add(record("one", status="failed"))
    assert again == first
    assert [run["status"] for run in list_runs(database, Wanted())] == ["failed"]
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(EVALUATIONS)) == 2
        assert connection.scalar(select(func.count()).select_from(MOVES)) == 2
    database.close()


def test_the_best_recipe_stays_the_best(url: str) -> None:
    database = Database(url)
    writer = Writer(database)
    for uid, value in (("a", 6.0), ("b", 5.0), ("c", 5.5)):
        writer.add(record(uid, value))
    (best,) = best_recipes(database, name="a")
    assert (best["value"], best["recipe"]) == (5.0, ["dc2", "b"])
    assert best_recipes(database, objective="area") == []
    late = record("d", 1.0)
    assert late.best is not None
    writer.add(RunRecord(late.run, [], {**late.best, "excess": 3.0}))
    assert best_recipes(database)[0]["value"] == 5.0, "a missed limit is no better"
    database.close()


def test_lists_are_of_what_is_wanted_the_latest_first(url: str) -> None:
    database = Database(url)
    writer = Writer(database)
    for number in range(1, 5):
        writer.add(record("x" * number, name="a" if number % 2 else "b"))
    assert [run["at"][17:19] for run in list_runs(database, Wanted(limit=2))] == ["04", "03"]
    assert len(list_runs(database, Wanted(name="b"))) == 2
    assert list_runs(database, Wanted(name="b", status="failed")) == []
    assert writer.known(["x", "y", "xx"]).keys() == {"x", "xx"}
    database.close()


def test_a_run_that_is_not_there(url: str) -> None:
    database = Database(url)
    with pytest.raises(InputError, match="no run 7"):
        show_run(database, 7)
    database.close()


def write_some(url: str, number: int, begin: Any) -> None:
    begin.wait()
    database = Database(url)
    writer = Writer(database)
    for run in range(5):
        writer.add(record(f"{number}-{run}", 10.0 - number, name="n"))
        writer.add(record("shared"))
    database.close()


def test_several_writers_at_once_lose_and_double_nothing(url: str) -> None:
    """They also all find an empty database, of which one may make the tables."""
    context = multiprocessing.get_context("fork")
    begin = context.Event()
    writers = [context.Process(target=write_some, args=(url, n, begin)) for n in range(4)]
    for writer in writers:
        writer.start()
    begin.set()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * 4
    database = Database(url)
    assert len(list_runs(database, Wanted())) == 4 * 5 + 1
    assert best_recipes(database)[0]["value"] == min(6.0, 10.0 - 3)
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(EVALUATIONS)) == 2 * 21
    database.close()


def test_a_write_that_fails_leaves_nothing(url: str) -> None:
    database = Database(url)
    bad = record("one")
    doubled = RunRecord(bad.run, [*bad.events, bad.events[0]], bad.best)
    with pytest.raises(ToolError):
        Writer(database).add(doubled)
    assert list_runs(database, Wanted()) == []
    database.close()


def test_migrations_make_the_tables_of_the_schema(url: str) -> None:
    database = Database(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    database.close()


def test_a_store_of_a_newer_version_is_left_alone(url: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(InputError, match="newer"):
        Database(url)


def test_parquet_files_hold_all_rows(url: str, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    database = Database(url)
    Writer(database).add(record("one"))
    counts = export(database, tmp_path / "out")
    database.close()
    assert counts == {
        "runs": 1, "moves": 2, "evaluations": 2, "best_recipes": 1, "verdicts": 0,
    }  # fmt: skip
    runs = parquet.read_table(tmp_path / "out" / "runs.parquet").to_pylist()
    assert runs[0]["uid"] == "one"
    assert json.loads(runs[0]["result"]) == {"x": [1]}
    assert set(runs[0]) == {column.name for column in RUNS.columns}


def test_a_database_that_is_gone_is_one_line_and_may_come_back(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        database = Database(server.url)
        writer = Writer(database)
        writer.add(record("one"))
        server.stop()
        with pytest.raises(ToolError, match="store postgresql") as caught:
            writer.add(record("two"))
        assert "\n" not in str(caught.value)
        server.start()
        writer.add(record("two"))
        assert len(list_runs(database, Wanted())) == 2
        database.close()


@pytest.mark.parametrize(
    ("spec", "words"),
    [("mysql://a/b", "sqlite:///FILE"), ("://", "not a URL"), ("sqlite://", "sqlite:///FILE")],
)
def test_what_is_no_store(spec: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        store_url(spec)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_store_or_one_line(spec: str) -> None:
    try:
        found = store_url(spec)
    except InputError:
        return
    assert found.get_backend_name() in ("sqlite", "postgresql")


def test_a_password_is_not_shown() -> None:
    with pytest.raises(ToolError) as caught:
        Database("postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)


def test_runs_are_added_listed_shown_and_exported(
    cli: Cli, adder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = cli.call("search", adder, "--budget", 2, "--table", "paper", "--out", "run", "--json")
    monkeypatch.setenv("EDA_RL_STORE", str(cli.folder / "store"))

    def said(*arguments: object) -> str:
        ran = CliRunner().invoke(eda_rl.commands, ["runs", *map(str, arguments)])
        assert ran.exit_code == 0, ran.output
        return ran.output

    for _ in range(2):
        added = said("add", cli.folder / "run", "--json")
        assert list(json.loads(added)["runs"].values()) == [1]
    (run,) = json.loads(said("list", "--json"))["runs"]
    assert (run["name"], run["verified"]) == ("adder", True)
    assert json.loads(said("show", run["id"], "--json"))["result"] == done.json
    best = json.loads(said("best", "--json"))["best"]
    assert best[0]["recipe"] == done.json["best"]["moves"]
    assert "adder" in said("list")
    assert "recipe: " in said("show", run["id"])
    assert "adder" in said("best")
    assert "runs.parquet: 1 rows" in said("export", cli.folder / "parquet")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--store", "none"], "no store at"),
        (["add", "none", "--store", "new"], "none: no such folder"),
        (["add", ".", "--store", "new"], "not a run folder"),
        (["list", "--store", "text"], "store sqlite"),
    ],
)
def test_what_runs_cannot_use_is_one_line(
    arguments: list[str],
    words: str,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (cli.folder / "text").write_text("no database" * 100)
    monkeypatch.chdir(cli.folder)
    with pytest.raises(SystemExit) as ended:
        eda_rl.main(["runs", *arguments])
    assert ended.value.code == (3 if arguments[2] == "text" else 2)
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


def test_readers_see_one_moment_and_hold_up_no_writer(url: str) -> None:
    database = Database(url)
    writer = Writer(database)
    writer.add(record("one"))
    count = select(func.count()).select_from(RUNS)
    with database.reading() as connection:
        assert connection.scalar(count) == 1
        writer.add(record("two"))
        assert connection.scalar(count) == 1
    assert len(list_runs(database, Wanted())) == 2
    database.close()
