"""Runs designs against one problem's cocotb tests, away from the test process.

Reads JSON from standard input: `module`, `python_path`, `sources`, `settings` of the parameters and
a `folder` to work in. Writes to standard output, as JSON, each source's list of outcomes: one for
each setting, up to the first under which it fails.
"""

import contextlib
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

from cocotb_tools.runner import get_runner

TIMESCALE = ("1ns", "1ps")


def judge(module: str, source: str, parameters: dict, folder: Path) -> dict:
    """Compiles and simulates one design: its `tests`, and `failures` as (test, kind, message)."""
    folder.mkdir(parents=True)
    outcome = {"compiled": False, "tests": [], "failures": [], "sim_ns": 0.0}
    runner = get_runner("icarus")
    try:
        runner.build(
            sources=[source],
            hdl_toplevel="TopModule",
            build_dir=folder,
            parameters=parameters,
            timescale=TIMESCALE,
            log_file=folder / "compile.log",
        )
    except RuntimeError:
        return {**outcome, "log": (folder / "compile.log").read_text()}
    settings = {f"PARAMETER_{name}": str(value) for name, value in parameters.items()}
    with contextlib.suppress(SystemExit):  # raised for failing tests, which the results show
        runner.test(
            test_module=module,
            hdl_toplevel="TopModule",
            build_dir=folder,
            extra_env=settings,
            results_xml="results.xml",
            log_file=folder / "simulation.log",
        )
    outcome.update(compiled=True, log=(folder / "simulation.log").read_text())
    for case in ElementTree.parse(folder / "results.xml").iter("testcase"):
        outcome["tests"].append(case.get("name"))
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        outcome["sim_ns"] += float(properties.get("sim_time_duration", 0))
        for failure in [*case.findall("failure"), *case.findall("error")]:
            reason = (case.get("name"), failure.get("type"), failure.get("message"))
            outcome["failures"].append(reason)
    return outcome


def judge_all(order: dict) -> list[list[dict]]:
    """Judges every source under the settings, each until it fails."""
    everything = []
    for source in order["sources"]:
        outcomes: list[dict] = []
        for number, setting in enumerate(order["settings"]):
            folder = Path(order["folder"], Path(source).stem, str(number))
            outcomes.append(judge(order["module"], source, setting, folder))
            if outcomes[-1]["failures"]:
                break
        everything.append(outcomes)
    return everything


def main() -> None:
    """Judges what standard input names."""
    order = json.load(sys.stdin)
    sys.path[:0] = order["python_path"]
    with contextlib.redirect_stdout(sys.stderr):
        everything = judge_all(order)
    json.dump(everything, sys.stdout)


if __name__ == "__main__":
    main()
