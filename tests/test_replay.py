"""A recipe published is a recipe that a plain ABC process reproduces to the last bit."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import adder_aig, multiplier_aig, random_aig

from eda.abc.binary import AbcBinary, find_abc
from eda.abc.library import AbcLibrary
from eda.cache import MemoryCache
from eda.circuit import Circuit
from eda.errors import ToolError, ToolTimeout
from eda.flow import DCH, DCH_FAST, PLAIN, Ending, Flow, FlowKind
from eda.move import SLOWEST, Move
from eda.qor import parse_stime
from eda.recipe import Recipe
from eda.replay import replay, replay_script
from eda.synthesizer import Synthesizer
from rl.endings import ENDINGS
from rl.evaluation import Proposal, evaluate, shortened
from rl.scripts import SCRIPTS
from rl.table import TABLES

CIRCUITS = {
    "adder": adder_aig(10),
    "multiplier": multiplier_aig(5),
    "random": random_aig(7, inputs=9, nodes=150, outputs=12),
    "small": random_aig(3, inputs=4, nodes=15, outputs=3),
}
FLOWS = [Flow(), Flow(FlowKind.MAP), Flow(FlowKind.LUT), Flow(FlowKind.AIG), Flow(max_delay=150.0)]


def random_recipe(rng: random.Random, table: str, flow: Flow) -> Recipe:
    moves = [move for move in TABLES[table].moves if move.cost_class < SLOWEST]
    chosen = tuple(rng.choice(moves) for _ in range(rng.randint(0, 8)))
    return Recipe(chosen, rng.choice(flow.endings(tuple(ENDINGS.values()))))


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("name", CIRCUITS)
def test_random_recipes_replay_exactly(
    table: str,
    name: str,
    library: AbcLibrary,
    make_synthesizer: Callable[..., Synthesizer],
) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(CIRCUITS[name])
    rng = random.Random(f"{table} {name}")
    for _ in range(6):
        flow = rng.choice(FLOWS)
        recipe = random_recipe(rng, table, flow)
        outcome = evaluate(synthesizer, start, Proposal((recipe,)), flow)
        short = shortened(outcome, start.sha256)
        replayed = replay(synthesizer.abc, start, short, flow, library, time_limit=120)
        expected = outcome.states[-1] if outcome.states else start.sha256
        assert replayed.circuit.sha256 == expected, short.names
        assert replayed.qor == outcome.qor, short.names


def test_every_move_of_every_table_replays_exactly(
    library: AbcLibrary, make_synthesizer: Callable[..., Synthesizer]
) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(CIRCUITS["small"])
    for move in TABLES["full"].moves:
        outcome = evaluate(
            synthesizer, start, Proposal((Recipe((move,), DCH),)), Flow(FlowKind.MAP)
        )
        assert outcome.failure is None, move.name
        replayed = replay(
            synthesizer.abc, start, outcome.recipe, Flow(FlowKind.MAP), library, time_limit=60
        )
        assert (replayed.circuit.sha256, replayed.qor) == (outcome.states[-1], outcome.qor)


@pytest.mark.parametrize("name", ["multiplier", "random"])
def test_after_every_move_a_circuit_in_memory_is_the_one_that_is_read_again(name: str) -> None:
    abc, only_aig = find_abc(), Flow(FlowKind.AIG)
    start = Circuit(CIRCUITS[name])
    moves = {move.name: move for move in TABLES["full"].moves}
    # What these make of a circuit depends on the order of its nodes.
    later = tuple(moves[each] for each in ("rewrite -z", "resub -K 10 -N 2", "refactor -z -N 14"))
    for move in moves.values():
        if move.slow:
            continue
        made = replay(abc, start, Recipe((move,)), only_aig, None, time_limit=60).circuit
        apart = replay(abc, made, Recipe(later), only_aig, None, time_limit=60).circuit
        whole = replay(abc, start, Recipe((move, *later)), only_aig, None, time_limit=60).circuit
        assert whole.sha256 == apart.sha256, move.name


@pytest.mark.parametrize("ending", [PLAIN, DCH, DCH_FAST])
def test_the_script_needs_nothing_of_this_project(
    ending: Ending,
    tmp_path: Path,
    abc: AbcBinary,
    library: AbcLibrary,
    make_synthesizer: Callable[..., Synthesizer],
) -> None:
    synthesizer = make_synthesizer(library)
    start = synthesizer.canonical(CIRCUITS["adder"])
    recipe = Recipe((Move("dc2", "dc2"), Move("b", "balance")), ending)
    outcome = evaluate(synthesizer, start, Proposal((recipe,)), Flow())
    assert outcome.qor is not None
    (tmp_path / "input.aig").write_bytes(start.data)
    (tmp_path / "my.abc").write_text(replay_script(recipe, Flow(), f"read_lib {library.lib}"))
    ran = subprocess.run(
        [abc.path, "-f", "my.abc"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    plain = ran.stdout.replace("\x1b[0m", "").replace("\x1b[1;37m", "")
    assert parse_stime(plain)[:2] == (outcome.qor.area, outcome.qor.delay)


def test_full_command_names_only() -> None:
    """Without abc.rc ABC has no aliases: `b`, `rw`, `st` and the like would fail."""
    aliases = {"b", "rw", "rwz", "rf", "rfz", "rs", "rsz", "st", "ps", "f", "c2", "clp", "u"}
    moves = [*TABLES["full"].moves, *(m for script in SCRIPTS for m in script.recipe.moves)]
    for move in moves:
        words = {command.split()[0] for command in move.line.split(";")}
        assert not words & aliases, move.name
        assert "deepsyn" not in move.commands or " -T" not in move.commands


def test_names_in_tables_are_unique() -> None:
    for table in TABLES.values():
        assert len({move.name for move in table.moves}) == len(table.moves)
        assert table.endings[0] is PLAIN


def test_a_replay_that_fails_is_an_error(
    abc: AbcBinary, library: AbcLibrary, fake_abc: Callable[..., Path]
) -> None:
    synthesizer = Synthesizer(abc, None, jobs=1, cache=MemoryCache())
    start = synthesizer.canonical(CIRCUITS["small"])
    synthesizer.close()
    wrong = Recipe((Move("wrong", "frobnicate"),))
    with pytest.raises(ToolError, match="plain ABC process"):
        replay(abc, start, wrong, Flow(), library, time_limit=60)
    with pytest.raises(ToolError, match="needs a library"):
        replay(abc, start, Recipe(), Flow(), None, time_limit=60)
    hangs = Recipe((Move("hang", "sleep never-made"),))
    with pytest.raises(ToolTimeout):
        replay(abc, start, hangs, Flow(), library, time_limit=0.5)
    dies = find_abc(fake_abc(at_start="if '-f' in sys.argv:\n    os._exit(7)"))
    with pytest.raises(ToolError, match="7"):
        replay(dies, start, Recipe(), Flow(), library, time_limit=60)
