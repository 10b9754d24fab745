"""Draws what `eda-rl search` shows as the README's picture.

python -m benchmarks.picture            # writes docs/search.svg
"""

import argparse
import json
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console

from benchmarks.common import ROOT
from eda.objective import Goal
from rl.show import closing_lines, result_table


def main() -> None:
    """Run a search and save its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--design", default="examples/bin_to_bcd.v")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "search.svg")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [
                *(sys.executable, "-m", "eda_rl", "search", options.design),
                *("--json", "--no-cache", "--out", f"{folder}/run"),
            ],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
    result = json.loads(answer.stdout)
    result["run_dir"] = "runs/" + Path(options.design).stem
    console = Console(record=True, width=96, file=StringIO(), force_terminal=True)
    console.print(f"$ make search DESIGN={options.design}", highlight=False)
    console.print(result_table(result, Goal(result["objective"])))
    for line in closing_lines(result):
        console.print(line, markup=False, highlight=False)
    console.save_svg(str(options.out), title="eda-rl search")
    print(f"{options.out.relative_to(ROOT)}: {result['wall_s']} s, verified {result['verified']}")


if __name__ == "__main__":
    main()
