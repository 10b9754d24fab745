"""A reward for TRL's GRPO trainer: 1 for Verilog that passes, a little for Verilog that runs.

The dataset that the trainer is given needs the columns `prompt` and `task_id`:

    from datasets import Dataset
    from trl import GRPOTrainer
    from grpo_reward import SCORER, verilog_reward

    rows = [{"prompt": p.prompt, "task_id": p.task_id} for p in SCORER.dataset.problems.values()]
    trainer = GRPOTrainer(model, reward_funcs=verilog_reward, train_dataset=Dataset.from_list(rows))
"""

import asyncio
from typing import Any

from verilogeval import Scorer, Verdict

SCORER = Scorer("own", require_sandbox=True)

REWARDS = {
    Verdict.PASS: 1.0,
    Verdict.MISMATCH: 0.1,
    Verdict.TIMEOUT: 0.05,
    Verdict.NO_RESULT: 0.0,
    Verdict.COMPILE_ERROR: 0.0,
    Verdict.REJECTED: -1.0,
}


def verilog_reward(
    prompts: list[Any], completions: list[Any], *, task_id: list[str], **columns: Any
) -> list[float | None]:
    """One reward for each completion; None, which the trainer leaves out, where a tool failed."""
    del prompts, columns
    texts = [text if isinstance(text, str) else text[-1]["content"] for text in completions]
    verdicts = asyncio.run(SCORER.score_batch(zip(task_id, texts, strict=True)))
    return [REWARDS.get(verdict) for verdict in verdicts]
