"""`eda-rl verilogeval list`."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click
from click.core import ParameterSource
from rich import box
from rich.table import Table

from verilogeval.datasets.errata import ERRATA, Erratum, errata_of
from verilogeval.datasets.find import SHIPPED, load
from verilogeval.problem import Problem, Task
from verilogeval.show import out


@click.command("list")
@click.option("--dataset", default=SHIPPED, show_default=True, help="As for 'score'.")
@click.option("--task", type=click.Choice([task.value for task in Task]), help="As for 'score'.")
@click.option(
    "--errata", is_flag=True, help="List known errors: of --dataset, or of all public datasets."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_context
def list_problems(
    context: click.Context, dataset: str, *, task: str | None, errata: bool, as_json: bool
) -> None:
    """List the problems of a dataset, with their judges."""
    if errata:
        given = context.get_parameter_source("dataset") is not ParameterSource.DEFAULT or task
        name = load(dataset, Task(task) if task else None).name if given else None
        _list_errata(ERRATA if name is None else errata_of(name), as_json=as_json)
        return
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


def _list_errata(errata: Sequence[Erratum], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"errata": [asdict(erratum) for erratum in errata]}))
        return
    for erratum in errata:
        datasets = ", ".join(name.removeprefix("verilog-eval-") for name in erratum.datasets)
        out().print(f"{erratum.task_id} ({datasets}): {erratum.kind.value}", markup=False)
        out().print(f"  {erratum.fact}", markup=False)
        out().print(f"  official: {erratum.effect}", markup=False)
        out().print(f"  here: {erratum.repair or 'as is'}", markup=False)
    if not errata:
        out().print("no known errors")


def judges(problem: Problem) -> list[str]:
    """The names of a problem's judges."""
    named = {"testbench": problem.testbench, "cocotb": problem.cocotb}
    return [name for name, judge in named.items() if judge is not None]
