"""Scoring from Python, as a training loop does it."""

import asyncio
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import mini
import pytest
from conftest import ROOT

import verilogeval
from verilogeval import Scorer, Verdict
from verilogeval.datasets.find import load

GOOD = mini.ADD.module("TopModule")
WRONG = mini.ADD.module("TopModule", "assign sum = a - b;")


@pytest.fixture
def scorer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scorer]:
    monkeypatch.setenv("EDA_RL_CACHE", str(tmp_path / "cache"))
    with Scorer(str(mini.write_v2(tmp_path)), jobs=2) as made:
        yield made


def test_one_completion(scorer: Scorer) -> None:
    assert scorer.score("adder", GOOD) is Verdict.PASS
    found = scorer.judge("adder", WRONG)
    assert found.verdict is Verdict.MISMATCH
    assert found.first_mismatch is not None
    assert found.first_mismatch.signals == ("sum",)
    assert scorer.score("adder", GOOD) == "pass"


def test_a_batch_keeps_its_order(scorer: Scorer) -> None:
    items = [("adder", GOOD), ("and_gate", "nonsense"), ("adder", WRONG), ("adder", f"//\n{GOOD}")]
    found = asyncio.run(scorer.score_batch(items * 3))
    assert (
        found
        == [
            Verdict.PASS,
            Verdict.COMPILE_ERROR,
            Verdict.MISMATCH,
            Verdict.PASS,
        ]
        * 3
    )


def test_a_problem_of_another_dataset_may_be_given(scorer: Scorer, tmp_path: Path) -> None:
    dataset = load(str(mini.write_v2(tmp_path / "other", (mini.COUNT,))))
    problem = dataset.problems["counter"]
    assert scorer.score(problem, mini.COUNT.module("TopModule")) is Verdict.PASS


def test_an_unknown_task_is_a_key_error(scorer: Scorer) -> None:
    with pytest.raises(KeyError):
        scorer.score("absent", GOOD)


def test_the_package_scores_our_own_problems() -> None:
    golden = load("own").problems["priority_encoder"].golden
    assert verilogeval.score("priority_encoder", golden) is Verdict.PASS
    assert verilogeval.judge("priority_encoder", "").verdict is Verdict.COMPILE_ERROR


def test_the_reward_has_the_trainers_signature() -> None:
    spec = importlib.util.spec_from_file_location("reward", ROOT / "examples/grpo_reward.py")
    assert spec is not None
    assert spec.loader is not None
    reward = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reward)
    golden = reward.SCORER.dataset.problems["priority_encoder"].golden
    rewards = reward.verilog_reward(
        prompts=["p", "p", "p"],
        completions=[golden, [{"role": "assistant", "content": golden}], "module"],
        task_id=["priority_encoder"] * 3,
        trainer_state=None,
    )
    reward.SCORER.close()
    assert rewards == [1.0, 1.0, 0.0]
