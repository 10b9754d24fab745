"""`eda-rl doctor`."""

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution

import click
from rich.console import Console

from eda.abc.binary import find_abc
from eda.errors import EdaError
from eda.process import run_tool

PACKAGES = ("pyosys", "pyverilog", "numpy", "pydantic", "click", "rich")


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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def doctor(*, as_json: bool) -> int:
    """List every tool and library with version and path, and what to do about missing ones.

    Exit status 3: something required is missing.
    """
    findings = examine()
    healthy = all(finding.found for finding in findings if finding.required)
    if as_json:
        click.echo(json.dumps({"healthy": healthy, "findings": [asdict(f) for f in findings]}))
    else:
        _show(findings)
    return 0 if healthy else 3


def examine() -> list[Finding]:
    """Look for everything that some command uses."""
    return [
        _python(),
        *(_package(name) for name in PACKAGES),
        _abc(),
        _yosys(),
        _icarus(),
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
    purpose = {"pyosys": "Yosys and ABC", "pyverilog": "structure of Verilog-2005 designs"}
    return Finding(
        name=name,
        needed_for=purpose.get(name, "everything"),
        required=True,
        found=bool(version),
        version=version,
        path=path,
        remedy=f"pip install {name}",
    )


def _abc() -> Finding:
    return _tool("abc", "search", lambda: (find_abc().version, str(find_abc().path)))


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

    return _tool("yosys + slang", "reading Verilog and SystemVerilog", ask)


def _tool(name: str, purpose: str, ask: Callable[[], tuple[str, str]]) -> Finding:
    try:
        (version, path), remedy = ask(), ""
    except (EdaError, PackageNotFoundError) as error:
        version, path, remedy = "", "", str(error)
    return Finding(
        name=name,
        needed_for=purpose,
        required=True,
        found=bool(version),
        version=version,
        path=path,
        remedy=remedy,
    )


def _icarus() -> Finding:
    path = shutil.which("iverilog") or ""
    version = ""
    if path:
        first = run_tool([path, "-V"], time_limit=30).output.splitlines()[0]
        version = first.removeprefix("Icarus Verilog version ").strip()
    return Finding(
        name="iverilog",
        needed_for="eda-rl replay --simulate; structure of Verilog-2005 designs",
        required=False,
        found=bool(version),
        version=version,
        path=path,
        remedy="install it from your system's packages: apt-get install iverilog",
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


def _show(findings: list[Finding]) -> None:
    out = Console(highlight=False, soft_wrap=True, markup=False)
    for finding in findings:
        mark = "ok" if finding.found else ("MISSING" if finding.required else "absent")
        out.print(f"{mark:8}{finding.name:15}{finding.version}")
        out.print(f"        {'for':15}{finding.needed_for}", style="dim")
        if finding.path:
            out.print(f"        {'at':15}{finding.path}", style="dim")
        if not finding.found:
            out.print(f"        {'remedy':15}{finding.remedy}", style="bold")
