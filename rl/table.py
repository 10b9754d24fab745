"""Move tables: what a search may do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eda.circuit import Circuit
from eda.flow import PLAIN, Ending, Flow, Target
from eda.move import SLOW, SLOWEST, Move
from eda.recipe import Recipe
from rl.endings import FEWEST_LUTS, LUTS_IMPROVED, SIZINGS, SYNCH2, WIDE, group_of
from rl.scripts import COMPRESS2RS

# Circuits have been seen to end at a third of the nodes that they began with.
_SHRINKS = 3


@dataclass(frozen=True)
class Table:
    """A named set of moves and endings.

    Attributes:
        name: what `--table` calls it.
        moves: in the order of their indices.
        endings: in the order of their indices; the plain one first.
        sizings: how cells are sized beside an ending's own way; see `rl.evaluation.Sizing`.
    """

    name: str
    moves: tuple[Move, ...]
    endings: tuple[Ending, ...] = (PLAIN,)
    sizings: tuple[str, ...] = ()

    def offered(self, start: Circuit) -> tuple[Move, ...]:
        """The moves that are not hopeless where a search starts at that circuit.

        Others may shrink the circuit until a move that is too slow for it at first can be used.
        """
        return tuple(
            move
            for move in self.moves
            if start.ands <= _SHRINKS * move.max_ands and start.inputs <= move.max_inputs
        )

    def recipe(self, commands: Sequence[str], ending: str) -> Recipe | None:
        """The recipe of these moves, those that are not offered left out.

        Args:
            commands: of each move.
            ending: its name, or that of another one of its group.

        Returns: None where no move is left, or no ending of the group is offered.
        """
        by_commands = {move.commands: move for move in self.moves}
        moves = tuple(by_commands[each] for each in commands if each in by_commands)
        group = group_of(ending)
        found = next((each for each in self.endings if each.group == group), None)
        return Recipe(moves, found) if moves and found is not None else None

    def for_flow(self, flow: Flow) -> "Table":
        """The table with the moves and endings of a flow."""
        moves = tuple(move for move in self.moves if move.target in flow.targets)
        return replace(self, moves=moves, endings=flow.endings(self.endings))

    def suited(self, start: Circuit, flow: Flow) -> "Table":
        """The table for a search of that flow that starts at a circuit: see `offered`."""
        table = self.for_flow(flow)
        return replace(table, moves=table.offered(start))


def _classic(*commands: str, max_ands: int = 2**31) -> tuple[Move, ...]:
    return tuple(Move(command, command, max_ands) for command in commands)


def _gia(*commands: str, max_ands: int = 2**31) -> tuple[Move, ...]:
    """Moves of ABC's &-space, named by what happens there."""
    return tuple(Move(command, f"&get -n; {command}; &put", max_ands) for command in commands)


def _deepsyn(options: str, cost_class: int) -> Move:
    """Bounded by steps: bounded by time its result would depend on the machine."""
    commands = f"&get -n; &deepsyn {options}; &put"
    return Move(f"&deepsyn {options}", commands, 2500, 90.0, cost_class)


# Without bounds `&mfs` takes minutes on arithmetic of a few thousand ANDs; with these it takes
# seconds, and on most control logic the result is the same.
_BOUNDED = "-M 500 -C 100"
_USUAL_WINDOWS = f"-W 20 -L 20 {_BOUNDED}"
# Large windows, searched less: control logic of some thousand ANDs may shrink by a fifth more.
_LARGE_WINDOWS = "-W 5 -L 20 -C 200"


def _rebuild(*luts: int, windows: str = _USUAL_WINDOWS) -> str:
    """Mapped to LUTs, their functions minimised, divisors extracted, and compressed again.

    A step of `&deepsyn` for each size of LUTs: two-level logic shrinks by some percent with each.
    """
    return "; strash; ".join(
        f"&get -n; &dch -f; &if -K {lut} -a; &mfs -e {windows}; &fx; &st; &put; {COMPRESS2RS}"
        for lut in luts
    )


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


