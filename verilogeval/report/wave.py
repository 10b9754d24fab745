"""A few signals of a simulation around the time of interest."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eda.errors import InputError

MOST_SIGNALS = 64
MOST_CHANGES = 4096

Value = Annotated[str, Field(pattern=r"^[01xz]+$", max_length=4096)]


class Signal(BaseModel):
    """One signal.

    Attributes:
        width: in bits.
        role: who drives it: the testbench, the reference or the sample.
        changes: times with the value from then on, `width` characters of 0, 1, x and z, most
            significant first. The first one is at or before the window's beginning.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    width: int = Field(ge=1, le=4096)
    role: Literal["input", "reference", "sample"]
    changes: tuple[tuple[int, Value], ...] = Field(max_length=MOST_CHANGES)


class Wave(BaseModel):
    """Signals within a window of time; all times count in `timescale`.

    Attributes:
        timescale: such as "1ps".
        begin: the window's first time.
        end: its last.
        mismatch: the time that it was made for.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    timescale: str = Field(pattern=r"^(1|10|100)[munpf]?s$")
    begin: int = Field(validation_alias="from", serialization_alias="from", ge=0)
    end: int = Field(validation_alias="to", serialization_alias="to", ge=0)
    mismatch: int
    signals: tuple[Signal, ...] = Field(max_length=MOST_SIGNALS)

    def to_json(self) -> str:
        """As it is kept in a run folder's `waves/`."""
        return self.model_dump_json(by_alias=True)


def read_wave(path: Path) -> Wave:
    """Read a file that `Wave.to_json` wrote.

    Raises:
        InputError: it cannot be read or holds something else.
    """
    try:
        return Wave.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}") from error
