"""Samples a second: this harness, the official flow, and a bare loop of compile and run.

    python -m benchmarks.throughput --icarus .icarus/12/bin/iverilog

The official flow is rebuilt from its description: for each sample a shell starts Python, iverilog,
vvp with its waveform dump and Python again, by `make -j2`, and one analysis reads the logs. The
bare loop compiles and runs each sample in two threads, without waveform and without isolation.
All take the same samples in turn; the order changes from round to round.

On a machine with other load processor time tells more than wall time. `--usage FILE` adds it; the
file counts the nanoseconds of this process and of all that it starts, as a control group does:

    mkdir /sys/fs/cgroup/cpuacct/eda && echo $$ > /sys/fs/cgroup/cpuacct/eda/cgroup.procs
    python -m benchmarks.throughput --usage /sys/fs/cgroup/cpuacct/eda/cpuacct.usage
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.common import SHARED, conditions
from verilogeval.datasets.find import load
from verilogeval.icarus.find import Icarus, find_icarus
from verilogeval.official.letters import classify
from verilogeval.problem import Dataset
from verilogeval.sample import Sample
from verilogeval.samples import read_samples
from verilogeval.source import build_source

EVAL = SHARED / "verilog-eval"
FLAGS = ["-Wall", "-Winfloop", "-Wno-timescale", "-g2012", "-s", "tb"]
JOBS = 2
PYTHON = "import argparse, os, re, subprocess, sys"  # what the official scripts import


def lay_out(folder: Path, dataset: Dataset, samples: list[Sample]) -> list[Path]:
    """Write each sample in the official layout, beside testbench and reference."""
    paths = []
    for sample in samples:
        problem = dataset.problems[sample.task_id]
        assert problem.testbench is not None  # noqa: S101 - the datasets here have one
        home = folder / sample.task_id
        home.mkdir(exist_ok=True)
        (home / "test.sv").write_text(problem.testbench.testbench)
        (home / "ref.sv").write_text(problem.testbench.reference)
        path = home / f"sample{sample.sample:03d}.sv"
        path.write_text(build_source(dataset, problem, sample.completion))
        paths.append(path)
    return paths


def official(icarus: Icarus, folder: Path, paths: list[Path]) -> None:
    """`make -j2` over all samples, then one analysis."""
    rules = []
    for path in paths:
        out = path.with_suffix("")
        rules.append(
            f"{out}.log: {path}\n"
            f"\t@{sys.executable} -c '{PYTHON}'\n"
            f"\t@cd {path.parent} && ({icarus.iverilog} {' '.join(FLAGS)} -o {out} test.sv {path} "
            f"ref.sv > {out}.log 2>&1; timeout 30 {icarus.vvp} {out} >> {out}.log 2>&1) || true\n"
            f"\t@{sys.executable} -c '{PYTHON}'\n"
        )
    makefile = folder / "Makefile"
    targets = " ".join(f"{path.with_suffix('')}.log" for path in paths)
    makefile.write_text(f"all: {targets}\n" + "".join(rules))
    subprocess.run(["make", "-s", f"-j{JOBS}", "-f", str(makefile), "all"], check=True)  # noqa: S607
    for path in paths:
        classify(path.with_suffix(".log").read_text("utf-8", "replace"), path.read_text("utf-8"))


def bare(icarus: Icarus, folder: Path, paths: list[Path]) -> None:
    """Two threads that compile and run."""
    del folder

    def one(path: Path) -> None:
        out = str(path.with_suffix(""))
        files = ["test.sv", str(path), "ref.sv"]
        command = [str(icarus.iverilog), *FLAGS, "-o", out, *files]
        subprocess.run(command, cwd=path.parent, capture_output=True, check=False)
        if Path(out).exists():
            command = ["timeout", "30", str(icarus.vvp), out, "-none"]
            subprocess.run(command, cwd=path.parent, capture_output=True, check=False)

    with ThreadPoolExecutor(JOBS) as executor:
        list(executor.map(one, paths))


def ours(
    icarus: Icarus, folder: Path, samples: Path, dataset: Path, *options: str
) -> dict[str, object]:
    """The command line as a user would run it, from start to summary."""
    command = [sys.executable, "-m", "eda_rl", "verilogeval", "score", str(samples), "--json"]
    command += ["--dataset", str(dataset), "--out", str(folder / "run"), "--jobs", str(JOBS)]
    command += ["--iverilog", str(icarus.iverilog), "--require-sandbox", *options]
    answer = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "EDA_RL_CACHE": str(folder / "cache")},
    )
    found: dict[str, object] = json.loads(answer.stdout)
    return found


class Clock:
    """Times work, by the wall and, where `usage` counts it, by the processor."""

    def __init__(self, usage: Path | None) -> None:
        self._usage = usage

    def timed(self, work: Callable[[], object], share: float = 1.0) -> tuple[float, float]:
        """Seconds of wall time and of processor time (0 where nobody counts), by `share`."""
        began, used = time.perf_counter(), self._used()
        work()
        return (time.perf_counter() - began) * share, (self._used() - used) * share

    def _used(self) -> float:
        return int(self._usage.read_text()) / 1e9 if self._usage else 0.0


def doubled(samples: list[Sample], copies: int, path: Path, *, different: int) -> int:
    """Write each problem's samples repeated to `copies`, of which so many differ; how many."""
    by_task: dict[str, list[str]] = {}
    for sample in samples:
        by_task.setdefault(sample.task_id, []).append(sample.completion)
    rows = []
    for task_id, completions in by_task.items():
        distinct = [
            f"{completions[k % len(completions)]}\nmodule unused_{k}; endmodule\n"
            for k in range(different)
        ]
        rows += [
            (task_id, f"// {k}\n{distinct[k % different]}" if k >= different else distinct[k])
            for k in range(copies)
        ]
    path.write_text(
        "".join(json.dumps({"task_id": t, "completion": c}) + "\n" for t, c in rows), "utf-8"
    )
    return len(rows)


