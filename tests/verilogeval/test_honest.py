"""Right answers pass, however they are written."""

import asyncio
from collections.abc import Iterator

import mini
import pytest
from honest import HONEST

from verilogeval import Scorer, Verdict

NAMES = list(HONEST)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scorer]:
    folder = tmp_path_factory.mktemp("honest")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDA_RL_CACHE", str(folder / "cache"))
        with Scorer(str(mini.write_v2(folder)), jobs=2) as made:
            yield made


@pytest.mark.parametrize("part", range(2))
def test_honest_answers_in_odd_styles_pass(scorer: Scorer, part: int) -> None:
    names = NAMES[part::2]
    found = asyncio.run(scorer.judge_batch(HONEST[name] for name in names))
    refused = {
        name: (judgement.verdict.value, judgement.message)
        for name, judgement in zip(names, found, strict=True)
        if judgement.verdict is not Verdict.PASS
        and ": sorry: " not in judgement.message  # what this version of Icarus does not know
    }
    assert not refused
