"""`eda-rl sweep`."""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from eda.abc.binary import find_abc
from eda.errors import EdaError, InputError
from eda.folders import cache_folder
from rl.bench.conditions import conditions
from rl.interrupt import terminable, uninterrupted
from rl.rowfile import RowFile, latest
from rl.runfolder import create_run_folder, disk_errors
from rl.show import interactive, terminal, warner
from rl.store.database import Database
from rl.sweep import artifacts, show
from rl.sweep.cluster import RayExecutor
from rl.sweep.executor import Executor
from rl.sweep.folder import Record, SweepFolder
from rl.sweep.keep import Keeper
from rl.sweep.local import LocalExecutor
from rl.sweep.matrix import Matrix
from rl.sweep.rows import Row
from rl.sweep.run import Conduct
from rl.sweep.spec import Sweep, read_sweep
from rl.sweep.task import Task

INTERRUPTED = 130
WIDTH = 120  # columns of the tables where stdout is no terminal
_TEMPLATE = files("rl.sweep") / "templates" / "sweep.yaml"


@dataclass(frozen=True)
class _Plan:
    """A sweep that was read: its file's text and content, its tasks, its cache."""

    text: str
    sweep: Sweep
    tasks: list[Task]
    base: Path
    cache_dir: Path


@click.command()
@click.argument("file", required=False, metavar="FILE|init")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option("--dry-run", is_flag=True, help="Only show the matrix and how long it may take.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder, new or empty.")
@click.option(
    "--resume", type=click.Path(path_type=Path), help="Go on with the sweep in this folder."
)
@click.option("--retry", is_flag=True, help="With --resume: run tasks that failed once more.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1), help="Tasks at once.  [default: the file's, or cores]"
)
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    help="What runs tasks: processes of this machine, or Ray.  [default: ray with --address]",
)
@click.option("--address", metavar="HOST:PORT", help="Of a Ray cluster; auto: the one here.")
@click.option(
    "--store",
    envvar="EDA_RL_STORE",
    help="URL or SQLite file.  [default: $EDA_RL_STORE, the file's, or store.sqlite in the folder]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def sweep(file: str | None, target: Path | None, **options: Any) -> int:
    """Run every search and scoring that FILE spans, each proven, none twice.

    `eda-rl sweep init [PATH]` writes a commented FILE. Rows are kept as they come; a task that
    fails is a row with its error. Exit status 1: some rows failed.
    """
    if file == "init":
        return _init(target or Path("sweep.yaml"))
    if target is not None:
        raise InputError(f"what is {target} for? one sweep file is run at a time")
    resume: Path | None = options["resume"]
    if (file is None) == (resume is None):
        raise InputError("name a sweep file, or a sweep's folder with --resume; init writes a file")
    if resume is not None and options["out"] is not None:
        raise InputError("--resume goes on in its own folder: no --out")
    if resume is not None:
        folder = SweepFolder(resume.absolute())
        plan = _plan(folder.spec, folder.record().base)
    else:
        plan = _plan(Path(str(file)), None)
    if options["dry_run"]:
        return _show_plan(plan, _jobs(plan, options), as_json=options["as_json"])
    with ExitStack() as stack:
        return _Session(plan, options, stack).run()


def _init(path: Path) -> int:
    if path.exists():
        raise InputError(f"{path} exists: name another file")
    with disk_errors(path):
        path.write_text(_TEMPLATE.read_text("utf-8"), "utf-8")
    click.echo(path)
    return 0


def _plan(path: Path, base: Path | None) -> _Plan:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text") from error
    content, located = read_sweep(path, text)
    start, cache_dir = base or path.absolute().parent, cache_folder()
    tasks = Matrix(content, located, start, cache_dir).tasks()
    places = {
        name: str(start / place)
        for name, place in (("artifacts", content.artifacts), ("store", content.store))
        if place is not None and not artifacts.is_url(place)
    }
    return _Plan(text, content.model_copy(update=places), tasks, start, cache_dir)


def _jobs(plan: _Plan, options: dict[str, Any]) -> int:
    return int(options["jobs"] or plan.sweep.jobs or os.cpu_count() or 1)


def _show_plan(plan: _Plan, jobs: int, *, as_json: bool) -> int:
    if as_json:
        tasks = [
            {"id": task.id, "kind": task.kind.value, "name": task.name, **task.choices}
            | {"ands": task.ands, "seconds": round(task.seconds, 1)}
            for task in plan.tasks
        ]
        seconds = round(show.estimate(plan.tasks, jobs), 1)
        click.echo(json.dumps({"tasks": tasks, "jobs": jobs, "seconds": seconds}))
        return 0
    for part in show.matrix_table(plan.tasks, jobs):
        output().print(part)
    return 0


class _Session:
    """One run of the command; what has to be let go of is on the stack."""

    def __init__(self, plan: _Plan, options: dict[str, Any], stack: ExitStack) -> None:
        self._plan, self._options, self._stack = plan, options, stack
        self._console = terminal()

    def run(self) -> int:
        plan, options = self._plan, self._options
        now = conditions(find_abc(None), shlex.join(["eda-rl", *sys.argv[1:]]))
        if plan.sweep.artifacts is not None and artifacts.is_url(plan.sweep.artifacts):
            artifacts.check(plan.sweep.artifacts)
        given = options["store"] or plan.sweep.store
        # What cannot be reached is told before a folder is made.
        store = None if given is None else self._opened(given)
        executor = self._executor()
        resume: Path | None = options["resume"]
        if resume is not None:
            folder = SweepFolder(resume.absolute())
            self._stack.enter_context(folder.lock())
            record = folder.go_on(plan.tasks, now)
        else:
            folder = SweepFolder(create_run_folder(options["out"], plan.sweep.name).path)
            self._stack.enter_context(folder.lock())
            record = folder.begin(plan.text, plan.base, plan.sweep.name, plan.tasks, now)
        store = store or self._opened(folder.store_url)
        rows = RowFile(folder.rows, Row)
        self._stack.callback(rows.close)
        self._stack.enter_context(terminable())
        return self._conduct(folder, record, rows, executor, store)

    def _opened(self, spec: str) -> Database:
        database = Database(spec)
        self._stack.callback(database.close)
        return database

    def _executor(self) -> Executor:
        options, jobs = self._options, _jobs(self._plan, self._options)
        if options["executor"] == "local" and options["address"] is not None:
            raise InputError("--address names a Ray cluster, which --executor local does not use")
        if options["executor"] != "ray" and options["address"] is None:
            return LocalExecutor(jobs)
        return RayExecutor(jobs, options["address"])

    def _conduct(
        self,
        folder: SweepFolder,
        record: Record,
        rows: RowFile[Row],
        executor: Executor,
        store: Database,
    ) -> int:
        plan = self._plan
        by_key = {task.key: task for task in plan.tasks}
        keeper = Keeper(store, record.name, record.id, by_key, warner(self._console))
        conduct = Conduct(
            sweep=plan.sweep,
            tasks=plan.tasks,
            folder=folder,
            keep=keeper.add,
            cache_dir=None if self._options["address"] else plan.cache_dir,
            retry=self._options["retry"],
        )
        interrupted, problem = False, None
        try:
            self._follow(conduct, rows, executor)
        except KeyboardInterrupt:
            interrupted = True
        except EdaError as error:
            problem = error
        try:
            with uninterrupted():
                keeper.catch_up(latest(rows.rows))
        except KeyboardInterrupt:
            interrupted = True
        except EdaError as error:
            problem = problem or error
        return self._finish(folder, rows.rows, interrupted=interrupted, problem=problem)

    def _follow(self, conduct: Conduct, rows: RowFile[Row], executor: Executor) -> None:
        left = conduct.left(rows.rows)
        progress = show.Progress(left, latest(rows.rows), conduct.tasks)
        with Live(console=self._console, transient=True, refresh_per_second=4) as live:
            if interactive():
                live.update(_Line(progress, executor))
            for row in conduct.run(rows, executor):
                progress.add(row)
                if not interactive() or row.error is not None:
                    line = show.row_line(row, progress, executor)
                    self._console.print(line, markup=False, soft_wrap=True)

    def _finish(
        self,
        folder: SweepFolder,
        every: Sequence[Row],
        *,
        interrupted: bool,
        problem: EdaError | None,
    ) -> int:
        rows = latest(every)
        failed = [row for row in rows if row.status == "failed"]
        status = "interrupted" if interrupted else "failed" if problem is not None else "done"
        if self._options["as_json"]:
            result = {
                "folder": str(folder.path),
                "status": status,
                "tasks": len(self._plan.tasks),
                "done": len(rows) - len(failed),
                "failed": len(failed),
                "rows": [row.model_dump(mode="json") for row in rows],
            }
            click.echo(json.dumps(result))
        else:
            out = output()
            out.print(show.rows_table(rows))
            for row in failed:
                out.print(f"failed: {row.id}: {row.error}", markup=False, soft_wrap=True)
            words = f"{len(rows)} of {len(self._plan.tasks)} tasks in {folder.path}"
            out.print(words, markup=False, soft_wrap=True)
        if problem is not None:
            words = f"{problem}; go on with: eda-rl sweep --resume {folder.path}"
            raise type(problem)(words) from problem
        if interrupted:
            words = f"eda-rl: interrupted; go on with: eda-rl sweep --resume {folder.path}"
            click.echo(words, err=True)
            return INTERRUPTED
        return 1 if failed else 0


class _Line:
    """The progress, as it is when it is drawn."""

    def __init__(self, progress: show.Progress, executor: Executor) -> None:
        self._progress, self._executor = progress, executor

    def __rich__(self) -> Text:
        return Text(self._progress.line(self._executor))


def output() -> Console:
    """Where tables go."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
