"""Compiles and runs one simulation, each process in the sandbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from verilogeval.cocotb_judge.installation import Cocotb
from verilogeval.cocotb_judge.place import work_folder
from verilogeval.cocotb_judge.reports import Listener, Reports
from verilogeval.cocotb_judge.simulation import Simulation
from verilogeval.icarus.compile import FLAGS, Step, learn_compiler, simulate
from verilogeval.icarus.find import Icarus
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Ended, Limits, Outcome

PROGRAM = "program.vvp"
_PREPROCESSED = "sources.v"
_PRECISION = "precision.v"
_PRECISION_MODULE = "verilogeval_precision"
#: Python, cocotb and the simulator need this much, whatever the sample needs.
_PYTHON_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Compiled:
    """What the compiler left: whether there is a program, what it printed and how it ended."""

    ok: bool
    log: str
    ended: Ended


@dataclass(frozen=True)
class Ran:
    """What the simulator left: what the tests reported, what was printed and how it ended."""

    reports: Reports
    log: str
    outcome: Outcome


@dataclass(frozen=True)
class Tools:
    """What performs simulations.

    Attributes:
        icarus: compiler and simulator.
        cocotb: the installed cocotb.
        compile_limits: of one compilation.
        run_limits: of one simulation; memory is for the design alone.
    """

    icarus: Icarus
    cocotb: Cocotb
    compile_limits: Limits
    run_limits: Limits


def compile_(simulation: Simulation, folder: Path, reads: Sequence[Path], tools: Tools) -> Compiled:
    """Compile a simulation's sources to PROGRAM in its place."""
    place = work_folder(folder, simulation.place)
    compiler = learn_compiler(tools.icarus, (*FLAGS, *simulation.flags))
    up = "../" * len(Path(simulation.place).parts)
    sources = [f"{up}{name}" for name in simulation.sources]
    tops = [simulation.top]
    if simulation.precise:
        module = f"`timescale {simulation.timescale}\nmodule {_PRECISION_MODULE};\nendmodule\n"
        (place / _PRECISION).write_text(f"{module}`resetall\n", "utf-8")
        sources.insert(0, _PRECISION)
        tops.append(_PRECISION_MODULE)
    given = [*reads, *tools.icarus.readable]
    text = _run(compiler.preprocess(sources), place, given, tools.compile_limits)
    log, outcome = text.stderr, text
    if text.ended is Ended.EXITED:
        # The compiler is to decide about a text with errors, as it is with Icarus' own driver.
        (place / _PREPROCESSED).write_bytes(text.stdout)
        step = _with_settings(compiler.compile(tops, _PREPROCESSED, PROGRAM), simulation)
        outcome = _run(step, place, given, tools.compile_limits)
        log += outcome.stdout + outcome.stderr
    ok = outcome.ended is Ended.EXITED and outcome.status == 0
    # As the problem calls its files.
    hidden = f"{up}{Path(simulation.sources[-1]).parts[0]}/" if simulation.sources else up
    return Compiled(ok, log.decode("utf-8", "replace").replace(hidden, ""), outcome.ended)


def _with_settings(step: Step, simulation: Simulation) -> Step:
    """The compiler's step with its settings of time scale and parameters."""
    lines = [f"timescale:{simulation.timescale}\n"] if simulation.timescale else []
    lines += [f"defparam:{simulation.top}.{k}={v}\n" for k, v in simulation.parameters.items()]
    return replace(step, files={name: text + "".join(lines) for name, text in step.files.items()})


def _run(step: Step, place: Path, reads: Sequence[Path], limits: Limits) -> Outcome:
    step.prepare(place)
    return run(step.argv, folder=place, reads=reads, limits=limits, env={})


def simulate_(
    simulation: Simulation,
    folder: Path,
    reads: Sequence[Path],
    tools: Tools,
    *,
    python: Path,
    spared: Sequence[str],
    stop_at_failure: bool,
) -> Ran:
    """Run PROGRAM with its tests.

    Args:
        simulation: what was compiled.
        folder: the judge's.
        reads: what tests and design may read, beside the tools' own.
        tools: what performs it.
        python: the virtual environment that Python takes itself for.
        spared: modules that are slow to import and not needed.
        stop_at_failure: whether the first test that fails is the last that runs.
    """
    cocotb = tools.cocotb
    order = {
        "path": [str(folder / name) for name in simulation.path],
        "packages": [str(path) for path in cocotb.packages],
        "spared": spared,
        "version": cocotb.version,
        "older": simulation.older,
    }
    arguments = ("-none", *simulation.plusargs)
    executable, *rest = simulate(tools.icarus, PROGRAM, arguments).argv
    with Listener(order) as listener:
        outcome = run(
            [executable, f"-m{cocotb.library}", *rest],
            folder=folder / simulation.place,
            reads=[*reads, *tools.icarus.readable, *cocotb.reads, python],
            limits=_with_python(tools.run_limits),
            env=_environment(simulation, cocotb, python, max_failures=int(stop_at_failure)),
            keep_fds=[listener.fd],
        )
        reports = listener.reports()
    log = (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
    return Ran(reports, log, outcome)


def _with_python(limits: Limits) -> Limits:
    return replace(limits, memory_bytes=limits.memory_bytes + _PYTHON_BYTES)


def _environment(
    simulation: Simulation, cocotb: Cocotb, python: Path, *, max_failures: int
) -> Mapping[str, str]:
    """All variables of the simulator; nothing of the judge's own."""
    return {
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "OPENBLAS_NUM_THREADS": "1",  # numpy would start others, which it may not
        **simulation.environment,
        "COCOTB_ANSI_OUTPUT": "0",
        "COCOTB_LOG_LEVEL": "WARNING",
        "COCOTB_MAX_FAILURES": str(max_failures),
        "COCOTB_RANDOM_SEED": str(simulation.seed),
        "COCOTB_TEST_FILTER": simulation.test_filter,
        "COCOTB_TEST_MODULES": ",".join(simulation.modules),
        "COCOTB_TOPLEVEL": simulation.root or simulation.top,
        "GPI_LOG_LEVEL": "WARNING",
        "GPI_USERS": cocotb.users,
        "PYGPI_PYTHON_BIN": str(python / "bin" / "python"),
        "PYGPI_USERS": "verilogeval_regression:start",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": str(python / "inside"),
        "PYTHONUTF8": "1",
    }
