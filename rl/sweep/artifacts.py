"""Tasks' folders on whatever fsspec reaches."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from rl.extras import load

# Gives a file of a task's folder by its name, or None.
Reader = Callable[[str], bytes | None]


def is_url(place: str) -> bool:
    """Whether a place is not simply a folder."""
    return "://" in place


def check(url: str) -> None:
    """Refuse a place that folders cannot be carried to.

    Raises:
        InputError: nothing here knows such places.
        ToolError: it does not answer.
    """
    _file_system(url)


def upload(folder: Path, url: str, name: str) -> str:
    """Carry a folder to `url`/`name`, which is returned.

    Raises:
        ToolError: it cannot be written.
    """
    target = f"{url.rstrip('/')}/{name}"
    system, path = _file_system(target)
    try:
        for one in sorted(folder.rglob("*")):
            if one.is_file() and not one.name.startswith("."):
                there = f"{path}/{one.relative_to(folder)}"
                system.makedirs(there.rpartition("/")[0], exist_ok=True)
                system.put_file(str(one), there)
    except Exception as error:  # each file system has errors of its own
        raise ToolError(f"cannot write {target}: {' '.join(str(error).split())}") from error
    return target


def read(place: str, name: str) -> bytes | None:
    """A file of a task's folder, or None where there is none.

    Raises:
        ToolError: the place cannot be read.
    """
    try:
        if not is_url(place):
            return (Path(place) / name).read_bytes()
        system, path = _file_system(place)
        content: bytes = system.cat_file(f"{path}/{name}")
    except FileNotFoundError:
        return None
    except (InputError, ToolError):
        raise
    except Exception as error:  # each file system has errors of its own
        raise ToolError(f"cannot read {place}/{name}: {error}") from error
    return content


def _file_system(url: str) -> tuple[Any, str]:
    core = load("fsspec.core", "sweep")
    try:
        system, path = core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"artifacts {url}: {' '.join(str(error).split())}") from error
    except Exception as error:  # a file system that connects at once
        raise ToolError(f"artifacts {url}: {' '.join(str(error).split())}") from error
    return system, str(path).rstrip("/")
