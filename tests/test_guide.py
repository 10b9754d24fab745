"""Checkpoints, retrieval, and what they change in a search."""

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import Cli, adder_aig
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from eda.circuit import Circuit
from eda.errors import InputError
from eda.flow import Flow, FlowKind
from eda.move import Move
from eda.qor import Qor
from rl.environment import SynthesisEnv
from rl.features import NAMES
from rl.guide import Guide, Model, chosen_model, load_model
from rl.guide.model import FORMAT, METADATA_KEY, Card, KnownDesign, KnownRecipe, save_model
from rl.guide.network import network
from rl.guide.retrieval import EXACT_UP_TO, Index, trust
from rl.learn.archive import Evaluation, Record
from rl.learn.fit import Settings, Shape, exported, fit, transfer_matrix
from rl.learn.library import best_recipes, needed
from rl.learn.trusting import Trial, fitted, rank_correlation
from rl.table import FULL, PAPER, Table

WIDTH = 4
ENDINGS = Flow(FlowKind.MAP).endings(PAPER.endings)
TABLE = Table("paper", PAPER.moves, ENDINGS)
ABSENT = KnownRecipe(moves=(9,), ending=0, reward=0)
MOVE = Move("new", "dc2")
BASE = Qor(100.0, 10.0, 1, 1, 1)


def card(**changes: Any) -> Card:
    given: dict[str, Any] = {
        "format": FORMAT,
        "table": "paper",
        "flow": "map",
        "moves": tuple(move.commands for move in PAPER.moves),
        "endings": tuple(ending.name for ending in ENDINGS),
        "features": NAMES,
        "temperature": 10.0,
        "threshold": 0.5,
        "designs": tuple(
            KnownDesign(
                name=f"design{number}",
                recipes=(KnownRecipe(moves=(number % 7, 1), ending=0, reward=0.1),),
            )
            for number in range(3)
        ),
        "training": {"seed": 0},
    }
    return Card(**(given | changes))


def tensors(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)

    def layer(outputs: int, inputs: int, name: str) -> dict[str, Any]:
        return {
            f"{name}.weight": rng.normal(size=(outputs, inputs)).astype(np.float32) / 10,
            f"{name}.bias": rng.normal(size=outputs).astype(np.float32) / 10,
        }

    known = len(NAMES)
    designs = rng.normal(size=(3, WIDTH)).astype(np.float32)
    return {
        **layer(2 * len(ENDINGS), 2 * known, "value0.0"),
        **layer(8, 2 * known + 8, "policy.0"),
        **layer(7, 8, "policy.1"),
        **layer(WIDTH, known, "embedding.0"),
        "centre": np.zeros(known, dtype=np.float32),
        "scale": np.ones(known, dtype=np.float32),
        "spread": np.ones(known, dtype=np.float32),
        "designs": designs / np.linalg.norm(designs, axis=1, keepdims=True),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_model(tmp_path / "m.safetensors", card(), tensors())
    return tmp_path / "m.safetensors"


def guide(model: Model, reward: Callable[[Qor], float] | None = None) -> Guide:
    start = Circuit(adder_aig(6))
    return Guide(model, TABLE, start, BASE, reward or (lambda qor: 1 - qor.adp / BASE.adp))


def test_a_checkpoint_comes_back_as_it_was(path: Path) -> None:
    model = load_model(path)
    assert model.card == card()
    state = np.ones(2 * len(NAMES), dtype=np.float32)
    expected = tensors()["value0.0.weight"] @ state + tensors()["value0.0.bias"]
    assert model.values[0](state) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "without", "message"),
    [
        ({"format": FORMAT + 1}, "", "format"),
        ({"features": ("ands",)}, "", "other features"),
        ({"moves": ("balance",)}, "", "not there|another size"),
        ({"endings": ("plain", "dch")}, "", "another size"),
        ({}, "policy.0.weight", "no network 'policy'"),
        ({}, "value0.0.weight", "no network 'value0'"),
        ({}, "designs", "designs"),
        ({}, "centre", "centre"),
        ({"designs": ()}, "", "one embedding for each"),
        (
            {"designs": (KnownDesign(name="d", recipes=(ABSENT,)),)},
            "",
            "a recipe of d",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    tmp_path: Path, changes: dict[str, Any], without: str, message: str
) -> None:
    kept = {name: tensor for name, tensor in tensors().items() if name != without}
    save_model(tmp_path / "m.safetensors", card(**changes), kept)
    with pytest.raises(InputError, match=message):
        load_model(tmp_path / "m.safetensors")


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    broken = tensors()
    broken["policy.1.bias"][0] = math.nan
    save_model(tmp_path / "m.safetensors", card(), broken)
    with pytest.raises(InputError, match="layer 1 of 'policy'"):
        load_model(tmp_path / "m.safetensors")


def test_other_files_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    with pytest.raises(InputError, match="no such file"):
        load_model(path)
    path.write_bytes(b"\x80\x04pickle")
    with pytest.raises(InputError, match="not a safetensors file"):
        load_model(path)
    save_file({"x": np.zeros(1)}, path)
    with pytest.raises(InputError, match="not a checkpoint of eda-rl"):
        load_model(path)
    save_file({"x": np.zeros(1)}, path, {METADATA_KEY: '{"format": 1}'})
    with pytest.raises(InputError, match="its card is wrong at table"):
        load_model(path)


def test_a_checkpoint_for_another_table_or_flow_is_refused(path: Path) -> None:
    chosen = chosen_model(str(path), table="paper", flow=Flow(FlowKind.MAP), searcher="evolution")
    assert chosen is not None
    for table, kind in (("full", FlowKind.MAP), ("paper", FlowKind.SIZED), ("paper", FlowKind.LUT)):
        with pytest.raises(InputError, match="trained for table paper and flow map"):
            chosen_model(str(path), table=table, flow=Flow(kind), searcher="evolution")
    with pytest.raises(InputError, match="searcher random uses no model"):
        chosen_model(str(path), table="paper", flow=Flow(FlowKind.MAP), searcher="random")
    assert chosen_model("none", table="full", flow=Flow(), searcher="evolution") is None
    with pytest.raises(InputError, match="knows nothing of"):
        Guide(load_model(path), FULL, Circuit(adder_aig(4)), BASE, lambda _: 0.0)


def test_networks_say_what_pytorch_says() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(5, 9), torch.nn.ReLU(), torch.nn.Dropout(0.5), torch.nn.Linear(9, 3)
    ).eval()
    rows = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    ours = network(exported(net, "x"), "x")
    assert ours(rows) == pytest.approx(net(torch.tensor(rows)).detach().numpy(), abs=1e-5)
    assert (ours.inputs, ours.outputs) == (5, 3)


