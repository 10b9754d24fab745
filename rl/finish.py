"""From what a search found to what it may claim: replayed, proven, written out."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path

from eda.aiger import symbol_table
from eda.circuit import Circuit
from eda.equivalence import Equivalence, check_equivalence
from eda.errors import EdaError, ToolError, ToolTimeout
from eda.flow import Flow, FlowKind
from eda.netlist import NetlistFacts, NetlistMismatch, lut_models, read_back, write_netlist
from eda.process import ended_together
from eda.recipe import Recipe
from eda.replay import Replayed, replay, replay_script
from rl.clock import Clock
from rl.evaluation import Step, circuits, shortened, steps
from rl.findings import Candidate, Findings
from rl.front import thinned
from rl.prepare import Prepared
from rl.runfolder import RunFolder, disk_errors

PROOF_TIME_LIMIT = 1800.0
CANDIDATES_TRIED = 3
# A run ends with a result, be it late: the best script gets so many seconds and so many times what
# it took, after the time was up.
_RESCUE_S, _RESCUE_TIMES = 10.0, 3.0
FRONT, FRONT_FOLDER = 12, "front"


@dataclass(frozen=True)
class Proof:
    """What was proven of a result.

    Attributes:
        aig: the optimised AIG against the design's core.
        netlist: `netlist.v`, read back from disk, against the design's core; None where the
            objective makes no netlist of cells.
    """

    aig: Equivalence
    netlist: Equivalence | None

    @property
    def complete(self) -> bool:
        """Whether everything that the run hands out is proven."""
        needed = [self.aig] if self.netlist is None else [self.aig, self.netlist]
        return all(answer is Equivalence.EQUIVALENT for answer in needed)

    @property
    def answers(self) -> str:
        """Both in words."""
        netlist = "" if self.netlist is None else f", netlist {self.netlist.value}"
        return f"AIG {self.aig.value}{netlist}"


@dataclass(frozen=True)
class Claim:
    """The best candidate that could be replayed, and what was proven of it.

    Attributes:
        candidate: as the search measured it.
        recipe: the candidate's recipe without moves that change nothing.
        replayed: what a plain ABC process made of the recipe.
        proof: what was proven.
        netlist: facts of `netlist.v`, if there is one.
        notes: what went wrong with better candidates, and what the user should know.
        folder: where it is, if not in the run folder itself.
    """

    candidate: Candidate
    recipe: Recipe
    replayed: Replayed
    proof: Proof
    netlist: NetlistFacts | None
    notes: tuple[str, ...]
    folder: Path | None = None

    @property
    def verified(self) -> bool:
        """Whether the result was replayed exactly and everything handed out is proven."""
        return self.proof.complete


def finish(
    prepared: Prepared, findings: Findings, folder: RunFolder, workdir: Path, clock: Clock
) -> Claim:
    """Replay, prove and write the best candidate; the next best one where that fails.

    Where none can even be replayed it is the best fixed script, for which the time limit is overrun
    if need be.

    Raises:
        ToolError: no candidate could even be replayed.
    """
    notes: list[str] = []
    unproven: Claim | None = None
    tried = [(candidate, 0.0) for candidate in findings.best[:CANDIDATES_TRIED]]
    script = findings.best_script
    if script is not None:
        tried.append((script, max(_RESCUE_S, _RESCUE_TIMES * script.outcome.wall_s)))
    for candidate, rescue_s in tried:
        if rescue_s and unproven is not None:
            break
        name = candidate.script or " > ".join(candidate.outcome.recipe.names)
        try:
            claim = _claim(
                prepared,
                candidate,
                folder=folder,
                workdir=workdir,
                clock=clock.extended(rescue_s) if rescue_s else clock,
                confirmed=findings.confirmed,
                notes=tuple(notes),
            )
        except (ToolError, NetlistMismatch) as error:
            notes.append(f"'{name}' is not claimed: {error}")
            continue
        if claim.verified:
            return claim
        unproven = unproven or claim
        notes.append(f"'{name}' is not claimed: equivalence: {claim.proof.answers}")
    if unproven is None:
        raise ToolError("no result could be replayed: " + "; ".join(notes))
    return unproven


def finish_front(
    prepared: Prepared, findings: Findings, folder: RunFolder, workdir: Path, clock: Clock
) -> tuple[list[Claim], list[str]]:
    """Replay, prove and write the results of the front, each in a folder of its own.

    Both ends come first; when the time is up, the rest is left out.

    Returns: what is proven, smallest area first, with its folder's number from 1 in its order; and
        what was left out, and why.
    """
    chosen = thinned(findings.front, FRONT)
    home = folder.path / FRONT_FOLDER
    if home.exists():
        shutil.rmtree(home)
    claims: list[Claim] = []
    notes: list[str] = []
    for number, candidate in enumerate([*chosen[:1], *chosen[:0:-1]]):
        if clock.left_s(PROOF_TIME_LIMIT) <= 1.0 and number > 0:
            notes.append(f"{len(chosen) - number} results of the front are not claimed: no time")
            break
        place = RunFolder(home / f".{number}")
        with disk_errors(place.path):
            place.path.mkdir(parents=True)
        try:
            claim = _claim(
                prepared,
                candidate,
                folder=place,
                workdir=workdir,
                clock=clock,
                confirmed=findings.confirmed,
                notes=(),
            )
            answer = "" if claim.verified else f"equivalence: {claim.proof.answers}"
        except (ToolError, NetlistMismatch) as error:
            answer = str(error)
        if not answer:
            claims.append(replace(claim, folder=place.path))
            continue
        shutil.rmtree(place.path)
        area, delay = candidate.qor.area, candidate.qor.delay
        notes.append(f"area {area:g}, delay {delay:g} ps is not claimed: {answer}")
    claims.sort(key=lambda claim: claim.candidate.qor.area)
    named = []
    for number, claim in enumerate(claims, 1):
        assert claim.folder is not None  # noqa: S101 - it was made above
        named.append(replace(claim, folder=claim.folder.rename(home / f"{number:02d}")))
    return named, notes


def _claim(
    prepared: Prepared,
    candidate: Candidate,
    *,
    folder: RunFolder,
    workdir: Path,
    clock: Clock,
    confirmed: Mapping[Step, Circuit],
    notes: tuple[str, ...],
) -> Claim:
    recipe = shortened(candidate.outcome, prepared.start.sha256)

    def proven(circuit: Circuit) -> Equivalence:
        limit = clock.left_s(PROOF_TIME_LIMIT)
        return check_equivalence(prepared.abc, prepared.design.core, circuit.data, time_limit=limit)

    with ThreadPoolExecutor(1) as executor, ended_together():
        # A replay has to arrive at the circuit that the search did: it can be proven meanwhile.
        early = _reached(prepared, candidate)
        aig = None if early is None else executor.submit(copy_context().run, proven, early)
        replayed = replay_exactly(prepared, candidate, clock.left_s(PROOF_TIME_LIMIT), confirmed)
        folder.write("best.aig", named_aiger(prepared, replayed))
        folder.write("input.aig", prepared.start.data)
        folder.write("recipe.abc", published(recipe, prepared))
        library = prepared.abc_library
        read = library.read_original(library.lib) if prepared.flow.needs_library else None
        folder.write("replay.abc", replay_script(recipe, prepared.flow, read))
        if aig is None:
            aig = executor.submit(copy_context().run, proven, replayed.circuit)
        facts, answer = prove_netlist(prepared, replayed, folder, workdir, clock)
        return Claim(candidate, recipe, replayed, Proof(aig.result(), answer), facts, notes)


def published(recipe: Recipe, prepared: Prepared) -> str:
    """The recipe as users take it home, for whichever library they have loaded."""
    lines = recipe.script(prepared.flow)
    wide = prepared.abc_library.wide
    if recipe.ending.rework and wide and prepared.flow.needs_library:
        name = recipe.ending.rework.split()[0]
        lines = [
            f"# {name} ends ABC where cells of more than six inputs are loaded, such as",
            f"# {wide[0]}: leave them out, with read_lib -X or Yosys's abc -dont_use.",
            *lines,
        ]
    return "\n".join(lines) + "\n"


def _reached(prepared: Prepared, candidate: Candidate) -> Circuit | None:
    """The circuit that the search arrived at, where it is still in the cache."""
    *_, last = circuits(prepared.synthesizer, prepared.start, candidate.outcome)
    expected = candidate.outcome.states[-1:] or (prepared.start.sha256,)
    return last if last.sha256 == expected[0] else None


def replay_exactly(
    prepared: Prepared,
    candidate: Candidate,
    time_limit: float,
    confirmed: Mapping[Step, Circuit] | None = None,
) -> Replayed:
    """Replay a candidate's recipe in plain processes and require what the search measured.

    One process does it all, but for steps of `confirmed`, which others have done before: the next
    one goes on from the circuits that those arrived at.

    Raises:
        ToolError: the circuit or its cost differs, or the replay failed.
    """
    library = prepared.abc_library if prepared.flow.needs_library else None
    start, waiting = prepared.start, []
    for step in steps(candidate.outcome, start.sha256):
        made = (confirmed or {}).get(step)
        if made is None:
            waiting.append(step.move)
            continue
        if waiting:
            part, flow = Recipe(tuple(waiting)), Flow(FlowKind.AIG)
            reached = replay(prepared.abc, start, part, flow, None, time_limit=time_limit).circuit
            if reached.sha256 != step.source:
                raise ToolError("a plain ABC process arrives at another circuit")
        start, waiting = made, []
    rest = Recipe(tuple(waiting), candidate.outcome.recipe.ending)
    replayed = replay(prepared.abc, start, rest, prepared.flow, library, time_limit=time_limit)
    states = candidate.outcome.states
    expected = states[-1] if states else prepared.start.sha256
    if replayed.circuit.sha256 != expected:
        raise ToolError("a plain ABC process arrives at another circuit")
    if replayed.qor != candidate.qor:
        raise ToolError(f"a plain ABC process measures {replayed.qor}, not {candidate.qor}")
    return replayed


def named_aiger(prepared: Prepared, replayed: Replayed) -> bytes:
    """The optimised AIG with the core's input and output names in its symbol table."""
    design = prepared.design
    names = symbol_table(
        dict(enumerate(design.input_names)), {}, dict(enumerate(design.output_names))
    )
    return replayed.circuit.data + names


