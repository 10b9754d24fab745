"""Which simulator and which isolation judge samples here."""

from eda.doctor import Finding, tool
from verilogeval.cocotb_judge.installation import python_library
from verilogeval.icarus.find import find_icarus
from verilogeval.sandbox.run import isolation


def examine() -> list[Finding]:
    """Look for what judging needs."""
    return [
        tool("iverilog", _PURPOSE, _icarus, required=False),
        tool("libpython", "verilogeval: problems with cocotb tests", _libpython, required=False),
        _sandbox(),
    ]


_PURPOSE = "verilogeval; replay --simulate; structure of Verilog-2005 designs"


def _icarus() -> tuple[str, str]:
    found = find_icarus()
    published = "" if found.version[0] == 12 else " (published results are from 12: make icarus)"
    return f"{found.version_text}{published}", str(found.iverilog)


def _libpython() -> tuple[str, str]:
    path = python_library()
    return path.name, str(path)


def _sandbox() -> Finding:
    found = isolation()
    return Finding(
        name="sandbox",
        needed_for="verilogeval: keeping samples from files, network and each other",
        required=False,
        found=found.strong,
        version=found.describe(),
        path="",
        remedy=found.remedy(),
    )
