"""Scoring from Python: one source at a time or many at once, as a training loop needs it."""

import asyncio
import atexit
import os
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType

from eda.folders import cache_folder
from verilogeval.datasets.find import SHIPPED, load
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Dataset, Problem
from verilogeval.sandbox.run import require
from verilogeval.scoring.messages import Confirm, Judged, JudgeSource, Prepare
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.prepared import Prepared
from verilogeval.scoring.prepared_cache import PreparedCache, fingerprint
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import PATIENCE, JudgeSettings
from verilogeval.scoring.versions import golden_versions
from verilogeval.source import build_source, normal_form
from verilogeval.verdict import Judgement, Verdict


class Scorer:
    """Judges completions in worker processes that stay alive between calls.

    May be used from several threads. Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        dataset: Dataset | str = SHIPPED,
        *,
        jobs: int | None = None,
        iverilog: Path | None = None,
        max_mismatches: int = 1,
        time_limit_s: float = 30.0,
        memory_mib: int = 1024,
        patience: int = PATIENCE,
        require_sandbox: bool = False,
    ) -> None:
        """Find the tools; workers start with the first request.

        Args:
            dataset: the problems, or what `eda-rl verilogeval score --dataset` takes.
            jobs: workers; None: one for each core.
            iverilog: the compiler's driver; None: as the command line finds it.
            max_mismatches: end a simulation after so many; 0: count them all.
            time_limit_s: processor time of one simulation.
            memory_mib: address space of compiler and simulator.
            patience: how many times as long compiler and simulator may take by the clock.
            require_sandbox: refuse to run where files cannot be hidden from samples.

        Raises:
            ToolError: Icarus is missing, or the sandbox that was required.
            InputError: the dataset cannot be read.
        """
        if require_sandbox:
            require()
        self.dataset = dataset if isinstance(dataset, Dataset) else load(dataset)
        icarus = find_icarus(iverilog)
        self._cache = PreparedCache(cache_folder() / "verilogeval", golden_versions(icarus))
        self._scratch = scratch_folder()
        settings = JudgeSettings(
            icarus=icarus,
            official=False,
            max_mismatches=max_mismatches,
            time_limit_s=time_limit_s,
            memory_mib=memory_mib,
            patience=patience,
            scratch=self._scratch.__enter__(),
        )
        self._pool = Pool(settings, jobs or os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._prepared: dict[str, Future[Prepared]] = {}

    def __enter__(self) -> "Scorer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        self._pool.close()
        self._scratch.__exit__(None, None, None)

    def judge(self, problem: Problem | str, completion: str) -> Judgement:
        """The finding on one completion.

        Args:
            problem: a problem, or a task_id of the dataset.
            completion: what the model answered, as in a samples file.

        Raises:
            KeyError: the dataset has no such task_id.
            ToolError: the tools failed in a way that has nothing to do with the completion.
        """
        return self._judged(self._problem(problem), completion).result().judgement

    async def judge_batch(self, items: Iterable[tuple[Problem | str, str]]) -> list[Judgement]:
        """The findings on many completions, in their order; equal sources are judged once.

        Raises:
            KeyError: the dataset has no such task_id.
            ToolError: as for `judge`.
        """
        waiting: dict[tuple[str, str], Future[Judged]] = {}
        keys = []
        for given, completion in items:
            problem = self._problem(given)
            key = fingerprint(problem), normal_form(self._source(problem, completion))
            if key not in waiting:
                waiting[key] = await asyncio.to_thread(self._judged, problem, completion)
            keys.append(key)
        found = {key: await asyncio.wrap_future(future) for key, future in waiting.items()}
        return [found[key].judgement for key in keys]

    def score(self, problem: Problem | str, completion: str) -> Verdict:
        """The verdict alone; see `judge`."""
        return self.judge(problem, completion).verdict

    async def score_batch(self, items: Iterable[tuple[Problem | str, str]]) -> list[Verdict]:
        """The verdicts alone; see `judge_batch`."""
        return [judgement.verdict for judgement in await self.judge_batch(items)]

    def _problem(self, given: Problem | str) -> Problem:
        return self.dataset.problems[given] if isinstance(given, str) else given

    def _source(self, problem: Problem, completion: str) -> str:
        return build_source(self.dataset, problem, completion)

    def _judged(self, problem: Problem, completion: str) -> "Future[Judged]":
        prepared = self._prepare(problem)
        source = self._source(problem, completion)
        return self._pool.submit(JudgeSource(problem, prepared, source), prepared.wall_s)

    def _prepare(self, problem: Problem) -> Prepared:
        key = fingerprint(problem)
        with self._lock:
            future = self._prepared.get(key)
            if future is None:
                future = self._prepared[key] = Future()
                asked = True
            else:
                asked = False
        if asked:
            try:
                known = self._cache.get(problem)
                prepared = known or self._pool.submit(Prepare(problem), float("inf")).result()
                if not prepared.confirmed:
                    request = Confirm(problem, prepared)
                    prepared = self._pool.submit(request, float("inf")).result()
                if prepared != known and not prepared.failure:
                    self._cache.put(problem, prepared)
                future.set_result(prepared)
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()


_DEFAULT: list[Scorer] = []
_DEFAULT_LOCK = threading.Lock()


def default_scorer() -> Scorer:
    """The scorer behind `verilogeval.score`: our own problems, one worker for each core."""
    with _DEFAULT_LOCK:
        if not _DEFAULT:
            scorer = Scorer()
            atexit.register(scorer.close)
            _DEFAULT.append(scorer)
        return _DEFAULT[0]
