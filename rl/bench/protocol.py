"""Under which conditions a comparison is made."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from eda.objective import Goal
from rl.settings import DEFAULT_BUDGET, Settings


class Protocol(BaseModel):
    """What every row of a comparison has in common.

    Attributes:
        name: `abc-rl` or `open`.
        objective: what is minimised.
        flow: how circuits are mapped and measured.
        lut: LUT inputs, for the objective `luts`.
        table: the searchers' moves.
        length: the most moves in a recipe, or None: what suits the searcher.
        budget: evaluations of a searcher, or None: as many as the time allows.
        time_limit: seconds for each contender, or None.
        jobs: ABC processes that each contender may have at work at once.
        memory_limit: MiB of address space for each of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["abc-rl", "open"]
    objective: Goal = Goal.ADP
    flow: Literal["sized", "map"]
    lut: int = Field(6, ge=3, le=8)
    table: str
    length: int | None = Field(None, ge=1, le=200)
    budget: int | None = Field(ge=0)
    time_limit: float | None = Field(None, gt=0)
    jobs: int = Field(ge=1)
    memory_limit: int = Field(4096, ge=64)

    @property
    def scripts_count(self) -> bool:
        """Whether the fixed scripts are among a searcher's candidates.

        They are in the product, and so in `open`. The papers' protocol compares what searchers
        find by themselves.
        """
        return self.name == "open"

    @property
    def budget_words(self) -> str:
        """The budget as a report states it."""
        words = []
        if self.budget is not None:
            words.append(f"{self.budget} evaluations")
        if self.time_limit is not None:
            words.append(f"{self.time_limit:g} s")
        return ", ".join(words)


def protocol(name: str, given: dict[str, Any]) -> Protocol:
    """The protocol of that name, with the parts that are `given` (not None) instead of its own.

    Raises:
        ValidationError: a value that is given is out of bounds.
    """
    own: dict[str, Any] = {
        "abc-rl": {"table": "paper", "length": 10, "flow": "map"},
        "open": {"table": Settings.model_fields["table"].default, "flow": "sized"},
    }[name]
    chosen = {key: value for key, value in given.items() if value is not None}
    if "budget" not in chosen:
        chosen["budget"] = None if "time_limit" in chosen else DEFAULT_BUDGET
    return Protocol(name=name, **{**own, **chosen})  # type: ignore[arg-type]
