"""A suite from a folder: each design file in it is a design."""

from pathlib import Path

from eda.errors import InputError
from rl.suites.design import Suite, SuiteDesign, design_name

SUFFIXES = (".v", ".sv", ".aig", ".aag", ".blif", ".bench")
_LICENCES = ("LICENSE", "LICENCE", "COPYING")


def folder_suite(
    name: str, folder: Path, *, licence: str | None = None, source: str | None = None
) -> Suite:
    """The designs of a folder, its subfolders not looked into.

    Args:
        name: of the suite.
        folder: where the files are.
        licence: what is known of it; None: the folder's licence file, if it has one.
        source: where the designs come from; None: the folder.

    Raises:
        InputError: there is no design, or two of the same name.
    """
    try:
        files = sorted(path for path in folder.absolute().iterdir() if is_design(path))
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}") from error
    if not files:
        known = ", ".join(SUFFIXES)
        raise InputError(f"{folder} holds no design: expected {known}, each also with .gz")
    stated = licence or _licence(folder)
    designs: dict[str, SuiteDesign] = {}
    for path in files:
        design = SuiteDesign(design_name(path), (path,), name, stated, source or str(folder))
        if design.name in designs:
            other = designs[design.name].files[0].name
            raise InputError(f"{folder}: {other} and {path.name} are both named {design.name}")
        designs[design.name] = design
    return Suite(name, folder.absolute(), tuple(designs.values()))


def is_design(path: Path) -> bool:
    """Whether a file's name is a design's."""
    return path.name.removesuffix(".gz").endswith(SUFFIXES) and path.is_file()


def _licence(folder: Path) -> str:
    for path in sorted(folder.iterdir()):
        if path.name.split(".")[0].upper() in _LICENCES:
            return f"see {path.name}"
    return "not stated"
