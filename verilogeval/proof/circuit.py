"""Two designs as one circuit whose output is 1 when they differ, made by Yosys in the sandbox."""

import json
import re
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eda.errors import ToolError
from verilogeval.sandbox.programs import needed_by
from verilogeval.sandbox.run import run
from verilogeval.sandbox.values import Ended, Limits, Outcome
from verilogeval.testbench.ports import Port

_FOLDER = Path(__file__).parent
_START = "import sys; sys.path[:0] = {paths!r}; from inside.{name} import main; sys.exit(main())"
_ERROR = re.compile(r"^(?:\S+?:\d+:(?:\d+:)?)? ?(?:ERROR|error): ?(?P<text>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Circuit:
    """The circuit as binary AIGER, and what its inputs are.

    Attributes:
        aiger: with one output.
        inputs: for each input of the AIGER the index of the port in the list of ports and the bit,
            or None where it is neither.
        mode: "none", "cycles" or "steps", see `Counterexample`.
        clocks: names of the clock inputs.
        edge: of the clock.
        held: how many of the first steps hold the resets.
        resets: inputs that reset the reference's registers, with the value that does.
    """

    aiger: bytes
    inputs: tuple[tuple[int, int] | None, ...]
    mode: str
    clocks: tuple[str, ...]
    edge: int
    held: int
    resets: dict[str, int]


class NoCircuit(Exception):
    """Yosys makes no circuit of the two; the text is one line."""


@dataclass(frozen=True)
class Pair:
    """A reference and a sample, both with the module `top`, and the reference's ports."""

    gold: str
    gate: str
    top: str
    ports: Sequence[Port]


def make_circuit(
    pair: Pair,
    *,
    resets: Mapping[str, int],
    power_up: str,
    scratch: Path,
    limits: Limits,
    late: str = "",
) -> Circuit:
    """The circuit for two designs.

    Args:
        pair: the designs.
        resets: inputs that are held at these values first, with nothing compared.
        power_up: "0" or "1" for the sample's registers without an initial value; "x": unknown.
        scratch: folder for the run's own.
        limits: of the run.
        late: "gold" or "gate": whose outputs are compared a step late, to ask whether a sample is
            only that.

    Raises:
        NoCircuit: one of the designs is not in Yosys's language, or the ports differ.
        ToolError: Yosys cannot be run.
    """
    complaint = ""
    for slang in (True, False):
        job = {**_job(pair, slang=slang, resets=resets, power_up=power_up), "late": late}
        with tempfile.TemporaryDirectory(dir=scratch) as name:
            folder = Path(name)
            (folder / "job.json").write_text(json.dumps(job), "utf-8")
            outcome = _run(folder, limits)
            facts = folder / "facts.json"
            if facts.is_file():
                found = json.loads(facts.read_text("utf-8"))
                if "refused" in found:
                    raise NoCircuit(found["refused"])
                return Circuit(
                    aiger=(folder / "miter.aig").read_bytes(),
                    inputs=_inputs((folder / "miter.map").read_text("utf-8")),
                    mode=found["mode"],
                    clocks=tuple(found["clocks"]),
                    edge=found["edge"],
                    held=found["held"],
                    resets=found["resets"],
                )
        complaint = complaint or _complaint(outcome)
        if outcome.ended is not Ended.EXITED:
            break
    raise NoCircuit(complaint)


def make_known(pair: Pair, *, scratch: Path, limits: Limits) -> bytes:
    """A circuit that tells which outputs of a reference are known, as binary AIGER.

    It has an output for each of the reference's, in their order: 1 while some bit of it is known.

    Raises:
        NoCircuit: the reference is not in Yosys's language.
        ToolError: Yosys cannot be run.
    """
    job = _job(pair, slang=True, resets={}, power_up="x")
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        (folder / "job.json").write_text(json.dumps({**job, "gate": ""}), "utf-8")
        outcome = _run(folder, limits)
        circuit = folder / "miter.aig"
        if outcome.status == 0 and circuit.is_file():
            return circuit.read_bytes()
    raise NoCircuit(_complaint(outcome))


def _job(pair: Pair, *, slang: bool, resets: Mapping[str, int], power_up: str) -> dict[str, Any]:
    return {
        "gold": pair.gold,
        "gate": pair.gate,
        "top": pair.top,
        "ports": [(port.name, port.width, port.input) for port in pair.ports],
        "slang": slang,
        "resets": dict(resets),
        "power_up": power_up,
    }


def describe(source: str, top: str, *, scratch: Path, limits: Limits) -> dict[str, Any]:
    """What Yosys finds in a design; see `inside.describe`.

    Raises:
        NoCircuit: the design is not in Yosys's language.
        ToolError: Yosys cannot be run.
    """
    complaint = ""
    for slang in (True, False):
        with tempfile.TemporaryDirectory(dir=scratch) as name:
            folder = Path(name)
            job = {"source": source, "top": top, "slang": slang}
            (folder / "job.json").write_text(json.dumps(job), "utf-8")
            outcome = _run(folder, limits, "describe")
            if (folder / "facts.json").is_file():
                found: dict[str, Any] = json.loads((folder / "facts.json").read_text("utf-8"))
                if "refused" in found:
                    raise NoCircuit(found["refused"])
                return found
        complaint = complaint or _complaint(outcome)
    raise NoCircuit(complaint)


def _run(folder: Path, limits: Limits, name: str = "miter") -> Outcome:
    start = _START.format(paths=[str(_FOLDER), str(_packages())], name=name)
    return run(
        [sys.executable, "-I", "-S", "-c", start],
        folder=folder,
        reads=_reads(),
        limits=limits,
        env={
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "YOSYS_MAX_THREADS": "1",  # several proofs run side by side
        },
    )


@cache
def _packages() -> Path:
    spec = find_spec("pyosys")
    if spec is None or spec.origin is None:
        raise ToolError("pyosys is not installed: run 'pip install pyosys'")
    return Path(spec.origin).parents[1]


@cache
def _reads() -> tuple[Path, ...]:
    """What Python and Yosys read, beside the interpreter itself."""
    pyosys = _packages() / "pyosys"
    standard = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    libraries = needed_by(pyosys / "libyosys.so")
    system = [path.resolve().parent for path in libraries if path.name.startswith("libc.so")]
    found = [_packages(), _FOLDER, *standard, *libraries, *system]
    found += [Path(sys.prefix) / "pyvenv.cfg", Path(sys.executable)]
    found += [path.resolve() for path in libraries]
    return tuple(path for path in dict.fromkeys(found) if path.exists())


def _inputs(text: str) -> tuple[tuple[int, int] | None, ...]:
    """What the lines `input <number> <bit> in<port>` tell."""
    found: dict[int, tuple[int, int] | None] = {}
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["input"]:
            port = words[3].removeprefix("in")
            found[int(words[1])] = (int(port), int(words[2])) if port.isdigit() else None
    return tuple(found.get(number) for number in range(max(found, default=-1) + 1))


def _complaint(outcome: Outcome) -> str:
    if outcome.ended is not Ended.EXITED:
        return f"Yosys was stopped ({outcome.ended.value}) after {outcome.wall_s:.0f} s"
    text = (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
    found = _ERROR.search(text)
    last = text.strip().splitlines()[-1:] or ["it said nothing"]
    return f"Yosys: {' '.join((found['text'] if found else last[0]).split())[:200]}"