def main() -> None:
    """Print seconds for each flow and round, then medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--icarus", type=Path)
    parser.add_argument("--dataset", type=Path, default=EVAL / "dataset_spec-to-rtl")
    parser.add_argument("--samples", type=Path, default=EVAL / "gemini-2.5-flash_spec-to-rtl.jsonl")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--usage", type=Path, help="counts nanoseconds of processor time")
    parser.add_argument("--copies", type=int, default=0, help="also: so many samples a problem")
    options = parser.parse_args()
    icarus = find_icarus(options.icarus and options.icarus.absolute())
    dataset = load(str(options.dataset))
    samples = list(read_samples(options.samples))
    print(conditions())
    print(f"Icarus {icarus.version_text}, {len(samples)} samples, {JOBS} jobs")
    clock = Clock(options.usage)
    times: dict[str, list[tuple[float, float]]] = {}
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            paths = lay_out(folder, dataset, samples)
            cold, warm = folder / "cold", folder / "warm"
            cold.mkdir()
            score = partial(ours, icarus)
            flows: dict[str, Callable[[], object]] = {
                "official": partial(official, icarus, folder, paths),
                "bare loop": partial(bare, icarus, folder, paths),
                "ours, first run": partial(score, cold, options.samples, options.dataset),
            }
            order = list(flows)
            for flow in order[number % 3 :] + order[: number % 3]:
                times.setdefault(flow, []).append(clock.timed(flows[flow]))
            shutil.copytree(cold / "cache", warm / "cache")
            known = partial(score, warm, options.samples, options.dataset)
            times.setdefault("ours", []).append(clock.timed(known))
            shutil.rmtree(warm / "run")
            fast = partial(known, "--max-mismatches", "1")
            times.setdefault("ours, verdict only", []).append(clock.timed(fast))
            for different in (options.copies, options.copies // 2) if options.copies else ():
                shutil.rmtree(warm / "run")
                more = folder / "copies.jsonl"
                count = doubled(samples, options.copies, more, different=different)
                work = partial(score, warm, more, options.dataset)
                what = "all different" if different == options.copies else "half of them twice"
                flow = f"ours, {count} samples, {what} (for {len(samples)})"
                times.setdefault(flow, []).append(clock.timed(work, len(samples) / count))
        for flow, values in times.items():
            wall, cpu = values[-1]
            print(f"round {number + 1}  {flow:<48} {wall:8.2f} s {cpu:8.2f} s CPU", flush=True)
    show(times)


def show(times: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians, spread and ratios."""
    columns = ("median", "least", "most", "CPU s")
    print(f"\n{'flow':<48} {' '.join(f'{c:>8}' for c in columns)}  against official: wall, CPU")
    base = [statistics.median(column) for column in zip(*times["official"], strict=True)]
    for flow, values in times.items():
        walls, cpus = zip(*values, strict=True)
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        ratio = f"{base[1] / cpu:6.2f}x" if cpu else ""
        print(
            f"{flow:<48} {wall:8.2f} {min(walls):8.2f} {max(walls):8.2f} {cpu:8.2f}"
            f"  {base[0] / wall:6.2f}x {ratio}"
        )


if __name__ == "__main__":
    main()
