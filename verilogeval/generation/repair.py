"""Rounds in which a model gets back what is wrong with its answers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from verilogeval.generation.journal import Entry
from verilogeval.generation.prompts import Prompts
from verilogeval.generation.request import Message, Request
from verilogeval.generation.run import Outcome, Plan, code_of
from verilogeval.problem import Problem
from verilogeval.scorer import Scorer
from verilogeval.verdict import Judgement, Verdict

#: What a model is told, by verdict; the message of compiler or testbench follows.
_SAID = {
    Verdict.COMPILE_ERROR: "The compiler refuses it.",
    Verdict.MISMATCH: "It compiles, and its outputs differ from those expected.",
    Verdict.TIMEOUT: "Its simulation does not come to an end.",
    Verdict.NO_RESULT: "Its simulation ends early.",
    Verdict.REJECTED: "It uses what a design must not use.",
}
_LONGEST = 2000  # characters of a log that are handed back

Place = tuple[str, int]


def judge_latest(scorer: Scorer, plan: Plan, outcome: Outcome, turn: int) -> dict[Place, Judgement]:
    """The findings on each sample's latest answer up to a round.

    Raises:
        ToolError: the tools failed.
    """
    by_id = {problem.task_id: problem for problem in plan.problems}
    latest = latest_entries(outcome, turn)
    items = [
        (by_id[task_id], code_of(plan, by_id[task_id], entry).code)
        for (task_id, _), entry in latest.items()
    ]
    found = asyncio.run(scorer.judge_batch(items))
    return dict(zip(latest, found, strict=True))


def latest_entries(outcome: Outcome, turn: int) -> dict[Place, Entry]:
    """Each sample's last answer up to a round."""
    latest: dict[Place, Entry] = {}
    for (task_id, sample, at), entry in sorted(outcome.entries.items()):
        if at <= turn and entry.reply is not None:
            latest[task_id, sample] = entry
    return latest


def repairs(
    plan: Plan,
    prompts: Prompts,
    first: Mapping[Place, Request],
    outcome: Outcome,
    judged: list[Mapping[Place, Judgement]],
) -> list[Request]:
    """The requests of the next round: for each sample that fails, its whole conversation so far.

    Args:
        plan: of the run.
        prompts: whose `repair.j2` words what is wrong.
        first: the request of each sample's first answer.
        outcome: the answers so far.
        judged: the findings of the rounds so far, in their order.
    """
    turn = len(judged)
    by_id = {problem.task_id: problem for problem in plan.problems}
    wanted = []
    for place, judgement in judged[-1].items():
        if judgement.verdict not in _SAID or (place[0], place[1], turn - 1) not in outcome.entries:
            continue
        problem, messages = by_id[place[0]], list(first[place].messages)
        for at, findings in enumerate(judged):
            entry = outcome.entries[place[0], place[1], at]
            assert entry.reply is not None  # noqa: S101 - it was judged
            messages.append(Message("assistant", entry.reply.text))
            messages.append(_told(prompts, problem, findings[place]))
        wanted.append(Request(*place, tuple(messages), first[place].seed, turn))
    return wanted


def _told(prompts: Prompts, problem: Problem, judgement: Judgement) -> Message:
    details = judgement.message
    if judgement.verdict is Verdict.COMPILE_ERROR and judgement.log:
        details = judgement.log
    return prompts.repair(problem, _SAID[judgement.verdict], details.strip()[:_LONGEST])


def summary_of(judged: list[Mapping[Place, Judgement]]) -> list[dict[str, Any]]:
    """How many samples pass after each round."""
    return [
        {
            "round": turn,
            "samples": len(findings),
            "pass": sum(j.verdict is Verdict.PASS for j in findings.values()),
        }
        for turn, findings in enumerate(judged)
    ]
