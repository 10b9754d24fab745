"""Verilog, SystemVerilog, and netlists with latches, through Yosys."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eda.errors import InputError
from eda.frontend.cut import Cut, cut
from eda.frontend.flat import decode_module, load_modules, undo_derivation
from eda.frontend.library import CellLibrary, register_doubts
from eda.frontend.registers import parse_kind
from eda.frontend.source import Source
from eda.frontend.staging import Stage, check_defines, check_params
from eda.frontend.yosys import Deadline, run_yosys

RTL = frozenset({".v", ".vh", ".sv", ".svh"})  # what names Verilog and SystemVerilog
# without a library's registers: what every kind can be made of, and what most libraries have
GENERIC = {
    "flops": (
        "$_DFF_P_",
        "$_DFF_N_",
        "$_DFF_P??_",
        "$_DFF_N??_",
        "$_DFFSR_PPP_",
        "$_DFFSR_NPP_",
        "$_ALDFF_PP_",
        "$_ALDFF_NP_",
    ),
    "latches": ("$_DLATCH_P_", "$_DLATCH_N_", "$_DLATCH_P??_", "$_DLATCHSR_PPP_"),
}
# what any flip-flop or latch can be made of, and what those that load another signal need
GENERAL = {"flops": ["$_DFFSR_PPP_"], "latches": ["$_DLATCHSR_PPP_"]}
LOADING = {"flops": ["$_DFFSR_PPP_", "$_ALDFF_PP_"], "latches": ["$_DLATCHSR_PPP_"]}
_CONFLICT = re.compile(r"multiple conflicting drivers for (\S+?):")
_MAX_WARNINGS = 20
_UNMAPPABLE = re.compile(r"cannot be legalized|unmappable")


@dataclass(frozen=True)
class Elaborated:
    """A design after Yosys: the cut, what Yosys said of its modules, and warnings."""

    cut: Cut
    facts: dict[str, Any]
    warnings: tuple[str, ...]


def rtl_job(source: Source, stage: Stage) -> dict[str, Any]:
    """The settings of a Yosys child that reads the user's RTL.

    Raises:
        InputError: a file, folder, macro or parameter cannot be used.
    """
    check_defines(source.defines)
    check_params(source.params)
    suffixes = {design_suffix(file) for file in source.files}
    files = [file for file in source.files if design_suffix(file) not in (".vh", ".svh")]
    if not files:
        raise InputError(f"{source.files[0]}: only header files are given: name a .v or .sv file")
    headers = {str(stage.file(file).parent) for file in source.files if file not in files}
    folders = [str(stage.directory(folder)) for folder in source.include_dirs]
    beside = {str(stage.directory(file.absolute().parent)) for file in files}
    slang = bool(suffixes & {".sv", ".svh"})
    return {
        "format": "rtl",
        "slang": slang,
        "files": [str(stage.file(file)) for file in files],
        "top": source.top,
        "defines": list(source.defines),
        "includes": [*folders, *sorted(headers), *sorted(beside)],
        "params": [
            (name, value if slang else _yosys_number(value)) for name, value in source.params
        ],
    }


def _yosys_number(value: str) -> str:
    """Yosys reads no minus sign in a parameter."""
    return f"32'sb{int(value) & (2**32 - 1):032b}" if value.startswith("-") else value


def design_suffix(path: Path) -> str:
    """The suffix that says the format, without `.gz`, in lower case."""
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return plain.suffix.lower()


def is_rtl(source: Source) -> bool:
    """Whether a design is Verilog or SystemVerilog."""
    return {design_suffix(file) for file in source.files} <= RTL


def elaborate(
    job: dict[str, Any],
    source: Source,
    stage: Stage,
    library: CellLibrary | None,
    *,
    workdir: Path,
    deadline: Deadline,
) -> Elaborated:
    """Run Yosys on `job` and cut what it leaves.

    Raises:
        InputError: the user's files are wrong, or hold what is not supported.
        ToolError: Yosys failed, or needs more time or memory than it is given.
    """
    netlist = workdir / "flat.json"
    job = {
        **job,
        "job": "rtl",
        "max_memory_bits": source.max_memory_bits,
        "json": str(netlist),
    }
    warnings = []
    targets = _targets(library)
    for attempt, kinds in enumerate(targets, 1):
        try:
            answer = run_yosys(
                {**job, "cells": kinds},
                workdir=workdir,
                time_limit=deadline.left(),
                memory_limit=source.memory_limit,
                stage=stage,
            )
            break
        except InputError as error:
            if attempt == len(targets) or not _UNMAPPABLE.search(str(error)):
                raise
    _refuse_conflicts(answer.warnings, source.files[0])
    modules = load_modules(netlist)
    undo_derivation(modules)
    name = next(n for n, module in modules.items() if int(module["attributes"].get("top", "0"), 2))
    flat = decode_module(name, modules[name])
    cells = library.registers if library else {}
    doubts = (
        {
            kind: register_doubts(cells[kind], library)
            for kind in {cell.kind for cell in flat.cells} & set(cells)
        }
        if library
        else {}
    )
    held_off = frozenset(k for k, text in doubts.items() if text and "set and reset" in text)
    result = cut(flat, answer.facts.get("top", job["top"]), cells, held_off)
    warnings += [text for kind, text in doubts.items() if text and kind not in held_off]
    warnings += _register_warnings(result, library)
    return Elaborated(result, answer.facts, (*warnings, *_few(answer.warnings)))


def _refuse_conflicts(warnings: tuple[str, ...], file: Path) -> None:
    """Two drivers of a net would be joined, and the netlist proved against the joined design."""
    for warning in warnings:
        match = _CONFLICT.search(warning)
        if match:
            raise InputError(f"{file}: '{match[1]}' has more than one driver")


def _targets(library: CellLibrary | None) -> list[dict[str, list[str]]]:
    """The register kinds to turn the design's into, by group; four attempts.

    The library's own; with the most general kinds added, which stay generic; all generic.
    """
    generic = {group: list(kinds) for group, kinds in GENERIC.items()}
    if library is None:
        return [generic]
    own: dict[str, list[str]] = {"flops": [], "latches": []}
    for name in library.registers:
        kind = parse_kind(name)
        if kind is not None:
            own["latches" if kind.is_latch else "flops"].append(name)
    own = {group: kinds or generic[group] for group, kinds in own.items()}
    more = [
        {group: kinds + added[group] for group, kinds in own.items()}
        for added in (GENERAL, LOADING)
    ]
    return [own, *more, generic]


def _register_warnings(result: Cut, library: CellLibrary | None) -> list[str]:
    registers = result.shell.registers
    warnings = []
    generic = [reg for reg in registers if reg.kind not in result.shell.cells]
    if generic and library is not None:
        kinds = ", ".join(sorted({register.kind for register in generic}))
        warnings.append(
            f"the library has no cell for {len(generic)} registers ({kinds}): they stay generic, "
            "without area"
        )
    initial = sum(1 for register in registers if register.initial)
    if initial:
        warnings.append(
            f"{initial} registers have a value at power-up, which library cells do not keep: "
            "reset them instead"
        )
    return warnings


def _few(warnings: tuple[str, ...]) -> tuple[str, ...]:
    if len(warnings) <= _MAX_WARNINGS:
        return warnings
    return (*warnings[:_MAX_WARNINGS], f"and {len(warnings) - _MAX_WARNINGS} more warnings")
