"""What the golden source of a problem with cocotb tests tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GoldenTests:
    """What a whole judgement of a problem looks like.

    Attributes:
        tests: names of the tests that the golden source passes, by simulation; None where the
            problem has no golden source.
        time_ns: simulated time of all simulations together.
        tests_s: seconds that the tests took, without any start.
        wall_s: seconds that all of it took.
        plan: the simulations that a harness asks for whatever the source, "" where each source
            is to be asked for, or the problem has no harness.
    """

    tests: tuple[tuple[str, ...], ...] | None
    time_ns: float
    tests_s: float
    wall_s: float
    plan: str = ""
