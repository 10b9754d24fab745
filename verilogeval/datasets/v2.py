"""VerilogEval v2: a folder of `<task_id>_{prompt.txt,ref.sv,test.sv}` for each of two tasks."""

from pathlib import Path

from eda.errors import InputError
from verilogeval.problem import Dataset, Problem, Task, TestbenchJudge
from verilogeval.source import rename_module

FOLDERS = {
    Task.SPEC_TO_RTL: "dataset_spec-to-rtl",
    Task.CODE_COMPLETE: "dataset_code-complete-iccad2023",
}
TOP = "TopModule"
REFERENCE = "RefModule"


def load(path: Path, task: Task | None = None) -> Dataset:
    """Read a dataset folder, or the one for `task` in a checkout (spec-to-rtl where None).

    Raises:
        InputError: there are no problems, or one lacks a file.
    """
    folder = path
    if not any(path.glob("*_prompt.txt")):
        folder = path / FOLDERS[task or Task.SPEC_TO_RTL]
    prompts = sorted(folder.glob("*_prompt.txt"))
    if not prompts:
        raise InputError(f"{path}: no problems (problem.toml or *_prompt.txt) in this folder")
    of_folder = next((t for t, name in FOLDERS.items() if name == folder.resolve().name), None)
    if task and of_folder and task != of_folder:
        raise InputError(f"{path}: this is the dataset of task {of_folder.value}")
    task = task or of_folder or Task.SPEC_TO_RTL
    problems = [_problem(folder, p.name.removesuffix("_prompt.txt"), task) for p in prompts]
    return Dataset(f"verilog-eval-v2-{task.value}", "v2", {p.task_id: p for p in problems})


def _problem(folder: Path, task_id: str, task: Task) -> Problem:
    def text(suffix: str) -> str:
        path = folder / f"{task_id}_{suffix}"
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: cannot be read: {error}") from error

    reference = text("ref.sv")
    return Problem(
        task_id=task_id,
        task=task,
        top=TOP,
        prompt=text("prompt.txt"),
        interface=text("ifc.txt") if task is Task.CODE_COMPLETE else "",
        golden=rename_module(reference, REFERENCE, TOP),
        testbench=TestbenchJudge(text("test.sv"), reference, REFERENCE),
    )
