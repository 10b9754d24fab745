"""What isolation costs: milliseconds for a run, by plain subprocess and in the sandbox.

python -m benchmarks.sandbox
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from verilogeval.sandbox.programs import needed_by
from verilogeval.sandbox.run import enter_worker, run
from verilogeval.sandbox.values import FEED, Limits

LIMITS = Limits(wall_s=30, cpu_s=30, memory_bytes=1 << 30, file_bytes=1 << 20, output_bytes=1 << 20)
SOURCE = 'module top; initial begin $display("done"); $finish; end endmodule\n'


def main() -> None:
    """Print a line for each program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args()
    began = time.perf_counter()
    means = enter_worker()
    start = 1000 * (time.perf_counter() - began)
    print(
        f"{means.describe()}; Python {platform.python_version()}; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; launcher started in {start:.0f} ms"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "run"
        folder.mkdir()
        compare("true", *bare(folder), options.runs)
        iverilog = shutil.which("iverilog")
        if iverilog:
            compare("vvp", *simulation(iverilog, folder), options.runs)


Runs = tuple[Callable[[], object], Callable[[], object]]


def bare(folder: Path) -> Runs:
    """A program that does nothing, outside and inside."""
    argv = [shutil.which("true") or "/bin/true"]
    return (
        lambda: subprocess.run(argv, cwd=folder, env={}, capture_output=True, check=True),
        lambda: run(argv, folder=folder, limits=LIMITS, env={}),
    )


def simulation(iverilog: str, folder: Path) -> Runs:
    """A simulation that prints a line; inside, its program comes by a pipe."""
    source, program = folder.parent / "top.sv", folder.parent / "top.vvp"
    source.write_text(SOURCE)
    subprocess.run([iverilog, "-g2012", "-o", program, source], check=True)
    text = program.read_bytes()
    rows = [row for row in text.split(b"\n") if b'vpi_module "/' in row]
    plugins = [Path(os.fsdecode(row.split(b'"')[1])) for row in rows]
    reads = [*{plugin.parent for plugin in plugins}, *needed_by(*plugins)]
    vvp = shutil.which("vvp") or "vvp"
    return (
        lambda: subprocess.run(
            [vvp, "-n", program], cwd=folder, env={}, capture_output=True, check=True
        ),
        lambda: run(
            [vvp, "-n", FEED], folder=folder, limits=LIMITS, env={}, reads=reads, feed=text
        ),
    )


def compare(
    name: str, plain: Callable[[], object], inside: Callable[[], object], runs: int
) -> None:
    """Alternate both, so that whatever else the machine does meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for kept, one in zip(times, (plain, inside), strict=True):
            began = time.perf_counter()
            one()
            kept.append(1000 * (time.perf_counter() - began))
    outside, sandboxed = (statistics.median(kept) for kept in times)
    print(
        f"{name}: {outside:.2f} ms by subprocess, {sandboxed:.2f} ms in the sandbox, "
        f"{sandboxed - outside:+.2f} ms (medians of {runs})"
    )


if __name__ == "__main__":
    main()
