"""Everything that decides what a search finds, as one validated value."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eda.flow import FlowKind
from eda.frontend import Source
from eda.objective import Goal, Objective
from rl.driver import LAG
from rl.searchers import DEFAULT, usual_length

DEFAULT_BUDGET = 100


class Settings(BaseModel):
    """The settings of one search; written to its run folder and read back by `--resume`.

    Attributes:
        files: the design, absolute paths.
        liberty: what `eda.liberty.find.resolve_library` takes.
        abc: path of the ABC executable, or None for the one that is found.
        max_delay: ps; goes with the objective `area`.
        lut: LUT inputs, for the objective `luts`.
        length: the most moves in a recipe, or None: what suits the searcher.
        budget: evaluations, fixed scripts not counted; None: as many as the time allows.
        time_limit: seconds from the command's start to its end, or None.
        model: a checkpoint's path, `none`, or `auto`: the user's own, else the one that ships for
            the table and flow, if any.
        lag: evaluations that may be under way when the searcher is asked for another; None: as many
            as there are sessions, each told of as it ends (`rl.driver`).
        memory_limit: MiB of address space for each ABC process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: tuple[Path, ...]
    top: str | None = None
    defines: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    include_dirs: tuple[Path, ...] = ()
    max_memory_bits: int = Field(16384, ge=0)
    liberty: str = "generic"
    abc: Path | None = None
    objective: Goal = Goal.ADP
    max_delay: float | None = Field(None, gt=0)
    flow: Literal["sized", "map"] = "sized"
    lut: int = Field(6, ge=3, le=8)
    table: str = "full"
    searcher: str = DEFAULT
    length: int | None = Field(None, ge=1, le=200)
    budget: int | None = Field(None, ge=0)
    time_limit: float | None = Field(None, gt=0)
    seed: int = 0
    model: str = "auto"
    lag: int | None = Field(None, ge=1)
    memory_limit: int = Field(4096, ge=64)

    @model_validator(mode="after")
    def _bounded(self) -> "Settings":
        if self.budget is None and self.time_limit is None:
            object.__setattr__(self, "budget", DEFAULT_BUDGET)
        return self

    @property
    def recipe_length(self) -> int:
        """The most moves in a recipe."""
        return usual_length(self.searcher) if self.length is None else self.length

    @property
    def usual_lag(self) -> int | None:
        """`lag`, or what suits the budget: with one of time alone nothing waits."""
        return self.lag or (None if self.budget is None else LAG)

    @property
    def goal(self) -> Objective:
        """The objective as the engine knows it."""
        return Objective(self.objective, self.max_delay)

    @property
    def flow_kind(self) -> FlowKind:
        """The flow as the engine knows it."""
        return FlowKind(self.flow)

    def source(self) -> Source:
        """The design as the front end takes it."""
        return Source(
            files=self.files,
            top=self.top,
            defines=self.defines,
            params=self.params,
            include_dirs=self.include_dirs,
            max_memory_bits=self.max_memory_bits,
            time_limit=min(300.0, self.time_limit or 300.0),
        )
