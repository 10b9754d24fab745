"""Where a harness's folders lie: `/code`, `/src` and `/rundir` within the judge's folder."""

import re
from collections.abc import Mapping
from pathlib import Path

CODE = "code"
SRC = "src"
RUNDIR = "code/rundir"
#: Folders that a harness finds even if no file lies in them.
FOLDERS = ("code/rtl", "code/verif", "code/docs", "code/src", RUNDIR, f"{RUNDIR}/sim_build", SRC)
_PLACES = {"code": CODE, "src": SRC, "rundir": RUNDIR}
_ABSOLUTE = re.compile(r"(?:(?<![\w./}-])|(?<=-I))/(code|src|rundir)(?![\w-])")


def placed(text: str, root: Path) -> str:
    """A text with the paths of the containers replaced by those below `root`."""
    return _ABSOLUTE.sub(lambda match: str(root / _PLACES[match[1]]), text)


def all_placed(texts: Mapping[str, str], root: Path) -> dict[str, str]:
    """As `placed`, for the values of a mapping."""
    return {name: placed(text, root) for name, text in texts.items()}
