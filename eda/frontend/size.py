"""How large RTL is, roughly, from its operators: a tenth of the time that it takes to read it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from eda.errors import EdaError, InputError, ToolTimeout
from eda.frontend.rtl import rtl_job
from eda.frontend.source import Source
from eda.frontend.staging import Stage
from eda.frontend.yosys import Deadline, run_yosys

# What is left of the ANDs below once the circuit is optimised, as the examples show.
_LEFT = 0.65


class Widths(NamedTuple):
    """The parameters of a cell of Yosys that say how wide it is; 0 where it has none such."""

    a: int
    b: int
    y: int
    width: int
    select: int
    address: int


# About how many ANDs a cell takes; what is not named here is wire, register or constant.
_ANDS: dict[str, Callable[[Widths], int]] = {
    **dict.fromkeys(("$add", "$sub", "$neg"), lambda w: 9 * w.y),
    "$mul": lambda w: 9 * min(w.a, w.y) * min(w.b, w.y),
    **dict.fromkeys(("$div", "$mod", "$divfloor", "$modfloor"), lambda w: 12 * w.a * min(w.a, w.b)),
    **dict.fromkeys(("$lt", "$le", "$gt", "$ge"), lambda w: 6 * max(w.a, w.b)),
    **dict.fromkeys(("$eq", "$ne", "$eqx", "$nex"), lambda w: 4 * max(w.a, w.b)),
    **dict.fromkeys(
        ("$shl", "$shr", "$sshl", "$sshr", "$shift", "$shiftx"), lambda w: 3 * max(w.a, w.y) * w.b
    ),
    **dict.fromkeys(
        ("$xor", "$xnor", "$reduce_xor", "$reduce_xnor"), lambda w: 3 * max(w.a * (w.y == 1), w.y)
    ),
    **dict.fromkeys(("$reduce_and", "$reduce_or", "$reduce_bool", "$logic_not"), lambda w: w.a),
    **dict.fromkeys(("$and", "$or", "$logic_and", "$logic_or"), lambda w: w.y),
    "$mux": lambda w: 3 * w.width,
    "$pmux": lambda w: (2 * w.width + 1) * w.select,
    "$bmux": lambda w: 3 * w.width << w.select,
    **dict.fromkeys(
        ("$memrd", "$memrd_v2", "$memwr", "$memwr_v2"), lambda w: 3 * w.width << w.address
    ),
}


def word_ands(kind: str, widths: Widths) -> int:
    """About how many ANDs one cell of Yosys takes.

    Args:
        kind: such as `$add`.
        widths: its own.
    """
    rule = _ANDS.get(kind)
    return 0 if rule is None else rule(widths)


def rtl_sizes(sources: Sequence[Source], *, workdir: Path, time_limit: float) -> list[int | None]:
    """About how many ANDs each design has; None where that cannot be told, for whatever reason.

    Args:
        sources: Verilog or SystemVerilog.
        workdir: existing folder for intermediate files.
        time_limit: seconds, for all of them.
    """
    sizes: list[int | None] = [None] * len(sources)
    jobs = {number: _job(source, workdir / str(number)) for number, source in enumerate(sources)}
    waiting = [number for number, job in jobs.items() if job is not None]
    deadline, late = Deadline(time_limit), False
    while waiting and not late:
        counted = workdir / "words.jsonl"
        counted.write_bytes(b"")
        job = {"job": "words", "designs": [jobs[number] for number in waiting]}
        try:
            run_yosys(
                {**job, "counted": str(counted)},
                workdir=workdir,
                time_limit=deadline.left(),
                memory_limit=max(sources[number].memory_limit for number in waiting),
            )
        except ToolTimeout:
            late = True
        except EdaError:
            pass  # Yosys ends at the first error: the rest is for another process
        lines = counted.read_text("utf-8").splitlines()
        for number, line in zip(waiting, lines, strict=False):
            cells = json.loads(line)
            ands = sum(count * word_ands(kind, Widths(*widths)) for kind, widths, count in cells)
            sizes[number] = None if not cells else max(1, int(_LEFT * ands))
        waiting = waiting[len(lines) + 1 :]
    return sizes


def _job(source: Source, folder: Path) -> dict[str, Any] | None:
    folder.mkdir()
    try:
        return rtl_job(source, Stage(folder))
    except InputError:
        return None
