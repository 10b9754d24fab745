"""`eda-rl verilogeval explain`."""

import json
from pathlib import Path
from typing import Any

import click

from eda.abc.binary import find_abc
from eda.errors import InputError
from verilogeval.datasets.find import SHIPPED, load
from verilogeval.diagnosis.drawing import draw
from verilogeval.diagnosis.explain import Explained, Explainer
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Task
from verilogeval.proof.prove import ProofSettings
from verilogeval.scoring.judging import Judge
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Row, read_rows
from verilogeval.verdict import LETTERS


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--task", "task_id", required=True, metavar="TASK_ID", help="The problem.")
@click.option("--sample", type=click.IntRange(1), default=1, show_default=True, help="Its sample.")
@click.option("--dataset", default=SHIPPED, show_default=True, help="As for 'score'.")
@click.option(
    "--dataset-task",
    type=click.Choice([task.value for task in Task]),
    help="Which of a v2 checkout's two datasets, as --task of 'score'.",
)
@click.option("--iverilog", type=click.Path(path_type=Path), help="As for 'score'.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def explain(
    result: Path,
    *,
    task_id: str,
    sample: int,
    dataset: str,
    dataset_task: str | None,
    iverilog: Path | None,
    as_json: bool,
) -> int:
    """Say why a sample of the scored run in folder RESULT fails.

    The sample is judged again; its netlist and the waveform of its first mismatch are compared with
    the reference's.
    """
    folder = result.parent if result.name == "results.jsonl" else result
    row, source = _sample(folder, task_id, sample)
    found = load(dataset, Task(dataset_task) if dataset_task else None)
    problem = found.problems.get(task_id)
    if problem is None:
        raise InputError(f"no problem '{task_id}' in {found.name}: name the run's --dataset")
    with scratch_folder() as scratch:
        judging = JudgeSettings(
            icarus=find_icarus(iverilog),
            official=False,
            max_mismatches=1000,
            time_limit_s=30.0,
            memory_mib=1024,
            scratch=scratch,
        )
        with Judge(judging) as judge:
            explainer = Explainer(ProofSettings(find_abc(), 5.0, judging), judge)
            explained = explainer.explain(problem, source)
    if as_json:
        click.echo(json.dumps(_to_json(row, explained)))
    else:
        _show(row, explained)
    return 0


def _sample(folder: Path, task_id: str, sample: int) -> tuple[Row, str]:
    """The sample's line in the results, and its source.

    Raises:
        InputError: there is none.
    """
    rows = read_rows(folder / "results.jsonl")
    for row in rows:
        if (row.task_id, row.sample) == (task_id, sample):
            path = folder / "sources" / f"{row.hash}.sv"
            try:
                return row, path.read_text("utf-8")
            except OSError as error:
                raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    raise InputError(f"{folder / 'results.jsonl'}: no sample {sample} of '{task_id}'")


def _to_json(row: Row, explained: Explained) -> dict[str, Any]:
    diagnosis, wave = explained.diagnosis, explained.wave
    return {
        "task_id": row.task_id,
        "sample": row.sample,
        "verdict": explained.judgement.verdict.value,
        "letter": row.letter,
        "message": explained.judgement.message,
        "cause": diagnosis and diagnosis.cause.value,
        "findings": [{"cause": f.cause.value, "text": f.text} for f in diagnosis.findings]
        if diagnosis
        else [],
        "wave": wave and json.loads(wave.to_json()),
    }


def _show(row: Row, explained: Explained) -> None:
    judgement, diagnosis = explained.judgement, explained.diagnosis
    letter = f", class {row.letter} ({LETTERS[row.letter]})" if row.letter else ""
    click.echo(f"{row.task_id} sample {row.sample}: {judgement.verdict.value}{letter}")
    if judgement.message:
        click.echo(judgement.message)
    if diagnosis is None:
        return
    click.echo(f"likely cause: {diagnosis.cause.value}")
    for finding in diagnosis.findings:
        click.echo(f"  {finding.cause.value}: {finding.text}")
    if explained.wave is not None:
        click.echo("")
        for line in draw(explained.wave):
            click.echo(line)
