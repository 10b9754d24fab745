"""Where this project keeps what can be made again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where caches live: $EDA_RL_CACHE, else the system's place for a user's caches."""
    named = os.environ.get("EDA_RL_CACHE")
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "eda-rl"