def prove_netlist(
    prepared: Prepared, replayed: Replayed, folder: RunFolder, workdir: Path, clock: Clock
) -> tuple[NetlistFacts | None, Equivalence | None]:
    """Write `netlist.v`, read it back from disk and prove it; beside it `luts.blif` and `luts.v`.

    Those two are written where it is made of LUTs: the core alone, and models of the LUTs.

    Raises:
        ToolError: a tool failed.
        NetlistMismatch: the netlist does not correspond to the design.
    """
    if prepared.flow.kind is FlowKind.AIG:
        return None, None
    luts = prepared.flow.kind is FlowKind.LUT
    mapped = workdir / "mapped.blif"
    mapped.write_bytes(replayed.mapped)
    library = prepared.library.path
    partial = folder.path / ".netlist.v.partial"
    try:
        with disk_errors(folder.netlist):
            facts = write_netlist(
                prepared.design,
                mapped,
                library=library,
                out=partial,
                workdir=workdir,
                time_limit=clock.left_s(PROOF_TIME_LIMIT),
                luts=luts,
            )
            partial.replace(folder.netlist)
            if luts:
                folder.write("luts.blif", replayed.mapped)
                folder.write("luts.v", lut_models(facts.cells))
        core = read_back(
            folder.netlist,
            prepared.design,
            library=library,
            workdir=workdir,
            time_limit=clock.left_s(PROOF_TIME_LIMIT),
        )
    except ToolTimeout:
        return None, Equivalence.TIMEOUT
    answer = check_equivalence(
        prepared.abc, prepared.design.core, core, time_limit=clock.left_s(PROOF_TIME_LIMIT)
    )
    return facts, answer


def save_unfinished(prepared: Prepared, findings: Findings, folder: RunFolder) -> None:
    """Write the best recipe of an interrupted search, which is not replayed or proven yet."""
    if not findings.best:
        return
    recipe = shortened(findings.best[0].outcome, prepared.start.sha256)
    folder.write("recipe.abc", published(recipe, prepared))
    circuit = prepared.start
    try:
        for move in recipe.moves:
            circuit = prepared.synthesizer.apply(circuit, move)
    except EdaError:
        return  # not in the cache, and the engine is stopped: `--resume` derives it again
    folder.write("best.aig", circuit.data)
