"""Packages that only some commands need."""

import importlib
from typing import Any

from eda.errors import ToolError


def load(module: str, extra: str) -> Any:
    """Import a module of a package that comes with `pip install eda-rl[EXTRA]`.

    Raises:
        ToolError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ToolError(
            f"{package} is not installed: run 'pip install eda-rl[{extra}]' ({error})"
        ) from error
