"""What a person sees of a search: the design, the progress, the table."""

import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from eda.objective import Goal
from rl.clock import Clock
from rl.findings import Findings
from rl.listing import listing
from rl.prepare import Prepared


def terminal() -> Console:
    """Where everything that is not the result goes."""
    return Console(stderr=True, highlight=False)


def describe(prepared: Prepared) -> list[str]:
    """The design and the settings in a few lines, shown before the search."""
    design, summary = prepared.design, prepared.design.summary
    start = prepared.start
    core = (
        f"{start.inputs}/{start.outputs} inputs/outputs, {start.ands} ANDs, {start.levels} levels"
    )
    lines = [f"{design.name}: {summary.language}; combinational core: {core}"]
    registers = [f"{design.flops} flops"] if design.flops else []
    registers += [f"{design.latches} latches"] if design.latches else []
    if registers:
        lines.append(f"registers kept: {', '.join(registers)}")
    if len(summary.modules) > 1:
        names = ", ".join(module.name for module in summary.modules[:8])
        more = f" and {len(summary.modules) - 8} more" if len(summary.modules) > 8 else ""
        lines.append(f"modules: {names}{more}")
    inputs = [f"{p.name}[{p.width}]" for p in summary.ports if p.direction == "input"]
    outputs = [f"{p.name}[{p.width}]" for p in summary.ports if p.direction == "output"]
    if 0 < len(inputs) + len(outputs) <= 24:
        lines.append(f"ports: {', '.join(inputs)} -> {', '.join(outputs)}")
    generic = " (generic 45 nm class, for comparing recipes, not for tape-out)"
    note = generic if prepared.library.generic else ""
    lines.append(f"library: {prepared.library.name}{note}")
    lines += [f"note: {warning}" for warning in summary.warnings]
    return lines


