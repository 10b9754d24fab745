"""Spares Python modules that take long to import and are not needed here.

Importing cocotb with all that it imports takes longer than most simulations.
"""

import sys
import types


class _Outcome(BaseException):
    pass


def spare(names: "list[str]", version: str) -> None:
    """Put something lighter in place of modules.

    Args:
        names: of "pdb", "pytest" and "ssl", those that no test imports.
        version: cocotb's, which it would look for among all installed packages.
    """
    _put("cocotb._version", __version__=version)
    if "ssl" in names:
        sys.modules["ssl"] = None  # type: ignore[assignment] # asyncio can do without
    if "pdb" in names:
        _put("pdb")
    if "pytest" in names:  # cocotb needs three of its exceptions
        kinds = {name: type(name, (_Outcome,), {}) for name in ("raises", "skip", "xfail")}
        _put("pytest", **{n: types.SimpleNamespace(Exception=kind) for n, kind in kinds.items()})


def _put(name: str, **content: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module
