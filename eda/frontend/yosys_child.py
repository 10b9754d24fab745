"""Runs inside a child process: everything that calls Yosys, since Yosys ends its process on errors.

Started by `eda.frontend.yosys` as a plain script with one argument, a JSON job file. Commands are
passed as argument lists, never as text, so that no name or value from the user can become another
command. What the child finds out goes to the job's `facts` file; errors go to stderr as Yosys
writes them, and to `facts["error"]` where the child itself refuses the design.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # this folder's modules must not hide installed packages
    sys.path.pop(0)

from pyosys import libyosys as ys

Job = dict[str, Any]


class Refused(Exception):
    """The design cannot be used; the text is one line for the user."""


class Yosys:
    """One Yosys design, with commands as argument lists."""

    def __init__(self) -> None:
        self.design = ys.Design()

    def __call__(self, *words: str) -> None:
        """Run one command."""
        ys.Pass.call(self.design, list(words))

    def modules(self) -> list[dict[str, Any]]:
        """Each module's name and cells (name, type, source location), before flattening."""
        return [
            {
                "name": _plain(module.name.str()),
                "box": bool(module.get_blackbox_attribute()),
                "cells": [
                    (_plain(cell.name.str()), _plain(cell.type.str()), _source(cell))
                    for cell in module.cells_.values()
                ],
            }
            for module in self.design.modules_.values()
            if not module.name.str().startswith("$abstract")
        ]


def _plain(name: str) -> str:
    return name[1:] if name.startswith("\\") else name


def _source(cell: Any) -> str:
    return str(cell.get_src_attribute()).split("|", maxsplit=1)[0]


def base_name(name: str) -> str:
    r"""The module's name in the source: `$paramod$1f2e\sub` and `$paramod\sub\W=4` are `sub`."""
    return name.split("\\")[1] if name.startswith("$paramod") and "\\" in name else name


def read_rtl(yosys: Yosys, job: Job) -> str:
    """Read the sources and select the top module; returns its name in Yosys."""
    defines = [word for define in job["defines"] for word in ("-D", define)]
    includes = [word for folder in job["includes"] for word in ("-I", folder)]
    if job["slang"]:
        top = ["--top", job["top"]] if job["top"] else []
        values = [word for name, value in job["params"] for word in ("-G", f"{name}={value}")]
        yosys(
            "read_slang",
            *includes,
            *defines,
            *top,
            *values,
            "--ignore-assertions",
            "--diag-abs-paths",
            *job["files"],
        )
        roots = [
            module
            for module in yosys.design.modules_.values()
            if module.has_attribute(ys.IdString("\\top"))
        ]
        names = [_plain(module.name.str()) for module in roots]
        _one_top(names)
        yosys("hierarchy", "-top", names[0])
        return names[0]
    flags = [f"-D{define}" for define in job["defines"]]
    flags += [f"-I{folder}" for folder in job["includes"]]
    yosys("read_verilog", "-DSYNTHESIS", *(["-defer"] if job["top"] else []), *flags, *job["files"])
    name = str(job["top"] or _find_root(yosys))
    found = {module.name.str() for module in yosys.design.modules_.values()}
    if not {f"\\{name}", f"$abstract\\{name}"} & found:
        known = sorted({_plain(module.removeprefix("$abstract")) for module in found})
        raise Refused(f"no module '{name}': the files have {_listed(known)}")
    values = [word for param in job["params"] for word in ("-chparam", *param)]
    yosys("hierarchy", "-top", name, *values)
    return _plain(yosys.design.top_module().name.str())


def _find_root(yosys: Yosys) -> str:
    modules = yosys.modules()
    used = {base_name(kind) for module in modules for _, kind, _ in module["cells"]}
    roots = [m["name"] for m in modules if not m["box"] and m["name"] not in used]
    if not roots and modules:
        roots = [m["name"] for m in modules if not m["box"]]
    _one_top(roots)
    return str(roots[0])


def _one_top(names: list[str]) -> None:
    if not names:
        raise Refused("no module found")
    if len(names) > 1:
        raise Refused(f"which module is the top? Name one with --top: {_listed(sorted(names))}")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def check_modules(modules: list[dict[str, Any]]) -> None:
    """Refuse instances of modules that nobody defined."""
    known = {module["name"] for module in modules}
    missing = [
        (source, kind, cell)
        for module in modules
        for cell, kind, source in module["cells"]
        if not kind.startswith("$") and kind not in known
    ]
    if missing:
        source, kind, cell = missing[0]
        others = sorted({row[1] for row in missing} - {kind})
        more = f" (also undefined: {_listed(others)})" if others else ""
        raise Refused(f"{_at(source)}module '{kind}' of instance '{cell}' is not defined{more}")


