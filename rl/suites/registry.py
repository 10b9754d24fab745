"""Finds a suite by name: in a folder of the user's, in a package, or beside this project."""

import difflib
import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda.errors import InputError
from rl.suites.design import Suite, SuiteDesign, single_design
from rl.suites.folder import folder_suite
from rl.suites.generated import generated_suite

FOLDER_VARIABLE = "EDA_RL_DESIGNS"
PACKAGE = "circuitgraph"
EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Known:
    """A suite that is known by name.

    Attributes:
        licence: of the designs.
        source: who publishes them.
        packaged: its designs in the package that can be read, by the package's name for them
            and ours.
    """

    licence: str
    source: str
    packaged: dict[str, str]


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


SUITES: dict[str, Known] = {
    "examples": Known("Apache-2.0", "eda-rl", {}),
    "generated": Known("Apache-2.0", "eda-rl", {}),
    "epfl": Known(
        "MIT",
        "EPFL combinational benchmarks",
        {
            **_same(
                "adder", "arbiter", "bar", "cavlc", "ctrl", "dec", "div", "i2c", "int2float",
                "log2", "max", "multiplier", "router", "sin", "sqrt", "square", "voter",
            ),
            "memctrl": "mem_ctrl",
            "priority_ckt": "priority",
        },
    ),
    "iscas85": Known(
        "none stated by its authors",
        "ISCAS 1985",
        _same(
            "c17", "c432", "c499", "c880", "c1355", "c1908", "c2670", "c3540", "c5315", "c6288",
            "c7552",
        ),
    ),
    "iscas89": Known(
        "none stated by its authors", "ISCAS 1989", _same("s13207", "s38417", "s38584")
    ),
    "mcnc": Known("none stated by its authors", "MCNC / LGSynth 1991", {}),
}  # fmt: skip


def find_suite(spec: str) -> Suite:
    """The suite that `--suite` means: one known by name, or a folder.

    A known one is looked for in the folder of its name below $EDA_RL_DESIGNS first, then in the
    package that has it. A folder that is named as a suite is meant by `./NAME`.

    Raises:
        InputError: there is none; says how to come by it.
    """
    known = SUITES.get(spec)
    if known is None:
        folder = Path(spec)
        if folder.is_dir():
            return folder_suite(folder.absolute().name, folder)
        close = difflib.get_close_matches(spec.lower(), SUITES, n=1, cutoff=0.6)
        hint = f"did you mean '{close[0]}'? " if close else ""
        raise InputError(
            f"no suite {spec!a}: {hint}there are {', '.join(SUITES)}, or name a folder"
        )
    if spec == "examples":
        return _examples(known)
    if spec == "generated":
        return generated_suite()
    named = os.environ.get(FOLDER_VARIABLE)
    if named and (Path(named) / spec).is_dir():
        source = f"{known.source}, {FOLDER_VARIABLE}"
        return folder_suite(spec, Path(named) / spec, licence=known.licence, source=source)
    netlists = _package_folder() if known.packaged else None
    if netlists is not None:
        return _packaged(spec, known, netlists)
    raise InputError(f"suite {spec} is not here: {_remedy(spec, known)}")


def gathered(files: Sequence[Path], suites: Sequence[str]) -> list[SuiteDesign]:
    """The designs of files that the user named, one each, then those of suites.

    Raises:
        InputError: a file or a suite is not there.
    """
    for path in files:
        if not path.is_file():
            raise InputError(f"{path}: no such file")
    found = [single_design(path) for path in files]
    for suite in suites:
        found += find_suite(suite).designs
    return found


def select(designs: Sequence[SuiteDesign], names: Sequence[str]) -> tuple[SuiteDesign, ...]:
    """Those of `designs` that are named, in the order of `designs`; all of them for no name.

    Raises:
        InputError: one of the names is no design's, or two designs share a name.
    """
    by_name: dict[str, SuiteDesign] = {}
    for design in designs:
        if design.name in by_name and by_name[design.name].files != design.files:
            first = by_name[design.name].files[0]
            raise InputError(f"{first} and {design.files[0]} are both named {design.name}")
        by_name[design.name] = design
    for name in names:
        if name not in by_name:
            close = difflib.get_close_matches(name, by_name, n=1)
            hint = f": did you mean '{close[0]}'?" if close else ""
            raise InputError(f"no design {name!a} among the {len(by_name)} given{hint}")
    return tuple(d for d in by_name.values() if not names or d.name in names)


def _remedy(name: str, known: Known) -> str:
    below = f"set ${FOLDER_VARIABLE} to a folder with its files in {name}/"
    return f"run 'pip install eda-rl[suites]', or {below}" if known.packaged else below


def _examples(known: Known) -> Suite:
    if not EXAMPLES.is_dir():
        raise InputError(
            "suite examples is not here: it comes with eda-rl's source, of which --suite can "
            "name the examples folder"
        )
    suite = folder_suite("examples", EXAMPLES, licence=known.licence, source=known.source)
    # A package has to be read before what imports it.
    core = sorted((EXAMPLES / "riscv").glob("*.sv"), key=lambda p: (not p.stem.endswith("pkg"), p))
    riscv = SuiteDesign("riscv", tuple(core), "examples", known.licence, known.source)
    designs = sorted((*suite.designs, riscv), key=lambda design: design.name)
    return Suite("examples", EXAMPLES, tuple(designs))


def _package_folder() -> Path | None:
    """Where the package keeps its netlists; looked up without importing it, which takes long."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "netlists"
    return folder if folder.is_dir() else None


def _packaged(name: str, known: Known, folder: Path) -> Suite:
    designs = [
        SuiteDesign(
            ours,
            (folder / f"{theirs}.v",),
            name,
            f"{known.licence}; as packaged by {PACKAGE}: MIT",
            f"{known.source}, {PACKAGE}",
        )
        for theirs, ours in known.packaged.items()
        if (folder / f"{theirs}.v").is_file()
    ]
    return Suite(name, folder, tuple(sorted(designs, key=lambda design: design.name)))
