"""VerilogEval v1: one JSON Lines file of `{task_id, prompt, canonical_solution, test}`."""

from pathlib import Path

from eda.errors import InputError
from verilogeval.datasets.lines import read_json_lines, text_field
from verilogeval.problem import Dataset, Problem, Task, TestbenchJudge

TOP = "top_module"
REFERENCE = "reference_module"


def load(path: Path) -> Dataset:
    """Read `VerilogEval_Human.jsonl` or `VerilogEval_Machine.jsonl`.

    The descriptions lie in a file beside it (`VerilogDescription_*.jsonl`); where it is there, they
    stand before the module header in the prompt.

    Raises:
        InputError: a line that is no problem, or no problem at all.
    """
    descriptions = _descriptions(path)
    problems: dict[str, Problem] = {}
    for number, line in read_json_lines(path):
        task_id, header, solution, test = (
            text_field(path, number, line, name)
            for name in ("task_id", "prompt", "canonical_solution", "test")
        )
        if task_id in problems:
            raise InputError(f"{path}:{number}: task_id '{task_id}' stands there twice")
        problems[task_id] = Problem(
            task_id=task_id,
            task=Task.CODE_COMPLETE,
            top=TOP,
            prompt=f"{descriptions.get(task_id, '')}\n{header}".lstrip("\n"),
            interface=header,
            golden=f"{header}\n{solution}",
            testbench=TestbenchJudge(test, "", REFERENCE),
        )
    if not problems:
        raise InputError(f"{path}: no problems in this file")
    name = path.name.split(".")[0].removeprefix("VerilogEval_").lower()
    return Dataset(f"verilog-eval-v1-{name}", "v1", problems)


def _descriptions(path: Path) -> dict[str, str]:
    beside = path.with_name(path.name.replace("VerilogEval_", "VerilogDescription_"))
    if beside == path or not beside.exists():
        return {}
    return {
        text_field(beside, number, line, "task_id"): text_field(
            beside, number, line, "detail_description"
        )
        for number, line in read_json_lines(beside)
    }
