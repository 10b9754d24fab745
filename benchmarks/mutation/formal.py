"""A search for an input that tells two designs apart, by Yosys and its SAT solver.

Without registers the answer is for all inputs. With registers it is for a number of clock cycles
after a reset of three, or from the initial state where there is no reset; registers without an
initial value start unknown. Inputs are known; what the reference leaves unknown matches anything.
"""

import json
import sys
from enum import Enum
from pathlib import Path

from benchmarks.mutation.bench import Design
from eda.errors import ToolTimeout
from eda.process import run_tool
from verilogeval.source import rename_module

_CHILD = Path(__file__).with_name("formal_child.py")
_MEMORY_BYTES = 4 << 30
_ANSWERS = {
    "model found: FAIL": "different",
    "model found for base case: FAIL": "different",
    "no model found: SUCCESS": "equal",
    "proved base case": "equal so far",
}


class Answer(str, Enum):
    """What the solver found."""

    DIFFERENT = "different"
    EQUAL = "equal"
    EQUAL_SO_FAR = "equal so far"
    UNKNOWN = "unknown"


def compare(design: Design, mutant: str, *, steps: int, time_limit_s: int, folder: Path) -> Answer:
    """Search for a difference for up to `steps` clock cycles."""
    files = {}
    for module, text in (("gold", design.text), ("gate", mutant)):
        path = folder / f"{module}.sv"
        path.write_text(rename_module(text, design.top, module), "ascii")
        files[module] = str(path)
    job = {
        **files,
        "reset": design.reset,
        "reset_value": design.reset_value,
        "steps": steps,
        "time_limit": time_limit_s,
    }
    path = folder / "job.json"
    path.write_text(json.dumps(job), "utf-8")
    try:
        output = run_tool(
            [sys.executable, str(_CHILD), str(path)],
            time_limit=time_limit_s,
            memory_limit=_MEMORY_BYTES,
        ).output
    except ToolTimeout:
        return Answer.UNKNOWN
    said = (answer for words, answer in _ANSWERS.items() if words in output)
    return Answer(next(said, "unknown"))
