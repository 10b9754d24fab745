"""What a proof comes to."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class ProofVerdict(str, Enum):
    """Whether a sample is its reference's equal."""

    EQUIVALENT = "equivalent"  # for all inputs at all times
    DIFFERENT = "different"  # simulation shows it, with the inputs of a counterexample
    BOUNDED = "bounded"  # equal for so many steps; beyond that nobody knows
    UNKNOWN = "unknown"  # neither; the reason is told


@dataclass(frozen=True)
class Counterexample:
    """Inputs that tell a sample from its reference.

    Attributes:
        mode: what a step is: "none" (no registers, there is one step), "cycles" (a cycle of the
            clock) or "steps" (a change of any inputs, clocks among them).
        clocks: names of the clock inputs; in "cycles" they are not among the steps' values.
        edge: 1 if the clock's rising edge counts, 0 if its falling one; for "cycles".
        steps: the inputs' values, as integers by name, step by step.
        held: of these, the first so many hold the resets, and nothing is compared.
        outputs: which outputs the simulation found to differ.
    """

    mode: str
    clocks: tuple[str, ...]
    edge: int
    steps: tuple[dict[str, int], ...]
    held: int = 0
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """A verdict and what it rests on.

    Attributes:
        verdict: the verdict.
        bound: for BOUNDED, the number of steps.
        assumes: what the verdict takes for granted beyond known inputs, a line each.
        dont_care: outputs whose reference is never known, so that every value is right.
        counterexample: for DIFFERENT.
        reason: for UNKNOWN and BOUNDED, one line.
        wall_s: seconds that it took.
    """

    verdict: ProofVerdict
    bound: int | None = None
    assumes: tuple[str, ...] = ()
    dont_care: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    wall_s: float = 0.0

    @property
    def text(self) -> str:
        """The verdict in a word or two: `bounded 40`."""
        return f"bounded {self.bound}" if self.bound is not None else self.verdict.value

    def to_json(self) -> dict[str, Any]:
        """As it stands in `proof.jsonl`, without what is empty."""
        found: dict[str, Any] = {"proof": self.verdict.value}
        if self.bound is not None:
            found["bound"] = self.bound
        if self.assumes:
            found["assumes"] = list(self.assumes)
        if self.dont_care:
            found["dont_care"] = list(self.dont_care)
        if self.counterexample is not None:
            found["counterexample"] = {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in vars(self.counterexample).items()
            }
        if self.reason:
            found["reason"] = self.reason
        return {**found, "wall_s": round(self.wall_s, 3)}


def proof_of(value: dict[str, Any]) -> Proof:
    """The inverse of `to_json`.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    example = value.get("counterexample")
    return Proof(
        ProofVerdict(value["proof"]),
        bound=value.get("bound"),
        assumes=tuple(value.get("assumes", ())),
        dont_care=tuple(value.get("dont_care", ())),
        counterexample=example
        and Counterexample(
            mode=example["mode"],
            clocks=tuple(example["clocks"]),
            edge=example["edge"],
            steps=tuple(example["steps"]),
            held=example["held"],
            outputs=tuple(example["outputs"]),
        ),
        reason=value.get("reason", ""),
        wall_s=value["wall_s"],
    )
