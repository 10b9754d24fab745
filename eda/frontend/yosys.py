"""Runs the Yosys child and turns what it says into one line for the user."""

import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda.errors import EdaError, InputError, ToolCrash, ToolError, ToolTimeout
from eda.frontend.staging import Stage
from eda.process import run_tool

_CHILD = Path(__file__).with_name("yosys_child.py")
_WITH_LINE = re.compile(r"^(?P<place>[^\n]*?:\d+): ERROR: ?(?P<text>.*)$", re.MULTILINE)
_ERROR = re.compile(r"^ERROR: ?(?P<text>.*)$", re.MULTILINE)
_WARNING = re.compile(r"^(?:(?P<place>\S[^\n]*?:\d+): )?Warning: (?P<text>.*)$", re.MULTILINE)

_UNKNOWN_PARAMETER = re.compile(r"Can't find object for defparam `(.*)`!")
_NO_PARAMETER = r"module has no parameter '\1'"


class Deadline:
    """What is left of a time limit, in seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._end = time.monotonic() + limit

    def left(self) -> float:
        """Seconds left.

        Raises:
            ToolTimeout: none is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise ToolTimeout(f"not finished within the time limit of {self._limit:g} s")
        return left


@dataclass(frozen=True)
class Answer:
    """What a Yosys child found out: `facts` (see `yosys_child`) and its warnings."""

    facts: dict[str, Any]
    warnings: tuple[str, ...]


def run_yosys(
    job: dict[str, Any],
    *,
    workdir: Path,
    time_limit: float,
    memory_limit: int,
    stage: Stage | None = None,
) -> Answer:
    """Run one job of `yosys_child`.

    Args:
        job: its settings; `job["job"]` names it and its files in `workdir`.
        workdir: an existing folder for the job's files.
        time_limit: seconds.
        memory_limit: bytes.
        stage: names for the paths in messages; with it, Yosys's errors are the user's input's.

    Raises:
        InputError: Yosys refused the user's files.
        ToolError: it failed otherwise, ran out of memory or time.
    """
    path = workdir / f"{job['job']}.job.json"
    facts = workdir / f"{job['job']}.facts.json"
    facts.unlink(missing_ok=True)
    path.write_text(json.dumps({**job, "facts": str(facts)}), encoding="utf-8")
    command = [sys.executable, str(_CHILD), str(path)]
    # a wheel of another interpreter version in PYTHONPATH is the user's business; hash order is not
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = run_tool(command, time_limit=time_limit, memory_limit=memory_limit, env=environment)
    (workdir / f"{job['job']}.log").write_text(done.output, encoding="utf-8")
    if done.returncode == 0 and facts.exists():
        return Answer(json.loads(facts.read_text(encoding="utf-8")), _warnings(done.output, stage))
    raise _explain(done.returncode, done.output, facts, stage, memory_limit)


def _explain(
    status: int, output: str, facts: Path, stage: Stage | None, memory_limit: int
) -> EdaError:
    kind: type[EdaError] = InputError if stage else ToolError
    stage = stage or Stage(Path())
    if facts.exists():
        refused = str(json.loads(facts.read_text(encoding="utf-8")).get("error", ""))
        if refused:
            return kind(one_line(stage.restore(_clearer(refused, stage))))
    located = _WITH_LINE.search(output)
    if located:
        text = f"{located['place']}: {_UNKNOWN_PARAMETER.sub(_NO_PARAMETER, located['text'])}"
        return kind(one_line(stage.restore(text)))
    plain = _ERROR.search(output)
    if plain:
        return kind(one_line(stage.restore(_clearer(plain["text"], stage))))
    if "bad_alloc" in output or "MemoryError" in output:
        return ToolCrash(f"Yosys needs more than {memory_limit // 2**20} MiB of memory")
    if "No module named 'pyosys'" in output:
        return ToolError("pyosys is not installed: run 'pip install pyosys'")
    last = output.strip().splitlines()[-1:] or ["no message"]
    return ToolCrash(f"Yosys ended with status {status}: {one_line(last[0])}")


def _clearer(text: str, stage: Stage) -> str:
    """Add the file and line to an error of Yosys that names neither."""
    missing = re.match(r"Can't open include file `(.*)'", text)
    first = next((file for file in stage.names if Path(file).is_file()), "")
    if missing:
        for file in stage.names:
            if Path(file).is_file():
                lines = Path(file).read_text("utf-8", "replace").splitlines()
                for number, line in enumerate(lines, 1):
                    if "`include" in line and missing[1] in line:
                        return f"{file}:{number}: no include file '{missing[1]}'"
    return f"{first}: {text}" if first and first not in text else text


def _warnings(output: str, stage: Stage | None) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in _WARNING.finditer(output):
        place = f"{match['place']}: " if match["place"] else ""
        # which process a latch comes from is of no use: Yosys names it by its own numbers
        text = one_line(place + re.sub(r" from process .*", "", match["text"]))
        found[stage.restore(text) if stage else text] = None
    return tuple(found)


def one_line(text: str) -> str:
    """`text` without control characters or line breaks, at most 400 characters."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat.replace("\\", "") if len(flat) <= 400 else flat[:397] + "..."
