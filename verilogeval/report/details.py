"""What the report shows of a problem once it is opened: its samples, alike ones together.

The page carries the details as compressed JSON that a script unpacks when a problem is opened, so
that thousands of samples neither bloat the file nor slow the page.
"""

import base64
import json
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verilogeval.report.run import Result, Run
from verilogeval.report.text import shortened, visible
from verilogeval.report.worth import claims
from verilogeval.verdict import Verdict

MOST_BYTES = 14_000_000  # of all details together, as they stand in the page
BLOCK = 100_000  # characters of details that are packed together: together they shrink better
LIMITS = (64_000, 16_000, 4_000, 1_000, 200)  # characters of one text, the first that fits holds

# The compiler's messages name files; a line of the testbench is none of the sample's.
_LINE = re.compile(r"\bline (\d{1,7})\b|sample\d*\.sv:(\d{1,7}):")
_POINTS_AT_SOURCE = {Verdict.COMPILE_ERROR, Verdict.REJECTED}
_ORDER = {verdict: place for place, verdict in enumerate(Verdict)} | {Verdict.PASS: len(Verdict)}


@dataclass(frozen=True)
class Packed:
    """The details of all problems.

    Attributes:
        blocks: base64 of deflated JSON, each a list of several problems' details.
        places: for each problem its block and its place in that block's list.
        limit: the number of characters that sources, logs and other texts are cut to.
    """

    blocks: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    limit: int


def packed_details(run: Run, most_bytes: int = MOST_BYTES) -> Packed:
    """Pack every problem's details, cutting texts until all stay below `most_bytes`.

    With the last of `LIMITS` the size is what it is.
    """
    for limit in LIMITS:
        packed = _packed(run, limit, most_bytes if limit > LIMITS[-1] else math.inf)
        if packed is not None:
            return packed
    raise AssertionError("the last of the limits has no bound")


def details(run: Run, task_id: str, limit: int) -> dict[str, Any]:
    """A problem's details; no text is longer than about `limit` characters."""
    groups: dict[tuple[str, Verdict, str], list[Result]] = {}
    for result in run.by_task[task_id]:
        groups.setdefault((result.hash, result.verdict, result.message), []).append(result)
    failures_first = sorted(
        groups.values(), key=lambda group: (_ORDER[group[0].verdict], -len(group), group[0].sample)
    )
    return {
        "prompt": shortened(visible(run.summary.tasks[task_id].prompt), limit, "the dataset"),
        "missing": run.summary.missing.get(task_id, 0),
        "groups": [_group(run, group, limit) for group in failures_first],
    }


def error_lines(result: Result) -> list[int]:
    """The lines of the source that a compiler's or the guard's message points at."""
    if result.verdict not in _POINTS_AT_SOURCE:
        return []
    found = (int(a or b) for a, b in _LINE.findall(result.message))
    return sorted(set(found))


def _group(run: Run, group: Sequence[Result], limit: int) -> dict[str, Any]:
    first = group[0]
    name = first.hash
    source, log = run.source(name), run.log(name)
    wave = run.wave(name) if first.verdict is Verdict.MISMATCH else None
    where = first.first_mismatch
    return {
        "samples": [result.sample for result in group],
        "verdict": first.verdict.value,
        "letter": visible(first.letter),
        "mismatches": first.mismatches,
        "stimuli": first.stimuli,
        "time": None if where is None else where.time,
        "signals": [] if where is None else [visible(signal) for signal in where.signals],
        "claims": [
            (name, shortened(words, limit, "the run folder")) for name, words in claims(run, first)
        ],
        "message": shortened(visible(first.message), limit, f"results.jsonl, {name}"),
        "lines": error_lines(first),
        "hash": name,
        "source": None
        if source is None
        else shortened(visible(source), limit, f"sources/{name}.sv"),
        "log": None if log is None else shortened(visible(log), limit, f"logs/{name}.txt"),
        "wave": None if wave is None else _wave_json(wave.model_dump(by_alias=True)),
    }


def _wave_json(wave: dict[str, Any]) -> dict[str, Any]:
    for signal in wave["signals"]:
        signal["name"] = visible(signal["name"])
    return wave


def _packed(run: Run, limit: int, most_bytes: float) -> Packed | None:
    blocks: list[str] = []
    places: list[tuple[int, int]] = []
    waiting: list[str] = []
    size = 0
    names = list(run.summary.tasks)
    for task_id in names:
        places.append((len(blocks), len(waiting)))
        text = json.dumps(details(run, task_id, limit), ensure_ascii=False, separators=(",", ":"))
        waiting.append(text)
        size += len(text)
        if size < BLOCK and task_id != names[-1]:
            continue
        packed = zlib.compress(f"[{','.join(waiting)}]".encode(), 9)
        blocks.append(base64.b64encode(packed).decode())
        waiting, size = [], 0
        if sum(map(len, blocks)) > most_bytes:
            return None
    return Packed(tuple(blocks), tuple(places), limit)
