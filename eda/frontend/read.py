"""Reads a design of any supported format."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.errors import InputError
from eda.frontend import formats
from eda.frontend.library import CellLibrary, load_library
from eda.frontend.registers import parse_kind
from eda.frontend.rtl import RTL, Elaborated, design_suffix, elaborate, is_rtl, rtl_job
from eda.frontend.shell import Shell
from eda.frontend.source import Design, ModuleFacts, PortFacts, Source, Summary
from eda.frontend.staging import Stage, check_file, read_bytes
from eda.frontend.structure import read_structure
from eda.frontend.yosys import Deadline

_NETLISTS = {".aig": "AIGER", ".aag": "AIGER", ".blif": "BLIF", ".bench": "BENCH"}


def read_design(source: Source, *, library: Path | None, workdir: Path, abc: AbcBinary) -> Design:
    """Read a design and cut it into combinational core and shell.

    Args:
        source: the user's files and settings.
        library: liberty file, not compressed, whose registers to use; None keeps generic ones.
        workdir: folder for intermediate files; made if it is absent.
        abc: reads BLIF and BENCH.

    Raises:
        InputError: the input is wrong or not supported; one line with file and line.
        ToolError: a tool is missing, failed, or needs more time or memory than the limits.
    """
    kinds = _check(source)
    workdir.mkdir(parents=True, exist_ok=True)
    deadline = Deadline(source.time_limit)
    if is_rtl(source):
        return _read_rtl(source, library, workdir, deadline)
    path, kind = source.files[0], kinds.pop()
    name = path.name.split(".")[0] or "top"
    if _NETLISTS[kind] == "AIGER":
        aig = formats.read_aiger(path)
        if not aig.header.latches:
            return _combinational(name, aig, kind)
        return _latched_aiger(source, aig, name, library, workdir=workdir, deadline=deadline)
    data = read_bytes(path)
    formats.check_blif(path, data)
    limits: dict[str, Any] = {
        "workdir": workdir,
        "abc": abc,
        "deadline": deadline,
        "memory_limit": source.memory_limit,
    }
    if kind == ".bench" and b"DFF" in data.upper():
        data, _ = formats.convert(data, path, to="blif", **limits)
    if formats.is_sequential_blif(data):
        formats.convert(data, path, to="blif", **limits)  # ABC's verdict on the file
        return _latched_blif(
            source, data, name, library, kind=kind, workdir=workdir, deadline=deadline
        )
    text, warnings = formats.convert(data, path, to="aig", **limits)
    return _combinational(name, aiger.parse(text), kind, warnings)


def _check(source: Source) -> set[str]:
    if not source.files:
        raise InputError("no input file")
    known = ", ".join(sorted(RTL | set(_NETLISTS)))
    for file in source.files:
        if design_suffix(file) not in RTL | set(_NETLISTS):
            raise InputError(f"{file}: unknown format: expected {known}, each also with .gz")
        check_file(file)
    kinds = {design_suffix(file) for file in source.files}
    if not is_rtl(source):
        if len(source.files) > 1:
            raise InputError(f"{source.files[1]}: a netlist format is read as one file alone")
        if source.params or source.defines:
            raise InputError(f"{source.files[0]}: defines and parameters are for Verilog only")
    return kinds


def _combinational(name: str, aig: aiger.Aig, kind: str, warnings: tuple[str, ...] = ()) -> Design:
    shell = formats.combinational_shell(name, aig)
    elements = [port.name for port in shell.ports]
    inputs = aig.header.inputs
    summary = Summary(
        language=_NETLISTS[kind],
        read_by="eda-rl" if _NETLISTS[kind] == "AIGER" else "abc",
        structure_from="none",
        modules=(ModuleFacts(name),),
        ports=_port_facts(shell),
        warnings=warnings,
    )
    return Design(
        name,
        formats.core_of(aig),
        tuple(elements[:inputs]),
        tuple(elements[inputs:]),
        0,
        0,
        (),
        shell.encode(),
        summary,
    )


def _latched_aiger(
    source: Source,
    aig: aiger.Aig,
    name: str,
    library: Path | None,
    *,
    workdir: Path,
    deadline: Deadline,
) -> Design:
    names = {*aig.input_names.values(), *aig.latch_names.values(), *aig.output_names.values()}
    clock = formats.unused_name(names, "clk")
    path = workdir / "given.aig"
    path.write_bytes(aiger.write(_named(aig)))
    job = {"format": "aiger", "files": [str(path)], "top": name, "clock": clock}
    return _read_netlist(
        source, job, library, language="AIGER", clock=clock, workdir=workdir, deadline=deadline
    )


def _named(aig: aiger.Aig) -> aiger.Aig:
    """Give every input, latch and output a name, so that Yosys invents none."""
    taken: set[str] = set()
    tables = []
    rows = (
        (aig.input_names, "pi", aig.header.inputs),
        (aig.latch_names, "state", aig.header.latches),
        (aig.output_names, "po", aig.header.outputs),
    )
    for known, prefix, count in rows:
        table = {}
        for position in range(count):
            table[position] = formats.unused_name(taken, known.get(position, f"{prefix}{position}"))
            taken.add(table[position])
        tables.append(table)
    return replace(aig, input_names=tables[0], latch_names=tables[1], output_names=tables[2])


def _latched_blif(
    source: Source,
    data: bytes,
    name: str,
    library: Path | None,
    *,
    kind: str,
    workdir: Path,
    deadline: Deadline,
) -> Design:
    text, clock = formats.clocked_blif(data)
    path = workdir / "clocked.blif"
    path.write_bytes(text)
    job = {"format": "blif", "files": [str(path)], "top": name}
    return _read_netlist(
        source,
        job,
        library,
        language=_NETLISTS[kind],
        clock=clock,
        workdir=workdir,
        deadline=deadline,
    )


def _read_netlist(
    source: Source,
    job: dict[str, Any],
    library: Path | None,
    *,
    language: str,
    clock: str | None,
    workdir: Path,
    deadline: Deadline,
) -> Design:
    stage = Stage(workdir, {job["files"][0]: str(source.files[0])})
    cells = _library(library, source, workdir, deadline)
    result = elaborate(job, source, stage, cells, workdir=workdir, deadline=deadline)
    warnings = result.warnings
    if clock:
        warnings = (f"the file's latches have no clock: input '{clock}' is added", *warnings)
    modules = (ModuleFacts(result.cut.shell.top),)
    return _design(
        result,
        language=language,
        read_by="yosys",
        structure_from="none",
        modules=modules,
        warnings=warnings,
    )


def _library(
    path: Path | None, source: Source, workdir: Path, deadline: Deadline
) -> CellLibrary | None:
    if path is None:
        return None
    return load_library(
        path, workdir=workdir, time_limit=deadline.left(), memory_limit=source.memory_limit
    )


def _read_rtl(source: Source, library: Path | None, workdir: Path, deadline: Deadline) -> Design:
    stage = Stage(workdir)
    job = rtl_job(source, stage)
    with ThreadPoolExecutor(1) as pool:
        structure = None
        if not job["slang"]:
            structure = pool.submit(
                read_structure,
                job,
                workdir=workdir,
                time_limit=min(20.0, deadline.left()),
                memory_limit=source.memory_limit,
            )
        cells = _library(library, source, workdir, deadline)
        result = elaborate(job, source, stage, cells, workdir=workdir, deadline=deadline)
        modules, reason = structure.result() if structure else ((), None)
    warnings = result.warnings
    if reason:
        warnings = (*warnings, f"the summary's structure is from Yosys: {stage.restore(reason)}")
    origin = "pyverilog" if modules else "yosys"
    modules = _reachable(modules or _yosys_modules(result.facts), result.cut.shell.top)
    language = "SystemVerilog" if job["slang"] else "Verilog"
    read_by = "yosys + slang" if job["slang"] else "yosys"
    return _design(
        result,
        language=language,
        read_by=read_by,
        structure_from=origin,
        modules=modules,
        warnings=warnings,
    )


def _yosys_modules(facts: dict[str, Any]) -> tuple[ModuleFacts, ...]:
    found: dict[str, ModuleFacts] = {}
    for row in facts["modules"]:
        instances = tuple((cell, kind) for cell, kind in row["cells"])
        found.setdefault(row["base"], ModuleFacts(row["base"], instances))
    return tuple(found.values())


def _reachable(modules: tuple[ModuleFacts, ...], top: str) -> tuple[ModuleFacts, ...]:
    """The modules that `top` uses, in order of first use."""
    by_name = {module.name: module for module in modules}
    ordered: dict[str, None] = {}
    waiting = [top]
    while waiting:
        name = waiting.pop(0)
        if name in by_name and name not in ordered:
            ordered[name] = None
            waiting.extend(kind for _, kind in by_name[name].instances)
    return tuple(by_name[name] for name in ordered)


def _port_facts(shell: Shell) -> tuple[PortFacts, ...]:
    return tuple(PortFacts(port.name, port.direction, len(port.bits)) for port in shell.ports)


def _design(
    result: Elaborated,
    *,
    language: str,
    read_by: str,
    structure_from: str,
    modules: tuple[ModuleFacts, ...],
    warnings: tuple[str, ...],
) -> Design:
    shell = result.cut.shell
    kinds = Counter(register.kind for register in shell.registers)
    parsed = {name: parse_kind(name) for name in kinds}
    latches = sum(count for name, count in kinds.items() if (k := parsed[name]) and k.is_latch)
    sources = {net: str(endpoint) for net, endpoint in shell.sources()}
    nets = {register.pins.get("C") for register in shell.registers}
    clocks = {
        shell.names.get(net) or sources.get(net, f"net {net}")
        for net in nets
        if isinstance(net, int)
    }
    summary = Summary(
        language=language,
        read_by=read_by,
        structure_from=structure_from,
        modules=modules,
        ports=_port_facts(shell),
        registers=tuple(sorted(kinds.items())),
        clocks=tuple(sorted(clocks)),
        warnings=warnings,
    )
    return Design(
        shell.top,
        result.cut.core,
        result.cut.input_names,
        result.cut.output_names,
        kinds.total() - latches,
        latches,
        tuple(box.kind for box in shell.boxes),
        shell.encode(),
        summary,
    )
