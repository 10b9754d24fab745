"""One design with one library: the field that contenders are measured on."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eda.circuit import Circuit
from eda.qor import Qor
from eda.recipe import Recipe
from rl.bench.protocol import Protocol
from rl.bench.rows import Claimed, Kind, Row
from rl.prepare import Prepared, prepared
from rl.settings import Settings
from rl.suites import SuiteDesign


@dataclass(frozen=True)
class Library:
    """A cell library of a comparison.

    Attributes:
        label: what rows and reports call it.
        spec: what `eda.liberty.find.resolve_library` takes.
        sha256: hash of its text.
    """

    label: str
    spec: str
    sha256: str


@dataclass(frozen=True)
class Cell:
    """A design with a library under a protocol.

    Attributes:
        cache_dir: where libraries are kept; evaluations are never cached from row to row, since
            each row must take the time that it would take alone.
        abc: path of the ABC executable, or None for the one that is found.
        code: short hash of the code that makes the rows.
        warn: is shown warnings.
    """

    protocol: Protocol
    design: SuiteDesign
    library: Library
    cache_dir: Path
    abc: Path | None
    code: str
    warn: Callable[[str], None]

    def settings(self, **given: Any) -> Settings:
        """The settings of a search here."""
        protocol = self.protocol
        return Settings(
            files=self.design.files,
            top=self.design.top,
            liberty=self.library.spec,
            abc=self.abc,
            objective=protocol.objective,
            flow=protocol.flow,
            lut=protocol.lut,
            table=protocol.table,
            length=protocol.length,
            budget=protocol.budget,
            time_limit=protocol.time_limit,
            memory_limit=protocol.memory_limit,
            **given,
        )

    @contextmanager
    def prepared(self, **given: Any) -> Iterator[tuple[Prepared, Path]]:
        """The design read and the engine started, with a folder for files."""
        with (
            TemporaryDirectory(prefix="eda-rl-") as workdir,
            prepared(
                self.settings(**given),
                workdir=Path(workdir),
                cache_dir=self.cache_dir,
                disk_cache=False,
                jobs=self.protocol.jobs,
                warn=self.warn,
            ) as ready,
        ):
            yield ready, Path(workdir)

    def row(
        self, contender: str, kind: Kind, seed: int, ready: Prepared | None, **given: Any
    ) -> Row:
        """A row about this cell, `given` what is known of the contender."""
        start = {} if ready is None else _size(ready.start)
        return Row(
            design=self.design.name,
            suite=self.design.suite,
            design_sha256=self.design.sha256,
            held_out=self.design.held_out,
            liberty=self.library.label,
            library_sha256=self.library.sha256,
            contender=contender,
            kind=kind,
            seed=seed,
            **start,
            load=round(os.getloadavg()[0], 2),
            code=self.code,
            at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            **given,
        )


def _size(circuit: Circuit) -> dict[str, Any]:
    return {name: getattr(circuit, name) for name in ("inputs", "outputs", "ands", "levels")}


def claimed(
    ready: Prepared, qor: Qor, reference: Qor | None, *, recipe: Recipe, **given: Any
) -> Claimed:
    """A cost as a row shows it."""
    gain = None if reference is None else ready.objective.improvement(reference, qor)
    return Claimed(
        **asdict(qor),
        value=ready.objective.value(qor),
        improvement=gain,
        recipe=tuple(recipe.names),
        commands=tuple(recipe.script(ready.flow)),
        **given,
    )
