"""A row of a CVDP dataset, non-agentic."""

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eda.errors import InputError

_CATEGORY = re.compile(r"cid\d+$")


class _Loose(BaseModel):
    """Fields that are not named here are for others."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Input(_Loose):
    """What the model is given: the request, and files by path (None for one that is not there)."""

    prompt: str
    context: dict[str, str | None] = Field(default_factory=dict)


class Output(_Loose):
    """The answer: a text, or files by path; "" where the dataset does not tell it."""

    response: str = ""
    context: dict[str, str | None] = Field(default_factory=dict)


class Harness(_Loose):
    """The judge's files by path."""

    files: dict[str, str | None] = Field(default_factory=dict)


class Row(_Loose):
    """One problem."""

    id: str = Field(min_length=1)
    categories: list[str] = Field(min_length=1)
    input: Input
    output: Output
    harness: Harness = Field(default_factory=Harness)

    @property
    def category(self) -> str:
        """The kind of task, such as "cid003"; the other categories tell how hard it is."""
        return next((name for name in self.categories if _CATEGORY.match(name)), self.categories[0])


def is_agentic(line: dict[str, object]) -> bool:
    """Whether a line has the form of CVDP's agentic datasets, which ask for patches."""
    return "input" not in line and {"prompt", "patch", "harness"} <= line.keys()


def read_row(path: Path, number: int, line: dict[str, object]) -> Row:
    """The row in one line of a file.

    Raises:
        InputError: it is none; the text names file, line and field.
    """
    try:
        return Row.model_validate(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}:{number}: {where}: {first['msg']}") from error