def _at(source: str) -> str:
    """The `file:line: ` of a Yosys source attribute such as `a.v:3.1-4.2`, or nothing."""
    file, _, position = source.rpartition(":")
    return f"{file}:{position.split('.')[0]}: " if file else ""


def check_memories(yosys: Yosys, limit: int) -> None:
    """Refuse memories of more bits than `limit`."""
    for module in yosys.design.modules_.values():
        for cell in module.cells_.values():
            if cell.type.str() not in ("$mem", "$mem_v2"):
                continue
            words, width = (
                cell.getParam(ys.IdString(name)).as_int() for name in ("\\SIZE", "\\WIDTH")
            )
            if words * width > limit:
                name = cell.getParam(ys.IdString("\\MEMID")).decode_string().lstrip("\\")
                raise Refused(
                    f"{_at(_source(cell))}memory '{name}' has {words} words of {width} bits = "
                    f"{words * width} bits; above --max-memory-bits {limit} memories are not "
                    "turned into registers: raise it, or make the memory a black box"
                )


def check_tristates(yosys: Yosys) -> None:
    """Refuse what two-valued logic cannot say: inout ports and tri-state drivers."""
    top = yosys.design.top_module()
    for wire in top.wires_.values():
        if wire.port_input and wire.port_output:
            raise Refused(
                f"inout port '{_plain(wire.name.str())}' is not supported: "
                "split it into an input, an output and an enable"
            )
    for cell in top.cells_.values():
        if cell.type.str() in ("$tribuf", "$_TBUF_"):
            raise Refused(
                f"{_at(_source(cell))}tri-state driver of an output port is not "
                "supported: split it into a value and an enable"
            )


def coarse(yosys: Yosys, max_memory_bits: int) -> None:
    """From processes to a flat module of word-level cells, registers and no memories.

    As Yosys's own `synth`, without `fsm` (it renames state registers) and `share`.
    """
    yosys("proc")
    for kind in ("-unset", "keep_hierarchy"), ("-mod", "-unset", "keep_hierarchy"):
        yosys("setattr", *kind)
    yosys("chformal", "-remove")
    yosys("delete", "*/t:$print", "*/t:$scopeinfo")
    yosys("flatten", "-noscopeinfo")
    yosys("tribuf", "-logic")
    check_tristates(yosys)
    yosys("check")  # its warning of conflicting drivers ends the front end
    yosys("opt_expr")
    yosys("opt_clean")
    yosys("opt", "-nodffe", "-nosdff")
    for name in ("wreduce", "peepopt", "opt_clean", "alumacc", "opt", "memory -nomap"):
        yosys(*name.split())
    yosys("opt_clean")
    check_memories(yosys, max_memory_bits)
    yosys("opt", "-fast", "-full")
    yosys("memory_map")
    yosys("opt", "-full")


def registers(yosys: Yosys, job: Job) -> None:
    """Turn flip-flops and latches into the kinds that the library has, without mapping them."""
    groups = {"flops": ("t:$_DFF*", "t:$_SDFF*", "t:$_ALDFF*"), "latches": ("t:$_DLATCH*",)}
    for group, patterns in groups.items():
        cells = [word for kind in job["cells"][group] for word in ("-cell", kind, "01")]
        if cells:
            yosys("dfflegalize", *cells, *patterns)


def rtl(job: Job, facts: Job) -> None:
    """RTL (or a netlist with latches) to a flat module of ANDs, inverters and registers."""
    yosys = Yosys()
    if job["format"] == "rtl":
        facts["top"] = base_name(read_rtl(yosys, job))
    else:
        read_sequential(yosys, job)
    modules = yosys.modules()
    facts["modules"] = [
        {
            **module,
            "base": base_name(module["name"]),
            "cells": [
                (name, base_name(kind))
                for name, kind, _ in module["cells"]
                if not kind.startswith("$") or kind.startswith("$paramod")
            ],
        }
        for module in modules
    ]
    check_modules(modules)
    yosys("hierarchy", "-check")
    coarse(yosys, job["max_memory_bits"])
    yosys("techmap")
    yosys("opt", "-fast")
    yosys("opt_clean", "-purge")
    registers(yosys, job)
    yosys("opt", "-fast", "-nodffe", "-nosdff")
    registers(yosys, job)  # the optimisation may have made a kind that the library lacks
    yosys("techmap")
    yosys("setundef", "-undriven", "-zero")
    yosys("aigmap")
    yosys("opt_clean")
    yosys("setattr", "-unset", "src", "t:$_AND_", "t:$_NOT_")
    yosys("delete", "=*/t:$scopeinfo")
    yosys("write_json", "-noscopeinfo", job["json"])


