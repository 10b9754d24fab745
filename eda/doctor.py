"""Which tools and libraries are there, and what to do about missing ones."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution

from rich.console import Console

from eda.abc.binary import find_abc
from eda.errors import EdaError
from eda.process import run_tool

PACKAGES = {
    "pyosys": "Yosys and ABC",
    "pyverilog": "structure of Verilog-2005 designs",
    "pyslang": "verilogeval: what a sample could do to its verdict",
    "cocotb": "verilogeval: problems with cocotb tests",
    "jinja2": "verilogeval report",
    "numpy": "everything",
    "pydantic": "everything",
    "click": "everything",
    "rich": "everything",
}


@dataclass(frozen=True)
class Finding:
    """One tool or library: `remedy` says what to do where `found` is false."""

    name: str
    needed_for: str
    required: bool
    found: bool
    version: str
    path: str
    remedy: str


def examine() -> list[Finding]:
    """Look for everything that designs and synthesis need."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _abc(),
        _yosys(),
        _pdk(),
        _shared_memory(),
    ]


def _python() -> Finding:
    return Finding(
        name="python",
        needed_for="everything",
        required=True,
        found=sys.version_info >= (3, 10),
        version=platform.python_version(),
        path=sys.executable,
        remedy="install Python 3.10 or later",
    )


def _package(name: str) -> Finding:
    try:
        found = distribution(name)
        version, path = found.version, str(found.locate_file(""))
    except PackageNotFoundError:
        version, path = "", ""
    return Finding(
        name=name,
        needed_for=PACKAGES[name],
        required=True,
        found=bool(version),
        version=version,
        path=path,
        remedy=f"pip install {name}",
    )


def _abc() -> Finding:
    return tool("abc", "search", lambda: (find_abc().version, str(find_abc().path)))


def _yosys() -> Finding:
    def ask() -> tuple[str, str]:
        code = (
            "from pyosys import libyosys as y; d = y.Design(); print(y.__file__); "
            "y.run_pass('help read_slang', d)"
        )
        answer = run_tool([sys.executable, "-c", code], time_limit=60)
        if answer.returncode != 0 or "Read SystemVerilog" not in answer.output:
            raise EdaError("pip install --force-reinstall 'pyosys>=0.60'")
        return distribution("pyosys").version, answer.output.splitlines()[0].strip()

    return tool("yosys + slang", "reading Verilog and SystemVerilog", ask)


def tool(
    name: str, purpose: str, ask: Callable[[], tuple[str, str]], *, required: bool = True
) -> Finding:
    """A finding from a function that gives version and path, or an error that tells the remedy."""
    try:
        (version, path), remedy = ask(), ""
    except (EdaError, PackageNotFoundError) as error:
        version, path, remedy = "", "", str(error)
    return Finding(
        name=name,
        needed_for=purpose,
        required=required,
        found=bool(version),
        version=version,
        path=path,
        remedy=remedy,
    )


def _pdk() -> Finding:
    root = os.environ.get("PDK_ROOT", "")
    return Finding(
        name="PDK_ROOT",
        needed_for="--liberty sky130, gf180, ihp-sg13g2",
        required=False,
        found=bool(root) and os.path.isdir(root),  # noqa: PTH112 - a text from the environment
        version="",
        path=root,
        remedy="set PDK_ROOT to a folder of open PDKs, or name a .lib file",
    )


def _shared_memory() -> Finding:
    path = "/dev/shm"  # noqa: S108 - looked at, not written to
    free = shutil.disk_usage(path).free if os.access(path, os.W_OK) else 0
    return Finding(
        name="shared memory",
        needed_for="speed: circuits pass between ABC and eda-rl here",
        required=False,
        found=free > 64 * 2**20,
        version=f"{free // 2**20} MiB free",
        path=path,
        remedy="give the container more: docker run --shm-size=1g",
    )


def show(findings: list[Finding]) -> None:
    """Print the findings as a list."""
    out = Console(highlight=False, soft_wrap=True, markup=False)
    for finding in findings:
        mark = "ok" if finding.found else ("MISSING" if finding.required else "absent")
        out.print(f"{mark:8}{finding.name:15}{finding.version}")
        out.print(f"        {'for':15}{finding.needed_for}", style="dim")
        if finding.path:
            out.print(f"        {'at':15}{finding.path}", style="dim")
        if not finding.found:
            out.print(f"        {'remedy':15}{finding.remedy}", style="bold")
