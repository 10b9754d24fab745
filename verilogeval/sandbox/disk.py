"""How full a run's folder and its disk are."""

import os
from pathlib import Path

from eda.errors import ToolError

#: A disk with less than this is full: something of the run would be lost.
_RESERVE = 1 << 20
#: What an empty file is counted as, so that there cannot be endlessly many.
_LEAST = 4096


def require_space(folder: Path) -> int:
    """How many bytes can be written in `folder`.

    Raises:
        ToolError: the disk is full, or the folder is not there.
    """
    try:
        space = os.statvfs(folder)
    except OSError as error:
        raise ToolError(f"cannot use folder {folder}: {error.strerror}") from error
    free = space.f_bavail * space.f_frsize - _RESERVE
    if free <= 0 or (space.f_files and not space.f_favail):
        raise full(folder)
    return free


def full(folder: Path) -> ToolError:
    """The error that says so."""
    return ToolError(f"no space left on the disk of {folder}: free some, or set TMPDIR")


def used(folder: Path) -> int:
    """Bytes that the files in `folder` take."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    total += used(Path(entry.path))
                else:
                    total += max(entry.stat(follow_symlinks=False).st_blocks * 512, _LEAST)
            except FileNotFoundError:  # deleted meanwhile
                continue
    return total
