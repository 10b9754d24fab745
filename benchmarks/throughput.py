"""Samples a second: this harness, the official flow, and a bare loop of compile and run.

    python -m benchmarks.throughput --icarus .icarus/12/bin/iverilog

The official flow is rebuilt from its description: for each sample a shell starts Python, iverilog,
vvp with its waveform dump and Python again, by `make -j2`, and one analysis reads the logs. The
bare loop compiles and runs each sample in two threads, without waveform and without isolation.
All take the same samples in turn; the order changes from round to round.
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


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall time."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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
    parser.add_argument("--copies", type=int, default=0, help="also: so many samples a problem")
    options = parser.parse_args()
    icarus = find_icarus(options.icarus and options.icarus.absolute())
    dataset = load(str(options.dataset))
    samples = list(read_samples(options.samples))
    print(conditions())
    print(f"Icarus {icarus.version_text}, {len(samples)} samples, {JOBS} jobs")
    times: dict[str, list[float]] = {}
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
                times.setdefault(flow, []).append(timed(flows[flow]))
            shutil.copytree(cold / "cache", warm / "cache")
            known = partial(score, warm, options.samples, options.dataset)
            times.setdefault("ours", []).append(timed(known))
            shutil.rmtree(warm / "run")
            fast = partial(known, "--max-mismatches", "1")
            times.setdefault("ours, verdict only", []).append(timed(fast))
            for different in (options.copies, options.copies // 2) if options.copies else ():
                shutil.rmtree(warm / "run")
                more = folder / "copies.jsonl"
                count = doubled(samples, options.copies, more, different=different)
                wall = timed(partial(score, warm, more, options.dataset))
                what = "all different" if different == options.copies else "half of them twice"
                flow = f"ours, {count} samples, {what} (for {len(samples)})"
                times.setdefault(flow, []).append(wall * len(samples) / count)
        for flow, values in times.items():
            print(f"round {number + 1}  {flow:<48} {values[-1]:8.2f} s", flush=True)
    base = statistics.median(times["official"])
    print(f"\n{'flow':<48} {'median':>8} {'least':>8} {'most':>8}  ms/sample  against official")
    for flow, values in times.items():
        median = statistics.median(values)
        print(
            f"{flow:<48} {median:8.2f} {min(values):8.2f} {max(values):8.2f}  "
            f"{median / len(samples) * 1000:9.1f}  {base / median:6.2f}x"
        )


if __name__ == "__main__":
    main()
