"""`eda-rl search`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.live import Live

from eda.errors import InputError, ToolError
from eda.folders import cache_folder
from eda.objective import Goal
from rl.clock import Clock
from rl.commands.options import given, jobs_option
from rl.finish import FRONT, Claim, finish, finish_front, save_unfinished
from rl.interrupt import terminable
from rl.journal import Journal
from rl.prepare import Prepared, prepared
from rl.result import result_object
from rl.runfolder import RunFolder, create_run_folder
from rl.search import Search
from rl.searchers import DEFAULT, SEARCHERS
from rl.settings import DEFAULT_BUDGET, Settings
from rl.show import (
    Progress,
    Silent,
    closing_lines,
    describe,
    interactive,
    result_table,
    terminal,
    warner,
)
from rl.table import TABLES

if TYPE_CHECKING:
    from rl.farm.farm import Farm

INTERRUPTED = 130
WIDTH = 100  # columns of the table where stdout is no terminal


def _pair(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Any:
    del ctx
    pairs = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"'{text}' is not NAME=VALUE", param=param)
        pairs.append((name, value))
    return tuple(pairs)


def _delay(ctx: click.Context, param: click.Parameter, given: str | None) -> float | None:
    del ctx
    if given is None:
        return None
    scale = 1.0
    number = given.strip()
    for unit, factor in (("ps", 1.0), ("ns", 1000.0)):
        if number.endswith(unit):
            number, scale = number.removesuffix(unit), factor
    try:
        value = float(number) * scale
    except ValueError:
        raise click.BadParameter(f"'{given}' is not a delay such as 500ps", param=param) from None
    if not 0 < value < float("inf"):
        raise click.BadParameter("a delay is above 0 ps", param=param)
    return value


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--top", help="Top module; found by itself where only one can be it.")
@click.option("-D", "--define", "defines", multiple=True, help="Verilog macro, NAME or NAME=VALUE.")
@click.option(
    "-P", "--param", "params", multiple=True, callback=_pair, help="Top parameter, NAME=VALUE."
)
@click.option(
    "-I",
    "--include",
    "include_dirs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder for include files.",
)
@click.option(
    "--max-memory-bits",
    type=click.IntRange(0),
    default=16384,
    show_default=True,
    help="Memories up to this size become flops.",
)
@click.option(
    "--liberty",
    help="A .lib or .lib.gz, a PDK below $PDK_ROOT (sky130, gf180, ihp-sg13g2), or generic.",
    default="generic",
    show_default=True,
)
@click.option(
    "--objective",
    type=click.Choice([goal.value for goal in Goal]),
    default=Goal.ADP.value,
    show_default=True,
    help="What to minimise.",
)
@click.option(
    "--max-delay", callback=_delay, help="Delay limit for --objective area, such as 500ps or 1.2ns."
)
@click.option(
    "--flow",
    type=click.Choice(["sized", "map"]),
    default="sized",
    show_default=True,
    help="sized: map, buffer, size; map: map only.",
)
@click.option(
    "--lut",
    type=click.IntRange(3, 8),
    default=6,
    show_default=True,
    help="LUT inputs for --objective luts.",
)
@click.option(
    "--table",
    type=click.Choice(sorted(TABLES)),
    default="full",
    show_default=True,
    help="Which moves a recipe is made of.",
)
@click.option(
    "--searcher",
    type=click.Choice(sorted(SEARCHERS)),
    default=DEFAULT,
    show_default=True,
    help="How recipes are proposed.",
)
@click.option(
    "--length",
    type=click.IntRange(1, 200),
    help="The most moves in a recipe.  [default: 60 for evolution, 10 for the others]",
)
@click.option(
    "--budget",
    type=click.IntRange(0),
    help="Evaluations, fixed scripts not counted.  "
    f"[default: {DEFAULT_BUDGET}, or what --time-limit allows]",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    help="Seconds from start to proven result.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Source of all randomness."
)
@jobs_option
@click.option(
    "--address",
    metavar="HOST:PORT",
    help="Evaluate on the workers of this Ray cluster, --jobs of them or all; auto: the one that "
    "this machine is part of; local: a Ray started here.",
)
@click.option(
    "--model",
    default="auto",
    show_default=True,
    help="Checkpoint of eda-rl train; auto: your own, else the one that ships; or none.",
)
@click.option(
    "--lag",
    type=click.IntRange(1),
    help="Evaluations that may be under way when the next is chosen, told in their order.  "
    "[default: 8; with --time-limit alone no order, and nothing waits]",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(64),
    default=4096,
    show_default=True,
    help="MiB for each ABC process.",
)
@click.option(
    "--abc",
    type=click.Path(path_type=Path),
    help="ABC executable.  [default: $EDA_RL_ABC, or the one in pyosys]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Run folder, new or empty.  [default: runs/DESIGN-TIME]",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    help="Go on with the interrupted run in this folder; its settings hold.",
)
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path),
    help="Where results are cached.  [default: $EDA_RL_CACHE, or the user's cache folder]",
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write cached evaluations.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on stdout."
)
def search(files: tuple[Path, ...], **options: Any) -> int:
    """Find a better ABC recipe for a design, prove the result, and hand out recipe and netlist.

    FILES are Verilog or SystemVerilog sources, or one .aig, .aag, .blif or .bench netlist; each
    may be gzipped. The fixed scripts that everyone uses are always measured beside the search.
    """
    started = time.perf_counter()
    cache_dir = options.pop("cache_dir") or cache_folder()
    as_json, jobs, address = options.pop("as_json"), options.pop("jobs"), options.pop("address")
    if address is not None and not given("jobs"):
        jobs = None
    no_cache, resume, out = options.pop("no_cache"), options.pop("resume"), options.pop("out")
    if resume is not None:
        if files or out is not None:
            raise InputError(
                "--resume takes design and settings from the run folder: name no other"
            )
        folder = RunFolder(resume.absolute())
        settings = folder.load_settings()
    else:
        settings = _settings(files, options)
        folder = create_run_folder(out, settings.top or settings.files[0].stem.split(".")[0])
        folder.write("settings.json", settings.model_dump_json(indent=2) + "\n")
    with folder.lock(), tempfile.TemporaryDirectory(prefix="eda-rl-") as workdir, terminable():
        session = _Session(settings, folder, Path(workdir), started, jobs, address)
        return session.run(cache_dir.absolute(), disk_cache=not no_cache, as_json=as_json)


def _settings(files: tuple[Path, ...], options: dict[str, Any]) -> Settings:
    if not files:
        raise InputError("no design: name at least one file, such as examples/bin_to_bcd.v")
    options["files"] = tuple(path.absolute() for path in files)
    options["include_dirs"] = tuple(path.absolute() for path in options["include_dirs"])
    if options["model"] not in ("auto", "none"):
        options["model"] = str(Path(options["model"]).absolute())
    if Path(options["liberty"]).exists():
        options["liberty"] = str(Path(options["liberty"]).absolute())
    settings = Settings.model_validate(options)
    settings.goal.flow(settings.flow_kind, settings.lut)
    return settings


class _Session:
    def __init__(
        self,
        settings: Settings,
        folder: RunFolder,
        workdir: Path,
        started: float,
        jobs: int | None,
        address: str | None,
    ) -> None:
        self._settings, self._folder, self._workdir = settings, folder, workdir
        self._started, self._jobs, self._address = started, jobs, address
        self._console = terminal()

    def run(self, cache_dir: Path, *, disk_cache: bool, as_json: bool) -> int:
        with prepared(
            self._settings,
            workdir=self._workdir,
            cache_dir=cache_dir,
            disk_cache=disk_cache,
            jobs=self._jobs or os.cpu_count() or 1,
            warn=warner(self._console),
        ) as ready:
            for line in describe(ready):
                self._console.print(line, markup=False, soft_wrap=True)
            with self._evaluators(ready) as (elsewhere, jobs):
                return self._search(ready, elsewhere, jobs, as_json=as_json)

    @contextmanager
    def _evaluators(self, ready: Prepared) -> "Iterator[tuple[Farm | None, int]]":
        """Who evaluates, None: this machine; and how many evaluations at once."""
        if self._address is None:
            yield None, ready.synthesizer.jobs
            return
        from rl.farm.farm import farm  # noqa: PLC0415 - where there is a cluster only

        with farm(ready, self._address, self._jobs) as (elsewhere, jobs):
            words = f"evaluations: on {jobs} workers of the Ray cluster {self._address}"
            self._console.print(words, markup=False, soft_wrap=True)
            yield elsewhere, jobs

    def _search(
        self, ready: Prepared, elsewhere: "Farm | None", jobs: int, *, as_json: bool
    ) -> int:
        pareto = self._settings.objective is Goal.PARETO
        results = 1 + FRONT if pareto else 1
        clock = Clock(self._settings.time_limit, self._started, ready.start.ands, results)
        self._folder.reserve()
        journal = Journal(self._folder.events)
        search = Search(
            ready, jobs=jobs, clock=clock, journal=journal, observer=Silent(), elsewhere=elsewhere
        )
        claim: Claim | None = None
        front: list[Claim] = []
        status, problem = "done", None
        try:
            with Live(console=self._console, transient=True, refresh_per_second=8) as live:
                if interactive():
                    search.observer = Progress(ready, clock, live)
                search.run()
                claim = finish(ready, search.findings, self._folder, self._workdir, clock)
                if pareto:
                    front, left_out = finish_front(
                        ready, search.findings, self._folder, self._workdir, clock
                    )
                    claim = replace(claim, notes=(*claim.notes, *left_out))
        except KeyboardInterrupt:
            status = "interrupted"
        except ToolError as error:
            status, problem = "failed", error
        ready.synthesizer.stop()
        self._folder.release_reserve()
        if claim is None:
            save_unfinished(ready, search.findings, self._folder)
        result = result_object(
            ready,
            search.findings,
            claim,
            front=front,
            status=status,
            jobs=jobs,
            wall_s=time.perf_counter() - self._started,
            run_dir=str(self._folder.path),
        )
        self._folder.write("result.json", json.dumps(result, indent=2) + "\n")
        journal.close()
        self._print(result, as_json=as_json)
        if problem is not None:
            raise problem
        if status == "interrupted":
            words = f"eda-rl: interrupted; go on with: eda-rl search --resume {self._folder.path}"
            click.echo(words, err=True)
            return INTERRUPTED
        return 0 if result["verified"] else 1

    def _print(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            click.echo(json.dumps(result))
            return

        out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
        out.print(result_table(result, self._settings.objective))
        for line in closing_lines(result):
            out.print(line, markup=False, soft_wrap=True)
