"""One simulation, as a value: what is compiled and which tests drive it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Of own problems, whatever the sample says: their tests wait for fractions of a nanosecond.
TIMESCALE = "1ns/1ps"
#: Of Python's random numbers: the same for all sources, or their verdicts could not be compared.
SEED = 0


@dataclass(frozen=True)
class Simulation:
    """What is compiled and run; all paths are relative to the judge's folder.

    Attributes:
        top: the toplevel module.
        root: the toplevel module that the tests are given, where it is another ("": it is not).
        sources: Verilog files, in their order.
        modules: Python modules that hold the tests; empty where it is enough to compile.
        path: folders in which Python looks for modules.
        place: the folder in which compiler and simulator work, and may write.
        environment: variables that the tests read.
        parameters: of the toplevel, as Verilog text.
        timescale: unit and precision for modules that state none, "" for Icarus' own (seconds).
        precise: whether times are as fine as `timescale` even if every module states coarser ones.
        flags: of the compiler, beside those for language and warnings.
        plusargs: of the simulator.
        test_filter: regular expression for the names of the tests to run, "" for all.
        seed: of Python's random numbers.
        older: whether the tests may be written for cocotb 1.
    """

    top: str
    sources: tuple[str, ...]
    modules: tuple[str, ...]
    path: tuple[str, ...]
    place: str
    environment: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    timescale: str = TIMESCALE
    precise: bool = False
    flags: tuple[str, ...] = ()
    plusargs: tuple[str, ...] = ()
    test_filter: str = ""
    seed: int = SEED
    root: str = ""
    older: bool = False
