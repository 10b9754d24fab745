"""The passing samples of a run, each distinct source proved once, several at a time."""

import queue
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any

from eda.abc.binary import find_abc
from verilogeval.problem import Problem
from verilogeval.proof.prove import ProofSettings, Prover
from verilogeval.proof.store import ProofRow, ProofStore
from verilogeval.proof.values import Proof, ProofVerdict
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.plan import Plan
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Row
from verilogeval.verdict import Verdict

#: Seconds for each of the engines, where a proof is not found at once.
TIME_LIMIT_S = 20.0


def prove_run(
    plan: Plan,
    rows: list[Row],
    folder: Path,
    settings: JudgeSettings,
    *,
    jobs: int,
    on_row: Callable[[ProofRow], None] = lambda _: None,
) -> list[ProofRow]:
    """Prove every passing sample that has no proof yet; returns the rows of all.

    Args:
        plan: of the run.
        rows: its results.
        folder: the run folder, where `proof.jsonl` is and goes on.
        settings: how counterexamples are replayed.
        jobs: how many at once.
        on_row: told of each new row.

    Raises:
        ToolError: a tool is missing, or the proofs cannot be written.
    """
    store = ProofStore(folder)
    passing = {(r.task_id, r.sample): r for r in rows if r.verdict is Verdict.PASS}
    known = {}
    for row in store.open():
        result = passing.get((row.task_id, row.sample))
        if result and result.hash == row.hash:
            known[row.task_id, row.sample] = row
    todo: dict[str, list[Row]] = {}
    for place, result in passing.items():
        if place not in known:
            todo.setdefault(result.hash, []).append(result)
    found = list(known.values())
    with _Provers(settings, jobs) as provers:
        for key, proof in provers.proofs({key: plan.work[key] for key in todo}):
            new = [ProofRow(r.task_id, r.sample, key, proof) for r in todo[key]]
            store.append(new)
            for row in new:
                on_row(row)
            found += new
    store.close()
    return found


class _Provers:
    """Provers, each with a judge of its own. Use as a context manager."""

    def __init__(self, settings: JudgeSettings, jobs: int) -> None:
        # The testbench of a counterexample is our own, and only its verdict is wanted.
        self._settings = replace(settings, official=False, max_mismatches=1)
        self._jobs = jobs
        self._free: queue.SimpleQueue[Prover] = queue.SimpleQueue()

    def __enter__(self) -> "_Provers":
        proof = ProofSettings(find_abc(), TIME_LIMIT_S, self._settings)
        with ExitStack() as stack:
            for _ in range(self._jobs):
                judge = stack.enter_context(Judge(self._settings))
                self._free.put(Prover(proof, judge))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def proofs(self, work: dict[str, Any]) -> Any:
        """Pairs of key and proof, as they come."""
        with ThreadPoolExecutor(self._jobs) as executor:
            futures = {
                executor.submit(copy_context().run, self._prove, one.problem, one.source): key
                for key, one in work.items()
            }
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:
                executor.shutdown(cancel_futures=True)

    def _prove(self, problem: Problem, source: str) -> Proof:
        prover = self._free.get()
        try:
            return prover.prove(problem, source)
        finally:
            self._free.put(prover)


def summary_of(rows: list[ProofRow]) -> dict[str, Any]:
    """For `summary.json`: how many samples came to what, and what is to be known of them."""
    counts = Counter(row.proof.verdict.value for row in rows)
    return {
        "counts": {verdict.value: counts[verdict.value] for verdict in ProofVerdict},
        "different": sorted({_name(r) for r in rows if r.proof.verdict is ProofVerdict.DIFFERENT}),
        "dont_care": sorted({r.task_id for r in rows if r.proof.dont_care}),
        "assumed": sum(bool(row.proof.assumes) for row in rows),
    }


def _name(row: ProofRow) -> str:
    return f"{row.task_id}#{row.sample}"
