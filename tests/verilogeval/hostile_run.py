"""Runs of a few samples, and one whose every text wants to be run by the browser."""

import random
from pathlib import Path
from typing import Any

from synthetic_run import make_wave, result, write_run

from verilogeval.report.run import Run, load_run
from verilogeval.verdict import Verdict

EVIL = (
    "</script></textarea><img src=x onerror=\"document.title='owned'\">"
    "<script>document.title='owned'</script>\" onmouseover=\"document.title='owned'"
)


def small_run(folder: Path, *results: dict[str, Any], **options: Any) -> Run:
    """A run of these results."""
    tasks = {entry["task_id"]: ("gates", "a prompt") for entry in results}
    write_run(folder, list(results), tasks=tasks, **options)
    return load_run(folder)


def hostile_run(folder: Path) -> Path:
    """A run whose names, prompts, messages, sources, logs and waveforms are `EVIL`."""
    evil = [
        result(EVIL, 1, Verdict.COMPILE_ERROR, EVIL, message=f"line 1: {EVIL}", letter=EVIL),
        result(
            EVIL, 2, Verdict.MISMATCH, EVIL + "2", message=EVIL,
            first_mismatch={"time": 1, "signals": [EVIL]},
        ),
    ]  # fmt: skip
    wave = make_wave(random.Random(1))
    wave = wave.model_copy(
        update={"signals": tuple(s.model_copy(update={"name": EVIL}) for s in wave.signals)}
    )
    return write_run(
        folder,
        evil,
        tasks={EVIL: (EVIL, EVIL), "other": ("plain", "")},
        logs={entry["hash"]: EVIL for entry in evil},
        waves={evil[1]["hash"]: wave},
        dataset=EVIL,
    )


def encoded(text: str) -> str:
    """A fragment of an address, whatever the text."""
    return "".join(f"%{byte:02X}" for byte in text.encode())
