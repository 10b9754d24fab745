"""The Gymnasium environment, with the real ABC."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from conftest import adder_aig
from gymnasium.utils.env_checker import check_env

from eda.circuit import Circuit
from eda.errors import EdaError, InputError
from eda.flow import Flow, FlowKind
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.environment import ENV_ID, SynthesisEnv
from rl.representation import NAMES, Kind, graph_of, statistics
from rl.scripts import SCRIPTS
from rl.table import FULL, PAPER


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "adder.aig"
    path.write_bytes(adder_aig(8))
    return path


@pytest.fixture
def make(design: Path) -> Iterator[Any]:
    made: list[SynthesisEnv] = []

    def build(**settings: Any) -> SynthesisEnv:
        made.append(SynthesisEnv(design, **settings))
        return made[-1]

    yield build
    for env in made:
        env.close()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"reward": "dense", "objective": "nodes", "observations": ("statistics", "graph")},
        {"table": "full", "flow": "sized", "render_mode": "rgb_array"},
        {"objective": "luts", "render_mode": "ansi"},
    ],
)
def test_gymnasium_finds_nothing_to_warn_of(design: Path, settings: dict[str, Any]) -> None:
    env = gymnasium.make(ENV_ID, designs=str(design), **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        check_env(env.unwrapped, skip_render_check="render_mode" not in settings)
    env.close()


def test_it_is_found_by_its_name_after_an_import_of_the_project(design: Path) -> None:
    code = (
        "import gymnasium\n"
        f"env = gymnasium.make('eda_rl:{ENV_ID}', designs={str(design)!r})\n"
        "print(env.reset(seed=0)[1]['design'])\nenv.close()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "adder\n"


def test_copies_run_beside_each_other(design: Path) -> None:
    envs = gymnasium.make_vec(ENV_ID, 2, vectorization_mode="async", designs=str(design), length=3)
    try:
        envs.reset(seed=1)
        for _ in range(3):
            observation, rewards, ended, _, _ = envs.step(np.array([0, 1]))
        assert ended.all()
        assert rewards.shape == (2,)
        assert observation["recipe"].tolist() == [[1, 1, 1], [2, 2, 2]]
    finally:
        envs.close()


def test_an_episode_says_what_the_engine_says(make: Any) -> None:
    env = make(length=4)
    _, info = env.reset(seed=0)
    moves = [0, 1, 0, 2]
    for number, move in enumerate(moves, 1):
        _, reward, ended, cut, info = env.step(move)
        assert (ended, cut) == (number == len(moves), False)
        assert (reward == 0) or ended
    circuit = env.snapshot().design.start
    for move in moves:
        circuit = env._engine.synthesizer.apply(circuit, PAPER.moves[move])
    qor = env._engine.cost(circuit)
    assert info["hash"] == circuit.sha256
    assert info["moves"] == [PAPER.moves[move].name for move in moves]
    assert info["cost"]["adp"] == qor.adp
    resyn2 = env.snapshot().design.start
    for move in next(script for script in SCRIPTS if script.name == "resyn2").recipe.moves:
        resyn2 = env._engine.synthesizer.apply(resyn2, move)
    reference = env._engine.cost(resyn2)
    assert reward == pytest.approx(1 - qor.adp / reference.adp)
    with pytest.raises(InputError, match="reset"):
        env.step(0)


def test_dense_rewards_sum_up_to_the_terminal_one(make: Any) -> None:
    sparse, dense = make(length=3), make(length=3, reward="dense")
    begun = sparse.reset(seed=0)[1]["improvement"]
    dense.reset(seed=0)
    total = 0.0
    for move in (1, 0, 3):
        last = sparse.step(move)[1]
        total += dense.step(move)[1]
    assert total == pytest.approx(last - max(-1.0, begun))


def test_an_episode_goes_on_from_a_snapshot(make: Any) -> None:
    env, other = make(length=5), make(length=5)
    env.reset(seed=3)
    env.step(1)
    kept = env.snapshot()
    first = [env.step(move) for move in (0, 2)]
    observation = env.restore(kept)
    again = [env.step(move) for move in (0, 2)]
    other.restore(kept)
    elsewhere = [other.step(move) for move in (0, 2)]
    assert observation["recipe"].tolist() == [2, 0, 0, 0, 0]
    assert [step[4]["hash"] for step in first] == [step[4]["hash"] for step in again]
    assert [step[4]["hash"] for step in first] == [step[4]["hash"] for step in elsewhere]


def test_a_seed_draws_the_same_designs(tmp_path: Path) -> None:
    for bits in range(2, 7):
        (tmp_path / f"adder{bits}.aig").write_bytes(adder_aig(bits))
    env = SynthesisEnv(tmp_path, objective="nodes")
    try:
        drawn = [env.reset(seed=7)[1]["design"], *(env.reset()[1]["design"] for _ in range(6))]
        again = [env.reset(seed=7)[1]["design"], *(env.reset()[1]["design"] for _ in range(6))]
        assert drawn == again
        assert len(set(drawn)) > 1
        assert env.reset(options={"design": "adder5"})[1]["design"] == "adder5"
        assert env.reset(options={"design": tmp_path / "adder2.aig"})[1]["design"] == "adder2"
        with pytest.raises(EdaError):
            env.reset(options={"design": "adder9"})
    finally:
        env.close()


def test_a_failing_tool_truncates_and_does_not_terminate(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = make()
    env.reset(seed=0)

    def fail(*_: object) -> Circuit:
        raise MoveFailedError("'rewrite' took longer than 1 s")

    monkeypatch.setattr(Synthesizer, "apply", fail)
    _, reward, ended, cut, info = env.step(1)
    assert (reward, ended, cut) == (0.0, False, True)
    assert info["failure"] == "'rewrite' took longer than 1 s"


def test_moves_that_a_circuit_is_too_large_for_are_masked(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = make(table="full")
    env.reset(seed=0)
    moves = FULL.for_flow(Flow(FlowKind.MAP)).moves
    inputs = env.snapshot().circuit.inputs
    assert env.action_masks().tolist() == [move.max_inputs >= inputs for move in moves]
    monkeypatch.setattr(Circuit, "ands", property(lambda _: 1000))
    masks = env.action_masks()
    assert masks.tolist() == [move.max_ands >= 1000 and move.max_inputs >= inputs for move in moves]
    assert not masks.all()
    before = env.snapshot().circuit
    env.step(int(np.flatnonzero(~masks)[0]))
    assert env.snapshot().circuit == before


def test_rendering_tells_each_step(make: Any) -> None:
    text, plot = make(render_mode="ansi", length=2), make(render_mode="rgb_array", length=2)
    for env in (text, plot):
        env.reset(seed=0)
        env.step(1)
        env.step(0)
    lines = text.render().splitlines()
    assert len(lines) == 4
    assert lines[2].split()[1] == "rewrite"
    assert lines[3].endswith("%")
    assert plot.render().shape[2] == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"table": "wide"}, "no table 'wide'"),
        ({"objective": "cost"}, "no objective 'cost'"),
        ({"reward": "final"}, "no reward 'final'"),
        ({"observations": ("image",)}, "no observation 'image'"),
        ({"observations": ()}, "no observation"),
        ({"length": 0}, "one or more"),
        ({"render_mode": "human"}, "no render mode 'human'"),
        ({"liberty": "absent.lib"}, "absent.lib"),
    ],
)
def test_wrong_arguments_are_named(design: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SynthesisEnv(design, **settings)


def test_a_graph_is_the_aig() -> None:
    # A half adder by hand: inputs 2, 4; 6 = 2 & 4, 8 = !2 & !4, 10 = !6 & !8; outputs 10 and 6.
    data = b"aig 5 2 0 2 3\n10\n6\n" + bytes([2, 2, 3, 2, 1, 2])
    graph = graph_of(Circuit(data))
    assert graph.kind.tolist() == [
        Kind.CONSTANT, Kind.INPUT, Kind.INPUT, Kind.AND, Kind.AND, Kind.AND, Kind.OUTPUT,
        Kind.OUTPUT,
    ]  # fmt: skip
    assert graph.level.tolist() == [0, 0, 0, 1, 1, 2, 2, 1]
    assert graph.edges.T.tolist() == [
        [2, 3], [1, 3], [2, 4], [1, 4], [4, 5], [3, 5], [5, 6], [3, 7],
    ]  # fmt: skip
    assert graph.inverted.tolist() == [False, False, True, True, True, True, False, False]
    figures = dict(zip(NAMES, statistics(Circuit(data)).tolist(), strict=True))
    assert figures["ANDs"] == pytest.approx(np.log(4))
    assert figures["levels"] == pytest.approx(np.log(3))
    assert figures["exclusive ors and multiplexers"] == pytest.approx(1 / 3)
    assert figures["inverted outputs"] == 0
    assert figures["ANDs with a fan-out of 2 or more"] == pytest.approx(1 / 3)


def test_a_circuit_without_logic_has_figures() -> None:
    figures = statistics(Circuit(b"aig 1 1 0 1 0\n2\n"))
    assert np.isfinite(figures).all()
