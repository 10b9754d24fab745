"""`eda-rl verilogeval list`."""

import json

import click
from rich import box
from rich.table import Table

from verilogeval.datasets.find import SHIPPED, load
from verilogeval.problem import Problem, Task
from verilogeval.show import out


@click.command("list")
@click.option("--dataset", default=SHIPPED, show_default=True, help="As for 'score'.")
@click.option("--task", type=click.Choice([task.value for task in Task]), help="As for 'score'.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def list_problems(dataset: str, *, task: str | None, as_json: bool) -> None:
    """List the problems of a dataset, with their judges."""
    found = load(dataset, Task(task) if task else None)
    rows = [
        {
            "task_id": problem.task_id,
            "task": problem.task.value,
            "category": problem.category,
            "judges": judges(problem),
        }
        for problem in found.problems.values()
    ]
    if as_json:
        left_out = dict(found.left_out)
        click.echo(json.dumps({"dataset": found.name, "problems": rows, "left_out": left_out}))
        return
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("task_id", "task", "category", "judges"):
        table.add_column(name)
    for row in rows:
        table.add_row(*(", ".join(v) if isinstance(v, list) else v for v in row.values()))
    out().print(table)
    for task_id, reason in found.left_out.items():
        out().print(f"left out: {task_id}: {reason}", markup=False)


def judges(problem: Problem) -> list[str]:
    """The names of a problem's judges."""
    named = {"testbench": problem.testbench, "cocotb": problem.cocotb}
    return [name for name, judge in named.items() if judge is not None]