def test_predictions_are_the_objectives_rewards(path: Path) -> None:
    model = load_model(path)
    row = [0.1] * len(NAMES)
    by_area = guide(model, lambda qor: 1 - qor.area / BASE.area).predict([row, row])
    by_delay = guide(model, lambda qor: 1 - qor.delay / BASE.delay).predict([row])
    by_adp = guide(model).predict([row])
    assert by_area.shape == (2, len(ENDINGS))
    assert by_area[0] == pytest.approx(by_area[1])
    assert 1 - by_adp[0] == pytest.approx((1 - by_area[0]) * (1 - by_delay[0]), rel=1e-4)


def test_a_prior_is_a_distribution_and_depends_on_the_move_before(path: Path) -> None:
    found = guide(load_model(path))
    row = [0.1] * len(NAMES)
    first, after = found.prior(row, None), found.prior(row, 2)
    assert first.sum() == pytest.approx(1)
    assert (first > 0).all()
    assert first.tolist() != after.tolist()


def test_of_moves_that_a_model_does_not_know_it_has_no_opinion(path: Path) -> None:
    model, row = load_model(path), [0.1] * len(NAMES)
    table = Table("paper", (MOVE, *PAPER.moves), ENDINGS)
    wider = Guide(model, table, Circuit(adder_aig(6)), BASE, lambda _: 0.0)
    known = guide(model)
    for last in (None, 3):
        prior = wider.prior(row, None if last is None else last + 1)
        assert prior.sum() == pytest.approx(1)
        expected = known.prior(row, last)
        assert prior[1:] / prior[1:].sum() == pytest.approx(expected, rel=1e-4)
        assert min(prior[1:]) < prior[0] < max(prior[1:])
    assert wider.prior(row, 0).sum() == pytest.approx(1)
    assert wider.frequencies().shape == (len(table.moves),)
    others = tuple(replace(MOVE, commands=f"dc2; strash; {'b; ' * n}") for n in range(8))
    with pytest.raises(InputError, match="knows nothing of"):
        Guide(
            model,
            replace(table, moves=(*table.moves, *others)),
            Circuit(adder_aig(6)),
            BASE,
            lambda _: 0.0,
        )


def test_openings_are_the_neighbours_recipes(path: Path) -> None:
    found = guide(load_model(path))
    nearest = found.neighbours[0]
    assert [n.distance for n in found.neighbours] == sorted(n.distance for n in found.neighbours)
    number = int(nearest.name.removeprefix("design"))
    assert found.openings()[0].moves == (PAPER.moves[number % 7], PAPER.moves[1])
    assert len(found.openings()) == 3


