"""The folder below which samples are compiled and simulated."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "eda-rl-verilogeval-"
_MEMORY = Path("/dev/shm")  # noqa: S108 - each run has a private folder in it
_ENOUGH_BYTES = 256 * 2**20


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A private folder, in memory where there is room, that is gone afterwards.

    Folders that killed runs left behind are removed as well.
    """
    base = _base()
    for left in base.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _base() -> Path:
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
        return _MEMORY
    return Path(tempfile.gettempdir())
