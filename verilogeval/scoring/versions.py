"""What decides verdicts beside problem and sample: the versions and settings."""

import platform
from importlib.metadata import version

from verilogeval.icarus.find import Icarus

#: Raised with every change of this package that can change a verdict.
HARNESS = 3
_PACKAGES = ("eda-rl", "pyslang", "cocotb")


def tool_versions(icarus: Icarus) -> dict[str, str]:
    """Versions by name, for the record."""
    return {
        **{package: version(package) for package in _PACKAGES},
        "iverilog": icarus.version_text,
        "python": platform.python_version(),
    }


def verdict_versions(
    icarus: Icarus, *, official: bool, max_mismatches: int, time_limit_s: float, memory_mib: int
) -> str:
    """One text that differs wherever the same source could get another verdict."""
    settings = f"{official} {max_mismatches} {time_limit_s} {memory_mib}"
    return f"{golden_versions(icarus)} {settings}"


def golden_versions(icarus: Icarus) -> str:
    """The same for what golden sources tell, which does not depend on settings."""
    tools = " ".join(version(package) for package in _PACKAGES[1:])
    return f"{HARNESS} {icarus.sha256} {tools}"
