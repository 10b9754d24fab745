"""What a suite holds."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eda.errors import InputError
from rl.suites.held_out import held_out


@dataclass(frozen=True)
class SuiteDesign:
    """One design to measure on.

    Attributes:
        name: what reports call it; unique within its suite.
        files: its sources, absolute paths, in the order in which they are read.
        suite: the suite it belongs to; empty for a file that was named by itself.
        licence: as its source states it.
        source: where it comes from.
        top: the top module, or None to find it.
    """

    name: str
    files: tuple[Path, ...]
    suite: str = ""
    licence: str = "not stated"
    source: str = ""
    top: str | None = None

    @cached_property
    def sha256(self) -> str:
        """Hash of the file, or for several files of their hashes (64 hex digits).

        Raises:
            InputError: a file cannot be read.
        """
        try:
            digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in self.files]
        except OSError as error:
            raise InputError(f"{error.filename}: {error.strerror}") from error
        if len(digests) == 1:
            return digests[0]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    @property
    def held_out(self) -> bool:
        """Whether nothing may be trained or tuned on it."""
        return held_out(self.name)


@dataclass(frozen=True)
class Suite:
    """A named set of designs.

    Attributes:
        name: what `--suite` calls it; a folder's own name for a folder.
        path: the folder that its files are in.
        designs: sorted by name.
    """

    name: str
    path: Path
    designs: tuple[SuiteDesign, ...]


def single_design(path: Path) -> SuiteDesign:
    """A file that the user named, as a design of its own."""
    return SuiteDesign(name=design_name(path), files=(path.absolute(),), source=str(path))


def design_name(path: Path) -> str:
    """A design's name: its file's, without suffixes."""
    return path.name.split(".")[0] or path.name
