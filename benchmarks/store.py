"""The store: many evaluations, several writers, then lookups and lists.

    python -m benchmarks.store
    python -m benchmarks.store --postgresql     # a server of its own, without fsync
    python -m benchmarks.store --store postgresql://user@127.0.0.1/eda

Runs of 100 evaluations each, drawn by chance, are written by processes that begin together into
an empty store; the store must be empty, as nothing is removed from it. Then one process reads.
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.common import ROOT, conditions
from rl.store.database import Database
from rl.store.ingest import Writer
from rl.store.queries import (
    Wanted,
    best_recipes,
    evaluation,
    evaluations,
    list_runs,
    measured,
    show_run,
)
from rl.store.record import RunRecord
from rl.store.schema import EVALUATIONS, RUNS
from rl.table import TABLES

sys.path.insert(0, str(ROOT / "tests"))
from postgres import running

EVALUATIONS_PER_RUN = 100
MOVES = [move.commands for move in TABLES["full"].moves]
LOOKUPS = 1000
LISTS = 50
DESIGNS = 200


def record(number: int) -> RunRecord:
    """A run that might have been."""
    rng = random.Random(number)
    design = number % DESIGNS
    key = {
        "input_sha256": f"{design:064x}",
        "library_sha256": "0" * 64,
        "objective": "adp",
        "flow": "sized",
    }
    same = {"name": f"design{design}", "held_out": False, "value": rng.uniform(1e4, 1e6), **key}
    figures = {"area": rng.uniform(100, 1000), "delay": rng.uniform(100, 1000)}
    figures |= {"gates": 100, "nodes": 200, "levels": 20}
    run = {
        "uid": f"{number:064x}",
        "sweep": f"sweep{number % 20}",
        "kind": "search",
        "suite": "",
        "status": "done",
        "verified": True,
        "artifacts": "",
        "at": f"2026-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}",
        "evaluations": EVALUATIONS_PER_RUN,
        "result": {"best": {"recipe": rng.choices(MOVES, k=20)}, "notes": ["x" * 3000]},
        **figures,
        **same,
    }
    best = {
        **same,
        **figures,
        "excess": 0.0,
        "recipe": rng.choices(MOVES, k=20),
        "ending": "plain",
        "aig_sha256": "1" * 64,
    }
    return RunRecord(run, [_event(rng, number) for number in range(EVALUATIONS_PER_RUN)], best)


def _event(rng: random.Random, number: int) -> dict[str, Any]:
    length = rng.randint(5, 30)
    return {
        "phase": "search",
        "number": number,
        "moves": rng.choices(MOVES, k=length),
        "ending": "plain",
        "states": [f"{rng.getrandbits(256):064x}" for _ in range(length)],
        "qor": {"area": 1.0, "delay": 2.0, "gates": 3, "nodes": 4, "levels": 5},
        "failure": None,
        "wall_s": 0.1,
        "elapsed_s": 1.0,
    }


def write(url: str, numbers: range, begin: Any) -> None:
    """One writer."""
    database = Database(url)
    writer = Writer(database)
    begin.wait()
    for number in numbers:
        writer.add(record(number))
    database.close()


def timed(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def show(name: str, times: list[float]) -> None:
    """Median and 99th percentile."""
    times.sort()
    late = times[int(0.99 * (len(times) - 1))]
    print(f"{name:42} median {statistics.median(times):8.3f} ms   99 % {late:8.3f} ms", flush=True)


def read(database: Database, runs: int) -> None:
    """Lookups and lists."""
    rng = random.Random(0)
    with database.reading() as connection:
        ids = list(connection.scalars(select(RUNS.c.id)))
        some = select(EVALUATIONS.c.state).where(EVALUATIONS.c.run_id.in_(rng.sample(ids, 10)))
        states = [state.hex() for state in connection.scalars(some)]
        counted = connection.scalar(select(func.count()).select_from(EVALUATIONS))
    if counted != runs * EVALUATIONS_PER_RUN or len(ids) != runs:
        sys.exit(f"{counted} evaluations of {len(ids)} runs are there: some were lost or doubled")
    print(f"{counted:,} evaluations of {len(ids):,} runs are there, none lost, none twice")

    def one() -> object:
        number = rng.randrange(EVALUATIONS_PER_RUN)
        return evaluation(database, rng.choice(ids), "search", number)

    calls: list[tuple[str, Callable[[], object], int]] = [
        ("lookup of an evaluation", one, LOOKUPS),
        ("lookup of a circuit by hash", lambda: measured(database, rng.choice(states)), LOOKUPS),
        ("lookup of a run by id", lambda: show_run(database, rng.choice(ids)), LOOKUPS),
        ("lookup of a design's best recipe", lambda: _best(database, rng), LOOKUPS),
        ("evaluations of a run", lambda: evaluations(database, rng.choice(ids)), LISTS),
        ("list of the latest 50 runs", lambda: list_runs(database, Wanted(limit=50)), LISTS),
        ("list of a design's runs", lambda: _runs(database, rng), LISTS),
        ("list of all best recipes", lambda: best_recipes(database), LISTS),
    ]
    for name, call, times in calls:
        call()
        show(name, [timed(call) for _ in range(times)])


def _best(database: Database, rng: random.Random) -> object:
    return best_recipes(database, name=f"design{rng.randrange(DESIGNS)}")


def _runs(database: Database, rng: random.Random) -> object:
    return list_runs(database, Wanted(name=f"design{rng.randrange(DESIGNS)}"))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--store", help="URL of an empty store; without it, SQLite in a new folder")
    where.add_argument("--postgresql", action="store_true", help="start a server for it")
    parser.add_argument("--evaluations", type=int, default=1_000_000)
    parser.add_argument("--writers", type=int, default=8)
    options = parser.parse_args()
    print(conditions())
    runs = options.evaluations // EVALUATIONS_PER_RUN
    with tempfile.TemporaryDirectory(prefix="p-") as folder, ExitStack() as stack:
        if options.postgresql:
            options.store = stack.enter_context(running(Path(folder))).url
        url = options.store or f"sqlite:///{folder}/store.sqlite"
        database = Database(url)
        if list_runs(database, Wanted(limit=1)):
            sys.exit(f"{url} is not empty")
        database.close()
        context = multiprocessing.get_context("spawn")
        begin = context.Event()
        parts = [range(n, runs, options.writers) for n in range(options.writers)]
        writers = [context.Process(target=write, args=(url, part, begin)) for part in parts]
        for writer in writers:
            writer.start()
        began = time.perf_counter()
        begin.set()
        for writer in writers:
            writer.join()
        if any(writer.exitcode for writer in writers):
            sys.exit("a writer failed")
        seconds = time.perf_counter() - began
        rate = runs * EVALUATIONS_PER_RUN / seconds
        print(f"{database.dialect}: {options.writers} writers, {seconds:.1f} s, {rate:,.0f}/s")
        if options.store is None:
            size = sum(path.stat().st_size for path in Path(folder).iterdir())
            print(f"{size / 2**20:,.0f} MiB on disk")
        again = Database(url)
        read(again, runs)
        again.close()


if __name__ == "__main__":
    main()
