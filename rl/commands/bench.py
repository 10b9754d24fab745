"""`eda-rl bench`."""

import json
import os
import shlex
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from rich.console import Console

from eda.abc.binary import find_abc
from eda.errors import InputError
from eda.folders import cache_folder
from eda.liberty.find import resolve_library
from eda.objective import Goal
from rl.bench import show, view
from rl.bench.cell import Library
from rl.bench.conditions import conditions
from rl.bench.folder import BenchFolder, make, refuse_changed_designs
from rl.bench.pages import write_reports
from rl.bench.plan import Contest
from rl.bench.protocol import Protocol, protocol
from rl.bench.rows import Row
from rl.bench.run import Comparison
from rl.bench.summary import summarise
from rl.interrupt import terminable
from rl.rowfile import RowFile, latest, read_rows
from rl.searchers import DEFAULT, SEARCHERS
from rl.settings import DEFAULT_BUDGET
from rl.show import terminal, warner
from rl.suites import SuiteDesign, gathered, select
from rl.table import TABLES

INTERRUPTED = 130
WIDTH = 160  # columns of the tables where stdout is no terminal
GOALS = [
    goal.value for goal in (Goal.ADP, Goal.AREA, Goal.DELAY, Goal.NODES, Goal.LEVELS, Goal.LUTS)
]


def _names(ctx: click.Context, param: click.Parameter, given: str | None) -> tuple[str, ...]:
    del ctx, param
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--protocol",
    "name",
    type=click.Choice(["open", "abc-rl"]),
    default="open",
    show_default=True,
    help="open: as the product is used; abc-rl: as the papers measure.",
)
@click.option("--suite", "suites", multiple=True, help="Designs: a suite's name or a folder.")
@click.option("--designs", callback=_names, metavar="NAME,...", help="Of the designs only these.")
@click.option(
    "--liberty",
    "liberties",
    multiple=True,
    help="A library, as `eda-rl search` takes it; may be given several times.  [default: generic]",
)
@click.option(
    "--searcher",
    "searchers",
    multiple=True,
    type=click.Choice(sorted(SEARCHERS)),
    help=f"May be given several times.  [default: {DEFAULT}]",
)
@click.option(
    "--seeds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each searcher."
)
@click.option(
    "--deepsyn-seeds",
    type=click.IntRange(0),
    help="Runs of &deepsyn, 0 for none.  [default: as --seeds]",
)
@click.option("--objective", type=click.Choice(GOALS), help="What to minimise.  [default: adp]")
@click.option("--flow", type=click.Choice(["sized", "map"]), help="[default: sized; abc-rl: map]")
@click.option("--lut", type=click.IntRange(3, 8), help="LUT inputs for luts.  [default: 6]")
@click.option(
    "--table", type=click.Choice(sorted(TABLES)), help="Moves.  [default: full; abc-rl: paper]"
)
@click.option("--length", type=click.IntRange(1, 200), help="The most moves in a recipe.")
@click.option(
    "--budget",
    type=click.IntRange(0),
    help=f"Evaluations.  [default: {DEFAULT_BUDGET}, or what --time-limit allows]",
)
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds for each contender."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    show_default="cores",
    help="ABC processes that a contender has at work at once.",
)
@click.option("--memory-limit", type=click.IntRange(64), help="MiB for each.  [default: 4096]")
@click.option("--abc", type=click.Path(path_type=Path), help="ABC executable.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder; rows that it has are not made again."
)
@click.option("--retry", is_flag=True, help="Make rows that failed once more.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Only write the reports of this folder again.",
)
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Where libraries are cached.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def bench(files: tuple[Path, ...], **options: Any) -> int:
    """Measure searchers beside the fixed scripts and &deepsyn, every result proven.

    FILES are designs, one each; more come from --suite. Rows are kept in rows.jsonl in --out as
    they are made; the same command goes on where it was interrupted. Exit status 1: some rows
    failed.
    """
    as_json = options.pop("as_json")
    report: Path | None = options.pop("report")
    if report is not None:
        if files or options["out"] is not None or options["suites"]:
            raise InputError("--report takes everything from its folder: name no designs, no --out")
        folder = BenchFolder(report.absolute())
        folder.record()
        rows = latest(read_rows(folder.rows, Row)[0])
        return _finish(folder, rows, as_json=as_json, status="done")
    if options["out"] is None:
        raise InputError("name a folder for the rows with --out")
    designs = _designs(files, options.pop("suites"), options.pop("designs"))
    with terminable():
        return _bench(designs, options, as_json=as_json)


