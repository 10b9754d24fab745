"""`eda-rl replay`."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from eda.equivalence import Equivalence, check_equivalence
from eda.errors import InputError, ToolError
from eda.folders import cache_folder
from eda.netlist import NetlistMismatch, read_back
from eda.qor import Qor
from eda.recipe import Recipe
from eda.replay import replay as replay_plain
from eda.simulation import simulate_against_rtl
from rl.endings import ENDINGS
from rl.finish import PROOF_TIME_LIMIT
from rl.prepare import Prepared, prepared
from rl.result import figures
from rl.runfolder import RunFolder
from rl.scripts import SCRIPTS
from rl.settings import Settings
from rl.show import terminal, warner
from rl.table import TABLES


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--simulate",
    type=click.IntRange(1),
    metavar="CYCLES",
    help="Also simulate netlist.v against the RTL in Icarus with random stimulus.",
)
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds per proof.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of --simulate.")
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Where libraries are cached.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def replay(
    run: Path,
    *,
    simulate: int | None,
    time_limit: float | None,
    seed: int,
    cache_dir: Path | None,
    as_json: bool,
) -> int:
    """Derive the result of the search in folder RUN again from its design, and prove it again.

    Everything is computed anew in fresh processes. Exit status 1: the result does not come out
    the same, or is not equivalent.
    """
    started = time.perf_counter()
    folder = RunFolder(run.absolute())
    settings, result = folder.load_settings(), load_result(folder)
    console = terminal()
    with (
        tempfile.TemporaryDirectory(prefix="eda-rl-") as workdir,
        prepared(
            settings,
            workdir=Path(workdir),
            cache_dir=(cache_dir or cache_folder()).absolute(),
            disk_cache=False,
            jobs=1,
            warn=warner(console),
        ) as ready,
    ):
        limit = time_limit or PROOF_TIME_LIMIT
        check = _Check(ready, settings, folder, result["best"], limit)
        report = check.run(Path(workdir), simulate, seed)
        for row in result.get("front", ()):
            place = RunFolder(folder.path / row["folder"])
            point = _Check(ready, settings, place, row, limit).run(Path(workdir), simulate, seed)
            report.setdefault("front", []).append({"folder": row["folder"], **point})
            report["ok"] = report["ok"] and point["ok"]
    report["wall_s"] = round(time.perf_counter() - started, 3)
    if as_json:
        click.echo(json.dumps(report))
    else:
        for key, value in report.items():
            if key != "front":
                click.echo(f"{key}: {value}")
        for point in report.get("front", ()):
            words = "the same, proven" if point["ok"] else "NOT the same, or not proven"
            click.echo(f"{point['folder']}: {words}")
    return 0 if report["ok"] else 1


def load_result(folder: RunFolder) -> dict[str, Any]:
    """Read `result.json`.

    Raises:
        InputError: there is none, it is damaged, or the search found nothing.
    """
    try:
        result = json.loads(folder.result.read_bytes())
        best = result["best"]
        wanted = {"area", "delay", "gates", "nodes", "levels", "moves", "ending", "aig_sha256"}
        complete = best is not None and wanted <= set(best)
    except OSError as error:
        raise InputError(f"{folder.path} holds no result.json: the search did not end") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder.result} is damaged: {error}") from error
    if not complete:
        raise InputError(f"{folder.result}: the search found nothing to replay")
    return dict(result)


class _Check:
    def __init__(
        self,
        ready: Prepared,
        settings: Settings,
        folder: RunFolder,
        best: dict[str, Any],
        time_limit: float,
    ) -> None:
        self._ready, self._settings, self._folder = ready, settings, folder
        self._best, self._time_limit = best, time_limit

    def run(self, workdir: Path, simulate: int | None, seed: int) -> dict[str, Any]:
        ready, best = self._ready, self._best
        library = ready.abc_library if ready.flow.needs_library else None
        replayed = replay_plain(
            ready.abc, ready.start, self._recipe(), ready.flow, library, time_limit=self._time_limit
        )
        expected = Qor(best["area"], best["delay"], best["gates"], best["nodes"], best["levels"])
        report: dict[str, Any] = {
            "same_input": ready.start.sha256 == best["input_sha256"],
            "same_aig": replayed.circuit.sha256 == best["aig_sha256"],
            "same_cost": replayed.qor == expected,
            **figures(replayed.qor),
        }
        answers = {"aig": self._prove(replayed.circuit.data)}
        if self._folder.netlist.exists():
            answers["netlist"] = self._netlist(workdir)
        report |= {name: answer.value for name, answer in answers.items()}
        report["ok"] = (
            report["same_aig"]
            and report["same_cost"]
            and all(answer is Equivalence.EQUIVALENT for answer in answers.values())
        )
        if simulate is not None:
            self._simulate(report, workdir, simulate, seed)
        return report

    def _recipe(self) -> Recipe:
        known = {
            move.commands: move
            for moves in (
                *(table.moves for table in TABLES.values()),
                *(script.recipe.moves for script in SCRIPTS),
            )
            for move in moves
        }
        try:
            moves = tuple(known[commands] for commands in self._best["moves"])
            return Recipe(moves, ENDINGS[self._best["ending"]])
        except KeyError as error:
            raise InputError(f"{self._folder.result}: unknown move or ending {error}") from error

    def _prove(self, data: bytes) -> Equivalence:
        return check_equivalence(
            self._ready.abc, self._ready.design.core, data, time_limit=self._time_limit
        )

    def _netlist(self, workdir: Path) -> Equivalence:
        try:
            core = read_back(
                self._folder.netlist,
                self._ready.design,
                library=self._ready.library.path,
                workdir=workdir,
                time_limit=self._time_limit,
            )
        except NetlistMismatch as error:
            click.echo(f"eda-rl: {error}", err=True)
            return Equivalence.DIFFERENT
        return self._prove(core)

    def _simulate(self, report: dict[str, Any], workdir: Path, cycles: int, seed: int) -> None:
        if not self._folder.netlist.exists():
            raise InputError(f"{self._folder.path} has no netlist.v to simulate")
        simulation = simulate_against_rtl(
            self._settings.source(),
            self._ready.design,
            self._folder.netlist,
            library=self._ready.library.path,
            cycles=cycles,
            seed=seed,
            workdir=workdir,
            time_limit=self._time_limit,
        )
        if simulation.skipped is not None:
            raise ToolError(f"not simulated: {simulation.skipped}")
        report["simulated_cycles"] = simulation.cycles
        report["simulated_mismatches"] = simulation.mismatch_count
        report["ok"] = report["ok"] and simulation.passed
