"""What a run of a model is asked for."""

import hashlib
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Choice(str, Enum):
    """Where in-context examples come from."""

    FIXED = "fixed"
    RETRIEVED = "retrieved"


@dataclass(frozen=True)
class PromptSettings:
    """How a problem becomes a prompt.

    Attributes:
        rules: whether the rules stand before the question.
        shots: how many examples stand before it, 0 to 4.
        choice: the shipped ones in their order, or the nearest other problems.
        templates: folder of templates that stand for the shipped ones of the same name.
    """

    rules: bool = False
    shots: int = 0
    choice: Choice = Choice.FIXED
    templates: Path | None = None


@dataclass(frozen=True)
class Sampling:
    """How a model chooses its words; None: as the model's own side decides.

    `seed` is that of a problem's first sample; the next has the next.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None


def to_json(value: Any) -> dict[str, Any]:
    """A dataclass of settings as JSON."""
    return {
        name: str(one) if isinstance(one, Path) else one.value if isinstance(one, Enum) else one
        for name, one in asdict(value).items()
    }


def digest(text: str) -> str:
    """A short name for a text: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
