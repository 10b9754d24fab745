"""From settings to everything that a search needs: tools, library, design, first circuit."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary, convert_library
from eda.aiger import parse_header
from eda.cache import Cache, DiskCache, MemoryCache
from eda.circuit import Circuit
from eda.errors import InputError
from eda.flow import Flow
from eda.frontend import Design, read_design
from eda.liberty.find import Library, resolve_library
from eda.objective import Objective
from eda.synthesizer import Limits, Synthesizer
from rl.searchers import SEARCHERS
from rl.settings import Settings
from rl.support import check_support, mappable
from rl.table import TABLES, Table

if TYPE_CHECKING:
    from rl.guide import Model

COST_DEADLINE_S = 300.0


@dataclass(frozen=True)
class Prepared:
    """A design ready to be searched.

    Attributes:
        settings: what the user asked for.
        abc: which ABC.
        library: the cells; loaded for objectives without mapping, too, for the registers.
        abc_library: the same, as ABC loads it.
        design: the design, cut at its registers.
        start: the circuit that the search starts from, as ABC writes it.
        flow: how circuits are mapped and measured.
        objective: what is minimised.
        table: the moves, those hopeless on the circuit's size left out.
        model: what was learned from other designs, or None.
        synthesizer: ABC as a function.
        frontend_s: seconds that reading took.
    """

    settings: Settings
    abc: AbcBinary
    library: Library
    abc_library: AbcLibrary
    design: Design
    start: Circuit
    flow: Flow
    objective: Objective
    table: Table
    model: "Model | None"
    synthesizer: Synthesizer
    frontend_s: float


def check_names(settings: Settings) -> None:
    """Refuse a table or searcher that does not exist."""
    for kind, name, known in (
        ("table", settings.table, TABLES),
        ("searcher", settings.searcher, SEARCHERS),
    ):
        if name not in known:
            raise InputError(f"no {kind} '{name}': there are {', '.join(sorted(known))}")


@contextmanager
def prepared(
    settings: Settings,
    *,
    workdir: Path,
    cache_dir: Path,
    disk_cache: bool,
    jobs: int,
    warn: Callable[[str], None],
) -> Iterator[Prepared]:
    """Find the tools, read the design and start the engine; end the engine afterwards.

    Raises:
        InputError: the design, the library or a setting cannot be used.
        ToolError: a tool is missing or failed.
    """
    started = time.perf_counter()
    check_names(settings)
    abc = find_abc(settings.abc)
    library = resolve_library(settings.liberty, cache_dir)
    abc_library = convert_library(
        abc, name=library.name, lib=library.path, sha256=library.sha256, cache_dir=cache_dir
    )
    design = read_design(settings.source(), library=library.path, workdir=workdir, abc=abc)
    if parse_header(design.core)[0].outputs == 0:
        raise InputError(f"{design.name}: no logic between its registers and ports to optimise")
    flow = settings.goal.flow(settings.flow_kind, settings.lut)
    model = _model(settings, flow)
    cache: Cache = (
        DiskCache(cache_dir / "evaluations", abc.sha256, warn=warn) if disk_cache else MemoryCache()
    )
    limits = Limits(settings.memory_limit * 2**20, COST_DEADLINE_S)
    synthesizer = Synthesizer(
        abc, abc_library if flow.needs_library else None, jobs=jobs, cache=cache, limits=limits
    )
    try:
        start = synthesizer.canonical(design.core)
        support = check_support(synthesizer, TABLES[settings.table])
        if support.missing:
            warn(f"{abc.path} does not support these moves: {', '.join(support.missing)}")
        yield Prepared(
            settings=settings,
            abc=abc,
            library=library,
            abc_library=abc_library,
            design=design,
            start=start,
            flow=flow,
            objective=settings.goal,
            table=mappable(support.table, synthesizer, flow).suited(start, flow),
            model=model,
            synthesizer=synthesizer,
            frontend_s=time.perf_counter() - started,
        )
    finally:
        synthesizer.close()
        cache.close()


def _model(settings: Settings, flow: Flow) -> "Model | None":
    if settings.model == "none":
        return None
    # What reads models takes a while to import.
    from rl.guide import chosen_model  # noqa: PLC0415

    return chosen_model(settings.model, table=settings.table, flow=flow, searcher=settings.searcher)
