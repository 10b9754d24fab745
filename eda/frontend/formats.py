"""AIGER, BLIF and BENCH files: netlists without a language front end."""

import re
from dataclasses import replace
from pathlib import Path

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.errors import InputError
from eda.frontend.flat import Port
from eda.frontend.shell import Shell
from eda.frontend.staging import read_bytes
from eda.frontend.yosys import Deadline, one_line
from eda.process import run_tool

_LATCH = re.compile(rb"^\s*\.latch\s", re.MULTILINE)
_MAPPED = re.compile(rb"^\s*\.(gate|mlatch)\s", re.MULTILINE)
_ABC_ERROR = re.compile(r"^.*(?:rror|annot|ailed|ot |Line \d+|line \d+).*$", re.MULTILINE)


def read_aiger(path: Path) -> aiger.Aig:
    """Parse `.aig` or `.aag`.

    Raises:
        InputError: with the file and where it is wrong.
    """
    try:
        return aiger.parse(read_bytes(path))
    except aiger.AigerError as error:
        raise InputError(f"{path}: {error}") from error


def core_of(aig: aiger.Aig) -> bytes:
    """The circuit without names."""
    return aiger.write(replace(aig, input_names={}, latch_names={}, output_names={}))


def is_sequential_blif(data: bytes) -> bool:
    """Whether a BLIF file has latches."""
    return bool(_LATCH.search(data))


def check_blif(path: Path, data: bytes) -> None:
    """Refuse mapped BLIF files: their gates mean nothing without their library."""
    mapped = _MAPPED.search(data)
    if mapped:
        line = data.count(b"\n", 0, mapped.start(1)) + 1
        raise InputError(f"{path}:{line}: a mapped BLIF file (.gate) cannot be read")


def convert(
    data: bytes,
    path: Path,
    *,
    to: str,
    workdir: Path,
    abc: AbcBinary,
    deadline: Deadline,
    memory_limit: int,
) -> tuple[bytes, tuple[str, ...]]:
    """Convert a BLIF or BENCH file with ABC.

    Args:
        data: the file's contents.
        path: the user's name for it.
        to: "aig", with symbols, or "blif".
        workdir: folder for the files.
        abc: converts.
        deadline: what is left of the time limit.
        memory_limit: bytes.

    Returns: the result, and ABC's warnings.

    Raises:
        InputError: ABC leaves no result, which is how it says that the file is wrong.
    """
    kind = "bench" if b"INPUT(" in data[:100000].upper().replace(b" ", b"") else "blif"
    given, result = workdir / f"given.{kind}", workdir / f"converted.{to}"
    given.write_bytes(data)
    result.unlink(missing_ok=True)
    write = "strash; write_aiger -s" if to == "aig" else "write_blif"
    done = run_tool(
        [str(abc.path), "-s", "-c", f"read_{kind} {given.name}; {write} {result.name}"],
        cwd=workdir,
        time_limit=deadline.left(),
        memory_limit=memory_limit,
    )
    text = done.output.replace(given.name, str(path))
    if done.returncode != 0 or not result.exists() or not result.stat().st_size:
        found = _ABC_ERROR.search(re.sub(r"\x1b\[[0-9;]*m", "", text))
        reason = one_line(found[0]) if found else "not a file that ABC reads"
        line = re.search(r"[Ll]ine (\d+)", reason)
        place = f"{path}:{line[1]}" if line else f"{path}"
        raise InputError(f"{place}: {reason.removeprefix(str(path)).lstrip(': ')}")
    warnings = re.findall(r"^Warning: (.*(?::\n.*)?)$", text, re.MULTILINE)
    return result.read_bytes(), tuple(one_line(warning) for warning in warnings[:20])


def clocked_blif(data: bytes) -> tuple[bytes, str | None]:
    """Give a clock to the latches of a BLIF file that name none.

    Returns: the file, and the name of the added clock input, or None if none was needed.
    """
    text = re.sub(r"\\\r?\n", " ", data.decode("utf-8", "replace"))
    words = set(text.split())
    clock, number = "clk", 1
    while clock in words:
        number += 1
        clock = f"clk_{number}"
    lines, needed = [], False
    for line in text.splitlines():
        fields = line.split("#")[0].split()
        if fields[:1] == [".latch"] and len(fields) in (3, 4):
            initial = fields[3:]
            line = " ".join([*fields[:3], "re", clock, *initial])  # noqa: PLW2901
            needed = True
        lines.append(line)
    if needed:
        at = next((i for i, line in enumerate(lines) if line.split()[:1] == [".inputs"]), None)
        lines.insert(at + 1 if at is not None else 1, f".inputs {clock}")
    return ("\n".join(lines) + "\n").encode(), clock if needed else None


def unused_name(taken: set[str], wanted: str) -> str:
    """`wanted`, or with a number behind it if it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def combinational_shell(name: str, aig: aiger.Aig) -> Shell:
    """Ports around a circuit without registers, one bit each."""
    taken: set[str] = set()
    ports: list[Port] = []
    inputs: list[int] = []
    outputs: list[int] = []
    names: dict[int, str] = {}
    rows = [("input", "pi", aig.input_names, at) for at in range(aig.header.inputs)]
    rows += [("output", "po", aig.output_names, at) for at in range(aig.header.outputs)]
    for net, (direction, prefix, known, position) in enumerate(rows, 2):
        port = unused_name(taken, known.get(position, f"{prefix}{position}"))
        taken.add(port)
        ports.append(Port(port, direction, (net,)))
        names[net] = port
        (inputs if direction == "input" else outputs).append(net)
    return Shell(name, tuple(ports), (), (), names, tuple(inputs), tuple(outputs), {})
