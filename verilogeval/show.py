"""Results on a terminal."""

import sys
from collections import Counter
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from verilogeval.verdict import LETTERS

WIDTH = 100  # columns of a table where stdout is no terminal
_FEW = 8


def out() -> Console:
    """The console for results."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


def summary_table(summary: dict[str, Any]) -> None:
    """Print a run's figures."""
    console = out()
    versions = summary["versions"]
    console.print(
        f"{summary['dataset']}: {summary['samples']} samples of {summary['problems']} problems, "
        f"Icarus {versions['iverilog']}, sandbox {summary['sandbox']}",
        markup=False,
    )
    for k, value in summary["pass_at"].items():
        if value is not None:
            interval = summary["ci"][k]
            words = f"  (95 % interval {interval[0]:.1%} to {interval[1]:.1%})" if interval else ""
            console.print(f"pass@{k:<3} {value:6.1%}{words}", markup=False)
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("verdict")
    table.add_column("samples", justify="right")
    for name, count in summary["verdicts"].items():
        table.add_row(name, str(count))
    console.print(table)
    if summary["letters"]:
        classes = ", ".join(
            f"{letter} {count} ({LETTERS[letter]})" for letter, count in summary["letters"].items()
        )
        console.print(f"classes: {classes}", markup=False)
    if "proof" in summary:
        console.print(proof_line(summary["proof"]), markup=False)
    if "ppa" in summary:
        for line in cost_lines(summary["ppa"]):
            console.print(line, markup=False)
    for line in notes(summary):
        console.print(line, markup=False)
    console.print(
        f"{summary['scored']} scored, {summary['reused']} reused, {summary['wall_s']:.1f} s; "
        f"results: {summary['results']}",
        markup=False,
        soft_wrap=True,
    )


def proof_line(found: dict[str, Any]) -> str:
    """What became of the proofs, in a line."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in found["counts"].items() if count)
    named = (
        f"; different: {_names(dict.fromkeys(found['different']))}" if found["different"] else ""
    )
    return f"proof of passing samples: {counts or 'none passes'}{named}"


def cost_lines(found: dict[str, Any]) -> list[str]:
    """The area-delay product of passing samples against their references."""
    lines = []
    for k, best in found["best_adp_at"].items():
        if best is not None:
            interval = best["ci"]
            spread = f"  (95 % interval {interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
            words = f"geometric mean over {best['problems']} problems{spread}"
            others = (
                f"; mean {best['mean']:.3f}, median {best['median']:.3f}, "
                f"largest {best['largest']['ratio']:.3f} ({best['largest']['task_id']})"
            )
            zero = f"; {best['zero']} of 0 left out" if best["zero"] else ""
            lines.append(f"best ADP ratio@{k:<3} {best['ratio']:6.3f}  {words}{others}{zero}")
    lines.append(
        f"area-delay product against the references: {found['measured']} samples measured with "
        f"library {found['library']}, flow {found['flow']}, optimised with {found['optimised']}"
    )
    if found["no_ratio"]:
        reasons = Counter(found["no_ratio"].values())
        listed = "; ".join(f"{count} x {reason}" for reason, count in reasons.most_common(3))
        lines.append(f"note: no ratio for {len(found['no_ratio'])} samples: {listed}")
    return lines


def notes(summary: dict[str, Any]) -> list[str]:
    """What a reader must know about what is not in the figures."""
    lines = []
    if summary["missing"]:
        meaning = "count as failures" if summary["missing_as"] == "fail" else "are left out"
        lines.append(f"note: {_names(summary['missing'])} miss samples, which {meaning}")
    if summary["unknown"]:
        lines.append(f"note: left out, not in this dataset: {_names(summary['unknown'])}")
    if summary["left_out"]:
        lines.append(f"note: cannot be judged here: {_names(summary['left_out'])}")
    if summary["verdicts"].get("tool_error"):
        lines.append("note: tool_error is no failure of the model; see message in the results")
    return lines


def _names(found: dict[str, Any]) -> str:
    names = list(found)
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"