def _bench(designs: tuple[SuiteDesign, ...], options: dict[str, Any], *, as_json: bool) -> int:
    console = terminal()
    cache_dir = (options.pop("cache_dir") or cache_folder()).absolute()
    binary = find_abc(options["abc"])
    libraries = _libraries(options.pop("liberties") or ("generic",), cache_dir)
    chosen = _protocol(options)
    now = conditions(binary, shlex.join(["eda-rl", *sys.argv[1:]]))
    folder = make(options["out"].absolute())
    with folder.lock():
        folder.begin(chosen, libraries, now)
        rows = RowFile(folder.rows, Row)
        try:
            refuse_changed_designs(rows.rows, designs)
            comparison = Comparison(
                protocol=chosen,
                contest=_contest(options),
                designs=designs,
                libraries=libraries,
                cache_dir=cache_dir,
                abc=options["abc"],
                code=now.code,
                kept=folder.deepsyn,
                retry=options["retry"],
                warn=warner(console),
            )
            status = _make(comparison, rows, console)
        finally:
            rows.close()
        result = _finish(folder, latest(rows.rows), as_json=as_json, status=status)
    if status == "interrupted":
        click.echo("eda-rl: interrupted; the same command goes on", err=True)
        return INTERRUPTED
    return result


def _designs(
    files: tuple[Path, ...], suites: tuple[str, ...], names: tuple[str, ...]
) -> tuple[SuiteDesign, ...]:
    found = gathered(files, suites)
    if not found:
        raise InputError("no design: name files, or a suite such as --suite examples")
    return select(found, names)


def _libraries(specs: tuple[str, ...], cache_dir: Path) -> tuple[Library, ...]:
    libraries: dict[str, Library] = {}
    for given in specs:
        spec = str(Path(given).absolute()) if Path(given).exists() else given
        found = resolve_library(spec, cache_dir)
        label = Path(given).name.removesuffix(".gz").removesuffix(".lib")
        other = libraries.setdefault(label, Library(label, spec, found.sha256))
        if other.sha256 != found.sha256:
            raise InputError(f"two libraries are named {label}: rename one of the files")
    return tuple(libraries.values())


def _protocol(options: dict[str, Any]) -> Protocol:
    fields = Protocol.model_fields
    try:
        return protocol(
            options["name"],
            {key: value for key, value in options.items() if key in fields and key != "name"},
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"--{first['loc'][0]}: {first['msg']}") from error


def _contest(options: dict[str, Any]) -> Contest:
    seeds, deepsyn = options["seeds"], options["deepsyn_seeds"]
    searchers = tuple(dict.fromkeys(options["searchers"])) or (DEFAULT,)
    return Contest(searchers, seeds, seeds if deepsyn is None else deepsyn)


def _make(comparison: Comparison, rows: RowFile[Row], console: Console) -> str:
    """Make the rows that are left; `done` or `interrupted`."""
    left = comparison.left(rows)
    total, number = sum(len(step.contenders) for step in left), 0
    try:
        for step in left:
            with closing(comparison.make(step, rows)) as made:
                for row in made:
                    number += 1
                    line = show.progress_line(row, number, total)
                    console.print(line, markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        return "interrupted"
    return "done"


def _finish(folder: BenchFolder, rows: list[Row], *, as_json: bool, status: str) -> int:
    record = folder.record()
    summary = summarise(record.protocol, rows)
    write_reports(folder, record, summary, rows)
    if as_json:
        click.echo(json.dumps(show.json_object(folder, record, summary, rows, status)))
    else:
        out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
        for table in show.tables(record, summary):
            out.print(table)
        for library in summary.libraries:
            for line in view.headlines(library):
                out.print(f"{library.label}: {line}", markup=False, soft_wrap=True)
        for line in view.failures(summary.failed):
            out.print(f"failed: {line}", markup=False, soft_wrap=True)
        out.print(f"{len(rows)} rows; {folder.path / 'report.html'}", markup=False, soft_wrap=True)
    return 1 if summary.failed else 0
