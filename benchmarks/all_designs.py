"""Every shared design up to a size loads, is searched and is proven, with every library.

    python -m benchmarks.all_designs --out all_designs.jsonl

One line of JSON for each design and library; what is in the file already is skipped. Every design
is searched with one library, each with another than the one before, then with the next.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.common import LIBRARIES, SHARED, conditions


def search(design: Path, library: str, options: argparse.Namespace) -> dict[str, object]:
    """Run the command line as a user would."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [
                *(sys.executable, "-m", "eda_rl", "search", str(design)),
                *("--liberty", str(LIBRARIES[library]), "--budget", str(options.budget)),
                *("--table", options.table, "--jobs", "1", "--json", "--no-cache"),
                *("--out", f"{folder}/run"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    row: dict[str, object] = {
        "design": design.name,
        "library": library,
        "status": answer.returncode,
        "wall_s": round(time.perf_counter() - began, 2),
    }
    if not answer.stdout.strip():
        return {**row, "verified": False, "error": answer.stderr.strip()[-300:]}
    result = json.loads(answer.stdout)
    return {
        **row,
        "verified": result["verified"],
        "proof": result["proof"],
        "improvement": result["improvement"],
        "nodes": result["scripts"][1].get("nodes"),
        "evaluations": result["evaluations"],
        "failures": result["failures"],
        "notes": result["notes"],
        "error": answer.stderr.strip()[-300:] if answer.returncode else "",
    }


def main() -> None:
    """Print what was not proven, and a summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("all_designs.jsonl"))
    parser.add_argument("--libraries", nargs="+", default=sorted(LIBRARIES))
    parser.add_argument("--budget", type=int, default=20)
    parser.add_argument("--table", default="full")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--skip", nargs="*", default=["hyp"])
    parser.add_argument("--only", nargs="*", default=[], help="names of designs; default: all")
    options = parser.parse_args()
    print(conditions())
    rows = []
    if options.out.exists():
        rows = [json.loads(line) for line in options.out.read_text("utf-8").splitlines()]
    known = {(row["design"], row["library"]) for row in rows}
    designs = [
        path
        for path in sorted((SHARED / "designs").glob("*/*"), key=lambda path: path.stat().st_size)
        if path.stem not in options.skip and (not options.only or path.stem in options.only)
    ]
    # In rounds, so that each design has been searched with one library when the first round ends.
    libraries = options.libraries
    pairs = [
        (design, libraries[(index + turn) % len(libraries)])
        for turn in range(len(libraries))
        for index, design in enumerate(designs)
    ]
    tasks = [(design, library) for design, library in pairs if (design.name, library) not in known]
    with ThreadPoolExecutor(options.jobs) as executor, options.out.open("a") as out:
        for row in executor.map(lambda task: search(task[0], task[1], options), tasks):
            out.write(json.dumps(row) + "\n")
            out.flush()
            rows.append(row)
            if not row["verified"]:
                print(json.dumps(row), flush=True)
    proven = sum(bool(row["verified"]) for row in rows)
    print(f"{proven} of {len(rows)} searches proven ({len(designs)} designs)")


if __name__ == "__main__":
    main()
