"""All requests of a run, several at once, each asked for once."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from verilogeval.extraction import Extracted, extract
from verilogeval.extraction.values import Found
from verilogeval.generation.asking import GaveUpError, Patience, ask
from verilogeval.generation.examples import Examples
from verilogeval.generation.journal import Entry, Journal, entry_of
from verilogeval.generation.prompts import Prompts, header_of
from verilogeval.generation.request import Model, RefusedError, Request
from verilogeval.problem import Dataset, HarnessJudge, Problem

#: Seconds that replies under way have to come in after an interruption.
GRACE_S = 20.0
SETTINGS, SAMPLES, TOTALS = "generation.json", "samples.jsonl", "generated.json"


@dataclass(frozen=True)
class Plan:
    """Whom to ask what.

    Attributes:
        dataset: the problems, and the rule by which completions become sources.
        problems: those that are asked for.
        samples: of each.
        seed: of each problem's first sample.
        rules: whether the rules are in the prompt.
    """

    dataset: Dataset
    problems: tuple[Problem, ...]
    samples: int
    seed: int | None
    rules: bool


def requests(plan: Plan, prompts: Prompts, examples: Examples) -> list[Request]:
    """All requests of a plan: first every problem's first sample, then the second ones.

    Raises:
        InputError: a template is broken.
    """
    conversations = [
        prompts.messages(problem, examples.of(problem), rules=plan.rules)
        for problem in plan.problems
    ]
    return [
        Request(
            problem.task_id,
            sample,
            messages,
            None if plan.seed is None else plan.seed + sample - 1,
        )
        for sample in range(1, plan.samples + 1)
        for problem, messages in zip(plan.problems, conversations, strict=True)
    ]


@dataclass
class Outcome:
    """What became of a run's requests.

    Attributes:
        entries: of all that are done with, by problem, sample and round.
        reused: how many were there before.
        missing: the requests that got no reply, with the last reason.
        again: how often something was asked again, by reason.
    """

    entries: dict[tuple[str, int, int], Entry] = field(default_factory=dict)
    reused: int = 0
    missing: dict[tuple[str, int, int], str] = field(default_factory=dict)
    again: dict[str, int] = field(default_factory=dict)


def check_settings(folder: Path, settings: dict[str, Any], *, resume: bool) -> None:
    """Write what a run is asked for, or compare it with what it was asked for.

    Raises:
        InputError: the folder has replies and `resume` was not asked for, or to other questions.
        ToolError: it cannot be written.
    """
    path = folder / SETTINGS
    if path.exists():
        if not resume:
            raise InputError(f"{path} exists: give --resume to go on, or another --out")
        try:
            before = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read: {error}") from error
        changed = sorted(k for k in settings.keys() | before.keys()
                         if settings.get(k) != before.get(k))  # fmt: skip
        if changed:
            raise InputError(
                f"{path}: the run was begun with another {', '.join(changed)}: "
                "give the same, or another --out"
            )
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise ToolError(f"{path}: cannot be written: {error.strerror}") from error


async def collect(
    model: Model,
    wanted: Iterable[Request],
    journal: Journal,
    outcome: Outcome,
    *,
    concurrency: int,
    patience: Patience,
    stop: asyncio.Event,
    on_entry: Callable[[Entry], None] = lambda _: None,
) -> None:
    """Ask for every reply that the journal lacks, and note in `outcome` what became of it.

    Once `stop` is set nothing more is asked for, and what is under way has `GRACE_S` to come in.

    Raises:
        InputError: the journal answers another question, or the model cannot be asked at all.
        ToolError: replies cannot be written.
    """
    known = {entry.place: entry for entry in journal.open()}
    queue: asyncio.Queue[Request] = asyncio.Queue()
    for request in wanted:
        place = request.task_id, request.sample, request.round
        entry = known.get(place)
        if entry is None:
            queue.put_nowait(request)
        elif entry.prompt_hash != request.prompt_hash:
            raise InputError(
                f"{journal.path}: the reply for {request.task_id} answers another prompt: the "
                "dataset or a template has changed; choose another --out"
            )
        else:
            outcome.entries[place] = entry
            outcome.reused += 1

    async def work() -> None:
        while not queue.empty() and not stop.is_set():
            await _one(model, queue.get_nowait(), journal, patience, outcome, on_entry, stop)

    workers = [asyncio.create_task(work()) for _ in range(min(concurrency, queue.qsize()))]
    try:
        await _until(asyncio.gather(*workers), stop)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        journal.close()


async def _until(work: "asyncio.Future[Any]", stop: asyncio.Event) -> None:
    """Wait for the end of the work; once `stop` is set, for a while only."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await asyncio.wait({work}, timeout=GRACE_S)
    finally:
        stopping.cancel()
    if work.done():
        work.result()
    else:
        work.cancel()


