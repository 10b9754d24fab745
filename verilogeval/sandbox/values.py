"""What a run is given and what it leaves."""

from dataclasses import dataclass
from enum import Enum

#: Stands in `argv` for the path at which the program finds what it is fed.
FEED = "{feed}"
#: The first of the file descriptors that are passed on has this number in the program.
FIRST_FD = 3


@dataclass(frozen=True)
class Limits:
    """What a run may use; it is killed when it uses more.

    Attributes:
        wall_s: seconds.
        cpu_s: seconds of processor time, of each process.
        memory_bytes: of address space, of each process; some 10 MB are the least that works.
        file_bytes: that a file may have, and all that the run adds to its folder together; 0: it
            may make no files.
        output_bytes: on stdout and stderr together.
        processes: how many processes it may start, in all, beside the first; 0: it may not fork.
        threads: the same of threads.
    """

    wall_s: float
    cpu_s: int
    memory_bytes: int
    file_bytes: int
    output_bytes: int
    processes: int = 0
    threads: int = 0


class Ended(str, Enum):
    """What ended a run."""

    EXITED = "exited"  # by itself
    SIGNALLED = "signalled"  # by a signal, not from here: it crashed
    WALL = "wall"  # killed: its time was up
    CPU = "cpu"  # killed: its processor time was up
    OUTPUT = "output"  # killed: it wrote too much to stdout and stderr
    FILE = "file"  # killed: it wrote too much to files


@dataclass(frozen=True)
class Outcome:
    """A run that took place, whatever became of it.

    Attributes:
        ended: what ended it.
        status: exit status; negative: the signal that ended it.
        stdout: what it wrote there, cut where both together reached `output_bytes`.
        stderr: the same.
        wall_s: seconds that it took, with starting it.
        cpu_s: seconds of processor time of all its processes.
        peak_memory_bytes: the most memory that one of its processes had; not less than the 10 MB
            or so from which it was forked.
    """

    ended: Ended
    status: int
    stdout: bytes
    stderr: bytes
    wall_s: float
    cpu_s: float
    peak_memory_bytes: int

    @property
    def time_used(self) -> str:
        """The time that it took, as its limit counts it."""
        if self.ended is Ended.CPU:
            return f"{self.cpu_s:.0f} s of processor time"
        return f"{self.wall_s:.0f} s by the clock"
