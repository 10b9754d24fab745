"""Rows of `&deepsyn -T`: what an engineer would do with the same time and the same cores.

As many processes as the searchers have run at once, each with a random seed of its own; the best
of their circuits counts, measured without and with `dch` before mapping. Since it stops by the
clock, no run of it can be repeated: what is checked is the circuit that it left.
"""

import math
import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.abc.pool import scratch_folder
from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import DCH, PLAIN, Flow
from eda.process import ended_together, run_tool
from eda.qor import Qor
from eda.recipe import Recipe
from eda.synthesizer import MoveFailedError
from rl.bench.cell import Cell, claimed
from rl.bench.claim import check_circuit
from rl.bench.rows import Claimed, Kind, Row
from rl.bench.scripts import START, references, value_of
from rl.prepare import Prepared
from rl.runfolder import disk_errors
from rl.scripts import BASELINE

ENDINGS = {"deepsyn": PLAIN, "deepsyn; dch": DCH}
ABC_SEEDS = 101  # it takes 0 to 100
GRACE = 2.0  # it looks at the clock between its steps, which take long on large circuits
GRACE_S = 60.0


def offered(flow: Flow) -> tuple[str, ...]:
    """The contenders that make a difference under `flow`."""
    endings = flow.endings(tuple(ENDINGS.values()))
    return tuple(name for name, ending in ENDINGS.items() if ending in endings)


@dataclass(frozen=True)
class Left:
    """What the processes left: the circuits, and the seconds that the slowest took."""

    circuits: tuple[Circuit, ...]
    wall_s: float


def deepsyn_rows(
    cell: Cell, seed: int, *, seconds: float, wanted: Sequence[str], kept: Path
) -> list[Row]:
    """Run it for `seconds`, and measure and check what it leaves, once for each wanted ending.

    Args:
        cell: where.
        seed: of the row; each process has another.
        seconds: what the searchers had.
        wanted: of `ENDINGS`.
        kept: folder for its circuits: they do not depend on the library, so that one run serves
            all of them.

    Raises:
        EdaError: the design cannot be read, or no process ended well.
    """
    whole = max(1, math.ceil(seconds))  # ABC takes whole seconds: what is rounded is its gain
    with cell.prepared() as (ready, _):
        jobs, memory = cell.protocol.jobs, cell.protocol.memory_limit * 2**20
        folder = kept / f"{ready.start.sha256[:16]}-{whole}s-{jobs}x-{seed}"
        left = _recall(folder) or _keep(
            folder, run_deepsyn(ready.abc, ready.start, whole, seed, jobs=jobs, memory=memory)
        )
        known = references(ready, None)
        rows = []
        for name in wanted:
            measured = _best(ready, left.circuits, Recipe((), ENDINGS[name]))
            best = _claim(ready, measured, known[BASELINE].qor, name, whole)
            rows.append(
                cell.row(
                    name,
                    Kind.DEEPSYN,
                    seed,
                    ready,
                    before=value_of(ready, known[START]),
                    reference=value_of(ready, known[BASELINE]),
                    best=best,
                    verified=best.holds,
                    replayed=best.replayed,
                    wall_s=round(left.wall_s, 3),
                    error=best.problem,
                )
            )
    return rows


def run_deepsyn(
    abc: AbcBinary, start: Circuit, seconds: int, seed: int, *, jobs: int, memory: int
) -> Left:
    """Run `jobs` processes at once.

    Raises:
        ToolError: none of them ended well.
    """
    folder = scratch_folder()
    errors: list[ToolError] = []

    def run(number: int) -> Circuit | None:
        abc_seed = (seed * jobs + number) % ABC_SEEDS
        commands = (
            f"read_aiger input.aig; &get -n; &deepsyn -T {seconds} -S {abc_seed}; &put; strash; "
            f"write_aiger {number}.aig"
        )
        try:
            run_tool(
                [str(abc.path), "-s", "-c", commands],
                time_limit=GRACE * seconds + GRACE_S,
                memory_limit=memory,
                cwd=folder,
                env={**os.environ, "LC_ALL": "C"},
            )
            return Circuit(aiger.strip((folder / f"{number}.aig").read_bytes()))
        except (ToolError, OSError, aiger.AigerError) as error:
            errors.append(ToolError(f"&deepsyn left no circuit: {error}"))
            return None

    try:
        (folder / "input.aig").write_bytes(start.data)
        began = time.perf_counter()
        with ThreadPoolExecutor(jobs) as executor, ended_together():
            futures = [executor.submit(copy_context().run, run, number) for number in range(jobs)]
            circuits = tuple(c for c in (future.result() for future in futures) if c is not None)
        if not circuits:
            raise errors[0]
        return Left(circuits, time.perf_counter() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _recall(folder: Path) -> Left | None:
    try:
        wall_s = float((folder / "wall_s").read_text("ascii"))
        files = sorted(folder.glob("*.aig"))
        return Left(tuple(Circuit(path.read_bytes()) for path in files), wall_s)
    except FileNotFoundError:
        return None


def _keep(folder: Path, left: Left) -> Left:
    with disk_errors(folder):
        shutil.rmtree(folder, ignore_errors=True)  # what an interrupted run left
        folder.mkdir(parents=True)
        for number, circuit in enumerate(left.circuits):
            (folder / f"{number}.aig").write_bytes(circuit.data)
        # Written last: where it is, the folder is whole.
        (folder / "wall_s").write_text(f"{left.wall_s:.3f}\n", "ascii")
    return left


def _best(ready: Prepared, circuits: Sequence[Circuit], ending: Recipe) -> tuple[Circuit, Qor]:
    measured: list[tuple[Circuit, Qor]] = []
    problem: MoveFailedError | None = None
    for circuit in circuits:
        try:
            cost = ready.synthesizer.cost(circuit, ready.flow, ending.ending)
        except MoveFailedError as error:
            problem = error
            continue
        measured.append((circuit, cost))
    if problem is not None and not measured:
        raise problem
    return min(measured, key=lambda pair: ready.objective.rank(pair[1]))


def _claim(
    ready: Prepared, measured: tuple[Circuit, Qor], reference: Qor | None, name: str, seconds: int
) -> Claimed:
    circuit, qor = measured
    ending = Recipe((), ENDINGS[name])
    checked = check_circuit(ready, circuit, ending, qor)
    shown = claimed(
        ready,
        qor,
        reference,
        recipe=ending,
        equivalence=checked.equivalence,
        replayed=checked.replayed,
        problem=checked.problem,
    )
    return shown.model_copy(update={"recipe": (f"&deepsyn -T {seconds}", *shown.recipe)})
