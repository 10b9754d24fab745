"""The command that makes a result again."""

import shlex
from typing import Any

from rl.settings import Settings
from rl.sweep.task import Scoring

_OPTIONS = {
    "defines": "define",
    "params": "param",
    "include_dirs": "include",
}
_LATER = ("files", "defines", "params", "include_dirs")


def search_command(settings: Settings) -> str:
    """`eda-rl search` with every setting that is not the default."""
    words = ["eda-rl", "search", *map(str, settings.files)]
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if name not in _LATER and value is not None and value != field.get_default():
            words += [f"--{name.replace('_', '-')}", _text(value)]
    for name, option in _OPTIONS.items():
        for value in getattr(settings, name):
            words += [f"--{option}", "=".join(value) if isinstance(value, tuple) else str(value)]
    return shlex.join(words)


def scoring_command(scoring: Scoring) -> str:
    """`eda-rl verilogeval score` with its settings."""
    return shlex.join(["eda-rl", "verilogeval", "score", *scoring.arguments()])


def _text(value: Any) -> str:
    return str(getattr(value, "value", value))
