"""The rows of a comparison: what one contender made of one design."""

from enum import Enum

from pydantic import BaseModel, ConfigDict


class Kind(str, Enum):
    """The kinds of contenders."""

    SCRIPT = "script"
    SEARCHER = "searcher"
    DEEPSYN = "deepsyn"


class Claimed(BaseModel):
    """A result and what became of checking it.

    Attributes:
        value: the objective's figure.
        improvement: fraction of resyn2's value that is saved; None where resyn2 has none.
        recipe: the moves by name.
        commands: ABC lines from the design's AIG to the network that was measured.
        script: the fixed script that it is, if it is one.
        equivalence: answer of the proof against the design, or None where there was none.
        replayed: whether a plain ABC process came to the same circuit and cost.
        problem: why it was not replayed or proven.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: float
    delay: float
    gates: int
    nodes: int
    levels: int
    value: float
    improvement: float | None
    recipe: tuple[str, ...]
    commands: tuple[str, ...]
    script: str | None = None
    equivalence: str | None = None
    replayed: bool = False
    problem: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it was replayed exactly and proven equivalent."""
        return self.replayed and self.equivalence == "EQUIVALENT"


class Row(BaseModel):
    """What one contender made of one design with one library.

    Attributes:
        suite: the design's suite, empty for a single file.
        design_sha256: hash of the design's files.
        held_out: whether the design is for testing only.
        ands: size of the circuit that everything starts from; None where it could not be read.
        contender: name of the script or searcher, or `deepsyn` and what follows it.
        seed: 0 for what has no seed.
        before: the objective's figure of the start circuit.
        reference: the same of resyn2.
        best: what counts: for a searcher with the fixed scripts, where the protocol says so.
        found: what a searcher found without the fixed scripts.
        verified: whether everything that the row claims is proven equivalent.
        replayed: whether everything that the row claims was replayed exactly.
        evaluations: of a searcher, the fixed scripts not counted.
        wall_s: seconds that the contender took, checks not counted.
        search_s: seconds of these that the searcher took, after reading and the fixed scripts.
        trace: (evaluations, seconds, best figure so far) at each improvement and at the end.
        error: why there is no result, or which claim does not hold.
        load: of the machine, when the row was done.
        code: short hash of the code that made the row.
        at: when the row was done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    design: str
    suite: str
    design_sha256: str
    held_out: bool
    liberty: str
    library_sha256: str
    contender: str
    kind: Kind
    seed: int
    inputs: int | None = None
    outputs: int | None = None
    ands: int | None = None
    levels: int | None = None
    before: float | None = None
    reference: float | None = None
    best: Claimed | None = None
    found: Claimed | None = None
    verified: bool = False
    replayed: bool = False
    evaluations: int = 0
    wall_s: float = 0.0
    search_s: float = 0.0
    trace: tuple[tuple[int, float, float], ...] = ()
    error: str | None = None
    load: float = 0.0
    code: str = ""
    at: str = ""

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What makes it this row and no other."""
        return (self.design, self.liberty, self.contender, self.seed)
