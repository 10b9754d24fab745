"""A sweep on a Ray cluster of two nodes, while what it runs on is killed, piece by piece.

    python -m benchmarks.sweep_faults

The same sweep is run once undisturbed, by processes of this machine, and once on a cluster whose
store is PostgreSQL. In the course of the second a worker is killed, then a node, which is replaced,
then the command itself, which is started again with --resume, then PostgreSQL, which comes back
after the command has ended. At the end every task must have one row, proven, with the result of the
undisturbed run, and the store must have each of them once. Tasks are searches of small adders.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ray.cluster_utils import Cluster

from benchmarks.common import ROOT, conditions
from rl.rowfile import read_rows
from rl.store.database import Database
from rl.store.queries import Wanted, list_runs
from rl.support import trial_circuit
from rl.sweep.rows import Row

sys.path.insert(0, str(ROOT / "tests"))
from postgres import Postgres, running

WIDTHS = (2, 3, 4, 5)
QUIET = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def write_sweep(folder: Path, tasks: int) -> Path:
    """A sweep of so many tasks."""
    for width in WIDTHS:
        (folder / f"adder{width}.aig").write_bytes(trial_circuit(width).data)
    seeds = list(range(tasks // len(WIDTHS)))
    path = folder / "sweep.yaml"
    path.write_text(
        "cache: false\nsearch:\n  - {designs: 'adder*.aig', table: paper, searcher: random, "
        f"budget: 1, seed: {seeds}}}\n"
    )
    return path


def start(*arguments: object) -> "subprocess.Popen[str]":
    """Begin the command."""
    argv = [sys.executable, "-m", "eda_rl", "sweep", *map(str, arguments), "--json"]
    return subprocess.Popen(argv, cwd=ROOT, **QUIET)  # type: ignore[call-overload,no-any-return]


def end(process: "subprocess.Popen[str]", status: int) -> str:
    """Wait for the command, which must end with `status`; what it said."""
    _, said = process.communicate()
    if process.returncode != status:
        sys.exit(f"ended with {process.returncode}, not {status}: {said}")
    return said


def count(out: Path) -> int:
    """The rows that are there."""
    return len(read_rows(out / "rows.jsonl", Row)[0])


def wait_for(happens: Callable[[], object], process: "subprocess.Popen[str]") -> None:
    """Wait until something happens while the command runs."""
    while not happens():
        if process.poll() is not None:
            sys.exit(f"ended early: {process.communicate()[1]}")
        time.sleep(0.05)


def found(out: Path) -> dict[str, Any]:
    """What the rows claim, by their tasks; the latest of each."""
    rows = read_rows(out / "rows.jsonl", Row)[0]
    return {row.key: (row.verified, row.result and row.result["best"]) for row in rows}


def workers() -> list[int]:
    """The Ray workers that have a search under way."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            title = Path(f"/proc/{parent}/cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if b"eda_rl\0search" in words and title.startswith(b"ray::"):
            found.append(parent)
    return found


def disturbed(spec: Path, out: Path, tasks: int, server: Postgres) -> None:
    """The sweep, while things are killed."""
    parts = [tasks * part // 100 for part in (10, 25, 45, 60)]
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "_system_config": {"worker_niceness": 0}},
    )
    other = cluster.add_node(num_cpus=1)
    on = ("--address", cluster.address, "--store", server.url)
    process = start(spec, "--out", out, *on)
    wait_for((out / "rows.jsonl").exists, process)
    wait_for(lambda: count(out) >= parts[0] and workers(), process)
    os.kill(workers()[0], signal.SIGKILL)
    print(f"killed a worker at {count(out)} rows", flush=True)
    wait_for(lambda: count(out) >= parts[1], process)
    cluster.remove_node(other, allow_graceful=False)
    cluster.add_node(num_cpus=1)
    print(f"killed a node at {count(out)} rows, and added another", flush=True)
    wait_for(lambda: count(out) >= parts[2], process)
    process.kill()
    end(process, -signal.SIGKILL)
    print(f"killed the command at {count(out)} rows", flush=True)
    process = start("--resume", out, *on)
    wait_for(lambda: count(out) >= parts[3], process)
    server.stop()
    print(f"killed PostgreSQL at {count(out)} rows", flush=True)
    said = end(process, 3)
    print(f"the command ended: {said.strip().splitlines()[-1]}", flush=True)
    server.start()
    end(start("--resume", out, *on), 0)
    cluster.shutdown()  # type: ignore[no-untyped-call] # Ray's


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=200)
    tasks = parser.parse_args().tasks // len(WIDTHS) * len(WIDTHS)
    print(conditions())
    with (
        tempfile.TemporaryDirectory(prefix="f-") as name,
        tempfile.TemporaryDirectory(prefix="p-") as database,
        running(Path(database)) as server,
    ):
        folder = Path(name)
        spec = write_sweep(folder, tasks)
        began = time.perf_counter()
        end(start(spec, "--out", folder / "calm", "--jobs", 2), 0)
        print(f"undisturbed: {count(folder / 'calm')} rows, {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        disturbed(spec, folder / "out", tasks, server)
        print(f"disturbed: {time.perf_counter() - began:.0f} s")
        wanted, had = found(folder / "calm"), found(folder / "out")
        store = Database(server.url)
        stored = [run["verified"] for run in list_runs(store, Wanted())]
        store.close()
        rows = count(folder / "out")
        unproven = sum(not verified for verified, _ in had.values())
        different = sum(had.get(key) != value for key, value in wanted.items())
        print(
            json.dumps(
                {
                    "tasks": tasks,
                    "rows": rows,
                    "double": rows - len(had),
                    "unproven": unproven,
                    "different": different,
                    "in the store": len(stored),
                    "proven in the store": sum(stored),
                }
            )
        )
        if (rows, unproven, different, len(stored), sum(stored)) != (tasks, 0, 0, tasks, tasks):
            sys.exit("the disturbed sweep is not what the undisturbed one is")


if __name__ == "__main__":
    main()
