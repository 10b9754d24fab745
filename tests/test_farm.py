"""Evaluations of one search on a cluster's workers: the same results, each circuit made once."""

import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, multiplier_aig, wait_until

from eda.errors import ToolError
from eda.move import SLOW, Move
from eda.recipe import Recipe
from eda.synthesizer import Limits, StoppedError
from rl.evaluation import Outcome, Proposal, evaluate
from rl.farm.evaluator import Evaluator, Kit
from rl.farm.farm import Farm, farm
from rl.prepare import Prepared, prepared
from rl.settings import Settings

DC2, BALANCE, REWRITE = (Move(name, name) for name in ("dc2", "balance", "rewrite"))
HANG = Move("hang", "sleep never-made", deadline_s=600)
PROPOSAL = Proposal((Recipe((DC2, BALANCE)),))


@pytest.fixture
def ready(cli: Cli, tmp_path: Path) -> Iterator[Prepared]:
    path = tmp_path / "multiplier.aig"
    path.write_bytes(multiplier_aig(5))
    with prepared(
        Settings(files=(path,)),
        workdir=tmp_path,
        cache_dir=cli.cache,
        disk_cache=False,
        jobs=1,
        warn=lambda _: None,
    ) as found:
        yield found


@pytest.fixture
def kit(ready: Prepared) -> Kit:
    library = ready.library
    return Kit(
        abc=ready.abc.sha256,
        library=library.path.read_bytes(),
        name=library.name,
        sha256=library.sha256,
        start=ready.start.data,
        flow=ready.flow,
        limits=Limits(),
    )


def here(ready: Prepared, proposal: Proposal) -> Outcome:
    return evaluate(ready.synthesizer, ready.start, proposal, ready.flow)


def timeless(outcome: Outcome) -> Outcome:
    return replace(outcome, wall_s=0.0, steps_s=())


@pytest.fixture
def workers(kit: Kit) -> Iterator[list[Evaluator]]:
    found = [Evaluator(kit), Evaluator(kit)]
    yield found
    for worker in found:
        worker.end()


def test_a_worker_measures_what_this_machine_does_and_tells_what_it_made(
    ready: Prepared, workers: list[Evaluator]
) -> None:
    first, second = workers
    answer = first.evaluate(PROPOSAL, ())
    assert timeless(answer.outcome) == timeless(here(ready, PROPOSAL))
    assert [step.move for step in answer.news] == ["dc2", "balance"]
    assert answer.news[0].source.sha256 == ready.start.sha256
    longer = Proposal((Recipe((DC2, BALANCE, REWRITE)),))
    told = second.evaluate(longer, answer.news)
    assert [step.move for step in told.news] == ["rewrite"]
    assert timeless(told.outcome) == timeless(here(ready, longer))


def test_a_worker_with_another_abc_is_refused(kit: Kit) -> None:
    with pytest.raises(ToolError, match="another ABC build"):
        Evaluator(replace(kit, abc="0" * 64))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for Ray: a socket's name has 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="ray-") as name:
        monkeypatch.setenv("RAY_TMPDIR", name)
        yield


@pytest.mark.usefixtures("short")
def test_workers_share_what_they_find_and_one_that_is_lost_is_replaced(ready: Prepared) -> None:
    ray = pytest.importorskip("ray")
    with farm(ready, "local", 2) as (workers, count):
        assert count == 2
        expected = timeless(here(ready, PROPOSAL))
        assert [timeless(workers.evaluate(PROPOSAL)) for _ in range(2)] == [expected] * 2
        assert ready.synthesizer.known(ready.start, DC2) is not None
        assert {frozenset(worker.has) for worker in workers._all} == {
            frozenset({(ready.start.sha256, "dc2"), (expected.states[0], "balance")})
        }
        swell = Move("swell", "collapse; dsd; sop; fx -P 100000")
        swollen = Proposal((Recipe((swell, replace(DC2, cost_class=SLOW), BALANCE)),))
        assert workers.evaluate(swollen).recipe.moves == (swell, BALANCE)
        idle = next(worker for worker in workers._all if len(worker.has) == 2)
        assert [each.move for each in workers._missing(idle, swollen)] == [
            swell.commands, BALANCE.commands,
        ]  # fmt: skip
        ray.kill(workers._all[0].actor)
        until = time.monotonic() + 60
        while len(workers._all) < 3:
            assert time.monotonic() < until
            assert timeless(workers.evaluate(PROPOSAL)) == expected
        broken = Proposal((Recipe((Move("nix", "no_such_command"),)),))
        assert "no_such_command" in str(workers.evaluate(broken).failure)
        with ThreadPoolExecutor(1) as executor:
            under_way = executor.submit(workers.evaluate, Proposal((Recipe((HANG,)),)))
            wait_until(lambda: workers.abandon() or under_way.done())
            with pytest.raises(StoppedError):
                under_way.result(60)
        assert timeless(workers.evaluate(PROPOSAL)) == expected
        workers.stop()
        with pytest.raises(StoppedError):
            workers.evaluate(PROPOSAL)
    assert isinstance(workers, Farm)


def events(folder: Path) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    timed = {"wall_s", "elapsed_s", "steps_s", "at"}
    return [{key: event[key] for key in event if key not in timed} for event in read]


@pytest.mark.usefixtures("short")
def test_a_search_on_a_cluster_finds_what_one_here_finds(cli: Cli) -> None:
    pytest.importorskip("ray")
    (cli.folder / "m.aig").write_bytes(multiplier_aig(5))
    given = ("search", "m.aig", "--model", "auto", "--budget", 8, "--no-cache", "--json")
    one = cli.run(*given, "-j", 2, "--out", "one")
    other = cli.run(*given, "-j", 2, "--out", "other", "--address", "local")
    assert (one.status, other.status) == (0, 0), other.stderr
    assert "on 2 workers of the Ray cluster local" in other.stderr
    found = [json.loads(each.stdout) for each in (one, other)]
    assert found[0]["best"]["recipe"] == found[1]["best"]["recipe"]
    assert events(cli.folder / "one") == events(cli.folder / "other")


def test_a_cluster_that_is_not_there_is_named(cli: Cli) -> None:
    (cli.folder / "m.aig").write_bytes(multiplier_aig(3))
    ended = cli.run("search", "m.aig", "--budget", 1, "--address", "127.0.0.1:1", "--out", "out")
    assert ended.status == 3
    assert ended.stderr.splitlines()[-1].startswith("eda-rl: no Ray cluster at 127.0.0.1:1: ")
