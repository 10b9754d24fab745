"""A run folder: inputs, settings, every step and the result of one search."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from pydantic import ValidationError

from eda.errors import InputError, ToolError
from rl.settings import Settings

_RESERVE_BYTES = 1 << 20


class RunFolder:
    """The files of one run.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def settings(self) -> Path:
        """The settings, `settings.json`."""
        return self.path / "settings.json"

    @property
    def events(self) -> Path:
        """The journal, `events.jsonl`."""
        return self.path / "events.jsonl"

    @property
    def result(self) -> Path:
        """The result, `result.json`."""
        return self.path / "result.json"

    @property
    def netlist(self) -> Path:
        """The mapped netlist, `netlist.v`."""
        return self.path / "netlist.v"

    def write(self, name: str, content: bytes | str) -> Path:
        """Write one file so that it is there whole or not at all.

        Raises:
            ToolError: the disk is full, or refuses for another reason.
        """
        data = content.encode() if isinstance(content, str) else content
        target, partial = self.path / name, self.path / f".{name}.partial"
        with disk_errors(target):
            partial.write_bytes(data)
            partial.replace(target)
        return target

    def load_settings(self) -> Settings:
        """Read `settings.json` back.

        Raises:
            InputError: this is not a run folder.
        """
        try:
            return Settings.model_validate_json(self.settings.read_bytes())
        except OSError as error:
            raise InputError(f"{self.path} is not a run folder: no settings.json") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{self.settings}: {where}: {first['msg']}") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process alone.

        Raises:
            InputError: another search is using it.
        """
        with disk_errors(self.path):
            descriptor = os.open(self.path / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise InputError(f"{self.path} is in use by another search") from error
            yield
        finally:
            os.close(descriptor)

    def reserve(self) -> None:
        """Keep some room, so that a disk that fills up does not cost what was found."""
        with disk_errors(self.path):
            descriptor = os.open(self._reserve, os.O_CREAT | os.O_WRONLY, 0o644)
            try:
                os.posix_fallocate(descriptor, 0, _RESERVE_BYTES)
            finally:
                os.close(descriptor)

    def release_reserve(self) -> None:
        """Give the room back."""
        with contextlib.suppress(OSError):
            self._reserve.unlink()

    @property
    def _reserve(self) -> Path:
        return self.path / ".reserve"


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into one line for the user."""
    try:
        yield
    except OSError as error:
        raise ToolError(f"cannot write {path}: {error.strerror}") from error


def create_run_folder(out: Path | None, design: str) -> RunFolder:
    """Make the folder for a new run.

    Args:
        out: the folder that the user named: absent or empty; None for one below `runs/`.
        design: name of the design, for the folder below `runs/`.

    Raises:
        InputError: the folder is there and not empty.
    """
    if out is None:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
        stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in design)
        base = Path("runs").absolute()
        for number in range(1000):
            out = base / (f"{stem}-{stamp}" if number == 0 else f"{stem}-{stamp}-{number}")
            with disk_errors(out):
                try:
                    out.mkdir(parents=True)
                    return RunFolder(out)
                except FileExistsError:
                    continue
        raise InputError(f"{base} has too many runs of {design} from this second")
    out = out.absolute()
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is not a folder")
    if out.is_dir() and any(out.iterdir()):
        raise InputError(f"{out} is not empty: name another folder, or go on with --resume {out}")
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    return RunFolder(out)
