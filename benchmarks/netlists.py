"""Searched netlists of the sequential examples against their RTL in Icarus, random stimulus.

python -m benchmarks.netlists
"""

import argparse
import json
import subprocess
import sys
import tempfile

from benchmarks.common import LIBRARIES, ROOT, conditions

DESIGNS: dict[str, list[str]] = {
    "uart": ["uart.v"],
    "arbiter": ["arbiter.sv"],
    "fifo": ["fifo.sv"],
    "async_fifo": ["async_fifo.sv"],
    "gated_mac": ["gated_mac.sv"],
    "alu": ["alu.v"],
    "sha256_round": ["sha256_round.v"],
    "fir": ["fir.sv"],
    "riscv": [f"riscv/{path.name}" for path in sorted((ROOT / "examples" / "riscv").glob("*.sv"))],
}


def command(*arguments: str) -> dict[str, object]:
    """Run `eda-rl ... --json` and return the object, or its error."""
    answer = subprocess.run(
        [sys.executable, "-m", "eda_rl", *arguments, "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if not answer.stdout.strip():
        return {"error": answer.stderr.strip()[-300:]}
    result: dict[str, object] = json.loads(answer.stdout)
    return result


def main() -> None:
    """Print a line for each design and library."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--libraries", nargs="+", default=["generic"])
    parser.add_argument("--designs", nargs="+", default=list(DESIGNS))
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--budget", type=int, default=20)
    options = parser.parse_args()
    print(conditions(), f"{options.budget} evaluations, {options.cycles} cycles")
    for library in options.libraries:
        for name in options.designs:
            with tempfile.TemporaryDirectory() as folder:
                files = [str(ROOT / "examples" / file) for file in DESIGNS[name]]
                settings = ["--liberty", str(LIBRARIES[library]), "--budget", str(options.budget)]
                run = f"{folder}/run"
                found = command("search", *files, *settings, "--no-cache", "--out", run)
                again = command("replay", run, "--simulate", str(options.cycles))
            shown = {key: found.get(key) for key in ("verified", "improvement", "wall_s", "error")}
            keys = ("ok", "netlist", "simulated_cycles", "simulated_mismatches", "error")
            print(library, name, shown, {key: again.get(key) for key in keys}, flush=True)


if __name__ == "__main__":
    main()
