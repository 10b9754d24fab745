"""What an answer to a CVDP problem is judged with."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from eda.errors import InputError
from verilogeval.cocotb_judge.case import Case
from verilogeval.cocotb_judge.simulation import SEED, Simulation
from verilogeval.cvdp.answer import to_files
from verilogeval.cvdp.layout import CODE, RUNDIR, SRC, all_placed
from verilogeval.cvdp.plan import ROOT, Asked, Plan
from verilogeval.problem import HarnessJudge

#: Variables that are the judge's to set, or that are of the harness's own process.
_NOT_PASSED = ("COCOTB_", "GPI_", "PYGPI_", "PYTEST_", "PYTHON", "LIBPYTHON")
_FILTER, _SEED = "COCOTB_TEST_FILTER", "COCOTB_RANDOM_SEED"
_WITH_VALUE = {"-I", "-D", "-P", "-s"}
_WITHOUT_EFFECT = {"-v", "-V"}
_OPTION = re.compile(r"-[gWIDPT].+|-u")
_RUNDIR_DEPTH = len(PurePosixPath(RUNDIR).parts)


def files_of(judge: HarnessJudge, source: str, folder: Path) -> dict[str, str]:
    """All files of harness and design, by path below the judge's folder."""
    design = {**judge.context, **to_files(source, judge.outputs)}
    files = {f"{CODE}/{name}": text for name, text in design.items()}
    return files | {f"{SRC}/{k}": text for k, text in all_placed(judge.files, folder).items()}


def of_plan(judge: HarnessJudge, plan: Plan, files: Mapping[str, str], folder: Path) -> Case:
    """The case in which a plan's simulations are done with these files.

    Raises:
        InputError: the plan has an option of the compiler that is not supported.
    """
    simulations = tuple(
        _simulation(asked, number, folder) for number, asked in enumerate(plan.simulations)
    )
    missing = next((name for name in judge.outputs if f"{CODE}/{name}" not in files), "")
    return Case(files, (CODE, SRC), simulations, None, missing)


def _simulation(asked: Asked, number: int, folder: Path) -> Simulation:
    """One simulation; it works as deep in the folders as the harness's own would."""
    seed = asked.environment.get(_SEED, "")
    place = f"{RUNDIR}/work{number}"
    up = "../" * (_RUNDIR_DEPTH + 1)
    includes = [f"-I{up}{_below(path)}" for path in asked.includes]
    defines = [f"-D{name}={value}" for name, value in asked.defines.items()]
    flags = [flag.replace(f"{ROOT}/", up) for flag in _flags(asked)]
    return Simulation(
        top=asked.top,
        root=asked.toplevel or asked.top,
        sources=tuple(_below(path) for path in asked.sources),
        modules=tuple(asked.modules),
        path=tuple(dict.fromkeys(_below(p) for p in asked.path if p.startswith(f"{ROOT}/"))),
        place=place,
        environment={
            name: value.replace(ROOT, str(folder))
            for name, value in asked.environment.items()
            if not name.startswith(_NOT_PASSED)
        },
        parameters=asked.parameters,
        timescale=asked.timescale,
        flags=(*defines, *includes, *flags),
        plusargs=tuple(word for word in asked.arguments if word not in {"-none", "-fst", "-vcd"}),
        test_filter=asked.environment.get(_FILTER, ""),
        seed=int(seed) if seed.lstrip("-").isdigit() else SEED + number,
        older=True,
    )


def _flags(asked: Asked) -> list[str]:
    """The options of the compiler, each in one word."""
    flags: list[str] = []
    words = iter(asked.flags)
    for word in words:
        joined = word + next(words, "") if word in _WITH_VALUE else word
        if joined == f"-s{asked.top}" or joined in _WITHOUT_EFFECT:
            continue
        if not _OPTION.fullmatch(joined):
            raise InputError(f"its harness gives the compiler '{joined}', which is not supported")
        flags.append(joined)
    return flags


def _below(path: str) -> str:
    """A path of a plan as one below the judge's folder."""
    return path.removeprefix(f"{ROOT}/")