class Silent:
    """Shows nothing."""

    def scripts_begin(self, count: int) -> None:
        """See `rl.search.Observer`."""

    def search_begin(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""

    def evaluated(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""


class Progress:
    """One line on the terminal that follows the search."""

    def __init__(self, prepared: Prepared, clock: Clock, live: Live) -> None:
        self._prepared, self._clock, self._live = prepared, clock, live
        self._phase, self._total = "scripts", 0
        self._began = time.perf_counter()

    def scripts_begin(self, count: int) -> None:
        """See `rl.search.Observer`."""
        self._total = count

    def search_begin(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""
        self._phase = self._prepared.settings.searcher
        self._total = self._prepared.settings.budget or 0
        self._began = time.perf_counter()
        self.evaluated(findings)

    def evaluated(self, findings: Findings) -> None:
        """See `rl.search.Observer`."""
        done = findings.evaluations
        if self._phase == "scripts":
            done = sum(qor is not None for qor in findings.scripts.values())
        spent = time.perf_counter() - self._began
        rate = done / spent if spent > 0 else 0.0
        parts = [f"{self._phase} {done}" + (f"/{self._total}" if self._total else "")]
        if findings.best:
            objective, best = self._prepared.objective, findings.best[0]
            parts.append(f"best {_figure(objective.goal)} {objective.value(best.qor):.6g}")
            if findings.baseline is not None:
                gain = objective.improvement(findings.baseline[1], best.qor)
                parts.append(f"{-100 * gain:+.1f} % vs {findings.baseline[0]}")
        parts.append(f"{rate:.1f}/s")
        parts.append(self._left(done, rate))
        self._live.update(Text("  ".join(part for part in parts if part)))

    def _left(self, done: int, rate: float) -> str:
        left = []
        if self._clock.time_limit is not None:
            left.append(max(0.0, self._clock.time_limit - self._clock.elapsed_s()))
        if self._total and rate > 0 and self._phase != "scripts":
            left.append((self._total - done) / rate)
        return f"{min(left):.0f} s left" if left else ""


def result_table(result: dict[str, Any], objective: Goal) -> Table:
    """The fixed scripts and the result, side by side."""
    table = listing()
    table.add_column("recipe", no_wrap=True)
    luts = objective is Goal.LUTS
    mapped = objective not in (Goal.NODES, Goal.LEVELS)
    for name in ["LUTs", "LUT levels"] if luts else ["area", "delay ps", "ADP"] if mapped else []:
        table.add_column(name, justify="right", no_wrap=True)
    figure = _figure(objective)
    for name in ("ANDs", "levels", f"{figure} vs {_baseline_name(result)}"):
        table.add_column(name, justify="right")
    baseline = result["baseline"]
    columns = _columns(objective)
    for row in result["scripts"]:
        if row.get("failed"):
            table.add_row(row["name"], *["-"] * len(columns), "not measured")
        else:
            table.add_row(row["name"], *_cells(row, columns), _against(row, baseline, objective))
    best = result["best"]
    if best is not None:
        script = best["script"]
        name = f"best: {script}" if script else f"best: {result['searcher']}"
        mark = _against(best, baseline, objective)
        table.add_section()
        table.add_row(name, *_cells(best, columns), mark, style="bold green")
    for row in result.get("front", ()):
        table.add_row(row["folder"], *_cells(row, columns), _against(row, baseline, objective))
    return table


def _figure(objective: Goal) -> str:
    """What results are compared by."""
    return Goal.ADP.value if objective is Goal.PARETO else objective.value


def _baseline_name(result: dict[str, Any]) -> str:
    return str(result["baseline"]["name"]) if result["baseline"] else "nothing"


def _columns(objective: Goal) -> list[tuple[str, str]]:
    if objective is Goal.LUTS:
        mapped = [("area", ".0f"), ("delay", ".0f")]
    elif objective in (Goal.NODES, Goal.LEVELS):
        mapped = []
    else:
        mapped = [("area", ".2f"), ("delay", ".1f"), ("adp", ",.0f")]
    return [*mapped, ("nodes", "d"), ("levels", "d")]


def _cells(row: dict[str, Any], columns: list[tuple[str, str]]) -> list[str]:
    return [format(row[key], spec) for key, spec in columns]


def _against(row: dict[str, Any], baseline: dict[str, Any] | None, objective: Goal) -> str:
    key = "area" if objective is Goal.LUTS else _figure(objective)
    if baseline is None or not baseline[key]:
        return ""
    return f"{100 * (row[key] / baseline[key] - 1):+.1f} %"


def closing_lines(result: dict[str, Any]) -> list[str]:
    """What stands below the table."""
    lines = []
    best = result["best"]
    if best is not None:
        lines.append("recipe: " + ("; ".join(best["recipe"]) or "none: the circuit as it is"))
    proof = result["proof"]
    if proof is None:
        lines.append("not replayed and not proven")
    else:
        netlist = f", netlist.v {proof['netlist']}" if proof["netlist"] else ""
        words = "replayed; against the RTL's core: " if result["verified"] else "NOT PROVEN: "
        lines.append(f"{words}AIG {proof['aig']}{netlist}")
    if result["model"] is not None:
        model = result["model"]
        names = ", ".join(neighbour["name"] for neighbour in model["neighbours"][:3])
        what = f"trusted to {model['alpha']:.2f}"
        if model.get("tried"):
            what = f"with recipes tried on {model['tried']} designs"
        lines.append(f"model {what}; nearest known designs: {names}")
    if result.get("front"):
        dominated = result["hypervolume"]
        lines.append(
            f"front: {len(result['front'])} results, each replayed and proven; they dominate "
            f"{100 * dominated['front']:.1f} % of what is within twice the baseline's area and "
            f"delay, the fixed scripts {100 * dominated['scripts']:.1f} %"
        )
    if result["max_delay"] is not None and not result["meets_max_delay"]:
        lines.append(f"no recipe meets the delay limit of {result['max_delay']:g} ps")
    lines += [f"note: {note}" for note in result["notes"]]
    lines.append(
        f"{result['evaluations']} evaluations, {result['wall_s']:.1f} s; results in "
        f"{result['run_dir']}"
    )
    return lines


def warner(console: Console) -> Callable[[str], None]:
    """A function that shows a warning on stderr."""
    return lambda text: console.print(f"warning: {text}", markup=False, soft_wrap=True)


def interactive() -> bool:
    """Whether stderr is a terminal: progress is shown only there."""
    return sys.stderr.isatty()
