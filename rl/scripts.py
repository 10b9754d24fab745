"""The fixed scripts that everyone uses, as recipes.

Each runs as one move, its commands in one go, exactly as a user of ABC would have it from the
aliases of `abc.rc`, written out here because ABC has no aliases without that file.
"""

from dataclasses import dataclass

from eda.flow import DCH, DCH_FAST, PLAIN, Ending
from eda.move import Move
from eda.recipe import Recipe

BASELINE = "resyn2"


@dataclass(frozen=True)
class Script:
    """A fixed script under the name it is known by."""

    name: str
    recipe: Recipe


def _script(name: str, commands: str, ending: Ending = PLAIN) -> Script:
    return Script(name, Recipe((Move(commands, commands, deadline_s=180.0),), ending))


RESYN2 = (
    "balance; rewrite; refactor; balance; rewrite; rewrite -z; balance; refactor -z; "
    "rewrite -z; balance"
)
COMPRESS2RS = (
    "balance -l; resub -K 6 -l; rewrite -l; resub -K 6 -N 2 -l; refactor -l; resub -K 8 -l; "
    "balance -l; resub -K 8 -N 2 -l; rewrite -l; resub -K 10 -l; rewrite -z -l; "
    "resub -K 10 -N 2 -l; balance -l; resub -K 12 -l; refactor -z -l; resub -K 12 -N 2 -l; "
    "rewrite -z -l; balance -l"
)

# Where there is not time for all of them those come first that save most for the time they take.
SCRIPTS: tuple[Script, ...] = (
    _script(BASELINE, RESYN2),
    _script("&syn3", "&get -n; &syn3; &put"),
    _script("compress2rs", COMPRESS2RS),
    Script("none", Recipe()),
    _script("&syn4", "&get -n; &syn4; &put"),
    _script("yosys", "&get -n; &fraig -x; &put; dc2", DCH_FAST),
    _script(
        "resyn3",
        "balance; resub; resub -K 6; balance; resub -z; resub -z -K 6; balance; "
        "resub -z -K 5; balance",
    ),
    _script("resyn", "balance; rewrite; rewrite -z; balance; rewrite -z; balance"),
    _script(
        "compress2",
        "balance -l; rewrite -l; refactor -l; balance -l; rewrite -l; rewrite -z -l; "
        "balance -l; refactor -z -l; rewrite -z -l; balance -l",
    ),
    _script("&syn4; dch", "&get -n; &syn4; &put", DCH),
    _script("dc2; dch", "dc2", DCH),
    _script("resyn2; dch", RESYN2, DCH),
)
