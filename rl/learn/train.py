"""From designs to a checkpoint: collect, transfer, fit, write; each step goes on where it was."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from eda.abc.binary import find_abc
from eda.cache import MemoryCache
from eda.flow import Flow, FlowKind
from eda.move import commands_of
from eda.recipe import Recipe
from eda.synthesizer import Synthesizer
from rl.endings import group_of
from rl.features import NAMES
from rl.guide.model import FORMAT, Card, save_model
from rl.learn.archive import Reader, Record
from rl.learn.collect import FIRST, Plan, Round, Tell, collect, transfer
from rl.learn.fit import Settings, Shape, fit
from rl.learn.library import as_tried, known_designs, responses, shared_recipes
from rl.learn.log import Log
from rl.learn.trusting import Trial, assembled, cross_validate, fitted
from rl.suites import SuiteDesign
from rl.support import check_support
from rl.table import TABLES, Table

SHARED = "shared.json"


@dataclass(frozen=True)
class Trained:
    """What training came to.

    Attributes:
        card: of the checkpoint.
        trials: how models did on designs that they had not seen.
        seconds: of fitting.
    """

    card: Card
    trials: tuple[Trial, ...]
    seconds: float


def train(
    designs: Sequence[SuiteDesign],
    plan: Plan,
    out: Path,
    *,
    settings: Settings,
    shared: int,
    rounds: int,
    log: Log,
    tell: Tell,
) -> Trained:
    """Fill the archive as far as it is not, fit the networks and write the checkpoint.

    Rounds after the first are expert iteration (Anthony et al., NeurIPS 2017): the designs are
    searched again, guided by what was fitted to the rounds before, and what that finds is learned
    from in turn. Each round chooses its part of the shared recipes, which go on where those of the
    rounds before ended.

    Args:
        designs: what to train on; empty: what the archive holds.
        plan: how the archive is made.
        out: the checkpoint.
        settings: constants of the fitting.
        shared: recipes that are tried on every design, of all rounds together.
        rounds: how often each design is searched.
        log: told the losses of the last fitting.
        tell: told what goes on, in lines.

    Raises:
        InputError: the archive is broken or empty.
        ToolError: ABC is missing.
    """
    table = flow_table(plan)
    reader = Reader(plan.archive, table, find_abc(plan.abc))
    if designs:
        plan.archive.mkdir(parents=True, exist_ok=True)
        for number in range(rounds):
            this = FIRST if number == 0 else _guided(number, reader, table, plan, settings, tell)
            collect(designs, plan, tell, this)
            count = shared * (number + 1) // rounds
            transfer(designs, _shared(reader, table, plan, count), plan, tell)
    records = reader.read()
    tell(f"{len(records)} designs, {sum(len(r.evaluations) for r in records)} evaluations")
    began = time.perf_counter()
    trained = fit_and_save(records, table, plan, out, settings=settings, log=log)
    return replace(trained, seconds=time.perf_counter() - began)


def _guided(
    number: int, reader: Reader, table: Table, plan: Plan, settings: Settings, tell: Tell
) -> Round:
    """A later round, with what guides it: fitted to the rounds before, if it is not there yet."""
    model = plan.archive / f"round-{number}.safetensors"
    if not model.exists():
        tell(f"round {number}: fitting what guides it")
        fit_and_save(reader.read(), table, plan, model, settings=settings, log=Log())
    return Round(number, model)


def fit_and_save(
    records: Sequence[Record],
    table: Table,
    plan: Plan,
    out: Path,
    *,
    settings: Settings,
    log: Log,
) -> Trained:
    """Fit the networks to an archive's records and write the checkpoint."""
    shape = Shape(len(table.moves), len(table.endings))
    trials = cross_validate(records, shape, settings)
    temperature, threshold = fitted(trials)
    tensors, _ = fit(records, shape, settings, log.add)
    model = assembled(tensors, records)
    endings = tuple(ending.name for ending in table.endings)
    tried, measured, added = responses(records, _chosen_before(plan, table), endings)
    card = Card(
        format=FORMAT,
        table=table.name,
        flow=plan.flow,
        moves=tuple(commands_of(table.moves)),
        endings=endings,
        features=NAMES,
        temperature=temperature,
        threshold=threshold,
        designs=known_designs(records),
        tried=tried,
        training={
            "liberty": Path(plan.liberty).name.removesuffix(".gz").removesuffix(".lib"),
            "evaluations": sum(len(record.evaluations) for record in records),
            "seed": settings.seed,
            "rank correlation on unseen designs": round(
                float(np.mean([trial.correlation for trial in trials])), 4
            ),
            "eda-rl": version("eda-rl"),
            "torch": torch.__version__.split("+")[0],
            "abc_sha256": find_abc(plan.abc).sha256,
        },
    )
    tried_on = {"designs": model.designs, "responses": measured, "effects": added}
    save_model(out, card, {**tensors, **tried_on})
    return Trained(card, tuple(trials), 0.0)


def flow_table(plan: Plan) -> Table:
    """The plan's table for its flow, with the moves that its ABC supports."""
    synthesizer = Synthesizer(find_abc(plan.abc), None, jobs=1, cache=MemoryCache())
    try:
        supported = check_support(synthesizer, TABLES[plan.table]).table
    finally:
        synthesizer.close()
    return supported.for_flow(Flow(FlowKind(plan.flow)))


def _shared(reader: Reader, table: Table, plan: Plan, count: int) -> list[Recipe]:
    """The recipes that are tried on every design; those chosen before for an archive stay."""
    known = _chosen_before(plan, table)
    if len(known) >= count:
        return known
    recipes = shared_recipes(reader.read(), table, count, known)
    chosen = [as_tried(recipe).model_dump() for recipe in recipes]
    path = plan.archive / SHARED
    path.write_text(json.dumps(chosen, indent=1) + "\n", "utf-8")
    return recipes


def _chosen_before(plan: Plan, table: Table) -> list[Recipe]:
    path = plan.archive / SHARED
    moves = {move.commands: move for move in table.moves}
    endings = {ending.group: ending for ending in table.endings}
    return [
        Recipe(
            tuple(moves[commands] for commands in each["moves"]),
            endings[group_of(each["ending"])],
        )
        for each in (json.loads(path.read_text("utf-8")) if path.exists() else [])
    ]
