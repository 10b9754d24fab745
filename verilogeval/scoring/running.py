"""One run, from a samples file to its summary."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eda.flow import FlowKind
from eda.folders import cache_folder
from verilogeval.datasets.find import load
from verilogeval.ppa.settings import CostSettings
from verilogeval.problem import Task
from verilogeval.sample import Missing
from verilogeval.samples import read_samples
from verilogeval.sandbox.run import isolation
from verilogeval.scoring.plan import Plan, make_plan
from verilogeval.scoring.pool import Pool
from verilogeval.scoring.prepared_cache import PreparedCache
from verilogeval.scoring.score import Scoring
from verilogeval.scoring.settings import JudgeSettings
from verilogeval.scoring.store import Row, Store
from verilogeval.scoring.summary import missing_samples, summarise
from verilogeval.scoring.versions import golden_versions, tool_versions, verdict_versions
from verilogeval.verdict import Verdict


def run(
    samples: Path, options: dict[str, Any], settings: JudgeSettings, pool: Pool
) -> tuple[dict[str, Any], bool]:
    """Judge samples by the command's options: the summary, and whether no tool failed on any."""
    icarus = settings.icarus
    dataset = load(options["dataset"], Task(options["task"]) if options["task"] else None)
    decisive = verdict_versions(
        icarus,
        official=options["official"],
        max_mismatches=options["max_mismatches"],
        time_limit_s=options["time_limit"],
        memory_mib=options["memory"],
    )
    plan = make_plan(
        dataset,
        read_samples(samples),
        versions=decisive,
        exact=options["official"],
        allow_partial=options["allow_partial"],
    )
    name = samples.resolve().name.split(".")[0]
    store = Store(options["out"] or Path("runs") / f"verilogeval-{name}")
    earlier = store.open(resume=options["resume"])
    known = settings.scratch / "known" if options["no_cache"] else cache_folder() / "verilogeval"
    with _bar(plan) as tell:
        cache = PreparedCache(known, golden_versions(icarus))
        scoring = Scoring(plan, store, pool, cache, options["official"], tell)
        rows = scoring.run(earlier)
        waves = options["no_waves"] or options["official"]
        not_drawn = {} if waves else scoring.draw(rows)
    store.close()
    missing = missing_samples(plan, options["samples_per_problem"])
    summary = {
        **summarise(dataset, plan, rows, missing=missing, missing_as=Missing(options["missing"])),
        "scored": len(rows) - scoring.reused,
        "reused": scoring.reused,
        "official": options["official"],
        "sandbox": isolation().describe(),
        "versions": tool_versions(icarus),
        "not_drawn": not_drawn,
        "results": str(store.results),
        "samples_file": str(samples.resolve()),
    }
    if options["prove"]:
        summary["proof"] = _prove(plan, rows, store.folder, settings, options["jobs"])
    if options["ppa"]:
        summary["ppa"] = _measure(plan, rows, store.folder, settings, options)
    return summary, not any(row.verdict is Verdict.TOOL_ERROR for row in rows)


def _prove(
    plan: Plan, rows: list[Row], folder: Path, settings: JudgeSettings, jobs: int | None
) -> dict[str, Any]:
    """The part of the summary that tells of proofs; see `verilogeval.proof`."""
    from verilogeval.proof.run import prove_run, summary_of  # noqa: PLC0415 - only where asked for

    return summary_of(prove_run(plan, rows, folder, settings, jobs=jobs or os.cpu_count() or 1))


def _measure(
    plan: Plan, rows: list[Row], folder: Path, settings: JudgeSettings, options: dict[str, Any]
) -> dict[str, Any]:
    """The part of the summary that tells of area and delay; see `verilogeval.ppa`."""
    from verilogeval.ppa.run import measure_run  # noqa: PLC0415 - only where asked for

    costs = CostSettings(
        options["liberty"],
        FlowKind(options["flow"]),
        options["ppa_search"],
        options["ppa_seed"],
        cached=not options["no_cache"],
    )
    jobs = options["jobs"] or os.cpu_count() or 1
    return measure_run(plan, rows, folder, settings, costs, jobs=jobs)[1]


@contextmanager
def _bar(plan: Plan) -> Iterator[Callable[[Row], None]]:
    """Tells each new row to a progress bar, where someone looks at a terminal."""
    columns = (TextColumn("judging"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=plan.samples)
        yield lambda _: progress.advance(bar)
