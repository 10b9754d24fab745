"""`eda-rl train` and `eda-rl index`, and what they change in a search."""

import json
import shutil
from pathlib import Path

import pytest
from checkpoint import card, tensors
from conftest import Cli, adder_aig

from eda.abc.binary import AbcBinary
from rl.endings import ENDINGS
from rl.guide import load_model
from rl.guide.model import SHIPPED, save_model
from rl.learn.archive import Reader
from rl.suites import unlearnable
from rl.table import TABLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_model(tmp_path / "m.safetensors", card(), tensors())
    return tmp_path / "m.safetensors"


def test_from_designs_to_a_search_with_the_model(cli: Cli, tmp_path: Path) -> None:
    designs = []
    for bits in (4, 5, 6, 7):
        designs.append(tmp_path / f"adder{bits}.aig")
        designs[-1].write_bytes(adder_aig(bits))
    archive, model = tmp_path / "archive", tmp_path / "model.safetensors"
    options = ("--table", "paper", "--flow", "map", "--least-ands", "10", "--jobs", "1")
    train = (*options, "--archive", archive, "--out", model, "--budget", "12", "--shared", "3")
    log = tmp_path / "log.jsonl"
    done = cli.call("train", *designs[:3], *train, "--leave-out", "adder5", "--log", log, "--json")
    told = json.loads(done.stdout)
    assert told["designs"] == 2
    assert {trial["name"] for trial in told["trials"]} == {"adder4", "adder6"}
    assert {json.loads(line)["network"] for line in log.read_text().splitlines()} >= {"policy"}
    search = ("search", designs[3], "--table", "paper", "--flow", "map", "--budget", "12", "--json")
    found = [
        json.loads(cli.call(*search, "--model", model, "--jobs", jobs).stdout)
        for jobs in ("1", "2")
    ]
    assert found[0]["verified"]
    assert found[0]["best"] == found[1]["best"]
    assert found[0]["model"]["neighbours"][0]["name"] in {"adder4", "adder6"}
    assert 0 <= found[0]["model"]["alpha"] <= 1
    run = found[1]["run_dir"]
    added = tmp_path / "more.safetensors"
    told = json.loads(
        cli.call("index", "add", run, "--model", model, "--out", added, "--json").stdout
    )
    assert told["added"][0]["name"] == "adder7"
    listed = json.loads(cli.call("index", "list", "--model", added, "--json").stdout)
    assert {row["name"] for row in listed["designs"]} == {"adder4", "adder6", "adder7"}
    again = json.loads(cli.call(*search, "--model", added).stdout)
    assert again["model"]["neighbours"][0] == {"name": "adder7", "distance": 0.0}
    assert again["model"]["alpha"] >= found[0]["model"]["alpha"]
    assert cli.call("index", "add", tmp_path, "--model", model).status == 2
    held_out = renamed(Path(run), "apex4", "0")
    refused = cli.call("index", "add", held_out, "--model", model)
    assert refused.status == 2
    assert "for testing only" in refused.stderr
    told = json.loads(
        cli.call("index", "add", run, held_out, "--model", model, "--out", added, "--json").stdout
    )
    assert [row["name"] for row in told["added"]] == ["adder7"]
    assert [row["name"] for row in told["left_out"]] == [str(held_out)]
    both = ("index", "add", held_out, "--held-out", "--model", model, "--out", tmp_path / "own")
    assert cli.call(*both).status == 0
    refused = cli.call("search", designs[3], "--model", model, "--budget", "2")
    assert refused.status == 2
    assert "trained for table paper" in refused.stderr


def test_the_model_that_ships_fits_the_table_and_opens_a_search(cli: Cli, tmp_path: Path) -> None:
    shipped = load_model(SHIPPED / "full-sized.safetensors")
    table = TABLES["full"]
    assert set(shipped.card.moves) <= {move.commands for move in table.moves}
    assert set(shipped.card.endings) <= set(ENDINGS)
    assert 2 * len(shipped.card.moves) > len(table.moves)
    assert not [design.name for design in shipped.card.designs if unlearnable(design.name)]
    (tmp_path / "adder.aig").write_bytes(adder_aig(9))
    search = (
        "search",
        tmp_path / "adder.aig",
        "--budget",
        "6",
        "--json",
        "--out",
        tmp_path / "run",
    )
    found = json.loads(cli.call(*search).stdout)
    assert found["verified"]
    assert found["model"]["sha256"] == shipped.sha256
    assert found["model"]["tried"] == len(shipped.responses)
    events = [json.loads(line) for line in (tmp_path / "run/events.jsonl").read_text().splitlines()]
    tried = {recipe.moves for recipe in shipped.card.tried}
    proposed = [tuple(e["moves"]) for e in events if e.get("phase") == "search"]
    assert len(set(proposed) & tried) == 6


