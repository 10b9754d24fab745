"""Runs inside a child process, since Yosys ends its process on errors: one search by SAT.

Started as a plain script with one argument, a JSON job file: gold and gate (files that define the
modules of these names), reset and its value, steps, time limit in seconds.
"""

import json
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # this folder's modules must not hide installed packages
    sys.path.pop(0)

from pyosys import libyosys as ys

#: Steps with an asserted reset, before outputs count.
RESET_STEPS = 3


def main() -> None:
    """Read both modules, build their miter, and look for an input that tells them apart."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    design = ys.Design()

    def run(*words: str) -> None:
        ys.Pass.call(design, list(words))

    for module in ("gold", "gate"):  # each read leaves nothing but its own top
        run("read_slang", "--top", module, job[module])
        for words in (["proc"], ["memory"], ["flatten"], ["opt", "-keepdc"]):
            run(*words)
        run("design", "-stash", f"of_{module}")
    for module in ("gold", "gate"):
        run("design", "-copy-from", f"of_{module}", "-as", module, module)
    run("miter", "-equiv", "-ignore_gold_x", "-flatten", "gold", "gate", "miter")
    run("hierarchy", "-top", "miter")
    run("async2sync")
    run("opt", "-keepdc")
    run("dffunmap")
    edges = _edges(design.top_module())
    if len(edges) > 1:
        print("more than one clock")
        return
    words = ["sat", "-enable_undef", "-set-def-inputs", "-prove", "trigger", "0"]
    words += ["-timeout", str(job["time_limit"])]
    if edges:
        words += ["-tempinduct-baseonly", "-maxsteps", str(job["steps"])]
        words += ["-seq", str(RESET_STEPS if job["reset"] else 1)]
        words += ["-set-init-undef"]
        if job["reset"]:
            for step in range(1, RESET_STEPS + 1):
                words += ["-set-at", str(step), f"in_{job['reset']}", str(job["reset_value"])]
    run(*words)


def _edges(module: Any) -> set[tuple[str, str]]:
    """The clocks of a module's registers, with their edges."""
    clock, edge = ys.IdString("\\CLK"), ys.IdString("\\CLK_POLARITY")
    return {
        (cell.getPort(clock).as_wire().name.str(), cell.getParam(edge).as_string())
        for cell in module.cells_.values()
        if cell.type.str() == "$dff"
    }


if __name__ == "__main__":
    main()
