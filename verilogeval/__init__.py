"""Scoring of Verilog that models write.

`score` and `judge` take a problem and a completion; `Scorer` does so with settings of one's own,
and for many completions at once; `load` reads a dataset.
"""

from typing import TYPE_CHECKING, Any

from verilogeval.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from verilogeval.datasets.find import load
    from verilogeval.problem import Problem
    from verilogeval.scorer import Scorer

__all__ = ["Judgement", "Scorer", "Verdict", "judge", "load", "score"]


def __getattr__(name: str) -> Any:
    """What is heavy to import comes when it is used."""
    if name == "Scorer":
        from verilogeval.scorer import Scorer  # noqa: PLC0415 - see above

        return Scorer
    if name == "load":
        from verilogeval.datasets.find import load  # noqa: PLC0415 - see above

        return load
    raise AttributeError(f"module 'verilogeval' has no attribute '{name}'")


def judge(problem: "Problem | str", completion: str) -> Judgement:
    """The finding on one completion; a task_id is looked up in our own problems.

    Raises:
        KeyError: there is no such task_id.
        ToolError: a tool is missing or failed.
    """
    from verilogeval.scorer import default_scorer  # noqa: PLC0415 - heavy, and not always used

    return default_scorer().judge(problem, completion)


def score(problem: "Problem | str", completion: str) -> Verdict:
    """The verdict on one completion; see `judge`."""
    return judge(problem, completion).verdict
