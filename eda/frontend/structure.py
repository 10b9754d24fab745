"""Reads the structure of Verilog-2005 sources with pyverilog: modules, instances, parameters.

pyverilog parses what Icarus Verilog preprocesses, and builds its parser's tables once into a cache
folder. It runs in a child (`pyverilog_child.py`), since it may need long.
"""

import json
import sys
from pathlib import Path

from eda.errors import EdaError
from eda.folders import cache_folder
from eda.frontend.source import ModuleFacts
from eda.process import run_tool

_CHILD = Path(__file__).with_name("pyverilog_child.py")
_MAX_SOURCE = 400_000  # bytes; beyond, parsing takes longer than the summary is worth


def read_structure(
    job: dict[str, object], *, workdir: Path, time_limit: float, memory_limit: int
) -> tuple[tuple[ModuleFacts, ...], str | None]:
    """Read the modules of a job of `eda.frontend.rtl.rtl_job`.

    Returns: the modules, and why there are none.
    """
    files = [str(file) for file in job["files"]]  # type: ignore[attr-defined]
    if sum(Path(file).stat().st_size for file in files) > _MAX_SOURCE:
        return (), "the source is too large for pyverilog"
    source, result = workdir / "preprocessed.v", workdir / "structure.json"
    try:
        cache = cache_folder() / f"pyverilog-{sys.version_info[0]}.{sys.version_info[1]}"
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        cache = workdir
    includes = [f"-I{folder}" for folder in job["includes"]]  # type: ignore[attr-defined]
    defines = [f"-D{define}" for define in job["defines"]]  # type: ignore[attr-defined]
    result.unlink(missing_ok=True)
    try:
        done = run_tool(
            ["iverilog", "-E", "-DSYNTHESIS", "-o", str(source), *includes, *defines, *files],
            time_limit=time_limit,
            memory_limit=memory_limit,
        )
        if done.returncode != 0:
            return (), "Icarus Verilog cannot preprocess the source"
        run_tool(
            [sys.executable, str(_CHILD), str(source), str(result), str(cache)],
            time_limit=time_limit,
            memory_limit=memory_limit,
            cwd=workdir,
        )
    except EdaError as error:
        return (), str(error)
    if not result.exists():
        return (), "pyverilog does not parse it (it reads Verilog-2005)"
    rows = json.loads(result.read_text(encoding="utf-8"))
    return tuple(
        ModuleFacts(name, tuple(map(tuple, instances)), tuple(map(tuple, parameters)))
        for name, instances, parameters in rows
    ), None
