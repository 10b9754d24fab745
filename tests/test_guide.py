"""Checkpoints, retrieval, and what they say to a search."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoint import ENDINGS, WIDTH, card, tensors
from conftest import adder_aig
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from eda.circuit import Circuit
from eda.errors import InputError
from eda.flow import PLAIN, Ending, Flow, FlowKind
from eda.move import Move
from eda.qor import Qor
from rl.environment import SynthesisEnv
from rl.features import NAMES
from rl.guide import Guide, Model, chosen_model, load_model
from rl.guide.model import FORMAT, METADATA_KEY, KnownDesign, KnownRecipe, save_model
from rl.guide.network import network
from rl.guide.retrieval import EXACT_UP_TO, Index, trust
from rl.learn.fit import exported
from rl.table import FULL, PAPER, Table

TABLE = Table("paper", PAPER.moves, ENDINGS)
ABSENT = KnownRecipe(moves=(9,), ending=0, reward=0)
MOVE = Move("new", "dc2")
BASE = Qor(100.0, 10.0, 1, 1, 1)


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


def test_an_ending_that_a_model_does_not_know_is_taken_for_the_plain_one(path: Path) -> None:
    table = Table("paper", PAPER.moves, (*ENDINGS, Ending("new", "dch -f")))
    wider = Guide(load_model(path), table, Circuit(adder_aig(6)), BASE, lambda qor: -qor.area)
    found = wider.predict([[0.1] * len(NAMES)])
    assert found[0, -1] == found[0, ENDINGS.index(PLAIN)]


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
