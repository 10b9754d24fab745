"""Learns from the `iverilog` driver itself what it passes to its preprocessor and its compiler.

The driver writes temporary files and starts both programs through a shell, at a price: a third of
a usual compilation. Its environment variable IVERILOG_ICONFIG keeps the files, and -v prints the
command, so one run tells all, whatever the version.
"""

import os
import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eda.errors import ToolError
from eda.process import run_tool

_VERSION = re.compile(r"^Icarus Verilog version (\S+.*?)\s*(?:\(\))?\s*$", re.MULTILINE)
_COMMAND = re.compile(r"^translate: (.*?/ivlpp .*?)\| ?(.*/ivl .*)$", re.MULTILINE)
_PROBE_TIME_LIMIT_S = 60


@dataclass(frozen=True)
class Probe:
    """What the driver does with one set of flags.

    Attributes:
        version: as the driver prints it, such as "12.0 (stable)".
        preprocessor: command of `ivlpp`, without the files that it is given.
        definitions: text of the file with its macros and include folders (`-F`).
        compiler: command of `ivl`, without the text to compile and without the configuration of
            the single compilation (`-C`).
        configuration: text of that configuration, without names of tops and of the output.
        base: folder of ivl, ivlpp and the code generators.
        modules: folder of the VPI modules that every program loads.
    """

    version: str
    preprocessor: tuple[str, ...]
    definitions: str
    compiler: tuple[str, ...]
    configuration: str
    base: Path
    modules: Path


def probe(iverilog: Path, flags: Sequence[str] = ()) -> Probe:
    """Run the driver on an empty module and tell what it did.

    Args:
        iverilog: the driver.
        flags: any that are for compilation: language generation, warnings.

    Raises:
        ToolError: it does not answer as Icarus Verilog 11 to 13 do.
    """
    with tempfile.TemporaryDirectory(prefix="eda-rl-icarus-") as name:
        folder = Path(name)
        (folder / "probe.v").write_text("module probe; endmodule\n", "ascii")
        kept = folder / "configuration.txt"
        places = dict.fromkeys(("TMP", "TMPDIR", "TEMP"), name)
        answer = run_tool(
            [str(iverilog), *flags, "-v", "-o", "probe.vvp", "probe.v"],
            time_limit=_PROBE_TIME_LIMIT_S,
            cwd=folder,
            env={**os.environ, **places, "IVERILOG_ICONFIG": str(kept)},
        )
        if answer.returncode != 0 or not (folder / "probe.vvp").exists():
            reason = answer.output.strip().splitlines() or ["no message"]
            raise ToolError(f"{iverilog} cannot compile an empty module: {reason[-1]}")
        version, command = _VERSION.search(answer.output), _COMMAND.search(answer.output)
        if version is None or command is None or not kept.exists():
            raise ToolError(f"{iverilog} does not answer as Icarus Verilog 11 to 13 do")
        return _read(version[1], shlex.split(command[1]), shlex.split(command[2]), kept)


def _read(version: str, preprocess: list[str], compile_: list[str], kept: Path) -> Probe:
    lines = kept.read_text("utf-8").splitlines()
    value = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    definitions = next(word[2:] for word in preprocess if word.startswith("-F"))
    # Without a path to it, vhdlpp is never run; no Verilog source can tell the difference.
    defined = [
        line
        for line in Path(definitions).read_text("utf-8").splitlines()
        if not line.startswith("vhdlpp")
    ]
    # Those that belong to one compilation. With the command line "ivlpp", ivl would preprocess by
    # itself, through a shell, whatever does not come on its standard input.
    single = ("out:", "root:", "ivlpp:")
    return Probe(
        version=version,
        preprocessor=_without(preprocess, "-v", "-F", "-f", "-p"),
        definitions="".join(f"{line}\n" for line in defined),
        compiler=_without(compile_[: compile_.index("--")], "-v", f"-C{kept}"),
        configuration="".join(f"{line}\n" for line in lines if not line.startswith(single)),
        base=Path(value["basedir"]),
        modules=Path(value["module"]).parent,
    )


def _without(command: list[str], *prefixes: str) -> tuple[str, ...]:
    return tuple(word for word in command if not word.startswith(prefixes))