async def _one(
    model: Model,
    request: Request,
    journal: Journal,
    patience: Patience,
    outcome: Outcome,
    on_entry: Callable[[Entry], None],
    stop: asyncio.Event,
) -> None:
    place = request.task_id, request.sample, request.round
    began = time.perf_counter()

    def again(reason: str) -> None:
        outcome.again[reason] = outcome.again.get(reason, 0) + 1

    try:
        reply, attempts = await ask(model, request, patience, again, stop)
        entry = entry_of(request, attempts, time.perf_counter() - began, reply)
    except RefusedError as error:
        entry = entry_of(request, 1, time.perf_counter() - began, None, str(error))
    except GaveUpError as error:
        outcome.missing[place] = str(error)
        return
    journal.append(entry)
    outcome.entries[place] = entry
    on_entry(entry)


def code_of(plan: Plan, problem: Problem, entry: Entry) -> Extracted:
    """The completion in a reply, in the form that the dataset's rule wants."""
    if entry.reply is None:
        return Extracted("", Found.NOTHING, note=f"the model refused: {entry.refused}")
    if isinstance(problem.cocotb, HarnessJudge):  # several files have a form of their own
        return Extracted(entry.reply.text, Found.MODULE)
    return extract(
        entry.reply.text,
        top=problem.top,
        header_given=bool(header_of(problem)),
        continues=plan.dataset.rule == "v1",
        cut=entry.reply.finish == "length",
    )


def write_samples(folder: Path, plan: Plan, outcome: Outcome, last_round: int = 0) -> Path:
    """Write the samples of all replies so far, each problem's in their order.

    A sample is the answer of its last round up to `last_round`.

    Raises:
        ToolError: the file cannot be written.
    """
    latest: dict[tuple[str, int], Entry] = {}
    for (task_id, sample, turn), entry in sorted(outcome.entries.items()):
        if turn <= last_round:
            latest[task_id, sample] = entry
    lines = []
    for problem in plan.problems:
        for sample in range(1, plan.samples + 1):
            found = latest.get((problem.task_id, sample))
            if found is not None:
                lines.append(json.dumps(_sample(plan, problem, found), ensure_ascii=False))
    path = folder / (f"samples-round{last_round}.jsonl" if last_round else SAMPLES)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text("".join(f"{line}\n" for line in lines), "utf-8", errors="replace")
        partial.replace(path)
    except OSError as error:
        raise ToolError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _sample(plan: Plan, problem: Problem, entry: Entry) -> dict[str, Any]:
    found = code_of(plan, problem, entry)
    return {
        "task_id": problem.task_id,
        "sample": entry.sample,
        "completion": found.code,
        "found": found.found.value,
        "truncated": found.truncated,
        "note": found.note,
    }


def totals(plan: Plan, outcome: Outcome, prices: tuple[float, float] | None) -> dict[str, Any]:
    """Counts of replies, tokens and cost.

    Args:
        plan: of the run.
        outcome: of the run.
        prices: for a million tokens of prompts, and of replies; None: no cost is told.
    """
    entries = list(outcome.entries.values())
    replies = [entry.reply for entry in entries if entry.reply is not None]
    counted = [r for r in replies if r.prompt_tokens is not None]
    tokens_in = sum(reply.prompt_tokens or 0 for reply in counted)
    tokens_out = sum(reply.completion_tokens or 0 for reply in counted)
    by_id = {problem.task_id: problem for problem in plan.problems}
    found = [code_of(plan, by_id[e.task_id], e) for e in entries if e.reply is not None]
    cost = None
    if prices is not None:
        cost = (tokens_in * prices[0] + tokens_out * prices[1]) / 1e6
    return {
        "problems": len(plan.problems),
        "replies": len(replies),
        "reused": outcome.reused,
        "refused": len(entries) - len(replies),
        "missing": len(outcome.missing),
        "asked_again": dict(sorted(outcome.again.items())),
        "without_code": sum(one.found is Found.NOTHING for one in found),
        "truncated": sum(one.truncated for one in found),
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "uncounted": len(replies) - len(counted),
        "cost": cost,
    }


def write_totals(folder: Path, found: dict[str, Any]) -> None:
    """Write the counts beside the samples, for whoever compares runs.

    Raises:
        ToolError: the file cannot be written.
    """
    path = folder / TOTALS
    try:
        path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise ToolError(f"{path}: cannot be written: {error.strerror}") from error
