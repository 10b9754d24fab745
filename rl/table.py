"""Move tables: what a search may do."""

from dataclasses import dataclass

from eda.flow import DCH, PLAIN, Ending
from eda.move import Move


@dataclass(frozen=True)
class Table:
    """A named set of moves and endings.

    Attributes:
        name: what `--table` calls it.
        moves: in the order of their indices.
        endings: in the order of their indices; the plain one first.
    """

    name: str
    moves: tuple[Move, ...]
    endings: tuple[Ending, ...] = (PLAIN,)

    def offered(self, ands: int) -> tuple[Move, ...]:
        """The moves that are not hopeless on a circuit of `ands` nodes."""
        return tuple(move for move in self.moves if ands <= move.max_ands)


def _classic(*commands: str, max_ands: int = 2**31) -> tuple[Move, ...]:
    return tuple(Move(command, command, max_ands) for command in commands)


def _gia(*commands: str, max_ands: int = 2**31) -> tuple[Move, ...]:
    """Moves of ABC's &-space, named by what happens there."""
    return tuple(Move(command, f"&get -n; {command}; &put", max_ands) for command in commands)


# The seven moves of ABC-RL (ICLR 2024) and the papers before it.
PAPER = Table(
    "paper",
    _classic(
        "balance",
        "rewrite",
        "rewrite -z",
        "refactor",
        "refactor -z",
        "resub -K 8 -N 1",
        "resub -z -K 8 -N 1",
    ),
)

FULL = Table(
    "full",
    (
        *PAPER.moves,
        *_classic(
            "resub -K 6 -N 2",
            "resub -K 10 -N 2",
            "resub -K 12 -N 3",
            "resub -K 12 -N 3 -F 1",
            "rewrite -l",
            "rewrite -z -l",
            "refactor -N 12",
            "refactor -z -N 14",
            "drw",
            "drf",
            "dc2",
            "dc2 -b",
        ),
        *_classic("ifraig", "orchestrate", max_ands=60_000),
        *_gia("&dc2", "&b -d", "&syn2", "&syn3", "&syn4"),
        *_gia("&dsdb", max_ands=100_000),
        *_gia("&fraig -x", max_ands=10_000),
        Move("&if -g -K 6", "&get -n; &if -g -K 6; &put"),
        Move("if -K 6; mfs2", "if -K 6; mfs2 -e -W 20 -F 20 -D 0 -L 2000", 30_000),
        Move("if -g", "if -g"),
        Move("dch; if -K 6; mfs2", "dch; if -K 6; mfs2 -e -W 20 -F 20 -L 2000", 30_000),
        Move("satclp; sop; fx", "satclp -C 2000 -L 20000; sop; fx", 600, 10.0),
        Move("&deepsyn -I 1 -J 3", "&get -n; &deepsyn -I 1 -J 3; &put", 600, 30.0),
    ),
    (PLAIN, DCH),
)

TABLES = {table.name: table for table in (PAPER, FULL)}