def read_sequential(yosys: Yosys, job: Job) -> None:
    """A BLIF or AIGER file with latches."""
    if job["format"] == "blif":
        yosys("read_blif", "-sop", job["files"][0])
        yosys("hierarchy", "-auto-top")
    else:
        yosys("read_aiger", "-module_name", job["top"], "-clk_name", job["clock"], job["files"][0])
        yosys("hierarchy", "-top", job["top"])


def cells(job: Job, facts: Job) -> None:
    """The library: what each cell computes, and which cells its registers map to."""
    yosys = Yosys()
    ys.Pass.call(
        yosys.design,
        [
            "tee",
            "-q",
            "-o",
            job["info"],
            "dfflibmap",
            "-info",
            *(word for pattern in job["dont_use"] for word in ("-dont_use", pattern)),
            "-liberty",
            job["library"],
        ],
    )
    yosys("read_liberty", "-ignore_miss_func", "-ignore_miss_data_latch", job["library"])
    yosys("proc")
    yosys("techmap")
    yosys("opt_clean")
    yosys("aigmap")
    yosys("write_json", job["json"])
    facts["cells"] = len(yosys.design.modules_)


def netlist(job: Job, facts: Job) -> None:
    """A mapped netlist, as it is on disk."""
    yosys = Yosys()
    yosys("read_verilog", job["files"][0])
    facts["modules"] = [_plain(module.name.str()) for module in yosys.design.modules_.values()]
    yosys("write_json", job["json"])


def models(job: Job, facts: Job) -> None:
    """Verilog models of library cells for a simulator."""
    yosys = Yosys()
    yosys("read_liberty", "-ignore_miss_func", "-ignore_miss_data_latch", job["library"])
    facts["cells"] = len(yosys.design.modules_)
    wanted = set(job["wanted"])
    for name in [module.name.str() for module in yosys.design.modules_.values()]:
        if _plain(name) not in wanted:
            yosys("delete", name)
    yosys("write_verilog", "-noattr", job["verilog"])


def elaborate(job: Job, facts: Job) -> None:
    """The RTL after elaboration, as Verilog that a simulator of less language can read."""
    yosys = Yosys()
    facts["top"] = base_name(read_rtl(yosys, job))
    yosys("proc")
    yosys("flatten", "-noscopeinfo")
    yosys("chformal", "-remove")
    yosys("delete", "*/t:$print", "*/t:$scopeinfo")
    yosys("opt_clean")
    yosys("rename", "-top", facts["top"])
    yosys("write_verilog", "-noattr", job["verilog"])


_WIDTHS = ("A_WIDTH", "B_WIDTH", "Y_WIDTH", "WIDTH", "S_WIDTH", "ABITS")


def words(job: Job, facts: Job) -> None:
    """How many cells of which kind and widths each design has, a line of JSON for each."""
    for design in job["designs"]:
        yosys = Yosys()
        try:
            read_rtl(yosys, design)
        except Refused:
            counted: Counter[tuple[str, tuple[int, ...]]] = Counter()
        else:
            yosys("proc")
            yosys("flatten", "-noscopeinfo")
            yosys("opt", "-nodffe", "-nosdff")
            yosys("wreduce")
            yosys("opt_clean")
            counted = Counter(
                (cell.type.str(), tuple(_number(cell, name) for name in _WIDTHS))
                for module in yosys.design.modules_.values()
                for cell in module.cells_.values()
            )
        with Path(job["counted"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps([(*key, count) for key, count in counted.items()]) + "\n")
    facts["designs"] = len(job["designs"])


def _number(cell: Any, name: str) -> int:
    parameter = ys.IdString(f"\\{name}")
    return int(cell.getParam(parameter).as_int()) if cell.hasParam(parameter) else 0


JOBS = {
    "rtl": rtl,
    "cells": cells,
    "netlist": netlist,
    "models": models,
    "elaborate": elaborate,
    "words": words,
}


def main(path: str) -> int:
    """Run the job in file `path`; the exit status is 0 when it was done."""
    job = json.loads(Path(path).read_text(encoding="utf-8"))
    facts: Job = {}
    status = 0
    try:
        JOBS[job["job"]](job, facts)
    except Refused as error:
        facts["error"] = str(error)
        status = 1
    Path(job["facts"]).write_text(json.dumps(facts), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
