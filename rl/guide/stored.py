"""Adds the designs of a store, with their best recipes, to those that a checkpoint knows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eda import aiger
from eda.circuit import Circuit
from eda.errors import InputError, ToolError
from rl.guide.extend import Extended, Found, LeftOutError, best_of, known_recipes, write_extended
from rl.guide.model import Card, KnownRecipe, load_model
from rl.store.database import Database
from rl.store.queries import Wanted, best_recipes, evaluations, full_runs
from rl.store.schema import STATE_BYTES
from rl.suites import FOR_TESTING, unlearnable
from rl.sweep import artifacts


def build(source: Path, database: Database, target: Path, *, leave_out: Sequence[str]) -> Extended:
    """Write `source` with the designs of a store to `target`; designs known by name are replaced.

    A design is a circuit of which the store has a proven recipe under the model's flow. Its recipes
    are the best of all proven searches of it, whatever the library, by the area-delay product that
    they save. Circuits that are held out for testing are left out: by their names, and by their
    content where the store knows it under such a name.

    Args:
        source: a checkpoint.
        database: the store.
        target: the checkpoint to write; may be `source`.
        leave_out: names of designs to leave out, too.

    Raises:
        InputError: the store has no design that may be added.
        ToolError: the database or an artifact cannot be read.
    """
    model = load_model(source)
    refused = {name.casefold() for name in leave_out}
    found: dict[str, Found] = {}
    left_out: list[tuple[str, str]] = []
    for name, sha256, runs in _circuits(database, model.card.flow):
        # Two circuits of one name are two designs.
        own = name if name not in found else f"{name} {sha256[:8]}"
        try:
            _check(name, runs, refused)
            found[own] = Found(
                own, _start(sha256, runs), _recipes(database, runs, model.card, sha256)
            )
        except LeftOutError as error:
            left_out.append((own, str(error)))
    if not found:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out)
        raise InputError(
            f"{database.name} has no design to add for table {model.card.table} and flow "
            f"{model.card.flow}" + (f": {reasons}" if reasons else "")
        )
    return Extended(write_extended(source, model, found.values(), target), left_out)


def _circuits(database: Database, flow: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Name, hash and proven searches of each circuit with a proven recipe, by name."""
    names = {
        row["input_sha256"]: row["name"] for row in best_recipes(database) if row["flow"] == flow
    }
    runs: dict[str, list[dict[str, Any]]] = {sha256: [] for sha256 in names}
    for run in full_runs(database, Wanted(status="done")):
        if run["input_sha256"] in runs and run["verified"]:
            runs[run["input_sha256"]].append(run)
    for sha256, name in sorted(names.items(), key=lambda item: (item[1], item[0])):
        yield name, sha256, runs[sha256]


def _check(name: str, runs: Sequence[dict[str, Any]], refused: set[str]) -> None:
    known = {name, *(run["name"] for run in runs)}
    known |= {str((run["result"] or {}).get("top") or name) for run in runs}
    if any(run["held_out"] for run in runs):
        raise LeftOutError(FOR_TESTING)
    for reason in filter(None, map(unlearnable, sorted(known))):
        raise LeftOutError(reason)
    if any(one.casefold() in refused for one in known):
        raise LeftOutError("it was to be left out")


def _start(sha256: str, runs: Sequence[dict[str, Any]]) -> Circuit:
    """The circuit, from the folder of any of its searches.

    Raises:
        LeftOutError: none of the folders has it.
    """
    said = []
    for place in dict.fromkeys(run["artifacts"] for run in runs if run["artifacts"]):
        try:
            data = artifacts.read(place, "input.aig")
            circuit = None if data is None else Circuit(aiger.strip(data))
        except (aiger.AigerError, ToolError) as error:
            said.append(f"{place}: {error}")
            continue
        if circuit is not None and circuit.sha256 == sha256:
            return circuit
        said.append(f"{place}: {'no input.aig' if circuit is None else 'another circuit'}")
    raise LeftOutError(f"no folder of its searches has its circuit ({', '.join(said) or 'none'})")


def _recipes(
    database: Database, runs: Sequence[dict[str, Any]], card: Card, sha256: str
) -> tuple[KnownRecipe, ...]:
    """The best recipes of all searches of a circuit.

    Raises:
        LeftOutError: the model knows the moves of none.
    """
    start = sha256[: 2 * STATE_BYTES]
    found: list[KnownRecipe] = []
    for run in runs:
        baseline = (run["result"] or {}).get("baseline")
        cost = baseline["area"] * baseline["delay"] if baseline else 0.0
        if run["flow"] == card.flow and cost:
            found += known_recipes(evaluations(database, run["id"]), card, start, cost)
    if not found:
        raise LeftOutError(f"no recipe of moves that table {card.table} has")
    return best_of(found)