def test_later_rounds_are_guided_and_learned_from(cli: Cli, abc: AbcBinary, tmp_path: Path) -> None:
    designs = [tmp_path / f"adder{bits}.aig" for bits in (4, 5)]
    for bits, path in enumerate(designs, 4):
        path.write_bytes(adder_aig(bits))
    archive, out = tmp_path / "archive", tmp_path / "model.safetensors"
    train = ("train", "--table", "paper", "--flow", "map", "--least-ands", "10", "--jobs", "1")
    train += ("--archive", archive, "--out", out, "--budget", "8", "--shared", "2", "--json")
    assert cli.call(*train, "--rounds", "2").status == 2
    told = json.loads(cli.call(*train, *designs, "--rounds", "2").stdout)
    journals = [archive / design.stem / "events-1.jsonl" for design in designs]
    rounds = [[json.loads(line) for line in path.read_text().splitlines()] for path in journals]
    guided = [[e for e in events if e.get("phase") == "search"] for events in rounds]
    assert [len(each) for each in guided] == [4, 4]
    assert all(each[0]["features"] for each in guided), "what a model judges is described"
    model, before = archive / "round-1.safetensors", [path.read_bytes() for path in journals]
    fewer = load_model(model).card.training["evaluations"]
    # Each round chooses its part of the recipes that are tried on every design.
    shared = json.loads((archive / "shared.json").read_text())
    assert len(shared) == 2
    tried = [load_model(path).card.tried for path in (model, out)]
    assert [each.moves for each in tried[1][len(tried[0]) :]] == [tuple(shared[1]["moves"])]
    assert told["evaluations"] == fewer + 4 + 4 + 2
    stamp = model.stat().st_mtime_ns
    again = json.loads(cli.call(*train, *designs, "--rounds", "2").stdout)
    assert again["evaluations"] == told["evaluations"]
    assert [path.read_bytes() for path in journals] == before
    assert model.stat().st_mtime_ns == stamp
    # A design that a round failed with has later rounds all the same.
    journals[0].rename(journals[0].with_name("events-2.jsonl"))
    records = Reader(archive, TABLES["paper"], abc).read()
    assert sum(len(record.evaluations) for record in records) == told["evaluations"]


@pytest.fixture
def search_run(cli: Cli, tmp_path: Path) -> Path:
    """The folder of a proven search of an adder."""
    (tmp_path / "adder5.aig").write_bytes(adder_aig(5))
    options = ("--table", "paper", "--flow", "map", "--budget", "8", "--out", tmp_path / "adder5")
    assert cli.call("search", tmp_path / "adder5.aig", *options).status == 0
    return tmp_path / "adder5"


def renamed(run: Path, name: str, start: str) -> Path:
    """A copy of a run folder, as if of another design whose circuit has the hash `start`."""
    folder = run.with_name(name)
    shutil.copytree(run, folder)
    settings = json.loads((run / "settings.json").read_text())
    (folder / "settings.json").write_text(json.dumps(settings | {"files": [f"/{name}.aig"]}))
    result = json.loads((run / "result.json").read_text())
    result |= {"top": name, "best": result["best"] | {"input_sha256": start * 64}}
    (folder / "result.json").write_text(json.dumps(result))
    return folder


def test_a_store_becomes_known_designs_without_those_for_testing(
    cli: Cli, tmp_path: Path, path: Path, search_run: Path
) -> None:
    store, model = tmp_path / "store.sqlite", tmp_path / "built.safetensors"
    runs = [search_run, *(renamed(search_run, name, start) for name, start in (
        ("alu4", "a"), ("twin", "a"), ("k2", "b"), ("gone", "c"), ("unwanted", "d")
    ))]  # fmt: skip
    assert cli.call("runs", "add", *runs, "--store", store).status == 0
    (tmp_path / "gone" / "input.aig").unlink()
    build = ("index", "build", "--from-store", store, "--model", path, "--table", "paper")
    build += ("--flow", "map", "--out", model, "--leave-out", "unwanted", "--json")
    ended = cli.call(*build)
    assert ended.status == 0, ended.stderr
    assert [design["name"] for design in ended.json["added"]] == ["adder5"]
    reasons = {left["name"]: left["reason"] for left in ended.json["left_out"]}
    # The twin is the circuit that the store knows as alu4, too: one of the names stands for both.
    assert len(reasons.keys() & {"alu4", "twin"}) == 1
    assert all("testing" in reasons[name] for name in reasons.keys() & {"alu4", "twin", "k2"})
    assert "no input.aig" in reasons["gone"]
    assert reasons.keys() - {"alu4", "twin"} == {"k2", "gone", "unwanted"}
    known = load_model(model).card
    assert [design.name for design in known.designs] == ["design0", "design1", "design2", "adder5"]
    recipes = known.designs[-1].recipes
    assert 0 < len(recipes) <= 4
    assert [r.reward for r in recipes] == sorted((r.reward for r in recipes), reverse=True)
    nothing = cli.call(*build[:-1], "--leave-out", "adder5")
    assert nothing.status == 2
    assert "no design to add" in nothing.stderr
    assert "alu4" in nothing.stderr or "twin" in nothing.stderr
    assert cli.call("index", "build", "--from-store", tmp_path / "none.sqlite").status == 2


def test_what_a_store_teaches_is_what_its_run_folder_teaches(
    cli: Cli, tmp_path: Path, path: Path, search_run: Path
) -> None:
    cli.call("runs", "add", search_run, "--store", tmp_path / "store.sqlite")
    common = ("--model", path, "--table", "paper", "--flow", "map", "--json")
    one, other = tmp_path / "one.safetensors", tmp_path / "other.safetensors"
    cli.call("index", "add", search_run, *common, "--out", one)
    cli.call("index", "build", "--from-store", tmp_path / "store.sqlite", *common, "--out", other)
    added, built = load_model(one), load_model(other)
    assert built.card.designs[-1].recipes == added.card.designs[-1].recipes != ()
    assert (built.designs == added.designs).all()


def test_held_out_designs_are_never_trained_on(cli: Cli, tmp_path: Path) -> None:
    for name in ("c880", "k2"):
        (tmp_path / f"{name}.aig").write_bytes(adder_aig(4))
    ended = cli.call(
        "train", tmp_path / "c880.aig", tmp_path / "k2.aig", "--archive", tmp_path / "a",
        "--out", tmp_path / "m",
    )  # fmt: skip
    assert ended.status == 2
    assert "held out" in ended.stderr
