"""Re-derives a recipe's result in one plain ABC process, from the circuit it starts from."""

import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from eda import aiger
from eda.abc.binary import AbcBinary
from eda.abc.library import AbcLibrary
from eda.abc.pool import scratch_folder
from eda.abc.text import plain
from eda.circuit import Circuit
from eda.errors import ToolCrash, ToolError
from eda.flow import Flow, FlowKind
from eda.process import run_tool
from eda.qor import Qor, parse_luts, parse_stime
from eda.recipe import Recipe


@dataclass(frozen=True)
class Replayed:
    """What the plain process arrived at.

    Attributes:
        circuit: the AIG after the last move.
        qor: its cost.
        mapped: the mapped network as BLIF with `.gate` lines (`.names` for LUTs).
    """

    circuit: Circuit
    qor: Qor
    mapped: bytes


def replay_script(recipe: Recipe, flow: Flow, read_library: str | None) -> str:
    """The text of a self-contained ABC script beside an `input.aig`.

    Args:
        recipe: what to run.
        flow: how to map and measure.
        read_library: the ABC command that loads the library, if the flow needs one.
    """
    lines = [read_library] if read_library is not None else []
    lines += ["read_aiger input.aig", *recipe.aig_script(), "write_aiger best.aig"]
    lines += [*flow.commands(recipe.ending).split("; ")]
    if flow.kind is not FlowKind.AIG:
        lines.append("write_blif mapped.blif")
    return "\n".join(lines) + "\n"


def replay(
    abc: AbcBinary,
    start: Circuit,
    recipe: Recipe,
    flow: Flow,
    library: AbcLibrary | None,
    *,
    time_limit: float,
    memory_limit: int = 8 * 2**30,
) -> Replayed:
    """Run `recipe` on `start` as a user would, with the original liberty file.

    Raises:
        ToolTimeout: it took longer than `time_limit` seconds.
        ToolError: ABC failed.
    """
    read_library = None
    folder = scratch_folder()
    try:
        (folder / "input.aig").write_bytes(start.data)
        if flow.needs_library:
            if library is None:
                raise ToolError(f"flow {flow.kind.value} needs a library")
            (folder / "library.lib").symlink_to(library.lib.resolve())
            read_library = library.read_original(Path("library.lib"))
        (folder / "replay.abc").write_text(replay_script(recipe, flow, read_library), "utf-8")
        answer = run_tool(
            [str(abc.path), "-s", "-f", "replay.abc"],
            time_limit=time_limit,
            memory_limit=memory_limit,
            cpu_limit=math.ceil(time_limit) + 1,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
        )
        if answer.returncode != 0:
            raise ToolCrash(f"the replay in a plain ABC process ended with {answer.returncode}")
        return _collect(folder, flow, plain(answer.output))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _collect(folder: Path, flow: Flow, output: str) -> Replayed:
    try:
        circuit = Circuit(aiger.strip((folder / "best.aig").read_bytes()))
    except (OSError, aiger.AigerError) as error:
        raise ToolError(f"the replay in a plain ABC process left no circuit: {error}") from error
    if flow.kind is FlowKind.AIG:
        return Replayed(circuit, Qor(0.0, 0.0, 0, circuit.ands, circuit.levels), b"")
    try:
        mapped = (folder / "mapped.blif").read_bytes()
    except OSError as error:
        raise ToolError("the replay in a plain ABC process left no mapped network") from error
    figures = parse_stime(output) if flow.needs_library else parse_luts(output)
    return Replayed(circuit, Qor(*figures, circuit.ands, circuit.levels), mapped)
