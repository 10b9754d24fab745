"""Sources that implement nothing and want to pass: none does, and none harms those after it."""

import asyncio
from collections.abc import Iterator

import attacks
import mini
import pytest

from verilogeval import Scorer, Verdict

GROUPS = [(family, part) for family in attacks.FAMILIES for part in range(2)]
MINIS = (mini.COUNT, mini.AND)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scorer]:
    folder = tmp_path_factory.mktemp("attacks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDA_RL_CACHE", str(folder / "cache"))
        dataset = str(mini.write_v2(folder, MINIS))
        with Scorer(dataset, jobs=2, time_limit_s=1.0, memory_mib=256) as made:
            yield made


def _ports(problem: mini.Mini, way: str) -> list[attacks.Port]:
    return [(name, width) for direction, width, name in problem.ports if direction == way]


def _source(made: attacks.Attack, problem: mini.Mini) -> str:
    header = problem.header("TopModule")
    return made(header, _ports(problem, "input"), _ports(problem, "output"))


@pytest.mark.parametrize(("family", "part"), GROUPS)
def test_no_attack_passes(scorer: Scorer, family: str, part: int) -> None:
    group = list(attacks.FAMILIES[family].items())[part::2]
    cases = [(name, problem, made) for name, made in group for problem in MINIS]
    items = [(problem.task_id, _source(made, problem)) for _, problem, made in cases]
    found = asyncio.run(scorer.judge_batch(items))
    succeeded = {
        (name, problem.task_id): (judgement.verdict.value, judgement.message)
        for (name, problem, _), judgement in zip(cases, found, strict=True)
        if judgement.verdict in {Verdict.PASS, Verdict.TOOL_ERROR}
    }
    assert not succeeded
    for problem in MINIS:
        assert scorer.score(problem.task_id, problem.module("TopModule")) is Verdict.PASS


def test_there_are_many_attacks_and_all_differ() -> None:
    sources = {_source(made, mini.COUNT) for made in attacks.ATTACKS.values()}
    assert len(sources) == len(attacks.ATTACKS) >= 60
