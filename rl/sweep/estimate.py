"""How large a design is and how long a task takes, roughly, before anything is run.

Good enough to begin with the longest task and to tell minutes from hours. Rows that are there
correct the seconds (`rl.sweep.show`).
"""

import gzip
import zlib
from pathlib import Path

from eda.aiger import AigerError, parse_header
from rl.settings import Settings

_GZIP = b"\x1f\x8b"
_VERILOG_BYTES_PER_AND = 12.0
# Of one job on the machine that docs/results.md describes: start and proof, then each evaluation.
_BASE_S, _PROOF_S_PER_AND = 2.5, 2.2e-4
_EVALUATION_S, _EVALUATION_S_PER_AND = 0.03, 1.3e-4
_SCRIPTS = 12
_SAMPLE_S = 0.1


def ands(files: tuple[Path, ...]) -> int:
    """About how many ANDs a design has, by its text; exact for AIGER.

    Of Verilog the text says little: `eda.frontend.size` knows better where Yosys can read it.

    Raises:
        OSError: a file cannot be read.
    """
    return max(1, sum(_ands(path) for path in files))


def _ands(path: Path) -> int:
    data = path.read_bytes()
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return 1  # the task itself says what is wrong with it
    kind = path.name.removesuffix(".gz").rsplit(".", 1)[-1]
    if kind in ("aig", "aag"):
        try:
            return parse_header(data)[0].ands
        except AigerError:
            return 1  # so does it here
    if kind == "blif":  # a cover's line with k literals takes k ANDs; half of them are shared
        lines = [line for line in data.splitlines() if line[:1] in (b"0", b"1", b"-")]
        return sum(line.count(b"0", 0, -1) + line.count(b"1", 0, -1) for line in lines) // 2
    if kind == "bench":
        return 2 * data.count(b"=")
    return int(len(data) / _VERILOG_BYTES_PER_AND)


def search_seconds(settings: Settings, ands: int, jobs: int) -> float:
    """About how long a search takes with so many jobs."""
    each = _EVALUATION_S + _EVALUATION_S_PER_AND * ands
    finishing = _BASE_S + _PROOF_S_PER_AND * ands
    if settings.budget is None:
        return settings.time_limit or finishing
    whole = finishing + (_SCRIPTS + settings.budget) * each / jobs
    return whole if settings.time_limit is None else min(whole, settings.time_limit)


def scoring_seconds(samples: Path, jobs: int) -> float:
    """About how long it takes to judge a file or folder of samples.

    Raises:
        OSError: it cannot be read.
    """
    if samples.is_dir():
        count = sum(1 for path in samples.rglob("*.*v") if path.is_file())
    else:
        count = samples.read_bytes().count(b"\n")
    return _BASE_S + count * _SAMPLE_S / jobs
