"""The sweep file's schema: fields are called as the options of the commands that they are for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from eda.objective import Goal
from rl.searchers import DEFAULT, SEARCHERS
from rl.sweep.located import Located
from rl.table import TABLES

Value = TypeVar("Value")


def _several(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else [given]


def _unlike(given: tuple[Value, ...]) -> tuple[Value, ...]:
    if not given:
        raise ValueError("at least one value is needed")
    if any(one in given[:number] for number, one in enumerate(given)):
        raise ValueError("a value comes twice")
    return given


# One value, or a list of values that the matrix has a row for each of.
Axis = Annotated[tuple[Value, ...], BeforeValidator(_several), AfterValidator(_unlike)]


def _one_of(known: Sequence[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"no {name!r}: there are {', '.join(sorted(known))}")
        return name

    return AfterValidator(check)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DesignEntry(_Strict):
    """A design that one path does not describe.

    Attributes:
        files: its sources, in the order in which they are read.
        name: what reports call it; None: its first file's.
    """

    files: Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
    name: str | None = None
    top: str | None = None
    define: tuple[str, ...] = ()
    param: dict[str, str | int] = {}
    include: tuple[str, ...] = ()


Design = Annotated[
    Annotated[str, Tag("path")] | Annotated[DesignEntry, Tag("entry")],
    Discriminator(lambda given: "path" if isinstance(given, str) else "entry"),
]


class SearchBlock(_Strict):
    """A matrix of searches: every design with every value of every list.

    Attributes:
        designs: paths, also with * and ?, or entries of several fields.
        suites: names as `--suite` takes them.
        only: of the designs only these, by name.
    """

    designs: Axis[Design] | None = None
    suites: Axis[str] | None = None
    only: Axis[str] | None = None
    liberty: Axis[str] = ("generic",)
    objective: Axis[Goal] = (Goal.ADP,)
    flow: Axis[Literal["sized", "map"]] = ("sized",)
    table: Axis[Annotated[str, _one_of(tuple(TABLES))]] = ("full",)
    searcher: Axis[Annotated[str, _one_of(tuple(SEARCHERS))]] = (DEFAULT,)
    budget: Axis[Annotated[int, Field(ge=0)] | None] = (None,)
    time_limit: Axis[Annotated[float, Field(gt=0)] | None] = (None,)
    seed: Axis[Annotated[int, Field(ge=0)]] = (0,)
    length: Annotated[int, Field(ge=1, le=200)] | None = None
    lut: Annotated[int, Field(ge=3, le=8)] = 6
    max_delay: Annotated[float, Field(gt=0)] | None = None
    max_memory_bits: Annotated[int, Field(ge=0)] = 16384
    lag: Annotated[int, Field(ge=1)] | None = None
    memory_limit: Annotated[int, Field(ge=64)] = 4096

    @model_validator(mode="after")
    def _has_designs(self) -> "SearchBlock":
        if self.designs is None and self.suites is None:
            raise ValueError("no design: give 'designs' or 'suites'")
        if Goal.PARETO in self.objective:
            raise ValueError("a row of a sweep is one result: eda-rl search makes fronts")
        return self


class ScoreBlock(_Strict):
    """A matrix of scorings: every file of samples against every dataset."""

    samples: Axis[str]
    dataset: Axis[str] = ("own",)
    task: Literal["spec-to-rtl", "code-complete"] | None = None
    official: bool = False
    allow_partial: bool = False
    missing: Literal["fail", "leave-out"] = "fail"
    max_mismatches: Annotated[int, Field(ge=0)] = 1000
    time_limit: Annotated[float, Field(ge=0.1)] = 30.0
    memory: Annotated[int, Field(ge=64)] = 1024


class Sweep(_Strict):
    """A sweep file.

    Attributes:
        name: of the sweep, for its folder and reports.
        jobs: tasks at once, unless the command says otherwise; None: as many as there are cores.
        task_jobs: ABC sessions, or samples, at work at once within a task.
        deadline: seconds that a task may take.
        task_memory: MiB that all processes of a task together may take, or None.
        retries: how often a task is started again whose process or worker was lost.
        cache: whether searches share the cache of evaluations.
        store: URL of the store; None: `store.sqlite` in the sweep's folder.
        artifacts: where tasks' folders go: an fsspec URL; None: they stay in the sweep's folder.
        search: matrices of searches.
        verilogeval: matrices of scorings.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = "sweep"
    jobs: Annotated[int, Field(ge=1)] | None = None
    task_jobs: Annotated[int, Field(ge=1)] = 1
    deadline: Annotated[float, Field(gt=0)] = 3600.0
    task_memory: Annotated[int, Field(ge=256)] | None = None
    retries: Annotated[int, Field(ge=0, le=20)] = 2
    cache: bool = True
    store: str | None = None
    artifacts: str | None = None
    search: tuple[SearchBlock, ...] = ()
    verilogeval: tuple[ScoreBlock, ...] = ()

    @model_validator(mode="after")
    def _has_tasks(self) -> "Sweep":
        if not self.search and not self.verilogeval:
            raise ValueError("nothing to do: give 'search' or 'verilogeval'")
        return self


def read_sweep(path: Path, text: str) -> tuple[Sweep, Located]:
    """A sweep file's content, and where everything in it stands.

    Raises:
        InputError: it is no sweep file; names line and field.
    """
    located = Located(path, text)
    return located.validated(Sweep), located
