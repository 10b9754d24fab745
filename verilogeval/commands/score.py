"""`eda-rl verilogeval score`.

What takes long to import is imported when the workers are on their way.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import click

from eda.flow import FlowKind
from verilogeval.datasets.find import SHIPPED
from verilogeval.icarus.find import find_icarus
from verilogeval.problem import Task
from verilogeval.sample import Missing
from verilogeval.sandbox.run import require
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.scratch import scratch_folder
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Store


@click.command()
@click.argument("samples", type=click.Path(path_type=Path))
@click.option(
    "--dataset",
    default=SHIPPED,
    show_default=True,
    help="The problems: a VerilogEval v2 checkout or dataset folder, a v1 .jsonl, a CVDP .jsonl, "
    "a folder in our format, or 'own', the set that is part of eda-rl.",
)
@click.option(
    "--task",
    type=click.Choice([task.value for task in Task]),
    help="Which of a v2 checkout's two datasets.  [default: spec-to-rtl]",
)
@click.option("--out", type=click.Path(path_type=Path), help="Run folder.  [default: runs/SAMPLES]")
@click.option("--resume", is_flag=True, help="Go on in the run folder: judge what is not judged.")
@click.option("--jobs", type=click.IntRange(1), help="Samples at once.  [default: one per core]")
@click.option(
    "--official",
    is_flag=True,
    help="Reproduce the official harness letter by letter, errors included. It can be cheated.",
)
@click.option("--allow-partial", is_flag=True, help="Leave out samples of problems not in the set.")
@click.option(
    "--samples-per-problem",
    type=click.IntRange(1),
    help="How many samples each problem should have.  [default: the most that any has]",
)
@click.option(
    "--missing",
    type=click.Choice([choice.value for choice in Missing]),
    default=Missing.FAIL.value,
    show_default=True,
    help="What samples count as that should be there and are not.",
)
@click.option(
    "--max-mismatches",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="End a simulation after so many mismatches, where its counts then stop; 1: only the "
    "verdict is wanted; 0: count them all.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1),
    default=30.0,
    show_default=True,
    help="Seconds of processor time for the simulation of one sample.",
)
@click.option(
    "--memory",
    type=click.IntRange(64),
    default=1024,
    show_default=True,
    help="MiB for the compilation and for the simulation of one sample.",
)
@click.option("--require-sandbox", is_flag=True, help="Refuse to run where files cannot be hidden.")
@click.option(
    "--iverilog",
    type=click.Path(path_type=Path),
    help="Icarus Verilog to use.  [default: $EDA_RL_IVERILOG, .icarus, PATH]",
)
@click.option(
    "--prove",
    is_flag=True,
    help="Prove each passing sample equivalent to its reference, or show where it differs.",
)
@click.option(
    "--ppa",
    is_flag=True,
    help="Synthesise each passing sample beside its reference: area, delay, registers.",
)
@click.option("--liberty", help="Cell library for --ppa, as for 'search'.  [default: generic]")
@click.option(
    "--flow",
    type=click.Choice([FlowKind.SIZED.value, FlowKind.MAP.value]),
    default=FlowKind.SIZED.value,
    show_default=True,
    help="How --ppa maps, as for 'search'.",
)
@click.option(
    "--ppa-search",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Search a recipe for each circuit that --ppa measures, samples' and references', with "
    "so many evaluations; 0: resyn2 for all.",
)
@click.option(
    "--ppa-seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of --ppa-search.",
)
@click.option("--no-cache", is_flag=True, help="Find out anew what golden sources tell.")
@click.option("--no-waves", is_flag=True, help="Record no waveforms for the report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def score(samples: Path, **options: Any) -> int:
    """Judge Verilog that models wrote: SAMPLES is a .jsonl of {task_id, completion} or a folder.

    Each sample is compiled and simulated in isolation, and the verdict goes to results.jsonl as it
    comes. Exit status 3: a tool failed on some sample, which is then no failure of the model.
    """
    began = time.perf_counter()
    if options["require_sandbox"]:
        require()
    icarus = find_icarus(options["iverilog"])
    with scratch_folder() as scratch:
        settings = JudgeSettings(
            icarus=icarus,
            official=options["official"],
            max_mismatches=options["max_mismatches"],
            time_limit_s=options["time_limit"],
            memory_mib=options["memory"],
            scratch=scratch,
        )
        with Pool(settings, options["jobs"] or os.cpu_count() or 1) as pool:
            pool.start()
            from verilogeval.scoring.running import run  # noqa: PLC0415 - workers come up meanwhile

            summary, sound = run(samples, options, settings, pool)
    summary["wall_s"] = round(time.perf_counter() - began, 3)
    Store(Path(summary["results"]).parent).replace("summary.json", summary)
    if options["as_json"]:
        click.echo(json.dumps(summary, ensure_ascii=False))
    else:
        from verilogeval.show import summary_table  # noqa: PLC0415 - brings rich

        summary_table(summary)
    return 0 if sound else 3
