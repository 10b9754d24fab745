"""The known errors as a page of the documentation.

python -m verilogeval.datasets.errata_page docs/dataset-errors.md
"""

import sys
from itertools import groupby
from pathlib import Path

from verilogeval.datasets.errata import COMPLETE, ERRATA, HUMAN, MACHINE, SPEC, Erratum, Kind

_SHORT = {
    SPEC: "v2 spec-to-rtl",
    COMPLETE: "v2 code-complete",
    HUMAN: "v1 Human",
    MACHINE: "v1 Machine",
}
_ABOUT = {
    Kind.PORTS: "The testbench connects ports that its own reference does not have.",
    Kind.WATCHDOG: "The testbench's watchdog ends the simulation before its stimulus does.",
    Kind.POWER_UP: "The reference's registers start with a value that the prompt does not name.",
    Kind.UNKNOWN_REFERENCE: "The reference's outputs are unknown where they are compared, and an "
    "unknown bit of the reference matches anything.",
    Kind.WEAK_STIMULUS: "A design that is not equivalent to the reference passes.",
    Kind.PROMPT: "Who does what the prompt says fails.",
    Kind.SILENT: "The prompt leaves open what the testbench tests.",
    Kind.RACE: "Inputs change at the clock edge by blocking assignments: whether a sample sees the "
    "value before or after the edge depends on the order in which the simulator wakes processes.",
}
_HEAD = """# Known errors of the public datasets

Written by `python -m verilogeval.datasets.errata_page docs/dataset-errors.md` from \
`verilogeval/datasets/errata.py`; `eda-rl verilogeval list --errata` prints the same.

Every entry was verified, by `tests/verilogeval/test_errata.py` and, where it counts comparisons \
that test nothing, by `python -m benchmarks.unknowns`. Only a part of the datasets was looked at: \
47 of VerilogEval v2's 156 problems in both tasks, 39 of v1 Human, 36 of v1 Machine. Figures are \
from Icarus Verilog 12.

No verdict depends on this list: what is repaired is repaired by general rules. Under `--official` \
nothing is.
"""


def page() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    order = list(Kind)
    for kind, errata in groupby(
        sorted(ERRATA, key=lambda e: order.index(e.kind)), lambda e: e.kind
    ):
        parts.append(f"\n## {kind.value[0].upper()}{kind.value[1:]}\n\n{_ABOUT[kind]}\n")
        parts.append(
            "\n| problem | what is wrong | official verdicts | here |\n|---|---|---|---|\n"
        )
        parts += [_row(erratum) for erratum in errata]
    return "".join(parts)


def _row(erratum: Erratum) -> str:
    where = ", ".join(_SHORT[name] for name in erratum.datasets)
    cells = (
        f"`{erratum.task_id}` ({where})",
        erratum.fact,
        erratum.effect,
        erratum.repair or "as is",
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