@given(st.floats(0, 2), st.floats(0, 2), st.floats(0.1, 200), st.floats(0, 2))
def test_trust_falls_with_distance(one: float, other: float, steep: float, at: float) -> None:
    near, far = sorted((one, other))
    assert 0 <= trust(far, steep, at) <= trust(near, steep, at) <= 1
    assert trust(at, steep, at) == pytest.approx(0.5)


def test_the_nearest_are_found() -> None:
    rows = np.random.default_rng(1).normal(size=(500, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = Index(rows).nearest(rows[7], 3)
    expected = np.argsort(1 - rows @ rows[7])[:3]
    assert [row for row, _ in found] == expected.tolist()
    assert found[0] == (7, pytest.approx(0, abs=1e-6))
    assert EXACT_UP_TO >= 100_000


def record(name: str, seed: int) -> Record:
    rng = np.random.default_rng(seed)
    start = tuple(rng.normal(size=len(NAMES)).tolist())
    evaluations = []
    for number in range(30):
        moves = tuple(int(move) for move in rng.integers(0, 7, 3))
        states = tuple(
            tuple((np.array(start) + rng.normal(size=len(NAMES)) / 5).tolist()) for _ in moves
        )
        # What a circuit costs is the first figure's change.
        cost = states[-1][0] - start[0]
        evaluations.append(
            Evaluation(moves, number % 2, states, cost, cost / 2, number if number < 4 else None)
        )
    return Record(name, start, tuple(evaluations))


def test_training_finds_a_truth_and_is_the_same_for_a_seed() -> None:
    records = [record(f"d{number}", number) for number in range(8)]
    shape = Shape(moves=7, endings=2)
    settings = Settings(values=1, hidden=32, epochs=(60, 2, 2), dropout=0.0)
    losses: dict[tuple[str, int], float] = {}
    first, _ = fit(records, shape, settings, lambda *told: losses.update({told[:2]: told[2]}))
    again, _ = fit(records, shape, settings, lambda *_: None)
    assert all((first[name] == again[name]).all() for name in first)
    assert losses["value0", 60] < losses["value0", 1] / 5
    assert {name for name, _ in losses} == {"value0", "policy", "embedding"}


def test_a_transfer_matrix_holds_what_was_tried() -> None:
    one = record("one", 1)
    matrix = transfer_matrix([one, replace(one, evaluations=one.evaluations[:2])])
    assert matrix.shape == (2, 4)
    assert np.isnan(matrix).tolist() == [[False] * 4, [False, False, True, True]]
    assert matrix[0, 1] == pytest.approx(max(-1, one.evaluations[1].reward), rel=1e-5)


def test_recipes_are_kept_without_moves_that_changed_nothing() -> None:
    start, other = (0.0,) * len(NAMES), (1.0,) * len(NAMES)
    useless = Evaluation((1, 2, 3), 0, (start, other, other), -1.0, 0.0)
    script = Evaluation(None, 0, (other,), -2.0, 0.0)
    worse = Evaluation((4,), 1, (other,), -0.5, 0.0)
    assert needed(useless, start) == (2,)
    found = best_recipes(Record("d", start, (worse, script, useless)), 5)
    assert [(moves, ending) for moves, ending, _ in found] == [((2,), 0), ((4,), 1)]


def test_trust_is_fitted_to_where_models_are_good() -> None:
    near = [Trial(f"near{n}", 0.1 + n / 100, 0.6) for n in range(10)]
    far = [Trial(f"far{n}", 0.8 + n / 100, 0.0) for n in range(10)]
    temperature, threshold = fitted(near + far)
    assert trust(0.1, temperature, threshold) > 0.8
    assert trust(0.9, temperature, threshold) < 0.2
    flat, _ = fitted([replace(trial, correlation=0.5) for trial in near + far])
    assert flat < temperature
    assert rank_correlation(np.arange(5.0), np.arange(5.0) ** 3) == pytest.approx(1)
    assert rank_correlation(np.zeros(5), np.arange(5.0)) == 0.0


def test_from_designs_to_a_search_with_the_model(cli: Cli, tmp_path: Path) -> None:
    designs = []
    for bits in (4, 5, 6, 7):
        designs.append(tmp_path / f"adder{bits}.aig")
        designs[-1].write_bytes(adder_aig(bits))
    archive, model = tmp_path / "archive", tmp_path / "model.safetensors"
    options = ("--table", "paper", "--flow", "map", "--least-ands", "10", "--jobs", "1")
    train = (*options, "--archive", archive, "--out", model, "--budget", "12", "--shared", "3")
    log = tmp_path / "log.jsonl"
    done = cli.run("train", *designs[:3], *train, "--leave-out", "adder5", "--log", log, "--json")
    told = json.loads(done.stdout)
    assert told["designs"] == 2
    assert {trial["name"] for trial in told["trials"]} == {"adder4", "adder6"}
    assert {json.loads(line)["network"] for line in log.read_text().splitlines()} >= {"policy"}
    search = ("search", designs[3], "--table", "paper", "--flow", "map", "--budget", "12", "--json")
    found = [
        json.loads(cli.run(*search, "--model", model, "--jobs", jobs).stdout) for jobs in ("1", "2")
    ]
    assert found[0]["verified"]
    assert found[0]["best"] == found[1]["best"]
    assert found[0]["model"]["neighbours"][0]["name"] in {"adder4", "adder6"}
    assert 0 <= found[0]["model"]["alpha"] <= 1
    run = found[1]["run_dir"]
    added = tmp_path / "more.safetensors"
    told = json.loads(
        cli.run("index", "add", run, "--model", model, "--out", added, "--json").stdout
    )
    assert told["added"][0]["name"] == "adder7"
    listed = json.loads(cli.run("index", "list", "--model", added, "--json").stdout)
    assert {row["name"] for row in listed["designs"]} == {"adder4", "adder6", "adder7"}
    again = json.loads(cli.run(*search, "--model", added).stdout)
    assert again["model"]["neighbours"][0] == {"name": "adder7", "distance": 0.0}
    assert again["model"]["alpha"] >= found[0]["model"]["alpha"]
    assert cli.run("index", "add", tmp_path, "--model", model).status == 2
    refused = cli.run("search", designs[3], "--model", model, "--budget", "2")
    assert refused.status == 2
    assert "trained for table paper" in refused.stderr


@pytest.fixture
def search_run(cli: Cli, tmp_path: Path) -> Path:
    """The folder of a proven search of an adder."""
    (tmp_path / "adder5.aig").write_bytes(adder_aig(5))
    options = ("--table", "paper", "--flow", "map", "--budget", "8", "--out", tmp_path / "adder5")
    assert cli.run("search", tmp_path / "adder5.aig", *options).status == 0
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
    assert cli.run("runs", "add", *runs, "--store", store).status == 0
    (tmp_path / "gone" / "input.aig").unlink()
    build = ("index", "build", "--from-store", store, "--model", path, "--table", "paper")
    build += ("--flow", "map", "--out", model, "--leave-out", "unwanted", "--json")
    ended = cli.run(*build)
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
    nothing = cli.run(*build[:-1], "--leave-out", "adder5")
    assert nothing.status == 2
    assert "no design to add" in nothing.stderr
    assert "alu4" in nothing.stderr or "twin" in nothing.stderr
    assert cli.run("index", "build", "--from-store", tmp_path / "none.sqlite").status == 2


def test_what_a_store_teaches_is_what_its_run_folder_teaches(
    cli: Cli, tmp_path: Path, path: Path, search_run: Path
) -> None:
    cli.run("runs", "add", search_run, "--store", tmp_path / "store.sqlite")
    common = ("--model", path, "--table", "paper", "--flow", "map", "--json")
    one, other = tmp_path / "one.safetensors", tmp_path / "other.safetensors"
    cli.run("index", "add", search_run, *common, "--out", one)
    cli.run("index", "build", "--from-store", tmp_path / "store.sqlite", *common, "--out", other)
    added, built = load_model(one), load_model(other)
    assert built.card.designs[-1].recipes == added.card.designs[-1].recipes != ()
    assert (built.designs == added.designs).all()


def test_an_environment_shows_embeddings(path: Path, tmp_path: Path) -> None:
    (tmp_path / "adder.aig").write_bytes(adder_aig(4))
    names = ("embedding", "recipe")
    env = SynthesisEnv(tmp_path / "adder.aig", observations=names, model=str(path))
    try:
        observation, _ = env.reset(seed=0)
        assert env.observation_space.contains(observation)
        assert observation["embedding"].shape == (WIDTH,)
        assert np.linalg.norm(observation["embedding"]) == pytest.approx(1, abs=1e-5)
    finally:
        env.close()
    with pytest.raises(InputError, match="embeddings need a model"):
        SynthesisEnv(tmp_path / "adder.aig", observations=names, model="none")


def test_held_out_designs_are_never_trained_on(cli: Cli, tmp_path: Path) -> None:
    for name in ("c880", "k2"):
        (tmp_path / f"{name}.aig").write_bytes(adder_aig(4))
    ended = cli.run(
        "train", tmp_path / "c880.aig", tmp_path / "k2.aig", "--archive", tmp_path / "a",
        "--out", tmp_path / "m",
    )  # fmt: skip
    assert ended.status == 2
    assert "held out" in ended.stderr
