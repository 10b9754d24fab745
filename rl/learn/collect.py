"""Searches designs and keeps what came of every evaluation, for training."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eda.errors import EdaError, InputError
from eda.recipe import Recipe
from rl.clock import Clock
from rl.driver import Budget, drive
from rl.evaluation import Outcome, Proposal, Sizing, evaluate
from rl.journal import Journal, read_events
from rl.learn.archive import CACHE, START, TRANSFER, journal, start_circuit
from rl.prepare import Prepared, prepared
from rl.runfolder import RunFolder
from rl.search import Search
from rl.searchers.fixed import FixedScripts
from rl.settings import Settings
from rl.show import Silent
from rl.suites import SuiteDesign, unlearnable

COLLECTED = "collected"
# Large circuits take long and say no more than small ones: they get fewer evaluations.
_FULL, _MIDDLE = 300, 800
# A search that a model guides takes longer, and there is one already: it gets half as many.
_GUIDED_PART = 2
_SEEDS_APART = 1000


@dataclass(frozen=True)
class Plan:
    """How an archive is made.

    Attributes:
        archive: its folder.
        liberty: what `eda.liberty.find.resolve_library` takes.
        table: the move table's name.
        flow: `sized` or `map`.
        length: the most moves in a recipe, or None for what suits the searcher.
        budget: evaluations of a design of up to 300 ANDs; larger ones get fewer.
        most_ands: larger designs are left out.
        least_ands: and smaller ones.
        most_shared_ands: the same recipes are tried on designs of up to that size.
        seed: of the searches.
        jobs: ABC sessions.
        abc: path of the ABC executable, or None for the one that is found.
    """

    archive: Path
    liberty: str
    table: str
    flow: str
    length: int | None
    budget: int
    most_ands: int
    least_ands: int
    most_shared_ands: int
    seed: int
    jobs: int
    abc: Path | None

    def evaluations(self, ands: int) -> int:
        """The evaluations that a circuit of that size gets."""
        if ands <= _FULL:
            return self.budget
        return self.budget * 3 // 4 if ands <= _MIDDLE else self.budget * 3 // 8


@dataclass(frozen=True)
class Round:
    """One pass of searches over the designs.

    Attributes:
        number: 0 is the first, which nothing guides.
        model: the checkpoint that guides the searches of a later one.
    """

    number: int = 0
    model: Path | None = None


FIRST = Round()
Tell = Callable[[str], None]


def check_designs(designs: Sequence[SuiteDesign], left_out: Sequence[str]) -> list[SuiteDesign]:
    """The designs that may be trained on: those held out and those left out are not among them.

    Raises:
        InputError: none is left, or two have one name.
    """
    refused = {name.casefold() for name in left_out}
    kept = [d for d in designs if d.name.casefold() not in refused and not unlearnable(d.name)]
    names = [design.name for design in kept]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two designs are named {name}")
    if not kept:
        raise InputError("no design to train on: all that were named are held out or left out")
    return kept


def collect(designs: Sequence[SuiteDesign], plan: Plan, tell: Tell, this: Round = FIRST) -> None:
    """Search each design; those that the archive has are skipped, interrupted ones go on.

    A design that cannot be searched is told and left out, of later rounds too.
    """
    for number, design in enumerate(designs, 1):
        if _collected(_events(plan, design, this)):
            continue
        if this != FIRST and not _collected(_events(plan, design)):
            continue
        began = time.perf_counter()
        try:
            said = _search(design, plan, this)
        except EdaError as error:
            said = f"left out: {error}"
        took = time.perf_counter() - began
        tell(f"{number}/{len(designs)} {design.name}: {said} ({took:.0f} s)")


def transfer(
    designs: Sequence[SuiteDesign], recipes: Sequence[Recipe], plan: Plan, tell: Tell
) -> None:
    """Try the same recipes on every design that the archive has, large ones left out, each once."""
    for number, design in enumerate(designs, 1):
        events = _events(plan, design)
        tried = {each["number"] for each in events if each.get("phase") == TRANSFER}
        missing = [index for index in range(len(recipes)) if index not in tried]
        if not missing or not _collected(events):
            continue
        if start_circuit(_folder(plan, design)).ands > plan.most_shared_ands:
            continue
        began = time.perf_counter()
        with _prepared(design, plan, FIRST) as ready, _journal(design, plan, FIRST) as into:
            course = drive(
                FixedScripts([recipes[index] for index in missing]),
                partial(_evaluated, ready),
                Budget(len(missing)),
                jobs=plan.jobs,
                stop=ready.synthesizer.stop,
            )
            with closing(course):
                for told in course:
                    telling = replace(told.telling, number=missing[told.telling.number])
                    elapsed_s = time.perf_counter() - began
                    into.add_outcome(TRANSFER, telling, told.outcome, elapsed_s)
        took = time.perf_counter() - began
        tell(f"{number}/{len(designs)} {design.name}: {len(missing)} recipes tried ({took:.0f} s)")


def _evaluated(ready: Prepared, _: int, proposal: Proposal) -> Outcome:
    """As a search measures, but by the area-delay product: who searches later is not known."""
    sizing = Sizing(ready.table.sizings, lambda qor: -qor.adp)
    proposal = replace(proposal, sizing=sizing)
    return evaluate(ready.synthesizer, ready.start, proposal, ready.flow)


def _search(design: SuiteDesign, plan: Plan, this: Round) -> str:
    with _prepared(design, plan, this) as ready:
        ands = ready.start.ands
        if not plan.least_ands <= ands <= plan.most_ands:
            return f"left out: {ands} ANDs"
        _folder(plan, design).mkdir(parents=True, exist_ok=True)
        RunFolder(_folder(plan, design)).write(START, ready.start.data)
        with _journal(design, plan, this) as events:
            search = Search(
                ready,
                jobs=plan.jobs,
                clock=Clock(None, time.perf_counter(), ands),
                journal=events,
                observer=Silent(),
            )
            findings = search.run()
            events.add(COLLECTED)
    baseline = findings.baseline
    gain = ready.objective.improvement(baseline[1], findings.best[0].qor) if baseline else 0.0
    return f"{ands} ANDs, {findings.evaluations} evaluations, {100 * gain:.1f} % saved"


@contextmanager
def _prepared(design: SuiteDesign, plan: Plan, this: Round) -> Iterator[Prepared]:
    given: dict[str, Any] = {
        "files": design.files,
        "top": design.top,
        "liberty": plan.liberty,
        "abc": plan.abc,
        "flow": plan.flow,
        "table": plan.table,
        "length": plan.length,
        "seed": plan.seed + _SEEDS_APART * this.number,
        "model": "none" if this.model is None else str(this.model),
    }
    settings = Settings(**given)
    with (
        TemporaryDirectory(prefix="eda-rl-") as workdir,
        prepared(
            settings,
            workdir=Path(workdir),
            cache_dir=plan.archive / CACHE,
            disk_cache=True,
            jobs=plan.jobs,
            warn=_ignore,
        ) as ready,
    ):
        budget = plan.evaluations(ready.start.ands)
        if this != FIRST:
            budget = max(1, budget // _GUIDED_PART)
        yield replace(ready, settings=settings.model_copy(update={"budget": budget}))


def _folder(plan: Plan, design: SuiteDesign) -> Path:
    return plan.archive / design.name


@contextmanager
def _journal(design: SuiteDesign, plan: Plan, this: Round) -> Iterator[Journal]:
    with closing(Journal(journal(_folder(plan, design), this.number))) as events:
        yield events


def _events(plan: Plan, design: SuiteDesign, this: Round = FIRST) -> list[dict[str, Any]]:
    return read_events(journal(_folder(plan, design), this.number))[0]


def _collected(events: Sequence[dict[str, Any]]) -> bool:
    return any(each.get("event") == COLLECTED for each in events)


def _ignore(_: str) -> None:
    """Moves that a build does not support are told where the archive's table is made."""
