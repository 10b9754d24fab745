"""Which moves an ABC build knows: each is tried on a small circuit."""

from dataclasses import dataclass, replace

import numpy as np

from eda import aiger
from eda.circuit import Circuit
from eda.errors import ToolError
from eda.move import Move
from eda.synthesizer import MoveFailedError, Synthesizer
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
    fanins: list[tuple[int, int]] = []

    def conjunction(first: int, second: int) -> int:
        fanins.append((max(first, second), min(first, second)))
        return 2 * (2 * bits + len(fanins))

    def exclusive_or(first: int, second: int) -> int:
        both, neither = conjunction(first, second), conjunction(first ^ 1, second ^ 1)
        return conjunction(both ^ 1, neither ^ 1)

    outputs, carry = [], 0
    for bit in range(bits):
        left, right = 2 * (bit + 1), 2 * (bits + bit + 1)
        half = exclusive_or(left, right)
        outputs.append(exclusive_or(half, carry) if carry else half)
        generate = conjunction(left, right)
        if carry:
            propagate = conjunction(half, carry)
            carry = conjunction(generate ^ 1, propagate ^ 1) ^ 1
        else:
            carry = generate
    outputs.append(carry)
    header = aiger.Header(2 * bits + len(fanins), 2 * bits, 0, len(outputs), len(fanins))
    gates = np.array(fanins, dtype=np.int64)
    return Circuit(aiger.write(aiger.Aig(header, (), (), tuple(outputs), gates, {}, {}, {})))


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
    return Support(Table(table.name, tuple(known), table.endings), missing)
