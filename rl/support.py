"""Which moves an ABC build knows, and which endings a library: tried on a small circuit."""

from dataclasses import dataclass, replace

from eda.circuit import Circuit
from eda.errors import ToolError
from eda.flow import PLAIN, Ending, Flow
from eda.frontend.build import FALSE, AigBuilder
from eda.move import Move
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.endings import sized
from rl.table import Table

TRIAL_BITS = 4
TRIAL_DEADLINE_S = 10.0


@dataclass(frozen=True)
class Support:
    """A table as far as a build supports it, and why each missing move is missing."""

    table: Table
    missing: dict[str, str]


def trial_circuit(bits: int = TRIAL_BITS) -> Circuit:
    """A ripple-carry adder: small, but with sharing, exclusive ors and depth for moves to use."""
    build = AigBuilder()
    left = [build.variable() for _ in range(bits)]
    right = [build.variable() for _ in range(bits)]
    outputs, carry = [], FALSE
    for one, other in zip(left, right, strict=True):
        half = build.choose(one, other ^ 1, other)
        outputs.append(build.choose(half, carry ^ 1, carry))
        carry = build.either(build.conjunction(one, other), build.conjunction(half, carry))
    return Circuit(build.encode([*left, *right], [*outputs, carry]))


def check_support(synthesizer: Synthesizer, table: Table) -> Support:
    """Try each move of `table` once.

    Raises:
        ToolError: the build knows none of them.
    """
    circuit = trial_circuit()
    known: list[Move] = []
    missing: dict[str, str] = {}
    with synthesizer.worker() as worker:
        for move in table.moves:
            try:
                deadline = min(move.deadline_s, TRIAL_DEADLINE_S)
                worker.apply(circuit, replace(move, deadline_s=deadline))
                known.append(move)
            except MoveFailedError as error:
                missing[move.name] = str(error)
    if not known:
        reason = next(iter(missing.values()), "the table is empty")
        raise ToolError(f"{synthesizer.abc.path} supports no move of '{table.name}': {reason}")
    return Support(replace(table, moves=tuple(known)), missing)


def mappable(table: Table, synthesizer: Synthesizer, flow: Flow) -> Table:
    """The table with the flow's endings and ways to size, without what fails with this library.

    Of endings only those that improve the mapped network are known to end ABC, and tried.
    """
    endings = flow.endings(table.endings)
    working = [each for each in endings if not each.rework or _works(synthesizer, flow, each)]
    if not flow.sizes:
        return replace(table, endings=tuple(working))
    ways = [way for way in table.sizings if _works(synthesizer, flow, sized(PLAIN, way))]
    broken = set(table.sizings) - set(ways)
    # What can only be sized in the flow's own way is.
    first = ways[0] if ways else ""
    kept = [sized(each, first) if each.after in broken else each for each in working]
    return replace(table, endings=tuple(kept), sizings=tuple(ways))


def _works(synthesizer: Synthesizer, flow: Flow, ending: Ending) -> bool:
    try:
        synthesizer.cost(trial_circuit(), flow, ending)
    except MoveFailedError:
        return False
    return True