def _packed(choices: str, prepare: str, lut: int) -> Move:
    """As circuits are mapped to few LUTs; what the LUTs are made of is another circuit."""
    return Move(
        f"{choices}; if -K {lut} -a; mfs2; satlut",
        f"{prepare}; {FEWEST_LUTS.format(lut=lut)}; {LUTS_IMPROVED}",
        30_000,
        cost_class=2,
        target=Target.LUTS,
    )


def _windows(size: int, iterations: int, script: str) -> str:
    """Parts of the circuit, drawn anew in each iteration, go through a script one by one."""
    return f'&get -n; &stochsyn -I {iterations} -M {size} -S 1 "{script}"; &put'


_MFS2 = "mfs2 -e -W 20 -F 20 -D 0 -L 2000"

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
            "if -g",
        ),
        Move("compress2rs", COMPRESS2RS, cost_class=2),
        *_classic("ifraig", "orchestrate", "orchestrate -K 12 -N 3 -l", max_ands=60_000),
        *_gia("&dc2", "&b -d", "&syn2", "&syn3", "&syn4", "&compress3rs"),
        *_gia("&dsdb", max_ands=100_000),
        *_gia("&fraig -x", max_ands=10_000),
        *_gia("&if -g -K 6", f"&dch -f; &if -K 4 -a; &mfs -a -e -W 20 -L 2000 {_BOUNDED}; &st"),
        Move("&if -K 4 -a; &mfs; &fx; compress2rs", _rebuild(4), 30_000, cost_class=2),
        Move("&if -K 5 -a; &mfs; &fx; compress2rs", _rebuild(5), 30_000, cost_class=2),
        Move("&if -K 6 -a; &mfs; &fx; compress2rs", _rebuild(6), 30_000, cost_class=2),
        Move(
            "4x &if -a; &mfs; &fx; compress2rs",
            _rebuild(3, 4, 5, 6),
            12_000,
            cost_class=SLOW,
        ),
        Move(
            "3x &if -a; &mfs -W 5; &fx; compress2rs",
            _rebuild(5, 6, 4, windows=_LARGE_WINDOWS),
            8000,
            60.0,
            SLOW,
        ),
        Move("if -K 6; mfs2", f"if -K 6; {_MFS2}", 30_000),
        Move("if -K 4 -a; mfs2 -a", f"if -K 4 -a; {_MFS2} -a", 30_000),
        Move("dch; if -K 6; mfs2", f"dch; if -K 6; {_MFS2}", 30_000, cost_class=2),
        Move("if -K 5; lutpack", "if -K 5; lutpack", 10_000, cost_class=2),
        Move("renode -K 8; sop; fx", "renode -K 8; sop; fx", 10_000, cost_class=2),
        Move("satclp; sop; fx", "satclp -C 2000 -L 20000; sop; fx", 6000, 5.0, 2),
        Move("satclp; sop; fxch", "satclp -C 2000 -L 20000; sop; fxch", 6000, 5.0, 2),
        Move("collapse; dsd; sop; fx", "collapse -B 20000; dsd; sop; fx -P 100000", 6000, 5.0, 2),
        Move(
            "windows: &dch; &if; &mfs; &fx; &dc2",
            _windows(300, 10, "&st; &dch -f; &if -K 6 -a; &mfs; &fx; &st; &dc2"),
            cost_class=2,
        ),
        Move(
            "windows: &deepsyn",
            _windows(300, 3, "&deepsyn -I 1 -J 3"),
            10_000,
            cost_class=SLOW,
        ),
        # These work with truth tables of the whole circuit.
        *(
            Move(f"rewire {options}", f"rewire {options} -V 0", ands, 30.0, cost, inputs)
            for options, ands, cost, inputs in (
                ("-I 100", 1500, 2, 16),
                ("-I 1000 -S 3", 800, SLOW, 13),
            )
        ),
        _packed("dch", "dch", 4),
        _packed("dch", "dch", 6),
        _packed("&synch2", SYNCH2, 6),
        _deepsyn("-I 1 -J 3", SLOW),
        _deepsyn("-I 1 -J 10 -S 5", SLOWEST),
        _deepsyn("-I 1 -J 10 -t", SLOWEST),
    ),
    WIDE,
    SIZINGS,
)

TABLES = {table.name: table for table in (PAPER, FULL)}
