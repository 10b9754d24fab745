"""`eda-rl verilogeval show`."""

import json

import click

from eda.errors import InputError
from verilogeval.commands.list import judges
from verilogeval.datasets.find import SHIPPED, load
from verilogeval.problem import Task


@click.command()
@click.argument("task_id")
@click.option("--dataset", default=SHIPPED, show_default=True, help="As for 'score'.")
@click.option("--task", type=click.Choice([task.value for task in Task]), help="As for 'score'.")
@click.option("--reference", is_flag=True, help="Print the golden source and not the prompt.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def show(task_id: str, *, dataset: str, task: str | None, reference: bool, as_json: bool) -> None:
    """Print a problem: the prompt for a model, or its golden source."""
    found = load(dataset, Task(task) if task else None)
    problem = found.problems.get(task_id)
    if problem is None:
        raise InputError(f"no problem '{task_id}' in {found.name}: see 'eda-rl verilogeval list'")
    if as_json:
        click.echo(
            json.dumps(
                {
                    "task_id": problem.task_id,
                    "task": problem.task.value,
                    "category": problem.category,
                    "top": problem.top,
                    "judges": judges(problem),
                    "prompt": problem.prompt,
                    "interface": problem.interface,
                    "reference": problem.golden,
                }
            )
        )
        return
    click.echo((problem.golden if reference else problem.prompt).rstrip())
